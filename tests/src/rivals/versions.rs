//! Which release of a crate was built: what `Cargo.lock` says.

const LOCK: &str = include_str!("../../../Cargo.lock");

/// The version of a crate; a question mark for one that is not there.
pub(super) fn locked(name: &str) -> String {
    let head = format!("name = \"{name}\"\nversion = \"");
    let version = LOCK.split_once(&head).and_then(|(_, rest)| rest.split('"').next());
    version.unwrap_or("?").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_knows_what_was_built() {
        assert_eq!(locked("tests"), env!("CARGO_PKG_VERSION"));
        assert_eq!(locked("no-such-crate"), "?");
    }
}
