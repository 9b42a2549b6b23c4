//! With the feature `embed`, writes the list of the files that go into the program: the script and what it loads (`dist/`), and the
//! demo (`www/demo/`).

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

include!("src/builds/names.rs");

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/builds/names.rs");
    if env::var_os("CARGO_FEATURE_EMBED").is_none() {
        return Ok(());
    }
    let repository = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let (dist, demo) = (repository.join("dist"), repository.join("www/demo"));
    let missing: Vec<&str> =
        [SCRIPT].into_iter().chain(PARTS).filter(|name| !dist.join(name).is_file()).collect();
    if !missing.is_empty() || !dist.join(TEXTS).is_dir() {
        // An error for people, not a panic with a trace.
        println!(
            "cargo::error=the feature `embed` puts dist/ into the program, and {}: run `npm run build` in the repository first",
            if missing.is_empty() {
                format!("{TEXTS}/ is missing there")
            } else {
                format!("it lacks {}", missing.join(", "))
            }
        );
        return Ok(());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("embedded.rs");
    let script = files(&dist, &|name| name.starts_with("askfirst") && !name.ends_with(".wasm"))?;
    let text =
        table("SCRIPT_FILES", &dist, &script)? + &table("DEMO_FILES", &demo, &files(&demo, &|_| true)?)?;
    fs::write(out, text)?;
    Ok(())
}

/// The paths below a directory that are wanted, in order.
fn files(directory: &Path, wanted: &dyn Fn(&str) -> bool) -> io::Result<Vec<String>> {
    println!("cargo::rerun-if-changed={}", directory.display());
    let mut found = Vec::new();
    let mut left = vec![String::new()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(directory.join(&folder))? {
            let entry = entry?;
            let path = format!("{folder}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                left.push(path + "/");
            } else if wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The Rust source of a table of files, each with its bytes.
fn table(name: &str, directory: &Path, files: &[String]) -> Result<String, Box<dyn Error>> {
    let mut text = format!("static {name}: &[(&str, &[u8])] = &[\n");
    for file in files {
        let path = fs::canonicalize(directory.join(file))?;
        writeln!(text, "    ({file:?}, include_bytes!({path:?})),")?;
    }
    Ok(text + "];\n")
}
