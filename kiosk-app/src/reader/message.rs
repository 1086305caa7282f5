//! Modules become a text: rqrr reads the bits and corrects them.

use rqrr::{Grid, SimpleGrid};

use super::fence::fenced;
use super::sample::Modules;

/// What the modules say, if their checksum agrees.
pub(super) fn text(modules: &Modules) -> Option<String> {
    // A size that no code has makes rqrr panic; a version has none of those.
    let grid = SimpleGrid::from_func(modules.side, |x, y| modules.is_dark(x, y));
    let mut bytes = Vec::new();
    fenced(|| Grid::new(grid).decode_to(&mut bytes).is_ok()).filter(|read| *read)?;
    if bytes.is_empty() {
        return None;
    }
    // What is not UTF-8 is Latin-1, as the standard has it.
    Some(String::from_utf8(bytes).unwrap_or_else(|not| not.into_bytes().into_iter().map(char::from).collect()))
}
