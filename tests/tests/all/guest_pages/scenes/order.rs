//! The order's page, from the held seat to the ticket or the money's way back.

use super::{Cast, Scene};

/// Every state of an order.
pub(in super::super) fn orders(cast: &Cast) -> Vec<Scene> {
    [waiting(cast), ticket(cast), over(cast)].into_iter().flatten().collect()
}

fn waiting(cast: &Cast) -> Vec<Scene> {
    let path = &cast.held.path;
    let returned = format!("{path}?returned");
    let by_id = |set: &str| format!("UPDATE orders SET {set} WHERE id = '{}'", cast.held.id);
    let no_link = by_id("link_id = NULL, link_url = NULL");
    vec![
        Scene::opens("held", path, ".timer").after(by_id("hold_until = UTC_TIMESTAMP(6) + INTERVAL 12 MINUTE")),
        Scene::opens("held-until-tomorrow", path, ".timer")
            .after(by_id("hold_until = UTC_TIMESTAMP(6) + INTERVAL 1 DAY")),
        Scene::opens("held-time-over", path, ".timer")
            .after(by_id("hold_until = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE")),
        Scene::opens("held-group", &cast.held_group.path, ".timer"),
        Scene::opens("just-returned", &returned, ".spinner-border"),
        Scene { without_razorpay: true, ..Scene::opens("held-in-preparation", path, "[data-payable=no]") }
            .after(no_link),
        Scene { without_razorpay: true, ..Scene::opens("just-returned-unprepared", &returned, "[data-payable=no]") },
    ]
}

fn ticket(cast: &Cast) -> Vec<Scene> {
    let path = &cast.paid.path;
    let again = |name, state| {
        Scene::opens(name, path, ".passes ~ .notice")
            .after(format!("UPDATE refunds SET state = '{state}' WHERE id = 'again'"))
    };
    let twice = [
        format!(
            "INSERT INTO payments (id, order_id, amount_paise, currency, status, method, created_at)
             VALUES ('pay_again', '{}', 49900, 'INR', 'captured', 'upi', UTC_TIMESTAMP(6))",
            cast.paid.id
        ),
        "INSERT INTO refunds (id, payment_id, amount_paise, reason, state, created_at, updated_at)
         VALUES ('again', 'pay_again', 49900, 'paid_twice', 'intended', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))"
            .to_owned(),
    ];
    let mail = |name, word| Scene::opens(name, &format!("{path}?mail={word}#mail"), "#mail");
    vec![
        Scene::opens("ticket", path, ".ticket ~ form, .passes ~ form"),
        mail("ticket-mail-sent", "sent"),
        mail("ticket-mail-too-often", "later"),
        mail("ticket-mail-not", "not"),
        Scene::opens("ticket-long-name", &cast.long.path, ".ticket"),
        Scene::opens("tickets-of-ten", &cast.group.path, ".passes-several"),
        Scene::opens("tickets-some-inside", &cast.group.path, ".passes-several .one-entry strong").after(
            "UPDATE tickets SET PRESENT = 1, ADMITTED_AT = UTC_TIMESTAMP(6), ADMITTED_GATE = 'Gate A' \
             WHERE FIRST_NAME IN ('Asha', 'O''Neill') AND PHONE_NO = '919876543215'",
        ),
        Scene { statements: twice.to_vec(), ..again("ticket-paid-again", "intended") },
        again("ticket-paid-again-asked", "pending"),
        again("ticket-paid-again-done", "processed"),
        again("ticket-paid-again-stuck", "failed"),
        Scene::opens("ticket-after-entry", path, ".notice.tone-good").after(
            "UPDATE tickets SET PRESENT = 1, ADMITTED_AT = UTC_TIMESTAMP(6), ADMITTED_GATE = 'Gate A' \
             WHERE FIRST_NAME = 'Meera'",
        ),
    ]
}

/// One order goes through all that can become of it: no live one is as it.
fn over(cast: &Cast) -> Vec<Scene> {
    let (path, id) = (&cast.dead.path, &cast.dead.id);
    let comes_to = |name, state: &str, reason: &str, refund: &str| {
        Scene::opens(name, path, "h1").after(format!("UPDATE orders SET state = '{state}' WHERE id = '{id}'")).after(
            format!(
                "UPDATE refunds SET reason = '{reason}', state = '{refund}'
                 WHERE payment_id IN (SELECT id FROM payments WHERE order_id = '{id}')"
            ),
        )
    };
    let dispute = |status: &str| {
        format!(
            "REPLACE INTO disputes (id, payment_id, order_id, amount_paise, status, took_ticket, created_at, updated_at)
             SELECT 'disp_1', id, '{id}', 49900, '{status}', 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
             FROM payments WHERE order_id = '{id}' LIMIT 1"
        )
    };
    vec![
        comes_to("expired", "expired", "wrong_amount", "pending"),
        comes_to("refunding-wrong-amount", "refunding", "wrong_amount", "pending"),
        comes_to("refunding-too-late", "refunding", "no_seat_left", "intended"),
        comes_to("refunding-booking-over", "refunding", "order_closed", "pending"),
        comes_to("refunding-organiser-stuck", "refunding", "organiser", "failed"),
        comes_to("refunded", "refunded", "wrong_amount", "processed"),
        comes_to("refunded-organiser", "refunded", "organiser", "processed"),
        comes_to("revoked", "revoked", "organiser", "processed"),
        comes_to("revoked-by-bank", "revoked", "organiser", "processed").after(dispute("under_review")),
        comes_to("refunding-seat-gone-in-dispute", "refunding", "no_seat_left", "pending").after(dispute("won")),
        comes_to("refunded-by-bank", "refunded", "dispute_lost", "processed").after(dispute("lost")),
    ]
}
