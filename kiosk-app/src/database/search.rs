//! Finds a guest whose code cannot be read, by name or by phone number.

use chrono::{DateTime, NaiveDateTime, Utc};
use common::phone::decimal_digit;
use common::{FirstName, UniqueId};

use super::{Database, DatabaseFault};

/// As many as an operator reads with a queue in front.
const MOST: u8 = 20;
/// More than any name or number has; the rest of a pasted page is not looked at.
const MAX_CHARS: usize = 100;
const FEWEST_LETTERS: usize = 2;
const FEWEST_DIGITS: usize = 3;

/// No index helps to look inside a name, so this reads the table; what that
/// takes with 100,000 tickets is measured in a test. Names that begin as was
/// typed come first.
const SEARCH: &str = "SELECT UNIQUE_ID, PRESENT, REVOKED_AT IS NOT NULL, ADMITTED_AT, ADMITTED_GATE FROM tickets \
     WHERE PHONE_NO LIKE ? AND FIRST_NAME LIKE ? ESCAPE '!' \
     ORDER BY FIRST_NAME LIKE ? ESCAPE '!' DESC, FIRST_NAME, UNIQUE_ID LIMIT ?";

/// What an operator typed to find a guest: the beginning of a name or words in
/// it, the last digits of the phone number, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    name: String,
    digits: String,
}

/// Half the guests would be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too short; at least {FEWEST_LETTERS} letters of the name or {FEWEST_DIGITS} digits of the phone number")]
pub struct QueryTooShort;

/// A ticket that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundTicket {
    /// The ticket, and with it name, phone number and day of booking.
    pub unique_id: UniqueId,
    /// Whether the guest is inside.
    pub present: bool,
    /// Whether the ticket was withdrawn.
    pub revoked: bool,
    /// Let in last at this time, by the server's clock.
    pub admitted_at: Option<DateTime<Utc>>,
    /// Through this gate.
    pub admitted_gate: Option<String>,
}

impl Query {
    /// Parts what was typed into a name and digits, of any script.
    ///
    /// # Errors
    /// [`QueryTooShort`].
    pub fn parse(typed: &str) -> Result<Self, QueryTooShort> {
        let (mut digits, mut name) = (String::new(), String::new());
        for c in typed.chars().take(MAX_CHARS) {
            match decimal_digit(c) {
                Some(digit) => digits.push(char::from(b'0' + digit)),
                None => name.push(c),
            }
        }
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        if letters == 0 {
            // + ( ) - and spaces between digits are nobody's name.
            name.clear();
        }
        if letters < FEWEST_LETTERS && (letters > 0 || digits.len() < FEWEST_DIGITS) {
            return Err(QueryTooShort);
        }
        // Names are kept in normal form; what cannot be one is looked for as it is, and not found.
        let name = FirstName::parse(&name).map_or(name, String::from);
        Ok(Self { name, digits })
    }

    /// Whether a ticket is what was typed, as the statement would say.
    #[must_use]
    pub fn fits(&self, ticket: &UniqueId) -> bool {
        let (name, phone, _) = ticket.parts();
        let name = name.as_str().to_lowercase();
        let mut rest = name.as_str();
        let mut words = self.name.split_whitespace().map(str::to_lowercase);
        let has_words = words.all(|word| {
            let Some(at) = rest.find(&word) else { return false };
            rest = &rest[at + word.len()..];
            true
        });
        has_words && phone.as_str().ends_with(&self.digits)
    }

    /// The patterns of the statement: the number's end, the words in order, the name's beginning.
    fn patterns(&self) -> (String, String, String) {
        let words: Vec<String> = self.name.split_whitespace().map(escaped).collect();
        let mut within = String::from("%");
        for word in &words {
            within.push_str(word);
            within.push('%');
        }
        (format!("%{}", self.digits), within, format!("{}%", words.join(" ")))
    }
}

/// What LIKE would take for "any" is meant to the letter.
fn escaped(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len());
    for c in word.chars() {
        if matches!(c, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern
}

type Columns = (String, bool, bool, Option<NaiveDateTime>, Option<String>);

impl Database {
    /// At most 20 tickets that fit the query, whoever is inside among them.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn search(&self, query: &Query) -> Result<Vec<FoundTicket>, DatabaseFault> {
        let (number_end, within, beginning) = query.patterns();
        let rows: Vec<Columns> = self.rows(SEARCH, (number_end, within, beginning, MOST)).await?;
        Ok(rows.into_iter().filter_map(found).collect())
    }
}

/// Nothing for a row that somebody wrote with an id of another form: no gate could admit it.
fn found((id, present, revoked, admitted_at, admitted_gate): Columns) -> Option<FoundTicket> {
    let Ok(unique_id) = UniqueId::parse(&id) else {
        tracing::warn!("a ticket was found whose UNIQUE_ID is not name, phone number and date");
        return None;
    };
    Some(FoundTicket { unique_id, present, revoked, admitted_at: admitted_at.map(|at| at.and_utc()), admitted_gate })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(typed: &str) -> (String, String, String) {
        Query::parse(typed).unwrap().patterns()
    }

    fn expected(number_end: &str, within: &str, beginning: &str) -> (String, String, String) {
        (number_end.into(), within.into(), beginning.into())
    }

    #[test]
    fn a_name_a_number_or_both_can_be_looked_for() {
        for (typed, number_end, within, beginning) in [
            ("as", "%", "%as%", "as%"),
            ("  asha   rani ", "%", "%asha%rani%", "asha rani%"),
            ("210", "%210", "%", "%"),
            ("43-2 10", "%43210", "%", "%"),
            ("४३२१०", "%43210", "%", "%"),
            ("asha 21", "%21", "%asha%", "asha%"),
            ("आशा २१०", "%210", "%आशा%", "आशा%"),
            ("Zoe\u{308}", "%", "%Zoë%", "Zoë%"),
            ("O’Ne", "%", "%O'Ne%", "O'Ne%"),
        ] {
            assert_eq!(patterns(typed), expected(number_end, within, beginning), "{typed}");
        }
    }

    #[test]
    fn the_list_is_searched_as_the_table_is() {
        let ticket = UniqueId::parse("Asha Rani9198765432102026-11-22").unwrap();
        for (typed, fits) in [
            ("asha", true),
            ("ran 210", true),
            ("a rani", true),
            ("rani asha", false),
            ("3210", true),
            ("321", false),
            ("usha 3210", false),
        ] {
            assert_eq!(Query::parse(typed).unwrap().fits(&ticket), fits, "{typed}");
        }
    }

    #[test]
    fn what_like_takes_for_any_is_meant_to_the_letter() {
        assert_eq!(patterns("a%b_c!d"), expected("%", "%a!%b!_c!!d%", "a!%b!_c!!d%"));
    }

    #[test]
    fn what_would_find_half_the_guests_is_too_short() {
        for typed in ["", " ", "a", "12", "a 12", "a 123", "%", "%%%", "+-()", "१२"] {
            assert_eq!(Query::parse(typed), Err(QueryTooShort), "{typed:?}");
        }
        let page = Query::parse(&"ab 1".repeat(1 << 18)).unwrap();
        assert!(page.name.len() + page.digits.len() <= MAX_CHARS);
    }
}
