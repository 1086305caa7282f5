//! Giving money back: the intent is a row, its id the idempotency key, and
//! the refund is followed until Razorpay says it is done.
//!
//! A refund that failed is money that did not go back: it is asked for anew,
//! under a new key, a few times; after that the organiser must help, and the
//! log, the metrics and `reconcile` say so.

use chrono::{DateTime, Utc};
use common::Paise;
use mysql_async::prelude::Queryable;
use mysql_async::{Row, TxOpts};
use uuid::Uuid;

use super::client::{Client, RazorpayError};
use super::decision::Reason;
use super::wire::Refund;
use super::{PaymentError, story};
use crate::db::{Db, DbError, column};
use crate::order::OrderId;
use crate::organiser::audit::Entry;

/// How often one refund is asked for in all.
const ATTEMPTS: u32 = 5;

struct Intent {
    id: String,
    payment_id: String,
    amount: Paise,
    razorpay_id: Option<String>,
}

/// Asks for the order's refunds, or asks after them.
///
/// # Errors
/// [`PaymentError`]; asking again is safe, the key makes it the same refund.
pub async fn pursue(db: &Db, razorpay: &Client, order: OrderId) -> Result<(), PaymentError> {
    let mut result = Ok(());
    for intent in open_intents(db, order).await? {
        // One that cannot be done now does not keep the others waiting.
        match follow(razorpay, &intent).await {
            Ok(refund) => record(db, order, &intent, &refund).await?,
            Err(error) => result = Err(error.into()),
        }
    }
    result
}

/// The refund that says how the whole intent stands.
async fn follow(razorpay: &Client, intent: &Intent) -> Result<Refund, RazorpayError> {
    if let Some(id) = &intent.razorpay_id {
        let refund = razorpay.find_refund(id).await?;
        let a_part_is_done = refund.status == "processed" && refund.amount < intent.amount.get();
        return if a_part_is_done { whole(razorpay, intent, None).await } else { Ok(refund) };
    }
    match razorpay.refund(&intent.payment_id, intent.amount, &intent.id).await {
        // It was done before, when the key was forgotten or the dashboard was
        // faster; or the dashboard gave a part of it back, and only the rest can follow.
        Err(error @ RazorpayError::Refused { .. }) => whole(razorpay, intent, Some(error)).await,
        answer => answer,
    }
}

/// The payment is back when all parts of it are. Any part may still fail, so the
/// one that is not there yet speaks for them; what is in none of them is asked for.
async fn whole(razorpay: &Client, intent: &Intent, refused: Option<RazorpayError>) -> Result<Refund, RazorpayError> {
    let known = razorpay.refunds_of(&intent.payment_id).await?;
    let parts: Vec<&Refund> = known.iter().filter(|refund| refund.status != "failed").collect();
    let asked_for: i64 = parts.iter().map(|part| part.amount).sum();
    let rest = Paise::try_from(intent.amount.get() - asked_for).unwrap_or(Paise::ZERO);
    let slowest = parts.iter().find(|part| part.status != "processed").or(parts.last());
    match (slowest, refused) {
        (Some(part), _) if rest == Paise::ZERO => Ok((*part).clone()),
        (None, Some(refused)) => Err(refused),
        // Who sees the same parts asks by the same key.
        _ => razorpay.refund(&intent.payment_id, rest, &format!("{}-{}", intent.id, known.len())).await,
    }
}

/// Why the order's money goes back, as it was written with the intent.
///
/// # Errors
/// [`DbError`].
pub async fn reason(db: &Db, order: OrderId) -> Result<Option<Reason>, DbError> {
    let word: Option<String> = db
        .work(|mut conn| async move {
            let query = "SELECT r.reason FROM refunds r JOIN payments p ON p.id = r.payment_id
                         WHERE p.order_id = ? ORDER BY r.created_at DESC LIMIT 1";
            Ok(conn.exec_first(query, (order,)).await?)
        })
        .await?;
    Ok(word.as_deref().and_then(Reason::parse))
}

async fn open_intents(db: &Db, order: OrderId) -> Result<Vec<Intent>, DbError> {
    let rows: Vec<Row> = db
        .work(|mut conn| async move {
            let found = conn.exec(
                "SELECT r.id, r.payment_id, r.amount_paise, r.razorpay_id
                 FROM refunds r JOIN payments p ON p.id = r.payment_id
                 WHERE p.order_id = ? AND r.state IN ('intended', 'pending')
                   -- While the bank may take it, we do not give it back as well.
                   AND (r.razorpay_id IS NOT NULL OR NOT EXISTS (
                       SELECT 1 FROM disputes d
                       WHERE d.payment_id = r.payment_id AND d.status NOT IN ('won', 'lost', 'closed')))",
                (order,),
            );
            Ok(found.await?)
        })
        .await?;
    rows.iter()
        .map(|row| {
            let amount: i64 = column(row, "amount_paise")?;
            Ok(Intent {
                id: column(row, "id")?,
                payment_id: column(row, "payment_id")?,
                amount: amount.try_into().map_err(|_| DbError::Column { column: "amount_paise" })?,
                razorpay_id: column(row, "razorpay_id")?,
            })
        })
        .collect()
}

