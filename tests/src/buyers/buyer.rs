//! One buyer, from the first page to the end.

use std::time::{Duration, Instant};

use super::chance::Chance;
use super::character::Character;
use super::doors::{Ask, Doors};
use super::mind::{Memory, Next, Outcome, Pause, Step, next};
use super::sight::Sight;

/// Somebody who wants a seat.
#[derive(Debug)]
pub(super) struct Buyer {
    who: Character,
    chance: Chance,
    memory: Memory,
    /// How often in a row it has waited.
    waits: i32,
    /// Where its requests come from, as the proxy says.
    address: String,
    phone: String,
}

impl Buyer {
    /// The nth of a crowd; the same seed is the same person.
    pub(super) fn new(seed: u64, number: u32) -> Self {
        let mut chance = Chance::of(seed, number);
        let [_, a, b, c] = number.to_be_bytes();
        Self {
            who: Character::drawn(&mut chance),
            chance,
            memory: Memory::default(),
            waits: 0,
            address: format!("10.{a}.{b}.{c}"),
            phone: format!("98{number:08}"),
        }
    }

    /// Does one thing after the other until there is an end, or no more time.
    pub(super) async fn live(mut self, doors: &Doors, until: Instant) -> Outcome {
        let mut step = Step::OpenForm;
        loop {
            let sight = self.take(doors, &step).await;
            let seen = format!("{sight:?} after {step:?}");
            step = match next(&self.who, &mut self.memory, &step, sight) {
                Next::Do(step) => {
                    // Having looked for a seat in vain is still waiting.
                    self.waits = if step == Step::OpenForm { self.waits } else { 0 };
                    step
                }
                Next::After(pause, step) => {
                    tokio::time::sleep(self.length_of(pause)).await;
                    self.waits += 1;
                    step
                }
                Next::End(Outcome::InDoubt(_)) => return Outcome::InDoubt(seen),
                Next::End(outcome) => return outcome,
            };
            if Instant::now() > until {
                return Outcome::InDoubt(format!("no time left, and the last was {seen}"));
            }
        }
    }

    async fn take(&self, doors: &Doors, step: &Step) -> Sight {
        let from = &self.address;
        match step {
            Step::OpenForm => doors.get(Ask::Form, from, "/").await,
            Step::Submit(key) if self.who.nervous => {
                // Two clicks are two requests at once; the browser shows the answer to the second.
                tokio::join!(self.submit(doors, key), self.submit(doors, key)).1
            }
            Step::Submit(key) => self.submit(doors, key).await,
            Step::Pay(page) => doors.press(page, "pay").await,
            Step::FailToPay(page) => doors.press(page, "fail").await,
            Step::Return(back) => doors.get(Ask::Return, from, back).await,
            Step::Look(order) => doors.get(Ask::Order, from, order).await,
            Step::LoadPicture(order) => doors.get(Ask::Picture, from, &format!("{order}/qr.svg")).await,
        }
    }

    async fn submit(&self, doors: &Doors, key: &str) -> Sight {
        let form = [("first_name", "Asha"), ("phone_number", &*self.phone), ("form_key", key)];
        doors.submit(&self.address, self.memory.order.as_deref(), &form).await
    }

    /// Longer each time: nobody presses the same button every second for minutes.
    fn length_of(&mut self, pause: Pause) -> Duration {
        let seconds = Duration::from_secs_f64;
        let patience = 1.5_f64.powi(self.waits.min(6));
        match pause {
            // Not all at the same moment, and never too soon.
            Pause::Told(least) => self.chance.between(least, least * 3 / 2 + seconds(0.5)),
            Pause::Moment => self.chance.between(seconds(0.5 * patience), seconds(patience)),
            Pause::ForASeat => self.chance.between(seconds(1.0 + patience), seconds(3.0 + patience)),
            Pause::Away => self.chance.between(seconds(2.0), seconds(25.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_a_crowd_share_an_address_or_a_number() {
        let crowd = [0, 1, 255, 256, 65_536, 20_000].map(|number| Buyer::new(1, number));
        assert_eq!((&*crowd[2].address, &*crowd[5].address), ("10.0.0.255", "10.0.78.32"));
        let different: std::collections::BTreeSet<_> = crowd.iter().map(|it| (&it.address, &it.phone)).collect();
        assert_eq!(different.len(), crowd.len());
    }

    #[test]
    fn nobody_comes_back_before_the_time_that_was_told() {
        let mut buyer = Buyer::new(1, 1);
        let told = Duration::from_secs(4);
        let waits = (0..100).map(|_| buyer.length_of(Pause::Told(told))).collect::<Vec<_>>();
        assert!(waits.iter().all(|wait| *wait >= told));
        assert!(waits.iter().max() > waits.iter().min().map(|least| *least + Duration::from_secs(1)).as_ref());
    }

    #[test]
    fn who_waits_in_vain_waits_longer_and_not_for_ever() {
        let mut buyer = Buyer::new(1, 1);
        let first = buyer.length_of(Pause::Moment);
        buyer.waits = 1000;
        assert!(buyer.length_of(Pause::Moment) > first * 3);
        assert!(buyer.length_of(Pause::Moment) < Duration::from_secs(15));
    }
}
