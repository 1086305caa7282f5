//! How the house is built, kept by a test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Our own packages that `package` is built from.
fn parts_of(package: &str) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = Command::new(cargo)
        .args(["tree", "--package", package, "--edges", "normal,build", "--prefix", "none", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let own = tree.lines().filter(|line| line.contains("(/") && !line.contains("proc-macro"));
    own.map(|line| line.split(' ').next().unwrap().to_owned()).filter(|name| name != package).collect()
}

#[test]
fn arrows_run_one_way() {
    assert_eq!(parts_of("common"), BTreeSet::new());
    assert_eq!(parts_of("booking-web"), BTreeSet::from(["common".to_owned()]));
    assert_eq!(parts_of("kiosk-app"), BTreeSet::from(["common".to_owned()]));
    // The real parts are there before what they are to test is built.
    assert_eq!(parts_of("tests"), BTreeSet::new());
}

#[test]
fn the_top_level_holds_what_it_should() {
    let tracked = Command::new("git").args(["ls-tree", "--name-only", "HEAD"]).current_dir(root()).output();
    let Some(tracked) = tracked.ok().filter(|output| output.status.success()) else {
        return; // Not a checkout: nothing to hold against.
    };
    let tracked = String::from_utf8(tracked.stdout).unwrap();
    let rooms = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "booking-web",
        "common",
        "kiosk-app",
        "kiosk-ui",
        "migrations",
        "tests",
    ];
    for entry in tracked.lines().filter(|entry| !entry.starts_with('.')) {
        assert!(rooms.contains(&entry), "{entry} does not belong at the top");
    }
}

/// Each migration is one statement that can be run again: DDL cannot be rolled
/// back. A rule or a key may be changed by dropping and adding it in one
/// statement; one that drops a column or a rule first, or only adds a key, says
/// that it was done before, and `migrate` believes it.
#[test]
fn a_migration_is_one_statement_that_can_be_repeated() {
    for entry in std::fs::read_dir(root().join("migrations")).unwrap() {
        let sql = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let code: String = sql.lines().map(|line| line.split("--").next().unwrap()).collect::<Vec<_>>().join("\n");
        assert_eq!(code.matches(';').count(), 1, "{code}");
        let added = code.split("ADD CONSTRAINT ").nth(1).and_then(|rest| rest.split(' ').next());
        let changes_a_rule = added.is_some_and(|rule| code.contains(&format!("DROP CONSTRAINT {rule},")));
        let key = code.split("ADD KEY ").nth(1).and_then(|rest| rest.split(' ').next());
        let changes_a_key = key.is_some_and(|key| code.contains(&format!("DROP KEY {key},")));
        let repeated = ["CREATE TABLE IF NOT EXISTS", "INSERT IGNORE INTO"].iter().any(|so| code.contains(so));
        let words = code.split_whitespace().collect::<Vec<_>>();
        let only_adds_a_key = matches!(words[..], ["ALTER", "TABLE", _, "ADD", "KEY", ..]) && !code.contains("), ");
        let says_so =
            matches!(words[..], ["ALTER", "TABLE", _, "DROP", "COLUMN" | "CONSTRAINT", ..]) || only_adds_a_key;
        assert!(repeated || changes_a_rule || changes_a_key || says_so, "{code}");
    }
}
