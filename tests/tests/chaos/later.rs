//! What happens to money after it was taken: banks, the dashboard, the organiser.

use mysql_async::prelude::Queryable;
use real_parts::buyers::Chance;

use crate::fate::{Later, drawn};
use crate::guest::ms;
use crate::hand::Hand;
use crate::stage::Stage;

/// How a bank decides.
#[derive(Clone, Copy, Debug)]
enum Verdict {
    Won,
    Lost,
    Closed,
}

pub(crate) async fn happen(hand: &Hand<'_>, later: Later, payment: &str, chance: &mut Chance) {
    let stage = &**hand.stage;
    if later == Later::Nothing {
        return;
    }
    tokio::time::sleep(chance.between(ms(0), ms(1200))).await;
    let done = match later {
        Later::Nothing => return,
        Later::Disputed => dispute(stage, payment, chance).await,
        Later::RefundedOnDashboard => stage.razorpay.refund_on_dashboard(payment, None).is_ok(),
        Later::PartRefundedOnDashboard => stage.razorpay.refund_on_dashboard(payment, Some(20_000)).is_ok(),
        Later::OrganiserRefunds => stage.command(&["refund", &hand.order.id]).await.is_ok(),
        Later::OrganiserRevokes => stage.command(&["revoke", &hand.order.id]).await.is_ok(),
        Later::OrganiserRevokesAndRestores => {
            stage.command(&["revoke", &hand.order.id]).await.is_ok()
                && stage.command(&["restore", &hand.order.id]).await.is_ok()
        }
    };
    if done && chance.percent() < 40 {
        hand.look_now().await;
    }
    stage.counts.add("later", &format!("{later:?}{}", if done { "" } else { ", refused" }));
}

/// From the guest's bank to its verdict, sooner than any webhook is sure to arrive.
async fn dispute(stage: &Stage, payment: &str, chance: &mut Chance) -> bool {
    let razorpay = &stage.razorpay;
    let is_going_back = || razorpay.payments().iter().any(|it| it.id == payment && it.amount_refunded > 0);
    // Of money that goes back already, no bank needs to be asked.
    if is_going_back() {
        return false;
    }
    let Ok(dispute) = razorpay.dispute(payment) else { return false };
    if is_going_back() {
        // In this very moment: the bank sees that, and lets it be.
        razorpay.close_dispute(&dispute).unwrap();
        return false;
    }
    tokio::time::sleep(chance.between(ms(0), ms(700))).await;
    if chance.percent() < 50 {
        razorpay.review_dispute(&dispute).unwrap();
        tokio::time::sleep(chance.between(ms(0), ms(400))).await;
    }
    let verdict = drawn(chance, &[(45, Verdict::Won), (35, Verdict::Lost), (20, Verdict::Closed)]);
    match verdict {
        Verdict::Won => razorpay.win_dispute(&dispute).unwrap(),
        Verdict::Lost if pays_for_a_ticket(stage, payment).await => razorpay.lose_dispute(&dispute).unwrap(),
        // A bank takes weeks, and the site asks after disputes each hour: it knows of this one by then, and waits
        // with the refund. Lost within a second, unheard of, it could not.
        Verdict::Lost => stage.postpone(dispute),
        Verdict::Closed => razorpay.close_dispute(&dispute).unwrap(),
    }
    stage.counts.add("disputes", &format!("{verdict:?}"));
    true
}

/// As far as the site knows by now.
async fn pays_for_a_ticket(stage: &Stage, payment: &str) -> bool {
    let query = "SELECT 1 FROM payments p JOIN orders o ON o.id = p.order_id LEFT JOIN refunds r ON r.payment_id = p.id
                 WHERE p.id = ? AND r.id IS NULL AND o.state IN ('paid', 'revoked')";
    let pays: Option<u8> = stage.pool.get_conn().await.unwrap().exec_first(query, (payment,)).await.unwrap();
    pays.is_some()
}
