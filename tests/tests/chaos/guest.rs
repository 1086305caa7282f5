//! One guest, alone or with friends, from the form to the payment page.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable;
use real_parts::buyers::Chance;

use crate::audit::Kind;
use crate::doors::{Sent, Shown};
use crate::fate::drawn;
use crate::stage::{PRICE, Stage};

/// How long anybody goes on trying for a seat: everybody gets one, sooner or later.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a guest opens the order's page for a way to pay.
const LOOKS: u32 = 25;

const NAMES: [&str; 8] = ["Asha", "Ravi", "Meera", "Kabir", "Zoya", "O'Neill", "रवि", "Zoë"];
/// How many come together, each so often in a hundred.
const TOGETHER: [(u64, usize); 4] = [(50, 1), (25, 2), (15, 3), (10, 4)];

pub(crate) struct Guest {
    /// Who come, under one number; the first of them books.
    names: Vec<&'static str>,
    phone: String,
}

/// An order as its guest and the hand of fate know it.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) link: String,
    /// What its guests are to pay together.
    pub(crate) price: i64,
}

/// How somebody presses the button.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Press {
    Once,
    /// The same form twice, at both servers.
    Twice,
    /// Two forms in two tabs, at both servers; in one of them the last of the friends alone.
    TwoTabs,
}

impl Guest {
    pub(crate) fn of(number: u32, chance: &mut Chance) -> Self {
        let first = usize::try_from(chance.percent()).unwrap();
        let names = NAMES.iter().copied().cycle().skip(first).take(drawn(chance, &TOGETHER)).collect();
        Self { names, phone: format!("98{number:08}") }
    }

    /// The same friends, or one fewer.
    pub(crate) fn once_more(&self, chance: &mut Chance) -> Self {
        let mut names = self.names.clone();
        if names.len() > 1 && chance.percent() < 60 {
            names.remove(usize::try_from(chance.percent()).unwrap() % names.len());
        }
        Self { names, phone: self.phone.clone() }
    }

    /// Comes to a payment page; nothing when that was not to be had, which has then been complained of.
    pub(crate) async fn book(&self, stage: &Stage, chance: &mut Chance) -> Option<Order> {
        let (first, tab) = (chance.hex(), chance.hex());
        let press = match chance.percent() {
            0..15 => Press::Twice,
            15..21 => Press::TwoTabs,
            _ => Press::Once,
        };
        let token = self.seat(stage, chance, press, &first, &tab).await?;
        self.payment_page(stage, chance, token).await
    }

    /// Presses until there is an order.
    async fn seat(&self, stage: &Stage, chance: &mut Chance, press: Press, first: &str, tab: &str) -> Option<String> {
        let began = Instant::now();
        let mut server = either(chance);
        while began.elapsed() < PATIENCE && !stage.is_hopeless() {
            let sent = match press {
                Press::Once => self.press(stage, server, first, &self.names).await,
                Press::Twice => self.twice(stage, server, (first, &self.names), (first, &self.names)).await,
                Press::TwoTabs => {
                    let last = &self.names[self.names.len() - 1..];
                    self.twice(stage, server, (first, &self.names), (tab, last)).await
                }
            };
            let pause = match sent {
                Sent::Booked(token) => return Some(token),
                Sent::SoldOut | Sent::Unable => {
                    stage.waiting.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(chance.between(ms(150), ms(400))).await;
                    stage.waiting.fetch_sub(1, Ordering::Relaxed);
                    ms(0)
                }
                Sent::Duplicate if press == Press::TwoTabs => ms(50),
                Sent::Duplicate => {
                    stage
                        .complain(Kind::SentAway, format!("{}: the same form again is called a duplicate", self.phone));
                    return None;
                }
                Sent::Odd(said) => {
                    stage.complain(Kind::OddAnswer, said);
                    return None;
                }
                Sent::Crowded | Sent::NoAnswer => chance.between(ms(50), ms(250)),
            };
            tokio::time::sleep(pause).await;
            server = 1 - server;
        }
        if !stage.is_hopeless() {
            stage.complain(Kind::InDoubt, format!("{}: no seat and no end", self.phone));
        }
        None
    }

    async fn press(&self, stage: &Stage, server: usize, form: &str, names: &[&str]) -> Sent {
        let sent = stage.doors.submit(server, names, &self.phone, form).await;
        stage.counts.add("forms", word(&sent));
        sent
    }

    /// Both at the same moment; the better answer.
    async fn twice(&self, stage: &Stage, server: usize, one: (&str, &[&str]), other: (&str, &[&str])) -> Sent {
        let first = self.press(stage, server, one.0, one.1);
        let (first, second) = tokio::join!(first, self.press(stage, 1 - server, other.0, other.1));
        if one.0 == other.0 && (first == Sent::Duplicate || second == Sent::Duplicate) {
            return Sent::Duplicate;
        }
        match (&first, &second) {
            (Sent::Booked(one_order), Sent::Booked(other_order)) if one_order != other_order => {
                stage.complain(Kind::TwoOrders, format!("{}: two orders of one moment", self.phone));
                first
            }
            (_, Sent::Booked(_)) => second,
            _ => first,
        }
    }

    /// Opens the order's page until it shows where to pay.
    async fn payment_page(&self, stage: &Stage, chance: &mut Chance, token: String) -> Option<Order> {
        let mut server = either(chance);
        for _ in 0..LOOKS {
            if let Some(order) = known(stage, &token).await
                && !order.link.is_empty()
            {
                return Some(order);
            }
            if let Shown::Other(state) = stage.doors.page(server, &token).await {
                stage.complain(Kind::InDoubt, format!("{}: {state} before there was a way to pay", self.phone));
                return None;
            }
            tokio::time::sleep(chance.between(ms(80), ms(250))).await;
            server = 1 - server;
        }
        stage.complain(Kind::NoWayToPay, format!("{}: no way to pay, as often as the page was opened", self.phone));
        None
    }
}

/// What the database knows of an order; the page shows its link as soon as it stands there.
async fn known(stage: &Stage, token: &str) -> Option<Order> {
    let query = "SELECT id, COALESCE(link_id, ''), (SELECT COUNT(*) FROM attendees WHERE order_id = id) FROM orders
                 WHERE token = ?";
    let row: Option<(String, String, i64)> =
        stage.pool.get_conn().await.unwrap().exec_first(query, (token,)).await.unwrap();
    row.map(|(id, link, guests)| Order { id, token: token.to_owned(), link, price: PRICE * guests })
}

pub(crate) fn either(chance: &mut Chance) -> usize {
    usize::from(chance.percent() < 50)
}

pub(crate) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn word(sent: &Sent) -> &'static str {
    match sent {
        Sent::Booked(_) => "an order",
        Sent::SoldOut => "sold out",
        Sent::Duplicate => "booked already",
        Sent::Crowded => "come back in a moment",
        Sent::Unable => "unable",
        Sent::NoAnswer => "no answer",
        Sent::Odd(_) => "something odd",
    }
}
