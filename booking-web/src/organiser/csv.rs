//! Rows as a file for spreadsheets: RFC 4180, in UTF-8 with the mark by which
//! Excel knows it.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a
//! formula, and a formula may send the sheet elsewhere. So every cell is
//! quoted, and one that begins like that, or with a tab, a return or a line
//! feed, gets an apostrophe in front, which spreadsheets show as text (as
//! OWASP advises). What turns the direction of writing, or cannot be seen at
//! all, is left out, so that a name cannot dress up the cells beside it.
//!
//! Phone numbers are written `91 98765 43210`: beginning with a digit they
//! need no apostrophe, and with spaces in them no spreadsheet takes them for a
//! number and writes 9.19877E+11.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// The byte order mark: without it Excel reads UTF-8 as something else.
const MARK: &str = "\u{feff}";

/// Some rows, as text.
#[derive(Clone, Debug, Default)]
pub struct Csv(String);

impl Csv {
    /// A file's beginning.
    #[must_use]
    pub fn begin(columns: &[&str]) -> Self {
        let mut csv = Self(MARK.to_owned());
        csv.row(columns.iter().map(|&name| name.to_owned()));
        csv
    }

    /// One row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.0.push('"');
            self.cell(&cell);
            self.0.push('"');
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, text: &str) {
        // Some programs look past spaces for the formula.
        if text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(is_formulas) {
            self.0.push('\'');
        }
        for c in text.chars().filter(|c| !is_invisible(*c)) {
            match c {
                '"' => self.0.push_str("\"\""),
                c if c.is_control() => self.0.push(' '),
                c => self.0.push(c),
            }
        }
    }

    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

/// Wide forms, too: some spreadsheets read them as the narrow ones.
fn is_formulas(c: char) -> bool {
    "=+-@＝＋－＠".contains(c) || is_invisible(c)
}

/// Turns the writing round, or is a mark for programs. Joiners stay: scripts need them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `91 98765 43210`.
#[must_use]
pub fn phone(digits: &str) -> String {
    let end = digits.len().saturating_sub(5);
    let (front, end) = digits.split_at_checked(end).unwrap_or(("", digits));
    match front.strip_prefix("91").filter(|middle| middle.len() == 5) {
        Some(middle) => format!("91 {middle} {end}"),
        None if front.is_empty() => end.to_owned(),
        None => format!("{front} {end}"),
    }
}

/// `499.00`: a number to every spreadsheet.
#[must_use]
pub fn rupees(paise: i64) -> String {
    format!("{}.{:02}", paise / 100, (paise % 100).abs())
}

/// `2026-11-22 19:30:05`, in the event's zone.
#[must_use]
pub fn instant(at: Option<DateTime<Utc>>, zone: Tz) -> String {
    at.map_or_else(String::new, |at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> String {
        let mut csv = Csv::default();
        csv.row(cells.iter().map(|&cell| cell.to_owned()));
        csv.into_text()
    }

    #[test]
    fn a_file_has_its_mark_and_rows_end_as_the_rfc_says() {
        assert_eq!(Csv::begin(&["name", "phone"]).into_text(), "\u{feff}\"name\",\"phone\"\r\n");
        assert_eq!(row(&["a, b", "says \"yes\"", ""]), "\"a, b\",\"says \"\"yes\"\"\",\"\"\r\n");
    }

    #[test]
    fn no_cell_begins_a_formula() {
        let beginnings =
            ["=", "+", "-", "@", "\t=", "\r=", "\n=", "  =", "＝", "＋", "－", "＠", "\u{202e}=", "\u{feff}="];
        for beginning in beginnings {
            let row = row(&[&format!("{beginning}HYPERLINK(\"http://evil.example\")")]);
            assert!(row.starts_with("\"'"), "{row:?}");
        }
        assert_eq!(row(&["a=b", "Anne-Marie", "x@y"]), "\"a=b\",\"Anne-Marie\",\"x@y\"\r\n");
    }

    #[test]
    fn no_cell_breaks_its_line_or_turns_the_next_one_round() {
        assert_eq!(row(&["a\r\nb", "x\u{202e}y\u{2066}z\0", "श्रे\u{200d}या"]), "\"a  b\",\"xyz \",\"श्रे\u{200d}या\"\r\n");
    }

    #[test]
    fn a_phone_number_is_text_and_whole() {
        assert_eq!(phone("919876543210"), "91 98765 43210");
        assert_eq!(phone("14155550123"), "141555 50123");
        assert_eq!(phone("12345"), "12345");
        assert_eq!((rupees(49_900), rupees(105)), ("499.00".into(), "1.05".into()));
    }
}
