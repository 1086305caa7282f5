//! What becomes of an order, drawn for each guest.

use real_parts::buyers::Chance;
use real_parts::razorpay::DeadLink;

/// What becomes of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    PaysAndReturns,
    PaysAndVanishes,
    FailsThenPays,
    /// The bank's no becomes a yes.
    FailedThenCaptured,
    NeverPays,
    /// The link dies, and then the money comes.
    LateMoney,
    /// The link dies and the money comes in the same moment.
    ExpiryRace,
    /// We cancel while the guest pays.
    CancelRace,
    PaysTwice,
    /// Two attempts, both captured in one moment.
    TwoAtOnce,
    WrongAmount,
    InParts,
    InDollars,
    /// The seat is gone; books again, pays, and then the first payment comes, too.
    BooksAgain,
}

impl Fate {
    /// Of a hundred guests.
    pub(crate) const ODDS: [(u64, Self); 14] = [
        (22, Self::PaysAndReturns),
        (8, Self::PaysAndVanishes),
        (5, Self::FailsThenPays),
        (5, Self::FailedThenCaptured),
        (13, Self::NeverPays),
        (12, Self::LateMoney),
        (12, Self::ExpiryRace),
        (5, Self::CancelRace),
        (6, Self::PaysTwice),
        (2, Self::TwoAtOnce),
        (3, Self::WrongAmount),
        (2, Self::InParts),
        (1, Self::InDollars),
        (4, Self::BooksAgain),
    ];

    pub(crate) fn drawn(chance: &mut Chance) -> Self {
        drawn(chance, &Self::ODDS)
    }
}

/// By whose clock a link dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Razorpays,
    Ours,
    /// Not before the storm is over.
    Neither,
}

impl Clock {
    pub(crate) fn drawn(chance: &mut Chance) -> Self {
        drawn(chance, &[(45, Self::Razorpays), (45, Self::Ours), (10, Self::Neither)])
    }
}

/// What happens later to money that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Later {
    Nothing,
    Disputed,
    RefundedOnDashboard,
    PartRefundedOnDashboard,
    OrganiserRefunds,
    OrganiserRevokes,
    OrganiserRevokesAndRestores,
}

impl Later {
    /// For a payment that was meant for the ticket.
    pub(crate) const OF_A_TICKET: [(u64, Self); 7] = [
        (74, Self::Nothing),
        (9, Self::Disputed),
        (5, Self::RefundedOnDashboard),
        (1, Self::PartRefundedOnDashboard),
        (4, Self::OrganiserRefunds),
        (1, Self::OrganiserRevokes),
        (6, Self::OrganiserRevokesAndRestores),
    ];
    /// For one that we shall have to give back.
    pub(crate) const OF_OTHER_MONEY: [(u64, Self); 4] =
        [(76, Self::Nothing), (12, Self::RefundedOnDashboard), (4, Self::PartRefundedOnDashboard), (8, Self::Disputed)];
}

pub(crate) fn dead_link(chance: &mut Chance) -> DeadLink {
    drawn(chance, &[(50, DeadLink::StaysDead), (50, DeadLink::TurnsPaid)])
}

/// One of these, each so often in a hundred.
pub(crate) fn drawn<T: Copy>(chance: &mut Chance, odds: &[(u64, T)]) -> T {
    let mut left = chance.percent();
    for (odds, it) in odds {
        match left.checked_sub(*odds) {
            Some(rest) => left = rest,
            None => return *it,
        }
    }
    unreachable!("the odds are a hundred in all")
}

#[test]
fn odds_are_a_hundred_in_all() {
    let sum = |odds: &[(u64, Later)]| odds.iter().map(|(odds, _)| odds).sum::<u64>();
    assert_eq!(Fate::ODDS.iter().map(|(odds, _)| odds).sum::<u64>(), 100);
    assert_eq!((sum(&Later::OF_A_TICKET), sum(&Later::OF_OTHER_MONEY)), (100, 100));
}
