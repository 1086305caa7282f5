//! A great sale: what one call costs must not grow with the number of links.

use std::time::Instant;

use super::account::{Account, Rules};
use super::*;

const NOW: i64 = 1_790_000_000;
const FEW: usize = 100;
/// A look through all of them would cost a hundred times as much.
const MANY: usize = 100 * FEW;

struct Sale {
    account: Account,
    links: Vec<String>,
    payments: Vec<String>,
}

fn sale_of(tickets: usize) -> Sale {
    let refunds = RefundsSettle::After(Duration::from_secs(1_000_000));
    let mut account = Account::default().ruled_by(Rules { refunds, ..Rules::default() });
    let (mut links, mut payments) = (Vec::new(), Vec::new());
    for number in 0..tickets {
        links.push(order(&mut account, &format!("order-{number}")));
        payments.push(account.pay(&links[number], NOW).unwrap());
        account.create_refund(&payments[number], &json!({ "amount": 100 }), None, NOW).unwrap();
        account.dispute(&payments[number], NOW).unwrap();
        account.take_announced();
    }
    Sale { account, links, payments }
}

fn order(account: &mut Account, reference: &str) -> String {
    let wish = json!({ "amount": 49_900, "reference_id": reference, "expire_by": NOW + 1_000_000 });
    account.create_link(&wish, NOW).unwrap().id
}

/// How long the quickest of several rounds took with few and with many, turn by turn, so that other work on the
/// machine strikes both or neither.
fn quickest([few, many]: [&mut Sale; 2], name: &str, act: Act) -> [Duration; 2] {
    let mut quickest = [Duration::MAX; 2];
    for round in 0..7 {
        for (sale, quickest) in [&mut *few, &mut *many].into_iter().zip(&mut quickest) {
            let start = Instant::now();
            for number in 0..100 {
                act(sale, &format!("{name}-{round}-{number}"));
                sale.account.take_announced();
            }
            *quickest = start.elapsed().min(*quickest);
        }
    }
    quickest
}

type Act = fn(&mut Sale, &str);

const ACTS: [(&str, Act); 9] = [
    ("make a link", |sale, new| drop(order(&mut sale.account, new))),
    ("make, pay, refund and settle", |sale, new| {
        let link = order(&mut sale.account, new);
        let payment = sale.account.pay(&link, NOW).unwrap();
        let refund = sale.account.create_refund(&payment, &Value::Null, None, NOW).unwrap();
        sale.account.settle_refund(&refund.id, RefundStatus::Processed, NOW).unwrap();
    }),
    ("make and expire", |sale, new| {
        let link = order(&mut sale.account, new);
        sale.account.expire_link(&link, NOW).unwrap();
    }),
    ("show a link", |sale, _| {
        drop(super::wire::link(&sale.account, sale.account.link(&sale.links[FEW / 2]).unwrap()));
    }),
    ("find a link by reference", |sale, _| {
        assert!(sale.account.links.named(super::table::Name::Reference, "order-7").next().is_some());
    }),
    ("find a link by code", |sale, _| {
        let code = sale.account.links.all()[FEW / 2].code.clone();
        assert!(sale.account.links.named(super::table::Name::Code, &code).next().is_some());
    }),
    ("show a payment's refunds", |sale, _| {
        let payment = &sale.payments[FEW / 2];
        assert_eq!(sale.account.refunds.named(super::table::Name::Payment, payment).count(), 1);
    }),
    ("list the newest", |sale, _| assert_eq!(sale.account.payments.newest_first(NOW, NOW).take(100).count(), 100)),
    ("let time pass", |sale, _| sale.account.pass_time(NOW + 1)),
];

#[test]
fn a_call_costs_about_the_same_with_a_hundred_times_as_many_links() {
    let mut many = sale_of(MANY);
    for (name, act) in ACTS {
        // Made anew, for some acts make it grow.
        let mut few = sale_of(FEW);
        let [with_few, with_many] = quickest([&mut few, &mut many], name, act);
        // A map of many is a little slower than one of few, and a clock has its grain.
        let most = 3 * with_few + Duration::from_micros(300);
        assert!(with_many < most, "{name}: {with_few:?} and {with_many:?}");
    }
}

#[test]
fn all_that_is_due_at_once_happens_at_once() {
    let mut account = Account::default();
    for number in 0..FEW {
        order(&mut account, &format!("order-{number}"));
    }
    account.pass_time(NOW + 999_999);
    assert!(account.take_announced().is_empty());
    account.pass_time(NOW + 1_000_000);
    assert_eq!(account.take_announced().len(), FEW);
}
