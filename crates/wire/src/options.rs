//! The options of the script tag and of `init`: their names and values.

/// What the value of an option may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// One of these words.
    One(&'static [&'static str]),
    /// Some of these words.
    Some(&'static [&'static str]),
    /// Any text.
    Text,
    /// An http or https URL.
    Address,
    /// A whole number from 1.
    Whole,
    /// Texts, as JSON.
    Json,
}

/// How many of [`OPTIONS`], from the first on, `www/options.ts` reads. The others are `texts`, `local`, and those of
/// `www/capture.ts`.
pub const NAMED_OPTIONS: usize = 15;

/// All options, as `init` spells them. The module checks the first four.
pub const OPTIONS: [(&str, OptionKind); 24] = {
    use OptionKind::{Address, Json, One, Some, Text, Whole};
    [
        ("site", Text),
        ("endpoint", Address),
        ("policy", Text),
        ("lang", Text),
        ("policyNumber", Whole),
        ("controller", Text),
        ("recipients", Text),
        ("level", One(&["none", "aggregated", "anonymous", "full"])),
        ("beforeChoice", One(&["aggregated", "nothing"])),
        ("banner", One(&["auto", "manual", "off"])),
        ("audience", One(&["everybody", "children"])),
        ("cookieDomain", Text),
        ("placement", One(&["left", "right", "bottom"])),
        ("adapter", One(&["google", "tcf"])),
        ("idCookie", One(&["page", "collector"])),
        ("texts", Json),
        ("local", One(&["on", "off"])),
        (
            "capture",
            Some(&[
                "all",
                "events",
                "links",
                "downloads",
                "forms",
                "missing",
                "elements",
                "engagement",
                "vitals",
            ]),
        ),
        ("downloads", Text),
        ("routes", One(&["path", "hash"])),
        ("canonical", One(&["on", "off"])),
        ("paths", Text),
        ("exclude", Text),
        ("beforeSend", Text),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn the_levels_are_those_of_the_wire() {
        let (_, kind) = OPTIONS.iter().find(|(name, _)| *name == "level").unwrap();
        let levels: Vec<&str> = Level::ALL.iter().map(|level| level.as_str()).collect();
        assert!(matches!(kind, OptionKind::One(words) if *words == levels));
    }
}
