//! What an answer shows to whoever asked for it. Pure.

use std::time::Duration;

use reqwest::StatusCode;

/// What somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The form, with its key.
    Form(String),
    /// The way to the payment page at this address; the order is at the other.
    PaymentPage { url: String, order: Option<String> },
    /// The way to the order's own page.
    OrderPage(String),
    /// The order's page: a seat is held, and there is a payment page or not yet.
    Held { pay_url: Option<String> },
    /// The order's page: a ticket.
    Ticket,
    /// The ticket's code itself.
    Picture,
    /// The order's page: the seat was let go.
    LetGo,
    /// The order's page: the money goes back, or has gone back.
    MoneyBack,
    /// Every seat is taken; some may come back.
    SoldOut { may_return: bool },
    /// Somebody has booked with this name and number; whose own browser it is sees where.
    Duplicate { own: Option<String> },
    /// The bank took the money; the way back to the site.
    Paid { back: String },
    /// The bank said no.
    Declined,
    /// The payment link is dead.
    DeadLink,
    /// Come back later: in so long, if it says so.
    Busy { after: Option<Duration> },
    /// Nothing came back: the connection broke, or nobody answered in time.
    NoAnswer,
    /// Nothing that a buyer knows what to do with.
    Odd(String),
}

/// An answer, taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    pub(super) status: StatusCode,
    pub(super) location: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) cookie: Option<String>,
    pub(super) body: String,
}

impl Heard {
    /// What any of the site's pages shows.
    pub(super) fn shown_by_the_site(&self) -> Sight {
        match self.status.as_u16() {
            200 => self.page(),
            303 => self.led_on(),
            409 => self.page(),
            429 | 503 => Sight::Busy { after: self.retry_after },
            _ => self.odd(),
        }
    }

    /// What the payment company's page leads to.
    pub(super) fn shown_by_the_payment_page(&self) -> Sight {
        match (&self.location, self.status) {
            (Some(back), StatusCode::SEE_OTHER) if back.starts_with("http") => Sight::Paid { back: back.clone() },
            (Some(page), StatusCode::SEE_OTHER) if page.ends_with("failed=true") => Sight::Declined,
            (Some(_), StatusCode::SEE_OTHER) => Sight::DeadLink,
            _ => self.odd(),
        }
    }

    fn led_on(&self) -> Sight {
        let order = || Some(format!("/orders/{}", between(self.cookie.as_deref()?, "order=", ";")?));
        match self.location.as_deref() {
            Some(url) if url.starts_with("http") => Sight::PaymentPage { url: url.to_owned(), order: order() },
            Some(path) if path.starts_with("/orders/") => Sight::OrderPage(path.to_owned()),
            _ => self.odd(),
        }
    }

    fn page(&self) -> Sight {
        let body = &*self.body;
        if body.starts_with("<svg") || body.starts_with("<?xml") {
            return Sight::Picture;
        }
        if let Some(state) = between(body, "data-state=\"", "\"") {
            return self.order_page(state);
        }
        if let Some(key) = between(body, "name=\"form_key\" value=\"", "\"") {
            return Sight::Form(key.to_owned());
        }
        if body.contains(">Sold out<") {
            return Sight::SoldOut { may_return: body.contains(">Look again<") };
        }
        if body.contains(">Already booked today<") {
            let own = between(body, "href=\"/orders/", "\"").map(|token| format!("/orders/{token}"));
            return Sight::Duplicate { own };
        }
        self.odd()
    }

    fn order_page(&self, state: &str) -> Sight {
        match state {
            "held" => {
                Sight::Held { pay_url: between(&self.body, "href=\"http", "\"").map(|rest| format!("http{rest}")) }
            }
            "paid" => Sight::Ticket,
            "expired" => Sight::LetGo,
            "refunding" | "refunded" => Sight::MoneyBack,
            _ => self.odd(),
        }
    }

    fn odd(&self) -> Sight {
        let title = between(&self.body, "<title>", "</title>").unwrap_or_default();
        let to = self.location.as_deref().unwrap_or_default();
        Sight::Odd(format!("{} {title}{to}", self.status.as_u16()))
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(status: u16, body: &str) -> Sight {
        let status = StatusCode::from_u16(status).unwrap();
        Heard { status, body: body.to_owned(), ..Heard::default() }.shown_by_the_site()
    }

    fn led(to: &str) -> Heard {
        let cookie = Some("order=0123abcd; HttpOnly; SameSite=Lax; Path=/".to_owned());
        Heard { status: StatusCode::SEE_OTHER, location: Some(to.to_owned()), cookie, ..Heard::default() }
    }

    #[test]
    fn every_page_of_the_site_is_known() {
        assert_eq!(shown(200, r#"<input name="form_key" value="0a1b">"#), Sight::Form("0a1b".into()));
        let sold_out = "<h1>Sold out</h1>";
        assert_eq!(shown(409, sold_out), Sight::SoldOut { may_return: false });
        assert_eq!(shown(200, &format!("{sold_out}<a>Look again</a>")), Sight::SoldOut { may_return: true });
        let held = r#"<div data-state="held">"#;
        assert_eq!(shown(200, held), Sight::Held { pay_url: None });
        let pay_url = Some("http://rzp.example/i/1".into());
        assert_eq!(shown(200, &format!(r#"{held}<a href="http://rzp.example/i/1">"#)), Sight::Held { pay_url });
        for (state, sight) in [("paid", Sight::Ticket), ("expired", Sight::LetGo), ("refunding", Sight::MoneyBack)] {
            assert_eq!(shown(200, &format!(r#"<div data-state="{state}">"#)), sight);
        }
        let duplicate = "<h1>Already booked today</h1>";
        assert_eq!(shown(409, duplicate), Sight::Duplicate { own: None });
        let own = Some("/orders/0123".into());
        assert_eq!(shown(409, &format!(r#"{duplicate}<a href="/orders/0123">"#)), Sight::Duplicate { own });
    }

    #[test]
    fn who_is_led_on_knows_where_to_and_which_order_is_its_own() {
        let order = Some("/orders/0123abcd".into());
        let url = "http://rzp.example/i/1".to_owned();
        assert_eq!(led(&url).shown_by_the_site(), Sight::PaymentPage { url, order });
        assert_eq!(led("/orders/0123abcd").shown_by_the_site(), Sight::OrderPage("/orders/0123abcd".into()));
        assert!(matches!(led("/").shown_by_the_site(), Sight::Odd(_)));
    }

    #[test]
    fn the_payment_page_takes_the_money_or_does_not() {
        let back = "http://site.example/orders/0123abcd/return?x=y".to_owned();
        assert_eq!(led(&back).shown_by_the_payment_page(), Sight::Paid { back });
        assert_eq!(led("/i/1?failed=true").shown_by_the_payment_page(), Sight::Declined);
        assert_eq!(led("/i/1?failed=false").shown_by_the_payment_page(), Sight::DeadLink);
        assert_eq!(led("/i/1").shown_by_the_payment_page(), Sight::DeadLink);
    }

    #[test]
    fn come_back_later_is_heard_with_its_time_and_what_is_odd_is_said() {
        let later = Some(Duration::from_secs(7));
        for status in [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS] {
            let busy = Heard { status, retry_after: later, ..Heard::default() };
            assert_eq!(busy.shown_by_the_site(), Sight::Busy { after: later });
        }
        assert_eq!(shown(500, "<title>Oh</title>"), Sight::Odd("500 Oh".into()));
        assert_eq!(shown(200, "<title>Other</title>"), Sight::Odd("200 Other".into()));
    }
}
