//! The banner's words. Who, what, how long, with whom, how to withdraw, in about 40 words; phrased so that tools which
//! refuse for people recognise it.

use crate::browser::join;

/// What the banner says.
#[derive(Debug)]
pub struct Texts {
    /// Heading, and the region's label.
    pub title: &'static str,
    /// The question, before and after the site's name.
    pub question: (&'static str, &'static str),
    /// The link to the policy.
    pub policy: &'static str,
    /// The button that refuses.
    pub reject: &'static str,
    /// The button that agrees.
    pub accept: &'static str,
    /// The button that objects to being counted at all.
    pub object: &'static str,
    /// The control to change one's mind.
    pub manage: &'static str,
    /// The state: counted without cookies.
    pub aggregated: &'static str,
    /// The state: not counted.
    pub none: &'static str,
    /// The state: this browser is remembered.
    pub granted: &'static str,
    /// Beside a refusal that the browser made.
    pub signal: &'static str,
}

/// English.
pub const ENGLISH: Texts = Texts {
    title: "May we remember this browser?",
    question: (
        "We use cookies for statistics only if you accept. Then ",
        " sees that the same browser came back: one random number, kept 6 months, shared with nobody. Change your \
         mind any time under Privacy choices.",
    ),
    policy: "Privacy policy",
    reject: "Reject",
    accept: "Accept",
    object: "Count nothing about me",
    manage: "Privacy choices",
    aggregated: "Now: visits are counted without cookies.",
    none: "Now: nothing is counted.",
    granted: "Now: this browser is remembered.",
    signal: "Your browser says no, and we listen.",
};

impl Texts {
    /// The question, with the site's name in it.
    #[must_use]
    pub fn question_for(&self, site: &str) -> String {
        let (before, after) = self.question;
        join(&[before, site, after])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_names_the_site_and_stays_short() {
        let question = ENGLISH.question_for("shop.example");
        assert!(question.contains(" shop.example sees"));
        assert!(question.split_whitespace().count() <= 40, "{question}");
        for said in ["cookies", "6 months", "shared with nobody", "Change your mind", ENGLISH.manage] {
            assert!(question.contains(said), "{said}");
        }
    }
}
