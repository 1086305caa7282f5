//! The organiser's desk: a real server, a real database, and a browser where
//! it matters.
//!
//! Here is what the tests share: an organiser with a session, as a browser
//! would hold it. `commands` makes accounts; `login` signs in; `lock_out` is kept
//! waiting; `forms` are believed or not; `orders` are found and `deeds` done to
//! them, to `groups` as well; a `person` is told or forgotten; `export` and `paper` hand out; `many` is the same with a hundred
//! thousand orders, and `pace` how fast; `look` is what it all looks like. The `overview`, `gates`,
//! the `event` and the `books` look with `witness`, and `faces` is what they
//! look like.

mod books;
mod commands;
mod deeds;
mod event;
mod export;
mod faces;
mod forms;
mod gates;
mod groups;
mod lock_out;
mod login;
mod look;
mod many;
mod orders;
mod overview;
mod pace;
mod paper;
mod person;
mod witness;

use mysql_async::prelude::Queryable;
use real_parts::programs::booking_web;
use reqwest::{RequestBuilder, Response, StatusCode, header};

use crate::world::{Booked, World, command_succeeds, eventually};

pub(crate) const PASSWORD: &str = "four words nobody says";

/// Somebody who has signed in, by whatever server.
#[derive(Clone)]
pub(crate) struct Organiser<'a> {
    world: &'a World,
    /// The server's address.
    pub(crate) url: String,
    /// `name=value`, as a browser sends it.
    pub(crate) cookie: String,
}

impl World {
    /// Makes an account with [`PASSWORD`].
    pub(crate) async fn add_organiser(&self, name: &str) {
        let file = self.folder.path().join("password");
        std::fs::write(&file, PASSWORD).unwrap();
        command_succeeds(&["organiser", "add", name, "--password-file", file.to_str().unwrap()], &self.env()).await;
    }

    /// Somebody who has an account and has signed in.
    pub(crate) async fn signed_in(&self, name: &str) -> Organiser<'_> {
        self.add_organiser(name).await;
        self.signs_in(name).await
    }

    /// Signs in once more.
    pub(crate) async fn signs_in(&self, name: &str) -> Organiser<'_> {
        let answer = self.sign_in(&self.site.url, &[("name", name), ("password", PASSWORD)], "").await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        Organiser { world: self, url: self.site.url.clone(), cookie: cookie(&answer) }
    }

    /// Sends the sign-in's form, with whatever cookie.
    async fn sign_in(&self, site: &str, fields: &[(&str, &str)], cookie: &str) -> Response {
        let form = self.http().post(format!("{site}/organiser/login")).form(fields);
        form.header(header::ORIGIN, site).header(header::COOKIE, cookie).send().await.unwrap()
    }

    /// A guess at a password; the status it was answered with.
    async fn guess(&self, name: &str, password: &str) -> StatusCode {
        self.sign_in(&self.site.url, &[("name", name), ("password", password)], "").await.status()
    }

    /// A ticket where nothing is to be paid.
    pub(crate) async fn free_order(&self, name: &str, phone: &str) -> Booked {
        let answer = self.submit(&[("first_name", name), ("phone_number", phone)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        self.booked(phone).await
    }

    /// A ticket that was paid for.
    pub(crate) async fn paid_order(&self, name: &str, phone: &str) -> Booked {
        let order = self.book(name, phone).await;
        self.razorpay.pay(&order.link_id).unwrap();
        eventually("the ticket", async || self.state(&order).await == "paid").await;
        order
    }

    /// What the guest's picture says.
    pub(crate) async fn ticket_code(&self, order: &Booked) -> String {
        self.codes(order).await.remove(0)
    }

    /// What was done at the desk, oldest first.
    pub(crate) async fn audit(&self) -> Vec<(String, String, String, String)> {
        let query =
            "SELECT organiser, what, COALESCE(subject, ''), COALESCE(detail, '') FROM organiser_actions ORDER BY id";
        self.pool.get_conn().await.unwrap().query(query).await.unwrap()
    }

    async fn organisers_command(&self, arguments: &[&str]) -> real_parts::child::Output {
        booking_web(&[&["organiser"][..], arguments].concat(), &self.env()).await.unwrap()
    }
}

impl Organiser<'_> {
    /// The same browser at another server.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    fn with_cookie(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(header::COOKIE, &self.cookie)
    }

    /// Asks for a page.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.with_cookie(self.world.http().get(format!("{}{path}", self.url))).send().await.unwrap()
    }

    /// A page that is there.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }

    /// What this session's forms carry.
    pub(crate) async fn csrf(&self) -> String {
        let page = self.page("/organiser/orders").await;
        let (_, rest) = page.split_once(r#"name="csrf" value=""#).expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }

    /// Sends a form of one of the desk's pages, as a browser would.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.csrf().await;
        let fields = [fields, &[("csrf", &*csrf)]].concat();
        self.post_bare(path, &fields).header(header::ORIGIN, &self.url).send().await.unwrap()
    }

    /// A form with these fields and nothing that says whose it is.
    fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.with_cookie(self.world.http().post(format!("{}{path}", self.url)).form(fields))
    }

    /// Whether the session stands.
    pub(crate) async fn is_in(&self) -> bool {
        self.get("/organiser/orders").await.status() == StatusCode::OK
    }
}

/// What a browser remembers of an answer.
pub(crate) fn cookie(answer: &Response) -> String {
    let set = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// Where an answer leads.
pub(crate) fn leads_to(answer: &Response) -> &str {
    answer.headers().get(header::LOCATION).map_or("", |place| place.to_str().unwrap())
}
