//! Payment links: made, cancelled, expired.

use axum::http::Uri;
use serde_json::{Map, Value, json};

use super::account::{Account, new_id, next_due, seconds};
use super::errors::ApiError;
use super::model::{Link, LinkStatus};
use super::table::Name;
use super::wire;

/// The fields that a new link may have; any other is refused, so that a slip of the pen is seen.
const KNOWN_FIELDS: [&str; 15] = [
    "accept_partial",
    "amount",
    "callback_method",
    "callback_url",
    "currency",
    "customer",
    "description",
    "expire_by",
    "first_min_partial_amount",
    "notes",
    "notify",
    "options",
    "reference_id",
    "reminder_enable",
    "upi_link",
];

const SIX_MONTHS: i64 = 184 * 86_400;

impl Account {
    /// Makes a link, or says what is wrong with it.
    pub(super) fn create_link(&mut self, asked: &Value, now: i64) -> Result<Link, ApiError> {
        let fields = asked.as_object().ok_or_else(|| ApiError::link("wrong input fields sent."))?;
        let link = self.read_link(fields, now)?;
        if !link.reference_id.is_empty() && self.links.named(Name::Reference, &link.reference_id).next().is_some() {
            return Err(ApiError::link(format!(
                "payment link with given reference_id: {} already exists. Please create a payment link with a \
                 different reference_id",
                link.reference_id
            )));
        }
        if link.expire_by != 0 {
            self.agenda.links.insert((link.expire_by, link.id.clone()));
        }
        self.links.push(link.clone());
        Ok(link)
    }

    fn read_link(&self, fields: &Map<String, Value>, now: i64) -> Result<Link, ApiError> {
        if let Some(stranger) = fields.keys().find(|key| !KNOWN_FIELDS.contains(&key.as_str())) {
            return Err(ApiError::link(format!("{stranger}: wrong input fields sent.")));
        }
        let flag = |name: &str| fields.get(name).and_then(Value::as_bool).unwrap_or(false);
        Ok(Link {
            id: new_id("plink_"),
            code: new_id("")[..7].to_owned(),
            reference_id: text(fields, "reference_id", 40)?,
            amount: amount(fields)?,
            amount_paid: 0,
            currency: currency(fields)?,
            description: text(fields, "description", 2048)?,
            customer: fields.get("customer").cloned().unwrap_or_else(|| json!({})),
            notes: notes(fields.get("notes"))?,
            notify: fields.get("notify").cloned().unwrap_or_else(|| json!({ "email": false, "sms": false })),
            reminder_enable: flag("reminder_enable"),
            accept_partial: flag("accept_partial"),
            callback_url: callback_url(fields)?,
            expire_by: self.expire_by(fields, now)?,
            status: LinkStatus::Created,
            order_id: None,
            created_at: now,
            updated_at: now,
            cancelled_at: 0,
            expired_at: 0,
        })
    }

    fn expire_by(&self, fields: &Map<String, Value>, now: i64) -> Result<i64, ApiError> {
        let expire_by = match fields.get("expire_by") {
            None | Some(Value::Null) => return Ok(0),
            Some(time) => time.as_i64().ok_or_else(|| ApiError::link("expire_by: must be a valid timestamp."))?,
        };
        if expire_by < now + seconds(self.rules.min_link_life) {
            Err(ApiError::link("expire_by: timestamp must be atleast 15 minutes in future."))
        } else if expire_by > now + SIX_MONTHS {
            Err(ApiError::link("expire_by: timestamp must be within 6 months from now."))
        } else {
            Ok(expire_by)
        }
    }

    /// Withdraws a link that nobody has paid.
    pub(super) fn cancel_link(&mut self, id: &str, now: i64) -> Result<Link, ApiError> {
        match self.link(id)?.status {
            LinkStatus::Created => Ok(self.end_link(id, LinkStatus::Cancelled, now)?.clone()),
            LinkStatus::Paid | LinkStatus::PartiallyPaid => {
                Err(ApiError::link("cannot cancel or expire an already paid / partially paid link"))
            }
            LinkStatus::Cancelled => Err(ApiError::link("cannot cancel or expire a cancelled link")),
            LinkStatus::Expired => Err(ApiError::link("cannot cancel or expire an expired link")),
        }
    }

    /// Ends an open link before its time.
    pub(super) fn expire_link(&mut self, id: &str, now: i64) -> Result<(), ApiError> {
        if !self.link(id)?.status.is_open() {
            return Err(ApiError::link("only an open link can expire"));
        }
        self.end_link(id, LinkStatus::Expired, now).map(drop)
    }

    /// Ends every link whose time has come.
    pub(super) fn expire_due(&mut self, now: i64) {
        while let Some(id) = next_due(&mut self.agenda.links, now) {
            // Paid or cancelled meanwhile, and then it does not end once more.
            if self.link(&id).is_ok_and(|link| link.status.is_open()) {
                self.end_link(&id, LinkStatus::Expired, now).expect("a link that was just seen is there");
            }
        }
    }

    fn end_link(&mut self, id: &str, status: LinkStatus, now: i64) -> Result<&Link, ApiError> {
        let link = self.link_mut(id)?;
        link.status = status;
        link.updated_at = now;
        match status {
            LinkStatus::Expired => link.expired_at = now,
            _ => link.cancelled_at = now,
        }
        let picture = wire::link(self, self.link(id)?);
        self.announce(wire::link_event(status), &[("payment_link", picture)], now);
        self.link(id)
    }
}

