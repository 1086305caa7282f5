//! The pages' own files: style sheet, scripts, icon. Embedded, so that the
//! program is one file and no page waits for a stranger's server.

use std::fmt;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

/// A file under `/assets/`.
#[derive(Debug)]
pub struct Asset {
    /// What follows `/assets/`.
    pub name: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    version: u64,
}

/// The guests' style sheet. It stands in each of their pages: asked for by itself, it would cost a
/// phone with bad reception one more round trip before there is anything to see, which is far more
/// than its few kilobytes.
pub static SITE_STYLE: &str = include_str!("../../assets/dist/site.css");
/// The same as a file, for a page from before an update.
pub static SITE_CSS: Asset = Asset::new("site.css", "text/css; charset=utf-8", SITE_STYLE.as_bytes());
/// The desk's own, so that the guests' does not grow by it.
pub static ORGANISER_CSS: Asset =
    Asset::new("organiser.css", "text/css; charset=utf-8", include_bytes!("../../assets/dist/organiser.css"));
pub static FORM_JS: Asset =
    Asset::new("form.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/js/form.js"));
pub static ORDER_JS: Asset =
    Asset::new("order.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/js/order.js"));
/// Runs beside the order pages, and so is served with their address as its scope.
pub static KEPT_TICKET_JS: Asset =
    Asset::new("kept_ticket.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/js/kept_ticket.js"));
pub static OVERVIEW_JS: Asset = Asset::new(
    "organiser_overview.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../assets/js/organiser_overview.js"),
);
pub static FAVICON: Asset = Asset::new("favicon.svg", "image/svg+xml", include_bytes!("../../assets/favicon.svg"));

/// All of them.
pub static ALL: [&Asset; 7] = [&SITE_CSS, &ORGANISER_CSS, &FORM_JS, &ORDER_JS, &KEPT_TICKET_JS, &OVERVIEW_JS, &FAVICON];

/// By what the pages' policy knows [`SITE_STYLE`] from any other style in a page.
#[must_use]
pub fn site_style_hash() -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(SITE_STYLE)))
}

/// The file of that name, if it is one of ours.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.into_iter().find(|asset| asset.name == name)
}

impl Asset {
    const fn new(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        Self { name, content_type, bytes, version: fnv1a(bytes) }
    }

    /// The address pages use. It changes with the content, so a browser may
    /// keep what it got for ever.
    #[must_use]
    pub fn url(&self) -> String {
        format!("/assets/{self}")
    }

    /// The content's hash, for an `ETag`.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{:016x}", self.version)
    }
}

/// The name with the version in the query: an old page that asks for an old
/// version after an update still gets a style sheet.
impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}?v={:016x}", self.name, self.version)
    }
}

/// FNV-1a: short enough to run while compiling. It tells versions apart and
/// guards nothing.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_with_the_content_only() {
        let asset = |bytes| Asset::new("a.css", "text/css", bytes).url();
        assert_eq!(asset(b"a"), asset(b"a"));
        assert_ne!(asset(b"a"), asset(b"b"));
        // The hash's published value for "a".
        assert_eq!(asset(b"a"), "/assets/a.css?v=af63dc4c8601ec8c");
    }

    #[test]
    fn files_are_found_by_name_and_strangers_are_not() {
        for asset in ALL {
            assert_eq!(find(asset.name).map(|found| found.name), Some(asset.name));
            assert!(!asset.bytes.is_empty());
        }
        assert!(find("../Cargo.toml").is_none());
    }

    /// Who uses a keyboard must see where it is; a rule for it was once lost on the way into the sheets.
    #[test]
    fn the_style_sheets_show_where_the_keyboard_is() {
        for sheet in [&SITE_CSS, &ORGANISER_CSS] {
            let css = std::str::from_utf8(sheet.bytes).unwrap();
            let rule =
                css.split('}').find(|rule| rule.ends_with("{outline:3px solid var(--accent);outline-offset:2px"));
            let rule = rule.unwrap_or_else(|| panic!("{} has no line around what has the focus", sheet.name));
            for kind in ["a", "button", "summary", ".btn"] {
                assert!(rule.contains(&format!("{kind}:focus-visible")), "{} {kind}: {rule}", sheet.name);
            }
        }
    }

    #[test]
    fn the_style_sheet_is_small_and_loads_nothing() {
        let css = std::str::from_utf8(SITE_CSS.bytes).unwrap();
        assert!(css.len() < 20_500, "{} bytes", css.len());
        assert!(!css.contains("url("));
        assert!(!css.contains("</"), "nothing in it ends the element that it stands in");
    }
}
