//! What a guest's browser asks for: as browsers do, packed, over kept connections.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, ensure};
use reqwest::header::{ACCEPT_ENCODING, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};

/// All of them: each booking is another person's.
#[derive(Debug)]
pub(super) struct Guest {
    site: String,
    http: Client,
    people: AtomicUsize,
}

/// A seat that is held.
#[derive(Clone, Debug)]
pub(super) struct Booked {
    /// `/orders/…`.
    order: String,
    pay_url: String,
}

/// A seat that is paid for: the address of its order's page.
#[derive(Clone, Debug)]
pub(super) struct Paid(String);

#[derive(Clone, Copy, Debug)]
pub(super) enum Picture {
    /// As the ticket's page shows it.
    Svg,
    /// As it is saved.
    Png,
}

impl Guest {
    pub(super) fn of(site: &str) -> anyhow::Result<Self> {
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build()?;
        Ok(Self { site: site.to_owned(), http, people: AtomicUsize::new(0) })
    }

    pub(super) async fn form_page(&self) -> anyhow::Result<()> {
        read(self.get("/"), StatusCode::OK).await
    }

    /// From the form that is sent to the address of the payment page.
    pub(super) async fn book(&self) -> anyhow::Result<Booked> {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let (phone, key) = (format!("98{number:08}"), format!("{number:032x}"));
        let form = [("first_name", "Asha"), ("phone_number", &*phone), ("form_key", &*key)];
        let answer = self.http.post(format!("{}/submit", self.site)).form(&form).send().await?;
        let pay_url = led_on(&answer)?;
        ensure!(pay_url.starts_with("http"), "a booking without a payment link: it leads to {pay_url}");
        let cookie = answer.headers().get(SET_COOKIE).and_then(|it| it.to_str().ok());
        let token = cookie.and_then(|it| it.strip_prefix("order=")?.split(';').next());
        Ok(Booked { order: format!("/orders/{}", token.context("a booking without its cookie")?), pay_url })
    }

    /// All that a browser does for a ticket.
    pub(super) async fn pay(&self) -> anyhow::Result<Paid> {
        self.form_page().await?;
        let Booked { order, pay_url } = self.book().await?;
        let back = led_on(&self.http.post(format!("{pay_url}/pay")).send().await?)?;
        let page = led_on(&self.http.get(back).send().await?)?;
        ensure!(page == order, "paid, but the way back leads to {page}");
        let paid = Paid(order);
        self.ticket_page(&paid).await?;
        self.picture(&paid, Picture::Svg).await?;
        Ok(paid)
    }

    pub(super) async fn ticket_page(&self, Paid(order): &Paid) -> anyhow::Result<()> {
        read(self.get(order), StatusCode::OK).await
    }

    /// There is none without a ticket.
    pub(super) async fn picture(&self, Paid(order): &Paid, picture: Picture) -> anyhow::Result<()> {
        let name = match picture {
            Picture::Svg => "qr.svg",
            Picture::Png => "qr.png",
        };
        read(self.get(&format!("{order}/{name}")), StatusCode::OK).await
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.site)).header(ACCEPT_ENCODING, "gzip, deflate, br, zstd")
    }
}

async fn read(request: RequestBuilder, expected: StatusCode) -> anyhow::Result<()> {
    let answer = request.send().await?;
    ensure!(answer.status() == expected, "{} answered {}", answer.url().path(), answer.status());
    let body = answer.bytes().await?;
    ensure!(!body.is_empty(), "an empty page");
    Ok(())
}

fn led_on(answer: &Response) -> anyhow::Result<String> {
    let location = answer.headers().get(LOCATION).and_then(|it| it.to_str().ok()).map(str::to_owned);
    location
        .filter(|_| answer.status() == StatusCode::SEE_OTHER)
        .with_context(|| format!("{} answered {} and leads nowhere", answer.url().path(), answer.status()))
}
