//! Giving money back: the intent is a row, its id the idempotency key, and
//! the refund is followed until Razorpay says it is done.

use common::Paise;
use mysql_async::prelude::Queryable;
use mysql_async::{Row, TxOpts};

use super::PaymentError;
use super::client::Client;
use super::wire::Refund;
use crate::db::{Db, DbError, column};
use crate::order::{OrderId, OrderState};

struct Intent {
    id: String,
    payment_id: String,
    amount: Paise,
    razorpay_id: Option<String>,
}

/// Asks for the order's refund, or asks after it, and says where the order stands.
///
/// # Errors
/// [`PaymentError`]; asking again is safe, the key makes it the same refund.
pub async fn pursue(db: &Db, razorpay: &Client, order: OrderId) -> Result<OrderState, PaymentError> {
    let Some(intent) = open_intent(db, order).await? else { return Ok(OrderState::Refunding) };
    let refund = match &intent.razorpay_id {
        Some(id) => razorpay.find_refund(id).await?,
        None => razorpay.refund(&intent.payment_id, intent.amount, &intent.id).await?,
    };
    Ok(record(db, order, &intent, &refund).await?)
}

/// Why the order's money goes back, as it was written with the intent.
///
/// # Errors
/// [`DbError`].
pub async fn reason(db: &Db, order: OrderId) -> Result<Option<String>, DbError> {
    db.work(|mut conn| async move {
        let query = "SELECT r.reason FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.order_id = ?";
        Ok(conn.exec_first(query, (order,)).await?)
    })
    .await
}

async fn open_intent(db: &Db, order: OrderId) -> Result<Option<Intent>, DbError> {
    let row: Option<Row> = db
        .work(|mut conn| async move {
            let found = conn.exec_first(
                "SELECT r.id, r.payment_id, r.amount_paise, r.razorpay_id
                 FROM refunds r JOIN payments p ON p.id = r.payment_id
                 WHERE p.order_id = ? AND r.state IN ('intended', 'pending')",
                (order,),
            );
            Ok(found.await?)
        })
        .await?;
    let Some(row) = row else { return Ok(None) };
    let amount: i64 = column(&row, "amount_paise")?;
    Ok(Some(Intent {
        id: column(&row, "id")?,
        payment_id: column(&row, "payment_id")?,
        amount: amount.try_into().map_err(|_| DbError::Column { column: "amount_paise" })?,
        razorpay_id: column(&row, "razorpay_id")?,
    }))
}

async fn record(db: &Db, order: OrderId, intent: &Intent, refund: &Refund) -> Result<OrderState, DbError> {
    let state = match refund.status.as_str() {
        "processed" => "processed",
        "failed" => "failed",
        _ => "pending",
    };
    if state == "failed" {
        tracing::error!(%order, refund = refund.id, "Razorpay could not give the money back; do it in its dashboard");
    }
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        tx.exec_drop(
            "UPDATE refunds SET state = ?, razorpay_id = ?, updated_at = UTC_TIMESTAMP(6) WHERE id = ?",
            (state, &refund.id, &intent.id),
        )
        .await?;
        if state == "processed" {
            tx.exec_drop(
                "UPDATE orders SET state = 'refunded', next_look_at = NULL, updated_at = UTC_TIMESTAMP(6)
                 WHERE id = ? AND state = 'refunding'",
                (order,),
            )
            .await?;
        }
        tx.commit().await?;
        Ok(if state == "processed" { OrderState::Refunded } else { OrderState::Refunding })
    })
    .await
}
