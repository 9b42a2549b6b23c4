//! Neutralizes text that a spreadsheet would run as a formula (CSV injection). Anybody can send a page, a referrer or an event
//! name that begins with `=`.

use std::borrow::Cow;

use serde_json::Value;

/// Characters that begin a formula. Some spreadsheets read the full-width forms like the ASCII ones.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
/// Characters that a spreadsheet may take for the end of a cell, whatever separator the file uses.
const CELL_ENDS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// Puts an apostrophe before every formula that could begin a cell.
pub(super) fn inert(text: &str) -> Cow<'_, str> {
    let mut safe = String::new();
    let (mut begins, mut copied) = (true, 0);
    for (index, letter) in text.char_indices() {
        if begins && FORMULA_STARTS.contains(&letter) {
            safe.push_str(text.get(copied..index).unwrap_or_default());
            safe.push('\'');
            copied = index;
        }
        begins = CELL_ENDS.contains(&letter) || (begins && letter == ' ');
    }
    if safe.is_empty() {
        return Cow::Borrowed(text);
    }
    safe.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(safe)
}

/// The same for each text and name inside JSON, which an importer may split into cells.
pub(super) fn inert_json(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(inert(&text).into_owned()),
        Value::Array(values) => Value::Array(values.into_iter().map(inert_json).collect()),
        Value::Object(fields) => Value::Object(
            fields.into_iter().map(|(name, value)| (inert(&name).into_owned(), inert_json(value))).collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn formulas_begin_with_an_apostrophe_and_all_else_stays() {
        for (text, expected) in [
            ("/pricing", "/pricing"),
            ("(other)", "(other)"),
            ("a-b=c@d+e", "a-b=c@d+e"),
            ("=1+1", "'=1+1"),
            ("  =1+1", "  '=1+1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("-2", "'-2"),
            ("\t=1", "'\t'=1"),
            ("＝1", "'＝1"),
            ("a;=1+1", "a;'=1+1"),
            ("a, +1", "a, '+1"),
            ("a\r\n@b", "a\r'\n'@b"),
            ("", ""),
        ] {
            assert_eq!(inert(text), expected);
        }
    }

    #[test]
    fn inside_of_json_too() {
        let value = json!({"=a": ["=b", 1, {"c": "@d"}], "e": -1});
        assert_eq!(inert_json(value), json!({"'=a": ["'=b", 1, {"c": "'@d"}], "e": -1}));
    }

    proptest! {
        #[test]
        fn no_cell_begins_with_a_formula_however_the_text_is_cut(text in "[-=+@＝a ,;\t\r\n']{0,24}") {
            let safe = inert(&text);
            for cell in safe.split([',', ';']) {
                prop_assert!(!cell.trim_start_matches(' ').starts_with(FORMULA_STARTS), "{:?}", safe);
            }
            for cell in safe.split(CELL_ENDS) {
                prop_assert!(!cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@']), "{:?}", safe);
            }
            prop_assert_eq!(safe.replace('\'', ""), text.replace('\'', ""), "nothing else is changed");
            prop_assert_eq!(inert(&safe), safe.as_ref(), "once is enough");
        }
    }
}
