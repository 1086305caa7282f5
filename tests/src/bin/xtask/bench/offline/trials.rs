//! The rush and the flapping network, as the tests hold them, on our release build.

use std::time::Duration;

use anyhow::ensure;
use real_parts::lan::Lan;
use real_parts::offline::audit::{Audit, reported};
use real_parts::offline::company;
use real_parts::offline::evening::Evening;
use real_parts::offline::gate::Gate;
use real_parts::offline::plan::{Plan, Weather};
use real_parts::offline::record::Record;
use real_parts::offline::rush::rush;
use real_parts::offline::store::Store;
use real_parts::proxy::Wire;
use real_parts::say;
use real_parts::spread::Spread;

use super::{Args, Bench, Figure};

const PATIENCE: Duration = Duration::from_mins(2);
const GATES: [&str; 3] = ["Gate A", "Gate B", "Gate C"];
const EACH: Duration = Duration::from_millis(300);
/// At all gates of the flapping network.
const SCANS_A_SECOND: usize = 20;

/// What trials came to, all together.
#[derive(Default)]
struct Tally {
    longest: Duration,
    doubles: usize,
    listed: usize,
    listed_truly: usize,
    lost: usize,
    faults: Vec<String>,
    offline: Spread,
}

pub(super) async fn all(bench: &Bench, args: &Args) -> anyhow::Result<Vec<Figure>> {
    let rush = Plan {
        seed: bench.seed,
        gates: GATES.len(),
        scans: args.scans,
        tickets: args.scans * 2 / 5,
        pause: Duration::from_millis(60),
        weather: Weather::Storm(Wire::Cut),
    };
    let silent = Plan { weather: Weather::Storm(Wire::Frozen), ..rush };
    let (mut apart, mut together) = (Tally::default(), Tally::default());
    apart.add("A rush, cut off in the middle", trial(bench, &rush).await?);
    apart.add("A rush, the database silent in the middle", trial(bench, &silent).await?);
    apart.add("A network that comes and goes", trial(bench, &flapping(&rush, args)).await?);
    together.add("The first rush, with neighbours", in_company(bench, &rush).await?);
    together.add("The second rush, with neighbours", in_company(bench, &silent).await?);
    let faults = [&*apart.faults, &*together.faults].concat();
    ensure!(faults.is_empty(), "not as it should be: {faults:#?}");
    let longest = apart.longest.max(together.longest).as_secs_f64() * 1e3;
    Ok(vec![
        Figure::of("worst_verdict_ms", "the longest wait for a verdict in all trials", longest, "ms"),
        Figure::of(
            "verdict_company_ms",
            "a verdict without the database, with neighbours, median",
            together.offline.median(),
            "ms",
        ),
        Figure::of("verdict_company_p95_ms", "  19 of 20", together.offline.percentile(95), "ms"),
        Figure::count("double_admissions", "double admissions, where gates hear each other", together.doubles),
        Figure::count("conflicts_true", "  and where they cannot", apart.doubles),
        Figure::count("conflicts_listed", "  of these, listed as conflicts", apart.listed_truly),
        Figure::count("conflicts_invented", "  listed, and none", apart.listed - apart.listed_truly),
        Figure::count("lost", "scans that somebody was told of, and the database never", apart.lost + together.lost),
    ])
}

fn flapping(rush: &Plan, args: &Args) -> Plan {
    let scans = args.flap_seconds * SCANS_A_SECOND;
    let (pause, weather) = (Duration::from_millis(250), Weather::Flapping(EACH));
    Plan { scans, tickets: scans / 3, pause, weather, ..*rush }
}

impl Tally {
    fn add(&mut self, what: &str, (record, audit): (Record, Audit)) {
        let longest = record.longest();
        let Audit { doubles, listed, listed_truly, lost, faults } = audit;
        say::line(format!("{what}: {} scans, {doubles} double admissions, longest {longest:.0?}", record.told.len()));
        self.longest = self.longest.max(longest);
        self.doubles += doubles;
        self.listed += listed;
        self.listed_truly += listed_truly;
        self.lost += lost;
        self.faults.extend(faults);
        self.offline.join(record.waits("offline"));
    }
}

async fn trial(bench: &Bench, plan: &Plan) -> anyhow::Result<(Record, Audit)> {
    let evening = Evening::open(&bench.server, &*bench.organiser, plan.tickets).await?;
    let mut gates = Vec::new();
    for name in GATES {
        let settings = evening.settings(name).await?;
        gates.push(Gate::start(&evening, name, &settings)?);
    }
    for gate in &gates {
        Store::of(&evening, gate.name()).knows(plan.tickets, PATIENCE)?;
    }
    rush_and_look(bench, &evening, plan, gates, Record::default()).await
}

/// The same with gates that hear each other.
async fn in_company(bench: &Bench, plan: &Plan) -> anyhow::Result<(Record, Audit)> {
    let lan = Lan::new(GATES.len())?;
    let mut evening = Evening::open(&bench.server, &*bench.organiser, plan.tickets + GATES.len()).await?;
    let mut gates = company::open(&mut evening, &lan, &GATES).await?;
    for gate in &gates {
        Store::of(&evening, gate.name()).knows(evening.tickets(), PATIENCE)?;
    }
    let met = company::introduce(&evening, &*bench.organiser, &mut gates, plan.tickets, PATIENCE)?;
    rush_and_look(bench, &evening, plan, gates, met).await
}

async fn rush_and_look(
    bench: &Bench,
    evening: &Evening,
    plan: &Plan,
    mut gates: Vec<Gate>,
    before: Record,
) -> anyhow::Result<(Record, Audit)> {
    let mut record = tokio::task::block_in_place(|| rush(evening, &*bench.organiser, plan, &mut gates))?;
    record.told.extend(before.told);
    reported(evening, record.told.len(), PATIENCE).await?;
    let audit = Audit::of(evening, &record).await?;
    for gate in gates {
        gate.close()?;
    }
    Ok((record, audit))
}
