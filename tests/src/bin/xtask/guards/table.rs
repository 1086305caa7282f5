//! The guards: what each keeps, how it is taken out, and what must be seen then.
//!
//! A guard that another stands behind is taken out together with that one: the
//! two are then shown to be all that keeps the thing. The name says so.

/// One guard, or two that stand behind each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    pub(super) name: &'static str,
    pub(super) keeps: &'static str,
    pub(super) without: &'static [Change],
    /// Any of these is what the auditor must see; another failure proves nothing.
    pub(super) seen_as: &'static [&'static str],
}

/// Some text, which occurs once in its file, and what stands there without the guard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) file: &'static str,
    pub(super) text: &'static str,
    pub(super) instead: &'static str,
}

const fn change(file: &'static str, text: &'static str, instead: &'static str) -> Change {
    Change { file, text, instead }
}

const HOLD: &str = "booking-web/src/hold.rs";
const ORDER: &str = "booking-web/src/order.rs";
const LEDGER: &str = "booking-web/src/payment/ledger.rs";
const DECISION: &str = "booking-web/src/payment/decision.rs";
const SETTLE: &str = "booking-web/src/payment/settle.rs";
const LINK: &str = "booking-web/src/payment/link.rs";
const REFUND: &str = "booking-web/src/payment/refund.rs";
const ORDERS_TABLE: &str = "migrations/V3__orders.sql";

const TAKE_SEATS: Change = change(HOLD, " WHERE id = 1 AND sold + held + :seats <= capacity\"", " WHERE id = 1\"");
const TAKE_LATE_SEATS: Change = change(
    LEDGER,
    "\"UPDATE event SET sold = sold + :seats WHERE id = 1 AND sold + held + :seats <= capacity\"",
    "\"UPDATE event SET sold = sold + :seats WHERE id = 1\"",
);
const NOT_OVERSOLD: Change =
    change("migrations/V1__event.sql", "CHECK (sold + held <= capacity)", "CHECK (sold + held <= 1000000)");
const ORDER_LOCK: Change = change(ORDER, "WHERE id = ? FOR UPDATE\"", "WHERE id = ?\"");
const PAYMENT_ONCE: Change = change("migrations/V4__payments.sql", "PRIMARY KEY (id)", "KEY payments_id (id)");
const IS_NEW: Change =
    change(DECISION, "known.payments.iter().all(|booked| booked.id != payment.id)", "!payment.id.is_empty()");
const FORM_KEY: Change =
    change(ORDERS_TABLE, "UNIQUE KEY orders_form_key (form_key)", "KEY orders_form_key (form_key)");
const LIVE_KEY: Change = change(
    "migrations/V23__attendees.sql",
    "UNIQUE KEY attendees_live_key (live_key)",
    "KEY attendees_live_key (live_key)",
);
const DAY_KEPT: Change = change(
    LEDGER,
    "Err(error) if error.is_duplicate() => return Ok(false),\n                    taken",
    "Err(error) if error.is_duplicate() => {}\n                    taken",
);
const EACH_TICKET: Change = change(
    LEDGER,
    "if !move_ticket(tx, order, attendee, arrow.ticket(), now).await? {\n            return Ok(None);\n        }",
    "move_ticket(tx, order, attendee, arrow.ticket(), now).await?;",
);
const FOUND_INSTEAD: Change = change(
    LINK,
    "Err(error) => found_instead(razorpay, order.id, error).await?",
    "Err(error) => return Err(error.into())",
);
const IDEMPOTENCY: Change = change(
    "booking-web/src/payment/client.rs",
    "request.header(\"X-Refund-Idempotency\", key).json(&new)",
    "request.json(&new)",
);
const ADOPTION: Change = change(REFUND, "= razorpay.refunds_of(&intent.payment_id).await?;", "= Vec::<Refund>::new();");

