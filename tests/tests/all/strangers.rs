//! No input makes a 500.
//!
//! Strangers send what they like: thousands of requests, each made of parts
//! that once hurt somebody. What each sends follows from its seed, which is
//! printed; `STRANGERS_SEED` sends it again.

mod dice;
mod guests;
mod line;
mod razorpays;

use std::collections::BTreeMap;
use std::time::Instant;

use real_parts::razorpay::{ApiFault, Faults};
use tokio::task::JoinSet;

use crate::world::{Booked, Setup, World};
use dice::Dice;
use line::Line;

/// More than the site has processors here: they meet.
const STRANGERS: u64 = 8;
/// They book until there is nothing left, and go on.
const CAPACITY: u32 = 150;
const REQUESTS_EACH: usize = 1_500;

/// What strangers know of this world: the worst case is that they know it all.
#[derive(Clone, Debug)]
struct Known {
    host: String,
    /// One paid, one held.
    orders: [Booked; 2],
    payment_id: String,
    webhook_secret: String,
    key_secret: String,
}

/// What a request may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// Whatever is not our fault.
    Below500,
    /// A letter that is not Razorpay's.
    Forged,
    /// Razorpay's own letter about something that is none of ours, or known already.
    Heard,
}

/// One thing a stranger sends.
struct Request {
    bytes: Vec<u8>,
    answer: Answer,
}

/// How often each status was answered.
type Statuses = BTreeMap<u16, usize>;

async fn world_with_a_ticket() -> (World, Known) {
    // All of them live at one address.
    let mut setup = Setup { capacity: CAPACITY, ..Setup::default() };
    setup.env.push(("SUBMITS_PER_MINUTE", "0".into()));
    let razorpay = setup.razorpay.clone();
    let world = World::new(setup).await;
    let orders = [world.book("Asha", "9876543210").await, world.book("Ravi", "9876543211").await];
    world.razorpay.pay(&orders[0].link_id).unwrap();
    world.razorpay.settled().await;
    assert_eq!((world.state(&orders[0]).await.as_str(), world.seats().await), ("paid", (1, 1)));
    let known = Known {
        host: world.site.url.trim_start_matches("http://").to_owned(),
        orders,
        payment_id: world.razorpay.payments()[0].id.clone(),
        webhook_secret: razorpay.webhook_secret,
        key_secret: razorpay.key_secret,
    };
    (world, known)
}

/// Each stranger has a line of their own, which must bear the next request after any other.
async fn strangers(known: &Known, each: usize, may_be_away: bool) -> Statuses {
    let seed = std::env::var("STRANGERS_SEED").map_or_else(|_| dice::fresh_seed(), |seed| seed.parse().unwrap());
    println!("{STRANGERS} strangers with STRANGERS_SEED={seed}");
    let mut all = JoinSet::new();
    for stranger in 0..STRANGERS {
        let (known, mut dice) = (known.clone(), Dice::new(seed.wrapping_add(stranger)));
        all.spawn(async move {
            let mut statuses = Statuses::new();
            let mut line = Line::to(&known.host);
            for number in 0..each {
                let request = any_request(&mut dice, &known);
                let said = line.ask(&request.bytes).await;
                let what = || format!("stranger {stranger}, request {number}: {}", shown(&request.bytes));
                let status = said.unwrap_or_else(|error| panic!("no answer ({error}) for {}", what()));
                let honest = may_be_away && status == 503;
                assert!(status < 500 || honest, "{status} for {}", what());
                match request.answer {
                    Answer::Below500 => {}
                    Answer::Forged => assert!([400, 413].contains(&status), "{status} for {}", what()),
                    Answer::Heard => assert!(status == 200 || honest, "{status} for {}", what()),
                }
                *statuses.entry(status).or_default() += 1;
            }
            println!("stranger {stranger} needed {} connections", line.opened);
            assert!(line.opened <= each / 5, "an answered request should leave its connection usable");
            statuses
        });
    }
    let mut statuses = Statuses::new();
    for part in all.join_all().await {
        part.into_iter().for_each(|(status, count)| *statuses.entry(status).or_default() += count);
    }
    statuses
}

fn any_request(dice: &mut Dice, known: &Known) -> Request {
    match dice.below(10) {
        0..4 => Request { bytes: guests::page(dice, known), answer: Answer::Below500 },
        4..7 => Request { bytes: guests::form(dice, known), answer: Answer::Below500 },
        _ => razorpays::letter(dice, known),
    }
}

fn shown(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(3000)];
    format!("{} bytes, beginning with\n{}", bytes.len(), start.escape_ascii().to_string().replace("\\r\\n", "\n"))
}

/// Whoever knocked and whatever they said.
async fn nothing_was_sold_or_lost(world: &World, known: &Known) {
    let log = world.site.log();
    assert!(!log.contains("panicked") && !log.contains("answered 500"), "{log}");
    let (sold, held) = world.seats().await;
    let of = async |state: &str| {
        world.count(&format!("attendees a JOIN orders o ON o.id = a.order_id WHERE o.state = '{state}'")).await
    };
    assert_eq!((sold, held), (of("paid").await, of("held").await), "the counters are those of the guests");
    assert!(sold + held <= CAPACITY);
    assert_eq!((sold, world.count("tickets").await, world.count("payments").await), (1, 1, 1), "one was paid for");
    assert_eq!((world.count("refunds").await, world.count("disputes").await), (0, 0));
    let [paid, waiting] = &known.orders;
    assert_eq!((world.state(paid).await.as_str(), world.state(waiting).await.as_str()), ("paid", "held"));
    assert_eq!(world.count("tickets WHERE REVOKED_AT IS NULL AND PRESENT = 0").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_stranger_gets_a_500_or_a_ticket() {
    let (world, known) = world_with_a_ticket().await;
    let began = Instant::now();
    let statuses = strangers(&known, REQUESTS_EACH, false).await;
    println!("answered in {:.1} s: {statuses:?}", began.elapsed().as_secs_f64());
    // Without these most of them never came past the door.
    for status in [200, 303, 400, 404, 405, 409, 413, 415, 422] {
        assert!(statuses.contains_key(&status), "nobody was answered {status}: {statuses:?}");
    }
    nothing_was_sold_or_lost(&world, &known).await;
}

/// Then 503 is the truth, and all that may be said beyond 499.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_while_razorpay_is_away() {
    let (world, known) = world_with_a_ticket().await;
    let faults = Faults::none().sometimes(0.4, None, ApiFault::Refused(502)).sometimes(0.2, None, ApiFault::Cut);
    world.razorpay.misbehave(faults);
    let began = Instant::now();
    let statuses = strangers(&known, REQUESTS_EACH / 5, true).await;
    println!("answered in {:.1} s: {statuses:?}", began.elapsed().as_secs_f64());
    world.razorpay.behave();
    nothing_was_sold_or_lost(&world, &known).await;
}
