//! Says what to do when a style sheet, which is built and not kept, is missing.

use std::path::Path;

const STYLE_SHEETS: [&str; 2] = ["assets/dist/site.css", "assets/dist/organiser.css"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // refinery embeds the folder when it compiles, and does not tell cargo.
    println!("cargo::rerun-if-changed=../migrations");
    for sheet in STYLE_SHEETS {
        println!("cargo::rerun-if-changed={sheet}");
        if !Path::new(sheet).is_file() {
            println!("cargo::error=the style sheets are not built yet: run `cargo xtask assets` (needs Node.js)");
        }
    }
}
