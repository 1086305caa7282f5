//! What somebody does next, given who it is and what it sees. Pure.

use std::time::Duration;

use super::character::{AtPayment, Character};
use super::sight::Sight;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    OpenForm,
    /// Sends the form of this key.
    Submit(String),
    /// Presses *Pay* on the payment page at this address.
    Pay(String),
    /// The same, and the bank says no.
    FailToPay(String),
    /// Goes the way back that the payment page shows.
    Return(String),
    /// Opens the order's page.
    Look(String),
    /// Loads the ticket's code, as the order's page does.
    LoadPicture(String),
}

/// What somebody remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// The page of its order.
    pub(super) order: Option<String>,
    /// The bank took the money.
    pub(super) paid: bool,
    failed: bool,
    left: bool,
}

/// Why somebody waits; how long is a matter of chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// At least this long, as it was told to.
    Told(Duration),
    /// Something is being done and will be ready in a moment.
    Moment,
    /// A seat may come back.
    ForASeat,
    /// There are other things to do.
    Away,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With a ticket whose code could be loaded.
    Ticket,
    /// Every seat was taken.
    SoldOut,
    /// Had a seat, and chose not to pay.
    DidNotPay,
    /// The money goes back.
    MoneyBack,
    /// Without an answer: what was seen last.
    InDoubt(String),
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Do(Step),
    After(Pause, Step),
    End(Outcome),
}

/// Decides, after `step` has led to `sight`.
pub(super) fn next(who: &Character, memory: &mut Memory, step: &Step, sight: Sight) -> Next {
    match sight {
        Sight::Form(key) => Next::Do(Step::Submit(key)),
        Sight::PaymentPage { url, order } => {
            memory.order = order.or(memory.order.take());
            at_payment(who, memory, url)
        }
        Sight::OrderPage(path) => look(memory, path),
        Sight::Held { pay_url: Some(url) } if !memory.paid => at_payment(who, memory, url),
        Sight::Held { .. } => Next::After(Pause::Moment, step.clone()),
        Sight::Ticket => match &memory.order {
            Some(order) => Next::Do(Step::LoadPicture(order.clone())),
            None => Next::End(Outcome::InDoubt("a ticket of nobody's order".into())),
        },
        Sight::Picture => Next::End(Outcome::Ticket),
        // Money was taken for it: this cannot be the last word.
        Sight::LetGo if memory.paid => Next::After(Pause::Moment, step.clone()),
        Sight::LetGo => start_again(who, memory),
        Sight::MoneyBack => Next::End(Outcome::MoneyBack),
        Sight::SoldOut { may_return: true } if who.patient => Next::After(Pause::ForASeat, Step::OpenForm),
        Sight::SoldOut { .. } => Next::End(Outcome::SoldOut),
        Sight::Duplicate { own: Some(path) } => look(memory, path),
        Sight::Duplicate { own: None } => match &memory.order {
            Some(order) => Next::Do(Step::Look(order.clone())),
            // Of two clicks the one that was heard found no seat and the other one did: who does not
            // know that has to wait until that seat is let go, and is told so.
            None => Next::After(Pause::ForASeat, Step::OpenForm),
        },
        Sight::Paid { back } => {
            memory.paid = true;
            match &memory.order {
                Some(order) if who.at_payment == AtPayment::PaysAndClosesTheTab => {
                    Next::After(Pause::Moment, Step::Look(order.clone()))
                }
                _ => Next::Do(Step::Return(back)),
            }
        }
        Sight::Declined => {
            memory.failed = true;
            look_at_own_order(memory)
        }
        Sight::DeadLink => look_at_own_order(memory),
        Sight::Busy { after: Some(after) } => Next::After(Pause::Told(after), step.clone()),
        // Sent again, a form is the same wish, and a payment that was taken finds its link dead.
        Sight::Busy { after: None } | Sight::NoAnswer => Next::After(Pause::Moment, step.clone()),
        Sight::Odd(said) => Next::End(Outcome::InDoubt(said)),
    }
}

fn look(memory: &mut Memory, path: String) -> Next {
    // What follows the question mark is for the page alone.
    memory.order = path.split('?').next().map(str::to_owned);
    Next::Do(Step::Look(path))
}

fn look_at_own_order(memory: &Memory) -> Next {
    match &memory.order {
        Some(order) => Next::After(Pause::Moment, Step::Look(order.clone())),
        None => Next::End(Outcome::InDoubt("a dead payment page of nobody's order".into())),
    }
}

fn at_payment(who: &Character, memory: &mut Memory, url: String) -> Next {
    match who.at_payment {
        AtPayment::NeverPays => Next::End(Outcome::DidNotPay),
        AtPayment::FailsFirst if !memory.failed => Next::Do(Step::FailToPay(url)),
        AtPayment::ComesBackLater if !memory.left => {
            memory.left = true;
            match &memory.order {
                Some(order) => Next::After(Pause::Away, Step::Look(order.clone())),
                None => Next::After(Pause::Away, Step::OpenForm),
            }
        }
        _ => Next::Do(Step::Pay(url)),
    }
}

