//! How what a package brings is known to be there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the system's libraries are, or in folders below: `/usr/lib/x86_64-linux-gnu`, `/usr/lib/llvm-19/lib`.
const LIBRARIES: [&str; 3] = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];

pub(super) fn font(part: &str) -> bool {
    let home = std::env::home_dir().unwrap_or_default();
    let folders = ["/usr/share/fonts".into(), "/usr/local/share/fonts".into(), home.join(".local/share/fonts")];
    folders.iter().any(|folder: &PathBuf| has_file(folder, usize::MAX, &|name| name.contains(part)))
}

pub(super) fn library(name: &str) -> bool {
    LIBRARIES.iter().any(|folder| has_file(Path::new(folder), 2, &|file| is_library(file, name)))
}

/// `libclang.so.1` and `libclang-19.so.19` are libclang, `libclang-cpp.so.19` is not.
fn is_library(file: &str, name: &str) -> bool {
    let Some(version) = file.strip_prefix(name) else { return false };
    let own = version.trim_start_matches(|it: char| it == '-' || it == '.' || it.is_ascii_digit());
    version.starts_with(".so") || version.starts_with('-') && own.starts_with("so")
}

/// pkg-config is asked as a build would: it knows places that its user has named.
pub(super) fn development(name: &str) -> bool {
    let mut pkg_config = Command::new("pkg-config");
    pkg_config.args(["--exists", name]).stdout(Stdio::null()).stderr(Stdio::null());
    pkg_config.status().is_ok_and(|it| it.success())
}

/// By the Python that would be used.
pub(super) fn python(name: &str) -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", &format!("import {name}")]).stdout(Stdio::null()).stderr(Stdio::null());
    python.status().is_ok_and(|it| it.success())
}

fn has_file(folder: &Path, depth: usize, wanted: &impl Fn(&str) -> bool) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        wanted(&entry.file_name().to_string_lossy())
            || depth > 0 && entry.path().is_dir() && has_file(&entry.path(), depth - 1, wanted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_known_in_every_version_and_its_namesake_is_not() {
        for file in ["libclang.so", "libclang.so.1", "libclang-14.so.14.0.6", "libclang-19.so.19"] {
            assert!(is_library(file, "libclang"), "{file}");
        }
        for file in ["libclang-cpp.so.14", "libclang.a", "libclangBasic.so", "clang.so"] {
            assert!(!is_library(file, "libclang"), "{file}");
        }
    }

    #[test]
    fn what_is_nowhere_is_not_there() {
        assert!(!library("libno-such-library"));
        assert!(!development("no-such-library"));
        assert!(!font("NoSuchFont"));
        assert!(!python("no_such_module"));
    }
}
