//! The pages of a site in trouble: too many at once, too fast from one place,
//! a database that is stuck or gone, an event that nobody has set.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use real_parts::browser::Look;
use real_parts::mail::{MailServer, Options};
use real_parts::mariadb::Server;
use real_parts::programs::{BookingSettings, BookingWeb};
use real_parts::proxy::Proxy;
use tokio::task::JoinSet;

use super::gallery::a_site;
use super::visitor::Visitor;
use crate::world::{Setup, World, eventually};

const ASHA: [(&str, &str); 2] = [("first_name", "Asha"), ("phone_number", "9876543210")];

async fn on_each_screen(site: &str) -> [Visitor; 2] {
    [Visitor::new(site, Look::phone(), "en-phone").await, Visitor::new(site, Look::laptop(), "en-laptop").await]
}

/// Shows this, and has no fault but that the site is in trouble.
async fn is_good(visitor: &Visitor, name: &str, shows: &str) {
    visitor.browser.wait_for(shows).await.unwrap();
    let faults = visitor.looks_over(name).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The event's row is locked: no form gets a seat until this is dropped.
async fn stuck(world: &World) -> Conn {
    let mut conn = world.pool.get_conn().await.unwrap();
    conn.query_drop("START TRANSACTION").await.unwrap();
    conn.query_drop("SELECT * FROM event WHERE id = 1 FOR UPDATE").await.unwrap();
    conn
}

/// Forms of other guests, as many as are worked on at once and then some, until each has its answer.
async fn a_crowd(world: &World) -> JoinSet<()> {
    let mut forms = JoinSet::new();
    for guest in 0..30 {
        let form = world.http().post(format!("{}/submit", world.site.url));
        let form = form.form(&[("first_name", "Ravi"), ("phone_number", &format!("98{guest:08}"))]);
        forms.spawn(async move { drop(form.send().await) });
    }
    let at_work = format!(
        "SELECT COUNT(*) FROM information_schema.processlist
         WHERE db = '{}' AND info LIKE 'UPDATE event SET held%'",
        world.database.name
    );
    eventually("forms at work", async || world.row::<(u32,)>(&at_work).await.0 >= 8).await;
    forms
}

#[tokio::test]
async fn a_form_that_is_not_taken_now_says_so_on_a_good_page() {
    let mail = MailServer::start(Options::default()).unwrap();
    let world = a_site(&mail).await;
    for visitor in on_each_screen(&world.site.url).await {
        visitor.opens_until("/", "form[data-booking]").await;
        let held_up = stuck(&world).await;
        visitor.sends(&ASHA).await;
        is_good(&visitor, "form-unable", ".notice.tone-warn").await;
        let crowd = a_crowd(&world).await;
        visitor.sends(&ASHA).await;
        is_good(&visitor, "form-crowded", ".notice.tone-warn").await;
        drop(held_up);
        crowd.join_all().await;
    }
}

/// A second site on the same database, which sends no e-mail and lets one form a minute come from one address.
#[tokio::test]
async fn a_site_without_e_mail_and_with_a_pace_has_good_pages_too() {
    let mail = MailServer::start(Options::default()).unwrap();
    let world = a_site(&mail).await;
    world.book("Asha", "9876543210").await;
    let env = [("LOOK_UP_SECONDS", "3600"), ("SUBMITS_PER_MINUTE", "2")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let settings = BookingSettings { env, ..world.settings.clone() };
    for screen in [0, 1] {
        let site = BookingWeb::start(&settings).await.unwrap();
        let visitors = on_each_screen(&site.url).await;
        let visitor = &visitors[screen];
        visitor.sends(&ASHA).await;
        is_good(visitor, "duplicate-without-mail", ".steps").await;
        visitor.sends(&ASHA).await;
        visitor.browser.wait_for(".steps").await.unwrap();
        visitor.sends(&ASHA).await;
        is_good(visitor, "form-too-fast", ".notice.tone-warn").await;
    }
}

#[tokio::test]
async fn without_the_database_or_an_event_every_page_says_what_to_do() {
    let server = Server::shared();
    let proxy = Proxy::start(server.port()).unwrap();
    let env = vec![("LOOK_UP_SECONDS", "3600".into()), ("RECONCILE_HOURS", "0".into())];
    let setup = Setup { webhooks: false, database_port: Some(proxy.port()), env, ..Setup::default() };
    let world = World::on(server, setup).await;
    let order = world.book("Asha", "9876543210").await;
    let visitors = on_each_screen(&world.site.url).await;
    world.sql("SET FOREIGN_KEY_CHECKS = 0; DELETE FROM event").await;
    for visitor in &visitors {
        visitor.opens_until("/", ".outcome").await;
        is_good(visitor, "no-event", ".mark.tone-calm").await;
        visitor.open(&order.path).await;
        is_good(visitor, "broken", ".mark.tone-warn").await;
    }
    drop(proxy);
    for visitor in &visitors {
        visitor.open(&order.path).await;
        is_good(visitor, "unavailable", ".mark.tone-warn").await;
        let again = "return document.querySelector('.actions .btn-primary').getAttribute('href')";
        assert_eq!(visitor.ask(again).await, order.path, "it is tried again where it failed");
    }
}
