//! What the neighbours have granted, for the time after a restart.

use common::TicketTag;
use common::passages::{Passage, Step};

use super::{Store, StoreFault, instant, micros};

impl Store {
    /// Keeps what neighbours tell.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn hear(&self, news: Vec<(TicketTag, Passage)>) -> Result<(), StoreFault> {
        self.run(move |connection| {
            let tx = connection.transaction()?;
            for (tag, Passage { scan, step, at, gate }) in news {
                let put = "INSERT INTO heard VALUES (?, ?, ?, ?, ?) ON CONFLICT (scan) DO NOTHING";
                tx.prepare_cached(put)?.execute((scan, tag.0, step.as_str(), micros(at), gate))?;
            }
            tx.commit()
        })
        .await
    }

    /// Everything that was heard.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub fn all_heard(&self) -> Result<Vec<(TicketTag, Passage)>, StoreFault> {
        self.run_now(|connection| {
            let mut all = connection.prepare("SELECT scan, tag, step, at, gate FROM heard")?;
            let rows = all.query_map((), |row| {
                let step = Step::parse(&row.get::<_, String>(2)?);
                let (scan, at, gate) = (row.get(0)?, instant(row.get(3)?), row.get(4)?);
                Ok(step.map(|step| (row.get(1).map(TicketTag), Passage { scan, step, at, gate })))
            })?;
            let mut heard = Vec::new();
            for row in rows {
                if let Some((tag, passage)) = row? {
                    heard.push((tag?, passage));
                }
            }
            Ok(heard)
        })
    }
}
