//! `www/facts.ts` repeats facts of this crate for TypeScript. It is generated here; the test fails if it is stale.

use std::fmt::Write as _;
use std::{env, fs};

use askfirst_wire::options::{NAMED_OPTIONS, OPTIONS, OptionKind};
use askfirst_wire::{Level, VERSION, Viewport, limits, names};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/facts.ts");
const COMMAND: &str = "UPDATE=1 cargo test --package askfirst-wire --test facts";

/// A list of strings, as prettier writes it in one line.
fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("'{word}'")).collect();
    words.join(", ")
}

fn words(wanted: &str) -> &'static [&'static str] {
    match OPTIONS.iter().find(|(name, _)| *name == wanted) {
        Some((_, OptionKind::One(words) | OptionKind::Some(words))) => words,
        _ => &[],
    }
}

fn typescript() -> Result<String, std::fmt::Error> {
    let mut text = format!(
        "// Generated from crates/wire. Do not edit: change the Rust source, then run\n//   {COMMAND}\n\n"
    );
    writeln!(text, "/** The levels, lowest first. */")?;
    writeln!(text, "export const LEVELS = [{}] as const;\n", list(Level::ALL.map(Level::as_str)))?;
    writeln!(
        text,
        "/** Facts of the wire, in an enum because esbuild replaces its members by their values. */"
    )?;
    writeln!(text, "export enum Wire {{")?;
    writeln!(text, "  Version = {VERSION},")?;
    writeln!(
        text,
        "  /** Days for which a choice is remembered. */\n  ChoiceDays = {},",
        limits::CHOICE_DAYS
    )?;
    writeln!(
        text,
        "  /** A cookie's name, without the site's tag. */\n  IdCookie = '{}',",
        names::ID_COOKIE
    )?;
    writeln!(text, "  /** Hex digits of an id. */\n  IdDigits = {},", limits::ID_HEX)?;
    writeln!(
        text,
        "  /** In place of an id that the collector keeps. */\n  IdAtCollector = '{}',",
        names::ID_AT_COLLECTOR
    )?;
    writeln!(text, "  /** Characters of a language tag. */\n  LanguageTag = {},", limits::LANG)?;
    writeln!(text, "  /** Characters of a question's text. */\n  QuestionText = {},", limits::TEXT)?;
    writeln!(text, "  /** Widths in CSS pixels from which a viewport is medium, large and wide. */")?;
    for (name, width) in ["MediumViewport", "LargeViewport", "WideViewport"].into_iter().zip(Viewport::WIDTHS)
    {
        writeln!(text, "  {name} = {width},")?;
    }
    writeln!(text, "  /** The longest option, in characters. */\n  OptionLength = {},", limits::SITE)?;
    writeln!(text, "}}\n")?;
    writeln!(
        text,
        "/** Options, first those that the module checks, in its order. If the value is one of a few words: those words. */"
    )?;
    writeln!(text, "export const OPTIONS = {{")?;
    for (name, _) in &OPTIONS[..NAMED_OPTIONS] {
        writeln!(text, "  {name}: '{}',", words(name).join("|"))?;
    }
    writeln!(text, "}} as const;\n")?;
    writeln!(text, "/** The words that `data-capture` takes. */")?;
    let capture = words("capture").iter().copied();
    writeln!(text, "export const CAPTURE = [{}] as const;", list(capture))?;
    Ok(text)
}

#[test]
fn the_typescript_side_has_the_same_facts() {
    let generated = typescript().unwrap();
    if env::var_os("UPDATE").is_some() {
        fs::write(PATH, &generated).unwrap();
    }
    let written = fs::read_to_string(PATH).unwrap_or_default();
    assert!(written == generated, "www/facts.ts is stale; run {COMMAND}");
}

#[test]
fn the_public_types_have_the_same_options() {
    let www = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/");
    let types = fs::read_to_string(format!("{www}types.d.ts")).unwrap();
    let options = types.split("export interface Options {").nth(1).unwrap().split("\n}").next().unwrap();
    let mut typed: Vec<&str> = options
        .lines()
        .filter(|line| line.starts_with("  ") && line.as_bytes()[2].is_ascii_lowercase())
        .map(|line| line[2..].split(['?', ':']).next().unwrap())
        .collect();
    let mut known: Vec<&str> = OPTIONS.iter().map(|(name, _)| *name).collect();
    typed.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, typed);
    // The options of www/capture.ts are not in facts.ts: their words stand beside their checks there.
    let capture = fs::read_to_string(format!("{www}capture.ts")).unwrap();
    for (name, kind) in &OPTIONS[NAMED_OPTIONS..] {
        if let OptionKind::One(words) = kind {
            let right = format!("  {name}: ['{}',", words.join("|"));
            assert!(*name == "local" || capture.contains(&right), "{right} is not in capture.ts");
        }
    }
}
