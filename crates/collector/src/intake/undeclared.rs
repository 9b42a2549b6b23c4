//! What a batch said that the site has not declared: told to the page that sent it, so that whoever writes the page sees
//! what will not be counted. Nothing of it is logged or stored.

/// The most that one answer tells.
const MOST: usize = 10;

/// Names and values that are not declared, each once, in the order in which they were met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undeclared(Vec<String>);

impl Undeclared {
    /// An event's name: `event signpu`.
    pub(super) fn event(&mut self, name: &str) {
        self.add(&["event ", name]);
    }

    /// A property: `colour`.
    pub(super) fn prop(&mut self, name: &str) {
        self.add(&[name]);
    }

    /// A value of a property that is declared: `plan=prp`.
    pub(super) fn value(&mut self, name: &str, value: &str) {
        self.add(&[name, "=", value]);
    }

    fn add(&mut self, parts: &[&str]) {
        if self.0.len() < MOST {
            let text = parts.concat();
            if !self.0.contains(&text) {
                self.0.push(text);
            }
        }
    }

    /// All of it, for the answer.
    #[must_use]
    pub fn into_inner(self) -> Vec<String> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_no_more_than_ten() {
        let mut undeclared = Undeclared::default();
        undeclared.event("signpu");
        undeclared.value("plan", "prp");
        undeclared.prop("colour");
        undeclared.event("signpu");
        assert_eq!(undeclared.0, ["event signpu", "plan=prp", "colour"]);
        for number in 0..20 {
            undeclared.prop(&number.to_string());
        }
        assert_eq!(undeclared.into_inner().len(), MOST);
    }
}
