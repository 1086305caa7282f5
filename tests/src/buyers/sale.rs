//! The whole of it: a sale that is watched while it goes on and checked when it is over.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use serde_json::{Value, json};

use super::box_office::{BoxOffice, Offer};
use super::crowd::{Crowd, rush};
use super::doors::Doors;
use super::mind::Outcome;
use super::report::Report;
use super::sockets;
use crate::razorpay::{Payment, PaymentStatus};
use crate::say;

const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// What is to be sold to whom.
#[derive(Clone, Debug)]
pub struct Sale {
    /// How many seats there are.
    pub seats: u32,
    /// Who comes for them.
    pub crowd: Crowd,
    /// After this long twenty minutes are over: Razorpay ends a link that nobody has paid.
    pub link_life: Duration,
}

/// A sale that is over.
#[derive(Debug)]
pub struct Held {
    /// What was sold to whom.
    pub sale: Sale,
    /// How many connections there were at once, at most.
    pub sockets: usize,
    /// What became of everybody.
    pub report: Report,
    /// What does not agree; nothing, normally.
    pub faults: Vec<String>,
    /// The most memory the site ever held, in MiB.
    pub peak_mib: u64,
}

impl Sale {
    /// Sells, until everybody has an answer.
    ///
    /// # Errors
    /// When one of the parts does not start, or more is sold at any moment than there is.
    pub async fn hold(self) -> anyhow::Result<Held> {
        let sockets = sockets::at_once(self.crowd.buyers as usize);
        let office = BoxOffice::open(Offer::of(self.seats)).await?;
        let doors = Arc::new(Doors::to(&office.site.url, sockets)?);
        let report = tokio::select! {
            report = rush(&doors, self.crowd) => report?,
            fault = watch(&office) => match fault? {},
            never = let_time_pass(&office, self.link_life) => match never {},
        };
        office.razorpay.settled().await;
        let peak_mib = office.site_process()?.peak_memory_kib / 1024;
        let faults = self.faults(&office, &report).await?;
        Ok(Held { sale: self, sockets, report, faults, peak_mib })
    }

    /// Every seat is one paid order, one ticket, one payment, one guest who holds it; and everybody has an answer.
    async fn faults(&self, office: &BoxOffice, report: &Report) -> anyhow::Result<Vec<String>> {
        let mut faults = Vec::new();
        let doubts = report.in_doubt();
        if let Some(one) = doubts.first() {
            faults.push(format!("{} are left in doubt, one of them by {one}", doubts.len()));
        }
        let query = "SELECT sold, held, (SELECT COUNT(*) FROM tickets), (SELECT COUNT(*) FROM payments),
                            (SELECT COUNT(*) FROM orders WHERE state = 'paid'), (SELECT COUNT(*) FROM refunds) FROM event";
        let (sold, held, tickets, payments, orders, refunds): (usize, usize, usize, usize, usize, usize) =
            office.row(query).await?;
        let is_kept = |it: &&Payment| it.status == PaymentStatus::Captured && it.amount_refunded == 0;
        let seats = self.seats as usize;
        let mut compare = |what: &str, found: usize, expected: usize| {
            if found != expected {
                faults.push(format!("{what}: {found} instead of {expected}"));
            }
        };
        compare("answers", report.outcomes.len(), self.crowd.buyers as usize);
        compare("seats sold", sold, seats);
        compare("seats held", held, 0);
        compare("tickets", tickets, seats);
        compare("paid orders", orders, seats);
        compare("payments", payments, seats);
        compare("refunds", refunds, 0);
        compare("payments that Razorpay keeps", office.razorpay.payments().iter().filter(is_kept).count(), seats);
        compare("refunds at Razorpay", office.razorpay.refunds().len(), 0);
        compare("guests with a ticket", report.count(&Outcome::Ticket), seats);
        Ok(faults)
    }
}

/// At any moment: never more than there is, and what is counted is what is there.
async fn watch(office: &BoxOffice) -> anyhow::Result<Infallible> {
    let query = "SELECT capacity, sold, held, (SELECT COUNT(*) FROM tickets),
                        (SELECT COUNT(*) FROM orders WHERE state = 'paid'),
                        (SELECT COUNT(*) FROM orders WHERE state = 'held') FROM event";
    let (began, mut said) = (Instant::now(), 0);
    loop {
        let (capacity, sold, held, tickets, paid, waiting): (u32, u32, u32, u32, u32, u32) = office.row(query).await?;
        ensure!(sold + held <= capacity, "oversold: {sold} sold and {held} held, of {capacity}");
        ensure!(
            (sold, sold, held) == (tickets, paid, waiting),
            "{sold} sold and {held} held, but {tickets} tickets, {paid} paid orders and {waiting} that wait for money"
        );
        let elapsed = began.elapsed().as_secs();
        if elapsed >= said + 5 {
            said = elapsed;
            let memory = office.site_process()?.memory_kib / 1024;
            say::line(format!("{elapsed:>4} s: {sold} sold, {held} held; the site holds {memory} MiB"));
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// Razorpay ends every link that was not paid in time, and says so by webhook.
async fn let_time_pass(office: &BoxOffice, link_life: Duration) -> Infallible {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        for link in office.razorpay.links() {
            let born = u64::try_from(link.created_at).unwrap_or_default();
            if link.status.is_open() && now >= born + link_life.as_secs() {
                // Paid since we looked: then it is not to be ended.
                let _ = office.razorpay.expire(&link.id);
            }
        }
    }
}

impl Held {
    /// The figures.
    #[must_use]
    pub fn json(&self) -> Value {
        let Self { sale, sockets, report, faults, peak_mib } = self;
        let [p50, p99, worst] = [50, 99, 100].map(|percent| report.answers.all().percentile(percent));
        json!({
            "seats": sale.seats,
            "buyers": sale.crowd.buyers,
            "seed": sale.crowd.seed,
            "sockets": sockets,
            "seconds": report.took.as_secs_f64().round(),
            "tickets": report.count(&Outcome::Ticket),
            "sold_out": report.count(&Outcome::SoldOut),
            "did_not_pay": report.count(&Outcome::DidNotPay),
            "in_doubt": report.in_doubt().len(),
            "p50_ms": p50,
            "p99_ms": p99,
            "worst_ms": worst,
            "told_when_to_come_back": report.answers.told_when,
            "not_told_when_to_come_back": report.answers.not_told_when,
            "no_answer": report.answers.count(None),
            "peak_rss_mib": peak_mib,
            "faults": faults,
        })
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sale, sockets, report, faults, peak_mib } = self;
        writeln!(f, "\n{report}")?;
        write!(
            f,
            "  over {sockets} sockets at once; the site held {peak_mib} MiB at most; --seed {}",
            sale.crowd.seed
        )?;
        faults.iter().try_for_each(|fault| write!(f, "\n  WRONG: {fault}"))
    }
}