/// Writes down what Razorpay says of a refund that was open until now.
async fn record(db: &Db, order: OrderId, intent: &Intent, refund: &Refund) -> Result<(), DbError> {
    match refund.status.as_str() {
        "processed" => processed(db, order, intent, refund).await,
        "failed" => failed(db, order, intent, refund).await,
        _ => pending(db, intent, refund).await,
    }
}

async fn pending(db: &Db, intent: &Intent, refund: &Refund) -> Result<(), DbError> {
    db.work(|mut conn| async move {
        conn.exec_drop(
            "UPDATE refunds SET state = 'pending', razorpay_id = ?, updated_at = UTC_TIMESTAMP(6)
             WHERE id = ? AND state IN ('intended', 'pending')",
            (&refund.id, &intent.id),
        )
        .await?;
        Ok(())
    })
    .await
}

/// The order ends when the last of its refunds is done.
async fn processed(db: &Db, order: OrderId, intent: &Intent, refund: &Refund) -> Result<(), DbError> {
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        tx.exec_drop(
            "UPDATE refunds SET state = 'processed', razorpay_id = ?, updated_at = UTC_TIMESTAMP(6)
             WHERE id = ? AND state IN ('intended', 'pending')",
            (&refund.id, &intent.id),
        )
        .await?;
        if tx.affected_rows() == 1 {
            story::add(&mut tx, order, "went_back", Some(&intent.payment_id), Some(&refund.id), Utc::now()).await?;
        }
        end_order(&mut tx, order, "Razorpay", Utc::now()).await?;
        tx.commit().await?;
        Ok(())
    })
    .await
}

/// The order ends when all of its refunds are done.
pub(crate) async fn end_order(
    tx: &mut impl Queryable,
    order: OrderId,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let ended = tx
        .exec_iter(
            "UPDATE orders SET state = 'refunded', updated_at = ?
             WHERE id = ? AND state = 'refunding' AND NOT EXISTS (
                 SELECT 1 FROM refunds r JOIN payments p ON p.id = r.payment_id
                 WHERE p.order_id = orders.id AND r.state <> 'processed')",
            (now.naive_utc(), order),
        )
        .await?;
    let rows = ended.affected_rows();
    ended.drop_result().await?;
    if rows == 1 {
        story::add(tx, order, "refunded", None, Some(why), now).await?;
        tracing::info!(%order, from = "refunding", to = "refunded", "order moved on");
    }
    Ok(())
}

/// A new intent in the same row: the payment still has one refund, and the old key is never used again.
async fn failed(db: &Db, order: OrderId, intent: &Intent, refund: &Refund) -> Result<(), DbError> {
    tracing::error!(%order, refund = refund.id, "Razorpay could not give the money back");
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let failures: Option<u32> = tx
            .exec_first(
                "SELECT COUNT(*) FROM order_events WHERE order_id = ? AND what = 'refund_failed' AND subject = ?
                    AND id > COALESCE((SELECT MAX(a.id) FROM order_events a
                                       WHERE a.order_id = order_events.order_id AND a.what = 'asked_again'), '')",
                (order, &intent.payment_id),
            )
            .await?;
        let again = failures.unwrap_or(0) + 1 < ATTEMPTS;
        let (id, state, razorpay_id) = match again {
            true => (Uuid::now_v7().to_string(), "intended", None),
            false => (intent.id.clone(), "failed", Some(&refund.id)),
        };
        tx.exec_drop(
            "UPDATE refunds SET id = ?, state = ?, razorpay_id = ?, updated_at = UTC_TIMESTAMP(6)
             WHERE id = ? AND state IN ('intended', 'pending')",
            (id, state, razorpay_id, &intent.id),
        )
        .await?;
        if tx.affected_rows() == 1 {
            let subject = Some(intent.payment_id.as_str());
            story::add(&mut tx, order, "refund_failed", subject, Some(&refund.id), Utc::now()).await?;
        }
        tx.commit().await?;
        Ok(())
    })
    .await
}

/// Takes up the order's refunds that failed for good, because the organiser
/// asks for it; `false` when there are none. `noted` is written with it, if it is asked for at the desk.
///
/// # Errors
/// [`DbError`].
pub async fn try_again(db: &Db, order: OrderId, noted: Option<Entry<'_>>) -> Result<bool, DbError> {
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let failed: Vec<String> = tx
            .exec(
                "SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id
                 WHERE p.order_id = ? AND r.state = 'failed' FOR UPDATE",
                (order,),
            )
            .await?;
        for id in &failed {
            tx.exec_drop(
                "UPDATE refunds SET id = ?, state = 'intended', razorpay_id = NULL, updated_at = UTC_TIMESTAMP(6)
                 WHERE id = ?",
                (Uuid::now_v7().to_string(), id),
            )
            .await?;
        }
        if !failed.is_empty() {
            // The server goes on by itself if this process does not get to it.
            let now = Utc::now();
            story::add(&mut tx, order, "asked_again", None, None, now).await?;
            if let Some(entry) = noted {
                entry.write(&mut tx).await?;
            }
            tx.exec_drop("UPDATE orders SET next_look_at = ? WHERE id = ?", (now.naive_utc(), order)).await?;
        }
        tx.commit().await?;
        Ok(!failed.is_empty())
    })
    .await
}