/// The seat is gone, the wish is not.
fn start_again(who: &Character, memory: &mut Memory) -> Next {
    memory.order = None;
    match who.at_payment {
        AtPayment::NeverPays => Next::End(Outcome::DidNotPay),
        _ => Next::Do(Step::OpenForm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYS: Character = Character { at_payment: AtPayment::Pays, patient: true, nervous: false };
    const ORDER: &str = "/orders/1";

    fn who(at_payment: AtPayment) -> Character {
        Character { at_payment, ..PAYS }
    }

    fn with_an_order() -> Memory {
        Memory { order: Some(ORDER.into()), ..Memory::default() }
    }

    fn look() -> Step {
        Step::Look(ORDER.into())
    }

    fn payment_page() -> Sight {
        Sight::PaymentPage { url: "pay".into(), order: Some(ORDER.into()) }
    }

    #[test]
    fn the_straight_way_leads_from_the_form_to_the_ticket() {
        let mut memory = Memory::default();
        let mut step = Step::OpenForm;
        for (sight, then) in [
            (Sight::Form("key".into()), Step::Submit("key".into())),
            (payment_page(), Step::Pay("pay".into())),
            (Sight::Paid { back: "back".into() }, Step::Return("back".into())),
            (Sight::OrderPage(ORDER.into()), look()),
            (Sight::Ticket, Step::LoadPicture(ORDER.into())),
        ] {
            assert_eq!(next(&PAYS, &mut memory, &step, sight), Next::Do(then.clone()));
            step = then;
        }
        assert_eq!(next(&PAYS, &mut memory, &step, Sight::Picture), Next::End(Outcome::Ticket));
    }

    #[test]
    fn come_back_later_is_obeyed_with_the_same_step_again() {
        let submit = Step::Submit("key".into());
        let told = Duration::from_secs(7);
        for (sight, pause) in [
            (Sight::Busy { after: Some(told) }, Pause::Told(told)),
            (Sight::Busy { after: None }, Pause::Moment),
            (Sight::NoAnswer, Pause::Moment),
        ] {
            assert_eq!(next(&PAYS, &mut Memory::default(), &submit, sight), Next::After(pause, submit.clone()));
        }
    }

    #[test]
    fn only_the_patient_wait_for_a_seat_and_only_while_one_may_come_back() {
        let seen = |patient, may_return| {
            let who = Character { patient, ..PAYS };
            next(&who, &mut Memory::default(), &Step::OpenForm, Sight::SoldOut { may_return })
        };
        assert_eq!(seen(true, true), Next::After(Pause::ForASeat, Step::OpenForm));
        assert_eq!(seen(true, false), Next::End(Outcome::SoldOut));
        assert_eq!(seen(false, true), Next::End(Outcome::SoldOut));
    }

    #[test]
    fn everybody_behaves_at_the_payment_page_as_is_their_way() {
        let mut memory = with_an_order();
        let step = Step::Submit("key".into());
        assert_eq!(next(&who(AtPayment::NeverPays), &mut memory, &step, payment_page()), Next::End(Outcome::DidNotPay));

        let fails = who(AtPayment::FailsFirst);
        assert_eq!(next(&fails, &mut memory, &step, payment_page()), Next::Do(Step::FailToPay("pay".into())));
        assert_eq!(next(&fails, &mut memory, &step, Sight::Declined), Next::After(Pause::Moment, look()));
        let held = Sight::Held { pay_url: Some("pay".into()) };
        assert_eq!(next(&fails, &mut memory, &look(), held.clone()), Next::Do(Step::Pay("pay".into())));

        let later = who(AtPayment::ComesBackLater);
        assert_eq!(next(&later, &mut memory, &step, payment_page()), Next::After(Pause::Away, look()));
        assert_eq!(next(&later, &mut memory, &look(), held), Next::Do(Step::Pay("pay".into())));

        let closes = who(AtPayment::PaysAndClosesTheTab);
        let paid = Sight::Paid { back: "back".into() };
        assert_eq!(next(&closes, &mut memory, &step, paid), Next::After(Pause::Moment, look()));
    }

    #[test]
    fn who_has_paid_neither_pays_again_nor_takes_a_seat_let_go_for_an_answer() {
        let mut memory = Memory { paid: true, ..with_an_order() };
        for sight in [Sight::Held { pay_url: Some("pay".into()) }, Sight::Held { pay_url: None }, Sight::LetGo] {
            assert_eq!(next(&PAYS, &mut memory, &look(), sight), Next::After(Pause::Moment, look()));
        }
        assert_eq!(next(&PAYS, &mut memory, &look(), Sight::MoneyBack), Next::End(Outcome::MoneyBack));
    }

    #[test]
    fn who_has_not_paid_and_lost_the_seat_books_again() {
        let mut memory = with_an_order();
        assert_eq!(next(&PAYS, &mut memory, &look(), Sight::LetGo), Next::Do(Step::OpenForm));
        assert_eq!(memory.order, None);
        assert_eq!(
            next(&PAYS, &mut with_an_order(), &Step::Pay("pay".into()), Sight::DeadLink),
            Next::After(Pause::Moment, look())
        );
        let gone = next(&who(AtPayment::NeverPays), &mut with_an_order(), &look(), Sight::LetGo);
        assert_eq!(gone, Next::End(Outcome::DidNotPay));
    }

    #[test]
    fn what_nobody_understands_leaves_in_doubt() {
        let end = next(&PAYS, &mut Memory::default(), &Step::OpenForm, Sight::Odd("500 Oh".into()));
        assert_eq!(end, Next::End(Outcome::InDoubt("500 Oh".into())));
    }

    #[test]
    fn who_has_booked_already_goes_there_or_waits_until_it_is_let_go() {
        let duplicate = |memory: &mut Memory, own| next(&PAYS, memory, &Step::OpenForm, Sight::Duplicate { own });
        let own = Some(ORDER.into());
        assert_eq!(duplicate(&mut Memory::default(), own), Next::Do(look()));
        assert_eq!(duplicate(&mut with_an_order(), None), Next::Do(look()));
        assert_eq!(duplicate(&mut Memory::default(), None), Next::After(Pause::ForASeat, Step::OpenForm));
    }
}
