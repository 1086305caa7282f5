//! The gates, a new one, and the end of one.

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::desk::Desk;
use super::overview::since;
use crate::organiser::charts::grouped;
use crate::organiser::numbers::doors::GateLine;
use crate::pages::when::When;
use crate::words::ENGLISH;

/// The fields of a new gate.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedGate {
    pub name: String,
    pub address: String,
    /// Anything: the box is ticked.
    pub accept_unsigned: Option<String>,
}

/// Why no gate was made, or none taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GateFault {
    Name(String),
    Address(String),
    /// The site's own account may not make accounts, or drop them.
    NoRights,
    /// There is no such gate in use.
    NotThere(String),
    /// Something at the server: its settings, or a file of theirs.
    Settings(String),
}

/// `GET /organiser/gates`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/gates.html")]
pub struct GatesPage {
    pub desk: Desk,
    pub gates: Vec<GateLine>,
    /// Tickets that were let in twice while one of them was cut off.
    pub conflicts: u64,
    pub now: DateTime<Utc>,
    pub zone: chrono_tz::Tz,
    pub typed: TypedGate,
    pub fault: Option<GateFault>,
    /// The database is on the site's own machine, where a gate elsewhere does not find it.
    pub loopback: bool,
    /// The name of the one that was revoked just now.
    pub revoked: Option<String>,
}

/// The answer to a new gate: shown once, and kept nowhere.
#[derive(Template)]
#[template(path = "organiser/gates_made.html")]
pub struct GateMadePage {
    pub desk: Desk,
    pub name: String,
    /// The code's drawing, unless it does not fit into one.
    pub code: Option<String>,
    /// The same as text.
    pub text: String,
}

/// `GET /organiser/gates/revoke?name=…`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/gates_revoke.html")]
pub struct RevokeGatePage {
    pub desk: Desk,
    pub name: String,
    pub last_contact: Option<String>,
}

impl GatesPage {
    fn ago(&self, at: &Option<DateTime<Utc>>) -> String {
        at.map_or_else(|| "never".into(), |at| since(at, self.now))
    }

    fn exactly(&self, at: &DateTime<Utc>) -> String {
        When::new(*at, self.zone).dated(&ENGLISH)
    }

    fn count(&self, number: &u64) -> String {
        grouped(*number)
    }

    fn double_admissions(&self) -> String {
        match self.conflicts {
            0 => "Double admissions: none".into(),
            1 => "1 double admission".into(),
            several => format!("{} double admissions", grouped(several)),
        }
    }

    /// What is wrong with the field of this name.
    fn of(&self, field: &str) -> Option<&str> {
        match &self.fault {
            Some(GateFault::Name(fault)) if field == "name" => Some(fault),
            Some(GateFault::Address(fault)) if field == "address" => Some(fault),
            _ => None,
        }
    }

    fn general(&self) -> Option<String> {
        match self.fault.as_ref()? {
            GateFault::Name(_) | GateFault::Address(_) => None,
            GateFault::NoRights => Some(
                "The database account of this site may not make or drop accounts. Give it CREATE USER, and all \
                 rights on its database with GRANT OPTION; or run booking-web gate at the server, with a DATABASE_URL \
                 of an account that may. Nothing was changed."
                    .into(),
            ),
            GateFault::NotThere(name) => Some(format!("There is no gate {name} in use. Was it revoked already?")),
            GateFault::Settings(fault) => Some(format!("No gate was made: {fault}")),
        }
    }
}

/// In the query of an address.
fn in_an_address(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::organiser::Tab;

    fn desk() -> Desk {
        Desk { name: "asha".into(), csrf: "mark".into(), here: Tab::Gates }
    }

    fn page(fault: Option<GateFault>) -> GatesPage {
        let name = "<script>alert(1)</script>&x=\u{202e}\"";
        GatesPage {
            desk: desk(),
            gates: vec![
                GateLine { name: name.into(), account: Some("gate_1".into()), ..GateLine::default() },
                GateLine { name: "Side door".into(), last_scan: Some(DateTime::UNIX_EPOCH), ..GateLine::default() },
            ],
            conflicts: 1,
            now: DateTime::UNIX_EPOCH,
            zone: chrono_tz::UTC,
            typed: TypedGate { name: name.into(), ..TypedGate::default() },
            fault,
            loopback: true,
            revoked: None,
        }
    }

    #[test]
    fn hostile_names_are_text_also_in_an_address() {
        let html = page(None).render().unwrap();
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(html.contains("/organiser/gates/revoke?name=%3Cscript%3Ealert%281%29%3C%2Fscript%3E%26x%3D"), "{html}");
        let made = GateMadePage { desk: desk(), name: "<b>".into(), code: None, text: "gate = \"<b>\"".into() };
        assert!(!made.render().unwrap().contains("<b>"));
    }

    #[test]
    fn a_name_that_no_gate_has_cannot_be_revoked_but_is_shown() {
        let html = page(None).render().unwrap();
        assert_eq!(html.matches("/organiser/gates/revoke?").count(), 1, "{html}");
        assert!(html.contains("Side door"));
    }

    #[test]
    fn each_fault_stands_where_it_belongs() {
        let html = page(Some(GateFault::Name("taken".into()))).render().unwrap();
        assert!(html.contains(r#"id="name-fault""#) && html.contains(r#"aria-invalid="true""#), "{html}");
        let html = page(Some(GateFault::NoRights)).render().unwrap();
        assert!(html.contains("CREATE USER") && html.contains("role=\"alert\""), "{html}");
    }
}
