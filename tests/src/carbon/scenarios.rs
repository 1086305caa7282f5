//! The bad days that the tool's README lists, in the tool's format (YAML, and so JSON).

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::json;

/// What a merchant's day is like.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// The tool's name for it.
    pub name: &'static str,
    /// How many guests try to pay.
    pub orders: usize,
    /// How much, each.
    pub paise: u32,
    /// How many of a hundred succeed.
    pub succeed: u32,
    /// Whether the money of those is taken, or only promised by their bank.
    pub captured: bool,
    /// And then.
    pub attack: Attack,
}

/// What hits some of the captured payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// Nothing.
    None,
    /// So many are disputed.
    Disputes(usize),
    /// So many are given back.
    Refunds(usize),
}

const CALM: Scenario =
    Scenario { name: "", orders: 1, paise: 250_000, succeed: 100, captured: true, attack: Attack::None };

/// In the order of the tool's README, as large as it makes them.
pub const SCENARIOS: [Scenario; 11] = [
    Scenario { name: "dispute-spike", orders: 1_000, attack: Attack::Disputes(150), ..CALM },
    Scenario { name: "payment-decline-spike", orders: 2_000, succeed: 70, ..CALM },
    Scenario { name: "refund-storm", orders: 2_000, attack: Attack::Refunds(500), ..CALM },
    Scenario { name: "flash-sale", orders: 5_000, ..CALM },
    Scenario { name: "gateway-error-burst", orders: 1_000, succeed: 50, ..CALM },
    Scenario { name: "min-amount", paise: 100, ..CALM },
    Scenario { name: "max-amount", paise: 1_000_000, ..CALM },
    Scenario { name: "upi-timeout", orders: 100, paise: 50_000, succeed: 70, captured: false, ..CALM },
    Scenario { name: "vpa-not-found", orders: 50, paise: 25_000, succeed: 60, captured: false, ..CALM },
    Scenario { name: "mandate-rejection", orders: 50, paise: 100_000, succeed: 75, captured: false, ..CALM },
    Scenario { name: "settlement-delay", orders: 200, paise: 150_000, attack: Attack::Refunds(20), ..CALM },
];

impl Scenario {
    /// How many events it ends in: one for each payment and each attack on one.
    #[must_use]
    pub fn events(&self) -> usize {
        self.orders + self.attacked()
    }

    fn attacked(&self) -> usize {
        match self.attack {
            Attack::None => 0,
            Attack::Disputes(count) | Attack::Refunds(count) => count,
        }
    }

    /// The same day in a smaller shop, under the same name.
    #[must_use]
    pub fn in_small(self) -> Self {
        let some = |count: usize| count.div_ceil(40);
        let attack = match self.attack {
            Attack::None => Attack::None,
            Attack::Disputes(count) => Attack::Disputes(some(count)),
            Attack::Refunds(count) => Attack::Refunds(some(count)),
        };
        Self { orders: some(self.orders), attack, ..self }
    }

    /// Writes it for the tool.
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let file = folder.join(format!("{}.yaml", self.name));
        fs::write(&file, self.text()).with_context(|| format!("cannot write {}", file.display()))
    }

    fn text(&self) -> String {
        let mut actions = vec![
            json!({ "create_orders": { "count": self.orders, "amount_paise": self.paise } }),
            json!({ "create_payments": { "for_each": "orders", "success_rate": f64::from(self.succeed) / 100.0 } }),
        ];
        if self.captured {
            actions
                .push(json!({ "capture_payments": { "for_each": "successful_payments", "amount_paise": self.paise } }));
        }
        let on_some = json!({ "count": self.attacked(), "on": "captured_payments" });
        match self.attack {
            Attack::None => {}
            Attack::Disputes(_) => actions.push(json!({ "create_disputes": on_some })),
            Attack::Refunds(_) => actions.push(json!({ "create_refunds": on_some })),
        }
        let check = |what: &str, count: usize| json!({ "check": what, "expected": count });
        let disputes = if matches!(self.attack, Attack::Disputes(_)) { self.attacked() } else { 0 };
        let checks = [
            check("orders_count", self.orders),
            check("payments_attempted_count", self.orders),
            check("disputes_count", disputes),
            check("refunds_count", self.attacked() - disputes),
        ];
        json!({ "name": self.name, "phases": [{ "name": "day", "actions": actions }], "validations": checks })
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_shop_has_the_same_day() {
        for scenario in SCENARIOS {
            let small = scenario.in_small();
            assert!(small.orders >= 1 && small.events() <= scenario.events(), "{small:?}");
            assert_eq!(small.attack == Attack::None, scenario.attack == Attack::None);
            assert!(small.text().contains(scenario.name));
        }
    }
}
