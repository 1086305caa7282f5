//! Every page and state, on a phone and at a desk, in light and dark: a picture
//! of each in `target/tmp/guest-pages`, and no fault that can be measured.

use real_parts::browser::Look;
use real_parts::mail::{MailServer, Options};
use real_parts::razorpay::{ApiFault, Faults};

use super::scenes::{Cast, Scene, Way, orders, site};
use super::visitor::Visitor;
use crate::world::{Setup, World};

/// A site that sends e-mail and forgets people, and that looks nothing up by itself.
pub(super) async fn a_site(mail: &MailServer) -> World {
    let env = [
        ("LOOK_UP_SECONDS", "3600"),
        ("RECONCILE_HOURS", "0"),
        ("MAIL_FROM", "tickets@example.org"),
        ("PURGE_AFTER_DAYS", "30"),
        ("SUBMITS_PER_MINUTE", "0"),
    ];
    let mut env: Vec<_> = env.map(|(name, value)| (name, value.to_owned())).to_vec();
    env.push(("SMTP_URL", mail.url()));
    World::new(Setup { env, ..Setup::default() }).await
}

async fn goes_to(world: &World, visitor: &Visitor, scene: &Scene) {
    for statement in &scene.statements {
        world.sql(statement).await;
    }
    if scene.without_razorpay {
        world.razorpay.misbehave(Faults::none().sometimes(1.0, None, ApiFault::Refused(503)));
    } else {
        world.razorpay.behave();
    }
    visitor.remembers(scene.own.as_deref()).await;
    match &scene.way {
        Way::Opens(path) => visitor.opens_until(path, scene.shows).await,
        Way::Sends(typed) => {
            visitor.opens_until("/", "form[data-booking]").await;
            visitor.sends(typed).await;
        }
        Way::Presses(typed) => {
            visitor.opens_until("/", "form[data-booking]").await;
            for (field, text) in ["#first_name", "#phone_number", "#email"].into_iter().zip(typed) {
                visitor.browser.fill(field, text).await.unwrap();
            }
            visitor.browser.click("[data-busy]").await.unwrap();
        }
    }
    visitor.browser.wait_for(scene.shows).await.unwrap();
}

/// All of it, as somebody sees it who reads this language.
async fn is_walked_through(language: &str, look: Look, screen: &str) {
    let mail = MailServer::start(Options::default()).unwrap();
    let world = a_site(&mail).await;
    let cast = Cast::gathers(&world).await;
    let look = Look { locale: format!("{language}-IN"), ..look };
    let visitor = Visitor::new(&world.site.url, look, &format!("{language}-{screen}")).await;
    let mut faults = Vec::new();
    for scene in site(&cast.held.path).iter().chain(&orders(&cast)) {
        goes_to(&world, &visitor, scene).await;
        faults.extend(visitor.looks_over(scene.name).await);
        assert_eq!(visitor.ask("return document.documentElement.lang").await, language, "{}", scene.name);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn every_page_is_good_on_a_phone() {
    is_walked_through("en", Look::phone(), "phone").await;
}

#[tokio::test]
async fn every_page_is_good_at_a_desk() {
    is_walked_through("en", Look::laptop(), "laptop").await;
}

#[tokio::test]
async fn every_page_is_good_on_a_phone_in_hindi() {
    is_walked_through("hi", Look::phone(), "phone").await;
}

#[tokio::test]
async fn every_page_is_good_at_a_desk_in_hindi() {
    is_walked_through("hi", Look::laptop(), "laptop").await;
}
