//! What bookings, payments and pages cost the booking site.
//!
//! One booking-web process, as it is shipped, on a private MariaDB that loses
//! nothing it has confirmed, and the simulated payment company. All of them
//! and the load share this machine, so requests per second are those of the
//! whole of it, while CPU-seconds are the site's own.
//!
//! Reading order: here → `guest` (what is asked for) → `load` (many at once)
//! → `cost` (what it took of the machine) → `table` (beside what it costs others).

mod cost;
mod guest;
mod load;
mod table;

use std::sync::Arc;

use anyhow::ensure;
use real_parts::buyers::{BoxOffice, Offer, sockets_at_once};
use real_parts::say;
use serde_json::Value;

use self::cost::Cost;
use self::guest::{Guest, Paid, Picture};
use self::table::Table;

/// Never sold out here.
const SEATS: u32 = 1_000_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many bookings are made, and how many more are paid for as well
    #[arg(long, default_value_t = 6000)]
    orders: usize,
    /// How many pages and pictures of each kind are opened
    #[arg(long, default_value_t = 20_000)]
    pages: usize,
    /// How many guests there are at any time
    #[arg(long, default_value_t = 32)]
    at_once: usize,
}

pub(crate) async fn measure(args: &Args) -> anyhow::Result<Value> {
    let at_once = sockets_at_once(args.at_once);
    let mut offer = Offer::of(SEATS);
    // All guests come from one address here.
    offer.env.push(("SUBMITS_PER_MINUTE".into(), "0".into()));
    let office = say::step_async("Starting MariaDB, payment company and site", BoxOffice::open(offer)).await?;
    let guest = Arc::new(Guest::of(&office.site.url)?);
    let bench = Bench { office, guest, at_once };

    let mut table = Table::default();
    let form = |guest: Arc<Guest>, _| async move { guest.form_page().await };
    table.add(bench.of("form page", args.pages, form).await?);
    let (paid, orders) = bench.paid_orders(args.orders).await?;
    table.add(paid);
    let orders = Arc::new(orders);
    let ticket = |guest: Arc<Guest>, order: Paid| async move { guest.ticket_page(&order).await };
    table.add(bench.of("ticket page", args.pages, over(&orders, ticket)).await?);
    for (name, picture) in [("QR picture, SVG", Picture::Svg), ("QR picture, PNG", Picture::Png)] {
        let load = move |guest: Arc<Guest>, order: Paid| async move { guest.picture(&order, picture).await };
        table.add(bench.of(name, args.pages, over(&orders, load)).await?);
    }
    // Last: seats that are held and never paid for make work for the look-up later on.
    let book = |guest: Arc<Guest>, _| async move { guest.book().await.map(drop) };
    table.add(bench.of("booking", args.orders, book).await?);
    bench.check(args.orders).await?;
    print!("{table}");
    Ok(table.json())
}

struct Bench {
    office: BoxOffice,
    guest: Arc<Guest>,
    at_once: usize,
}

impl Bench {
    /// So many times `act`, after a few that do not count.
    async fn of<F>(
        &self,
        name: &'static str,
        times: usize,
        act: impl Fn(Arc<Guest>, usize) -> F,
    ) -> anyhow::Result<Cost>
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let act = |number| act(Arc::clone(&self.guest), number);
        load::run(self.at_once, (times / 20).min(500), &act).await?;
        say::line(format!("{times} × {name}"));
        let before = cost::Before::now(&self.office)?;
        let load = load::run(self.at_once, times, &act).await?;
        before.until_now(&self.office, name, load)
    }

    /// From the form to the ticket's code, and every webhook heard; whose orders they were.
    async fn paid_orders(&self, times: usize) -> anyhow::Result<(Cost, Vec<Paid>)> {
        let name = "paid order";
        say::line(format!("{times} × {name}"));
        let (orders, heard) = std::sync::mpsc::channel();
        let act = |_| {
            let (guest, orders) = (Arc::clone(&self.guest), orders.clone());
            async move { Ok(orders.send(guest.pay().await?)?) }
        };
        let before = cost::Before::now(&self.office)?;
        let mut load = load::run(self.at_once, times, &act).await?;
        load.took += load::timed(self.office.razorpay.settled()).await;
        let cost = before.until_now(&self.office, name, load)?;
        Ok((cost, heard.try_iter().collect()))
    }

    /// Figures of what went wrong are of no use.
    async fn check(&self, paid: usize) -> anyhow::Result<()> {
        let (tickets, sold): (usize, usize) =
            self.office.row("SELECT (SELECT COUNT(*) FROM tickets), sold FROM event").await?;
        let captured = self.office.razorpay.payments().len();
        ensure!(
            [tickets, sold, captured] == [paid; 3],
            "{paid} were paid for, but there are {tickets} tickets, {sold} sold seats, {captured} payments"
        );
        Ok(())
    }
}

/// One order after the other, and again from the first.
fn over<F>(orders: &Arc<Vec<Paid>>, act: impl Fn(Arc<Guest>, Paid) -> F) -> impl Fn(Arc<Guest>, usize) -> F {
    let orders = Arc::clone(orders);
    move |guest, number| act(guest, orders[number % orders.len()].clone())
}