/// Every guard.
pub(super) const GUARDS: &[Guard] = &[
    Guard {
        name: "the condition that takes a seat",
        keeps: "sold out is said as it is; the CHECK behind it only breaks the booking",
        without: &[TAKE_SEATS],
        seen_as: &["Unable"],
    },
    Guard {
        name: "the condition that takes a seat, and the CHECK",
        keeps: "no seat is held that is not there",
        without: &[TAKE_SEATS, NOT_OVERSOLD],
        seen_as: &["Oversold"],
    },
    Guard {
        name: "the condition that takes a late seat",
        keeps: "late money without a seat goes back; the CHECK behind it only breaks the attempt",
        without: &[TAKE_LATE_SEATS],
        seen_as: &["Books", "MoneyKept"],
    },
    Guard {
        name: "the condition that takes a late seat, and the CHECK",
        keeps: "no late ticket for a seat that is not there",
        without: &[TAKE_LATE_SEATS, NOT_OVERSOLD],
        seen_as: &["Oversold"],
    },
    Guard {
        name: "the order's lock",
        keeps: "two who decide at once do not both decide on the same rows",
        without: &[ORDER_LOCK],
        seen_as: &["Counter", "TicketUnpaid", "NoSuchStep", "MoneyKept"],
    },
    Guard {
        name: "payments that are known are not new",
        keeps: "a look that finds nothing new changes nothing",
        without: &[IS_NEW],
        seen_as: &["Books", "MoneyKept", "OpenRefund", "InDoubt"],
    },
    Guard {
        name: "a payment's primary key, and the order's lock before it",
        keeps: "a payment is booked once, however many hear of it at once",
        without: &[PAYMENT_ONCE, ORDER_LOCK],
        seen_as: &["Counter", "MoneyKept", "TicketUnpaid", "NoSuchStep"],
    },
    Guard {
        name: "the same form is the same order",
        keeps: "whoever presses twice comes to the order that was made",
        without: &[change(HOLD, "Some(key) => Order::find(db, By::FormKey(key)).await?", "Some(_) => None::<Order>")],
        seen_as: &["SentAway"],
    },
    Guard {
        name: "one live order for each person and day",
        keeps: "two tabs do not hold two seats",
        without: &[LIVE_KEY],
        seen_as: &["TwoOrders"],
    },
    Guard {
        name: "all of a group or none: whether each may have a ticket, and whether each has the day",
        keeps: "late money for friends of whom one has another ticket by now goes back whole",
        without: &[EACH_TICKET, DAY_KEPT],
        seen_as: &["TicketUnpaid", "TwoOrders"],
    },
    Guard {
        name: "all of a group or none: a seat for each",
        keeps: "friends who come by one order take as many seats as they are",
        without: &[change(
            HOLD,
            "\"seats\" => i64::from(order.seats())",
            "\"seats\" => i64::from(order.seats().min(1))",
        )],
        seen_as: &["Counter", "Oversold"],
    },
    Guard {
        name: "the form's unique key, and the person's behind it",
        keeps: "one form, pressed twice at two servers, holds one seat",
        without: &[FORM_KEY, LIVE_KEY],
        seen_as: &["TwoOrders"],
    },
    Guard {
        name: "a link is found again after a lost answer",
        keeps: "the guest in front of the page can pay",
        without: &[FOUND_INSTEAD],
        seen_as: &["NoWayToPay"],
    },
    Guard {
        name: "the look-up finds a link that we never heard of, and so does the guest's page",
        keeps: "no link stays open for an order that is over",
        without: &[
            FOUND_INSTEAD,
            change(SETTLE, "None => match razorpay.find_link(order.id).await? {", "None => match None::<Link> {"),
        ],
        seen_as: &["OpenLink"],
    },
    Guard {
        name: "the refund's idempotency key, and the look for refunds that were given",
        keeps: "a refund whose answer was lost is the same one when asked for again",
        without: &[IDEMPOTENCY, ADOPTION],
        seen_as: &["OpenRefund", "InDoubt"],
    },
    Guard {
        name: "the look for refunds that were given",
        keeps: "what the dashboard gave back faster than we is not asked for without end",
        without: &[ADOPTION],
        seen_as: &["OpenRefund", "InDoubt"],
    },
    Guard {
        name: "the claim of a look",
        keeps: "two servers do not do each other's work once more",
        without: &[change(
            "booking-web/src/payment/look_up.rs",
            "SET next_look_at = ? WHERE id = ? AND next_look_at = ?\", (next, due.id, due.at))",
            "SET next_look_at = ? WHERE id = ?\", (next, due.id))",
        )],
        seen_as: &["WorkDoubled"],
    },
    Guard {
        name: "a webhook is finished after its effect",
        keeps: "what we thank for is done",
        without: &[change(
            "booking-web/src/payment/webhook.rs",
            "let answered = open(db, razorpay, knock, our_pages, now).await?;\n    finish(db, knock).await?;",
            "finish(db, knock).await?;\n    let answered = open(db, razorpay, knock, our_pages, now).await?;",
        )],
        seen_as: &["HeardNotDone"],
    },
    Guard {
        name: "cancel before release",
        keeps: "a seat comes back only when its link takes no more money",
        without: &[change(
            SETTLE,
            "if link.status == LinkStatus::Created && overdue { close(razorpay, &link).await? } else { link }",
            "if link.status == LinkStatus::Created && overdue { Link { status: LinkStatus::Cancelled, ..link } } else { link }",
        )],
        seen_as: &["OpenLink"],
    },
    Guard {
        name: "the amount is what was asked for",
        keeps: "a ticket costs what it costs",
        without: &[change(DECISION, "let right = payment.amount == self.owed.get() && ", "let right = ")],
        seen_as: &["WrongAmount"],
    },
    Guard {
        name: "the currency is what was asked for",
        keeps: "499 dollars are not 499 rupees, nor the other way round",
        without: &[change(DECISION, " && payment.currency == Paise::CURRENCY;", ";")],
        seen_as: &["WrongAmount"],
    },
    Guard {
        name: "late money without a seat goes back",
        keeps: "no money is kept for nothing",
        without: &[change(
            SETTLE,
            "let written = attempt(db, seen, money, Seat::None, now).await?;",
            "let written = None;",
        )],
        seen_as: &["Books", "MoneyKept"],
    },
    Guard {
        name: "a second payment goes back, and a payment that pays for nothing",
        keeps: "nobody pays twice for one ticket",
        without: &[
            change(DECISION, "beside.map(|(_, payment)| returned(", "beside.take(0).map(|(_, payment)| returned("),
            change(DECISION, "give_back.extend(unused(known, captured, ticket, Reason::PaidTwice));", ""),
        ],
        seen_as: &["MoneyKept"],
    },
    Guard {
        name: "a refund that failed is asked for anew",
        keeps: "money that did not go back still does",
        without: &[change(
            REFUND,
            "let again = failures.unwrap_or(0) + 1 < ATTEMPTS;",
            "let again = failures.is_none();",
        )],
        seen_as: &["MoneyKept", "OpenRefund", "InDoubt"],
    },
    Guard {
        name: "a dispute's last word is the last",
        keeps: "an old answer does not open again what was decided",
        without: &[change(
            "booking-web/src/payment/dispute.rs",
            "if known.status.is_some_and(DisputeStatus::is_final) {",
            "if known.status.is_some_and(|status| status == DisputeStatus::Unknown) {",
        )],
        seen_as: &["DisputeReopened"],
    },
    Guard {
        name: "the ticket goes with the money",
        keeps: "no gate lets in whose money went back",
        without: &[change(
            "booking-web/src/payment/arrow.rs",
            "(Paid, _) => TicketMove::Revoke,",
            "(Paid, _) => TicketMove::Keep,",
        )],
        seen_as: &["TicketUnpaid"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::root;

    /// Else this table would tell of a program that is no more.
    #[test]
    fn each_guard_stands_once_where_the_table_says() {
        for Guard { name, without, .. } in GUARDS {
            for Change { file, text, instead } in *without {
                let whole = std::fs::read_to_string(root().join(file)).expect("a file of this checkout");
                assert_eq!(whole.matches(text).count(), 1, "{name}: in {file}, this should stand once: {text}");
                assert_ne!(text, instead, "{name}");
            }
        }
    }
}
