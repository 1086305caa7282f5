//! Says what to do when the style sheet, which is built and not kept, is missing.

use std::path::Path;

const SITE_CSS: &str = "assets/dist/site.css";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SITE_CSS}");
    // refinery embeds the folder when it compiles, and does not tell cargo.
    println!("cargo::rerun-if-changed=../migrations");
    if !Path::new(SITE_CSS).is_file() {
        println!("cargo::error=the style sheet is not built yet: run `cargo xtask assets` (needs Node.js)");
    }
}
