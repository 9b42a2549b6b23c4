//! The controller of a site, as its owner states it. Receipts need these facts, and no program can know them.

use serde::Deserialize;

/// What a receipt says if the owner has stated nothing.
pub const NOT_STATED: &str = "not stated by the site's owner";

/// The controller of a site (GDPR 4(7)). Every statement is optional; receipts then say [`NOT_STATED`].
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Controller {
    /// The name of the person or company.
    pub name: Option<String>,
    /// The postal address.
    pub address: Option<String>,
    /// Where to write about privacy: an address, a telephone number or a form.
    pub contact: Option<String>,
    /// The law that applies.
    pub jurisdiction: Option<String>,
    /// The supervisory authority to complain to.
    pub authority: Option<String>,
}

/// A statement, or [`NOT_STATED`].
#[must_use]
pub fn stated(statement: Option<&str>) -> &str {
    statement.unwrap_or(NOT_STATED)
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn site(lines: &str) -> Result<Config, String> {
        Config::parse(&format!("[[site]]\nname = \"a\"\nlevel = \"anonymous\"\n{lines}"))
            .map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn what_is_missing_is_named_only_where_there_are_receipts() {
        let all = [
            "controller.name",
            "controller.address",
            "controller.contact",
            "controller.jurisdiction",
            "controller.authority",
            "notice",
            "recipients",
        ];
        assert_eq!(site("").unwrap().sites[0].unstated(), all);
        let some =
            site("recipients = []\nnotice = \"https://a.example/privacy\"\ncontroller = { name = \"A\" }");
        assert_eq!(some.unwrap().sites[0].unstated(), all[1..5]);
        let counts = Config::parse("[[site]]\nname = \"a\"\nlevel = \"aggregated\"").unwrap();
        assert_eq!(counts.sites[0].unstated(), [""; 0]);
    }

    #[test]
    fn a_wrong_statement_is_told_with_its_key() {
        let long = format!("controller = {{ address = \"{}\" }}", "a".repeat(501));
        for (lines, words) in [
            ("notice = \"privacy.html\"", &["notice", "https://example.org/privacy"][..]),
            ("notice = \"https:// a\"", &["notice"]),
            ("controller = { name = \"\" }", &["controller.name", "leave it out"]),
            ("recipients = [\"a\\nb\"]", &["recipients", "control"]),
            (&long, &["controller.address", "500"]),
            ("controller = { nmae = \"A\" }", &["nmae", "did you mean `name`?"]),
        ] {
            let error = site(lines).unwrap_err();
            for word in words {
                assert!(error.contains(word), "{word:?} is not in: {error}");
            }
        }
    }
}
