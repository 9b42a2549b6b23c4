//! Compacts the banner's style sheet and makes each declaration `!important`, so that its source can stay readable.

use std::path::Path;
use std::{env, fs};

const STYLE: &str = "src/banner/style.css";

fn main() {
    println!("cargo::rerun-if-changed={STYLE}");
    println!("cargo::rerun-if-changed=build.rs");
    let style = fs::read_to_string(STYLE).expect("the banner's style sheet is there");
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("style.css"), compact(&style)).expect("OUT_DIR can be written");
}

/// Without comments, line breaks, and spaces around punctuation, and with `!important`. Enough for a sheet whose strings hold
/// none of these marks.
fn compact(style: &str) -> String {
    let mut rest = style;
    let mut bare = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = comment.split_once("*/").expect("every comment ends").1;
    }
    bare.push_str(rest);
    let mut compact = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["{", "}", ":", ";", ",", ">"] {
        compact = compact.replace(&format!("{mark} "), mark);
        // `a :hover` means something else than `a:hover`.
        if mark != ":" {
            compact = compact.replace(&format!(" {mark}"), mark);
        }
    }
    compact.replace(';', "!important;").replace(";}", "}")
}
