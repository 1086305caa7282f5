//! Every page and state that a guest can meet, and how each is brought about:
//! by the form and the simulated Razorpay, and by a statement where somebody
//! else would have to act at the right moment.

mod order;
mod site;

pub(super) use order::orders;
pub(super) use site::site;

use crate::world::{Booked, World, eventually};

/// A page in one of its states.
pub(super) struct Scene {
    /// The picture's name.
    pub(super) name: &'static str,
    /// What happened before.
    pub(super) statements: Vec<String>,
    pub(super) way: Way,
    /// The order that this browser made.
    pub(super) own: Option<String>,
    /// By what the page is known to be this one, in any language.
    pub(super) shows: &'static str,
    /// Razorpay answers nobody.
    pub(super) without_razorpay: bool,
}

/// How the page is reached.
pub(super) enum Way {
    Opens(String),
    /// By the form, with these fields.
    Sends(Vec<(&'static str, &'static str)>),
    /// As far as the page's own script lets the form go.
    Presses([&'static str; 3]),
}

impl Scene {
    fn new(name: &'static str, way: Way, shows: &'static str) -> Self {
        Self { name, statements: Vec::new(), way, own: None, shows, without_razorpay: false }
    }

    fn opens(name: &'static str, path: &str, shows: &'static str) -> Self {
        Self::new(name, Way::Opens(path.to_owned()), shows)
    }

    /// By the form, with these names, and phone and e-mail.
    fn sends(name: &'static str, names: &[&'static str], contact: [&'static str; 2], shows: &'static str) -> Self {
        let names = names.iter().map(|name| ("first_name", *name));
        let contact = ["phone_number", "email"].into_iter().zip(contact);
        Self::new(name, Way::Sends(names.chain(contact).collect()), shows)
    }

    fn after(mut self, statement: impl Into<String>) -> Self {
        self.statements.push(statement.into());
        self
    }
}

/// Guests who are where the scenes need them.
pub(super) struct Cast {
    /// Holds a seat.
    pub(super) held: Booked,
    /// Has a ticket, and gave an e-mail address.
    pub(super) paid: Booked,
    /// Has a ticket, and a name as long as a name can be.
    pub(super) long: Booked,
    /// Holds three seats.
    pub(super) held_group: Booked,
    /// Has ten tickets.
    pub(super) group: Booked,
    /// Paid one rupee.
    pub(super) dead: Booked,
}

/// As many as can come by one order; every script has its own height and direction.
const TEN: [&str; 10] =
    ["Asha", "रवि", "O'Neill", "محمد", "ஸ்ரீனி", "Weeping Willow Wanderer", "李雷", "मैं", "Ольга", "Jo"];

impl Cast {
    pub(super) async fn gathers(world: &World) -> Self {
        let held = world.book("Asha", "9876543210").await;
        let with_mail = [("first_name", "Meera"), ("phone_number", "9876543211"), ("email", "meera@example.com")];
        assert_eq!(world.submit(&with_mail).await.status(), 303);
        let paid = world.booked("9876543211").await;
        let long = world.book(&"W".repeat(50), "9876543212").await;
        let together = |names: &[&'static str], phone: &'static str| {
            names.iter().map(|name| ("first_name", *name)).chain([("phone_number", phone)]).collect::<Vec<_>>()
        };
        assert_eq!(world.submit(&together(&TEN[..3], "9876543214")).await.status(), 303);
        assert_eq!(world.submit(&together(&TEN, "9876543215")).await.status(), 303);
        let (held_group, group) = (world.booked("9876543214").await, world.booked("9876543215").await);
        for order in [&paid, &long, &group] {
            world.razorpay.pay(&order.link_id).unwrap();
            eventually("the ticket", async || world.state(order).await == "paid").await;
        }
        let dead = world.book("Ravi", "9876543213").await;
        world.razorpay.pay_other(&dead.link_id, 100, "INR").unwrap();
        eventually("the refund", async || world.state(&dead).await == "refunding").await;
        world.razorpay.settled().await;
        world.sql("UPDATE orders SET next_look_at = NULL").await;
        Self { held, paid, long, held_group, group, dead }
    }
}
