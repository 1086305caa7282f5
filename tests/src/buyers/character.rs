//! How somebody behaves.

use super::chance::Chance;

/// How somebody behaves, from the first page to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Character {
    /// What happens on the payment page.
    pub at_payment: AtPayment,
    /// Waits while a seat may still come back; others take *sold out* for an answer.
    pub patient: bool,
    /// Presses the button twice.
    pub nervous: bool,
}

/// What happens on the payment page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtPayment {
    /// Pays and comes back.
    Pays,
    /// The bank says no at first.
    FailsFirst,
    /// Pays and closes the tab: the site hears of it from Razorpay alone.
    PaysAndClosesTheTab,
    /// Leaves, and comes back later to pay.
    ComesBackLater,
    /// Leaves for good.
    NeverPays,
}

impl Character {
    /// One of a crowd: most pay at once, an eighth never does.
    #[must_use]
    pub fn drawn(chance: &mut Chance) -> Self {
        let at_payment = match chance.percent() {
            0..70 => AtPayment::Pays,
            70..75 => AtPayment::FailsFirst,
            75..82 => AtPayment::PaysAndClosesTheTab,
            82..88 => AtPayment::ComesBackLater,
            _ => AtPayment::NeverPays,
        };
        Self { at_payment, patient: chance.percent() < 40, nervous: chance.percent() < 5 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_has_everybody_in_it() {
        let crowd: Vec<_> = (0..1000).map(|number| Character::drawn(&mut Chance::of(3, number))).collect();
        let share = |is: fn(&Character) -> bool| crowd.iter().filter(|it| is(it)).count();
        assert!((80..160).contains(&share(|it| it.at_payment == AtPayment::NeverPays)));
        assert!((650..750).contains(&share(|it| it.at_payment == AtPayment::Pays)));
        assert!((350..450).contains(&share(|it| it.patient)) && share(|it| it.nervous) > 20);
    }
}
