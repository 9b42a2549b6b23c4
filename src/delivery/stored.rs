//! The text of the stored queue: a line for each message, the minute of its first try and its body as JSON.

use askfirst_wire::choice::{number, push_number};
use askfirst_wire::redact::cut;

/// Adds a message. `first` is the time of its first try, in milliseconds since 1970. JSON has no line breaks of its own.
pub fn push(lines: &mut String, first: f64, json: &str) {
    push_number(lines, (first / 60_000.0) as u32);
    for text in [" ", json, "\n"] {
        lines.push_str(text);
    }
}

/// The first message, and what follows it; a line that is none is skipped.
pub fn next<'a>(rest: &mut &'a str) -> Option<(f64, &'a str)> {
    loop {
        let (line, after) = cut(rest, b"\n");
        *rest = after.get(1..)?;
        let (minute, json) = cut(line, b" ");
        if let Some(minute) = number(&mut minute.bytes(), None) {
            return Some((f64::from(minute) * 60_000.0, json));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(mut text: &str) -> Vec<(f64, &str)> {
        std::iter::from_fn(|| next(&mut text)).collect()
    }

    #[test]
    fn what_is_written_is_read_in_turn() {
        let mut lines = String::new();
        push(&mut lines, 1_700_000_000_000.0, r#"{"a":"b c"}"#);
        push(&mut lines, 1_700_000_059_999.0, "{}");
        assert_eq!(lines, "28333333 {\"a\":\"b c\"}\n28333334 {}\n");
        assert_eq!(all(&lines), [(1_699_999_980_000.0, " {\"a\":\"b c\"}"), (1_700_000_040_000.0, " {}")]);
    }

    #[test]
    fn what_is_no_message_is_skipped() {
        assert_eq!(all(""), []);
        assert_eq!(all("[{}]\n1 {}\n-1 {}\n2 {}"), [(60_000.0, " {}")], "the last line is not whole");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\PC|\n){0,60}") {
            all(&text);
        }
    }
}
