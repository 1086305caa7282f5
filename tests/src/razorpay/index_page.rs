//! The list at `/` of what is newest, for whoever plays with the demonstration.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;

use super::account::Account;
use super::html::{amount, escaped, page};
use super::model::Link;
use super::simulator::Simulator;
use super::table::{Row, Table};

/// A browser need not wait for more than these of each.
const NEWEST: usize = 200;

/// Links, payments, refunds and disputes, newest first.
pub(super) async fn show(State(simulator): State<Arc<Simulator>>) -> Html<String> {
    let inner = simulator.look(|account| {
        format!(
            "<h1>Payment links</h1>\n{}\n<h2>Payments</h2>\n{}\n<h2>Refunds</h2>\n{}\n<h2>Disputes</h2>\n{}",
            links(account),
            payments(account),
            refunds(account),
            disputes(account)
        )
    });
    page("Overview", &inner)
}

fn links(account: &Account) -> String {
    let row = |link: &Link| {
        [
            format!(r#"<a href="/i/{}">{}</a>"#, escaped(&link.code), escaped(&link.id)),
            link.status.as_str().to_owned(),
            amount(link.amount, &link.currency),
            escaped(&link.description),
            escaped(&link.reference_id),
        ]
    };
    table(["Link", "State", "Amount", "For", "Reference"], newest(&account.links).map(row))
}

fn payments(account: &Account) -> String {
    let rows = newest(&account.payments).map(|payment| {
        [
            escaped(&payment.id),
            format!("{:?}", payment.status).to_lowercase(),
            amount(payment.amount, &payment.currency),
            escaped(&payment.link_id),
        ]
    });
    table(["Payment", "State", "Amount", "Link"], rows)
}

fn refunds(account: &Account) -> String {
    let rows = newest(&account.refunds).map(|refund| {
        [
            escaped(&refund.id),
            format!("{:?}", refund.status).to_lowercase(),
            amount(refund.amount, &refund.currency),
            escaped(&refund.payment_id),
        ]
    });
    table(["Refund", "State", "Amount", "Payment"], rows)
}

fn disputes(account: &Account) -> String {
    let rows = newest(&account.disputes).map(|dispute| {
        [
            escaped(&dispute.id),
            dispute.status.as_str().to_owned(),
            amount(dispute.amount, &dispute.currency),
            escaped(&dispute.payment_id),
        ]
    });
    table(["Dispute", "State", "Amount", "Payment"], rows)
}

fn newest<T: Row>(of: &Table<T>) -> impl Iterator<Item = &T> {
    of.all().iter().rev().take(NEWEST)
}

/// The cells must be escaped already.
fn table<const N: usize>(heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut body = String::new();
    for row in rows {
        let _ = writeln!(body, "<tr><td>{}</td></tr>", row.join("</td><td>"));
    }
    if body.is_empty() {
        return r#"<p class="quiet">None yet.</p>"#.to_owned();
    }
    let heads = heads.join("</th><th>");
    format!(r#"<div class="scroll"><table><thead><tr><th>{heads}</th></tr></thead><tbody>{body}</tbody></table></div>"#)
}
