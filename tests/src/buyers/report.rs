//! What a crowd was told, and how soon.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::doors::Ask;
use super::mind::Outcome;
use super::sight::Sight;
use crate::spread::Spread;

/// Every answer of the site.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// How long each kind took, in milliseconds.
    pub took: BTreeMap<Ask, Spread>,
    /// How often each status came; `None` is no answer at all.
    pub statuses: BTreeMap<(Ask, Option<u16>), usize>,
    /// 429 and 503 that say when to come back.
    pub told_when: usize,
    /// Those that do not.
    pub not_told_when: usize,
}

/// What became of everybody.
#[derive(Clone, Debug)]
pub struct Report {
    /// How each ended, in no order.
    pub outcomes: Vec<Outcome>,
    /// What the site answered.
    pub answers: Answers,
    /// From the first request to the last answer.
    pub took: Duration,
}

impl Answers {
    pub(super) fn add(&mut self, ask: Ask, status: Option<u16>, sight: &Sight, took: Duration) {
        self.took.entry(ask).or_default().add(took.as_secs_f64() * 1e3);
        *self.statuses.entry((ask, status)).or_default() += 1;
        match sight {
            Sight::Busy { after: Some(_) } => self.told_when += 1,
            Sight::Busy { after: None } => self.not_told_when += 1,
            _ => {}
        }
    }

    /// How often this status came, whatever was asked.
    #[must_use]
    pub fn count(&self, status: Option<u16>) -> usize {
        self.statuses.iter().filter(|((_, it), _)| *it == status).map(|(_, count)| count).sum()
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Spread {
        let mut all = Spread::default();
        for spread in self.took.values() {
            all.join(spread.clone());
        }
        all
    }

    fn statuses_of(&self, ask: Ask) -> String {
        let of = self.statuses.iter().filter(|((it, _), _)| *it == ask);
        let said = |status: Option<u16>| status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        of.map(|((_, status), count)| format!("{} ×{count}", said(*status))).collect::<Vec<_>>().join(", ")
    }
}

impl Report {
    /// How many ended like this.
    #[must_use]
    pub fn count(&self, outcome: &Outcome) -> usize {
        self.outcomes.iter().filter(|it| *it == outcome).count()
    }

    /// What those saw last who were left without an answer.
    #[must_use]
    pub fn in_doubt(&self) -> Vec<&str> {
        let doubts = self.outcomes.iter().filter_map(|it| match it {
            Outcome::InDoubt(said) => Some(&**said),
            _ => None,
        });
        doubts.collect()
    }
}

/// A table of the answers, and a line on how it ended.
impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {:<10}{:>9}{:>10}{:>10}{:>10} ms", "", "answers", "p50", "p99", "worst")?;
        let mut row = |name: &str, spread: &Spread, statuses: &str| {
            let [p50, p99, worst] = [50, 99, 100].map(|percent| spread.percentile(percent));
            writeln!(f, "  {name:<10}{:>9}{p50:>10.1}{p99:>10.1}{worst:>10.1}    {statuses}", spread.count())
        };
        for (ask, spread) in &self.took {
            row(&format!("{ask:?}").to_lowercase(), spread, &self.statuses_of(*ask))?;
        }
        row("all", &self.all(), "")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.answers)?;
        let Answers { told_when, not_told_when, .. } = &self.answers;
        writeln!(
            f,
            "  {told_when} were told when to come back, {not_told_when} to come back without a time, \
             {} had no answer and asked again",
            self.answers.count(None)
        )?;
        write!(
            f,
            "  in {:.1} s: {} tickets, {} sold out, {} chose not to pay, {} get their money back, {} in doubt",
            self.took.as_secs_f64(),
            self.count(&Outcome::Ticket),
            self.count(&Outcome::SoldOut),
            self.count(&Outcome::DidNotPay),
            self.count(&Outcome::MoneyBack),
            self.in_doubt().len(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_what_they_are() {
        let mut answers = Answers::default();
        let later = |after| Sight::Busy { after };
        let ms = Duration::from_millis;
        answers.add(Ask::Booking, Some(503), &later(Some(ms(1000))), ms(3));
        answers.add(Ask::Booking, Some(503), &later(None), ms(4));
        answers.add(Ask::Order, Some(200), &Sight::Ticket, ms(5));
        answers.add(Ask::Order, None, &Sight::NoAnswer, ms(30_000));
        assert_eq!((answers.told_when, answers.not_told_when), (1, 1));
        assert_eq!((answers.count(Some(503)), answers.count(None)), (2, 1));
        assert_eq!(answers.all().percentile(50), 4.0);
        let report = Report { outcomes: vec![Outcome::Ticket, Outcome::InDoubt("x".into())], answers, took: ms(9) };
        assert_eq!((report.count(&Outcome::Ticket), report.in_doubt()), (1, vec!["x"]));
        assert!(report.to_string().contains("booking           2"), "{report}");
    }
}