fn amount(fields: &Map<String, Value>) -> Result<i64, ApiError> {
    match fields.get("amount") {
        None | Some(Value::Null) => Err(ApiError::link("amount: cannot be blank.")),
        Some(value) => match value.as_i64() {
            None => Err(ApiError::link("amount: must be an integer.")),
            Some(0) => Err(ApiError::link("amount: cannot be blank.")),
            Some(..100) => Err(ApiError::link("amount: amount should be minimum 1.00 for INR.")),
            Some(paise) => Ok(paise),
        },
    }
}

fn currency(fields: &Map<String, Value>) -> Result<String, ApiError> {
    match fields.get("currency").and_then(Value::as_str) {
        Some("INR") => Ok("INR".to_owned()),
        None if !fields.contains_key("currency") => Ok("INR".to_owned()),
        _ => Err(ApiError::link("currency: wrong input field, only INR is enabled for this account.")),
    }
}

fn text(fields: &Map<String, Value>, name: &str, most: usize) -> Result<String, ApiError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) if text.chars().count() <= most => Ok(text.clone()),
        Some(Value::String(_)) => Err(ApiError::link(format!("{name}: the length must be no more than {most}."))),
        Some(_) => Err(ApiError::link(format!("{name}: must be a string."))),
    }
}

/// Notes are a map; none at all come back as an empty *list*.
pub(super) fn notes(given: Option<&Value>) -> Result<Value, ApiError> {
    let notes = match given {
        None | Some(Value::Null) => return Ok(json!([])),
        Some(Value::Array(list)) if list.is_empty() => return Ok(json!([])),
        Some(Value::Object(notes)) => notes,
        Some(_) => return Err(ApiError::link("notes: must be key value pairs.")),
    };
    if notes.len() > 15 {
        return Err(ApiError::link("notes: number of fields in notes should be less than or equal to 15."));
    }
    // Also where the value is a number: Razorpay keeps it as one.
    if notes.values().filter_map(Value::as_str).any(|note| note.chars().count() > 256) {
        return Err(ApiError::link("value: the length must not be greater than 255."));
    }
    Ok(if notes.is_empty() { json!([]) } else { json!(notes) })
}

fn callback_url(fields: &Map<String, Value>) -> Result<String, ApiError> {
    let url = text(fields, "callback_url", 2048)?;
    if url.is_empty() {
        return Ok(url);
    }
    let is_web = |url: Uri| matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some();
    if !url.parse::<Uri>().is_ok_and(is_web) {
        return Err(ApiError::link("callback_url: must be a valid URL."));
    }
    if fields.get("callback_method").and_then(Value::as_str) != Some("get") {
        return Err(ApiError::link("callback_method: must be get when callback_url is given."));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::razorpay::account::Rules;

    const NOW: i64 = 1_790_000_000;

    fn account() -> Account {
        let rules = Rules { min_link_life: Duration::from_mins(15), ..Rules::default() };
        Account::default().ruled_by(rules)
    }

    fn refusal(changed: &str, to: Value) -> String {
        let mut asked = json!({ "amount": 49_900, "currency": "INR" });
        asked[changed] = to;
        account().create_link(&asked, NOW).unwrap_err().description().to_owned()
    }

    #[test]
    fn what_razorpay_would_refuse_is_refused_with_the_name_of_the_field() {
        for (field, value) in [
            ("amount", json!(99)),
            ("amount", json!(-5)),
            ("amount", json!(499.5)),
            ("amount", json!("499")),
            ("amount", json!(null)),
            ("currency", json!("USD")),
            ("expire_by", json!(NOW + 899)),
            ("expire_by", json!(NOW + SIX_MONTHS + 1)),
            ("reference_id", json!("x".repeat(41))),
            ("description", json!("x".repeat(2049))),
            ("notes", json!("x")),
            ("notes", (0..16).map(|n| (n.to_string(), json!("x"))).collect::<Map<_, _>>().into()),
            ("callback_url", json!("example.com")),
            ("refrence_id", json!("a slip of the pen")),
        ] {
            let said = refusal(field, value.clone());
            assert!(said.starts_with(&format!("{field}: ")), "{field} {value}: {said}");
        }
        assert!(refusal("notes", json!({ "long": "x".repeat(257) })).starts_with("value: "));
        assert!(refusal("callback_url", json!("https://example.com/a")).starts_with("callback_method: "));
    }

    #[test]
    fn a_reference_is_accepted_once_even_after_its_link_is_dead() {
        let mut account = account();
        let asked = json!({ "amount": 100, "currency": "INR", "reference_id": "a" });
        let link = account.create_link(&asked, NOW).unwrap();
        account.cancel_link(&link.id, NOW).unwrap();
        assert!(account.create_link(&asked, NOW).unwrap_err().description().contains("reference_id: a already exists"));
    }

    #[test]
    fn a_link_ends_once_at_its_time_and_says_so() {
        let mut account = account();
        let link = account.create_link(&json!({ "amount": 100, "expire_by": NOW + 900 }), NOW).unwrap();
        account.pass_time(NOW + 899);
        assert_eq!(account.link(&link.id).unwrap().status, LinkStatus::Created);
        account.pass_time(NOW + 900);
        account.pass_time(NOW + 901);
        assert_eq!(account.link(&link.id).unwrap().expired_at, NOW + 900);
        let told: Vec<String> = account.take_announced().into_iter().map(|event| event.name).collect();
        assert_eq!(told, ["payment_link.expired"]);
        assert!(account.cancel_link(&link.id, NOW).unwrap_err().description().contains("an expired link"));
    }
}
