//! Writes the JavaScript glue of a module: `askfirst-bindgen FILE.wasm FOLDER` makes `glue.js` and `glue_bg.wasm` in the folder.
//!
//! It does what `wasm-bindgen --target web` does, with the library that this program is made of. The whole program takes minutes to
//! build, because it also holds a web server and a driver for browsers.

use std::env;
use std::path::PathBuf;

use anyhow::bail;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, folder] = &arguments[..] else { bail!("usage: askfirst-bindgen FILE.wasm FOLDER") };
    let mut bindgen = Bindgen::new();
    bindgen
        .web(true)?
        .input_path(module)
        .out_name("glue")
        .typescript(false)
        .omit_default_module_path(true)
        // The build knows some functions by their names.
        .keep_debug(true)
        .generate(folder)
}
