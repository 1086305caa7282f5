//! The list of everything at `/`, for whoever plays with the demonstration.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;

use super::account::Account;
use super::html::{amount, escaped, page};
use super::model::Link;
use super::simulator::Simulator;

/// Links and payments, newest first.
pub(super) async fn show(State(simulator): State<Arc<Simulator>>) -> Html<String> {
    let inner = simulator.look(|account| {
        format!(
            "<h1>Payment links</h1>\n{}\n<h2>Payments</h2>\n{}\n<h2>Refunds</h2>\n{}",
            links(account),
            payments(account),
            refunds(account)
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
    table(["Link", "State", "Amount", "For", "Reference"], account.links.iter().rev().map(row))
}

fn payments(account: &Account) -> String {
    let rows = account.payments.iter().rev().map(|payment| {
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
    let rows = account.refunds.iter().rev().map(|refund| {
        [
            escaped(&refund.id),
            format!("{:?}", refund.status).to_lowercase(),
            amount(refund.amount, &refund.currency),
            escaped(&refund.payment_id),
        ]
    });
    table(["Refund", "State", "Amount", "Payment"], rows)
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
