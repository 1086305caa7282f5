//! The works of a gate, put together: the database, the memory, the upkeep, the
//! neighbours, and the admitter who asks them all. The window and the terminal
//! use the same.

mod company;

use std::sync::Arc;

use crate::admit::Admitter;
use crate::database::Database;
use crate::memory::Memory;
use crate::settings::Settings;
use crate::upkeep::Upkeep;
pub use company::Company;

/// Everything that a gate's verdicts need.
#[derive(Debug)]
pub struct Works {
    /// The event's database.
    pub database: Database,
    /// What the gate knows by itself.
    pub memory: Memory,
    /// Who gives the verdicts.
    pub admitter: Arc<Admitter>,
    /// The gates of this network.
    pub company: Company,
    upkeep: Upkeep,
}

impl Works {
    /// Sets everything going. Call it inside a tokio runtime. `neighbourly`:
    /// the operator has not switched the neighbours off.
    #[must_use]
    pub fn start(settings: &Settings, neighbourly: bool) -> Self {
        let database = Database::open(settings);
        let memory = Memory::open(settings);
        let company = Company::new(settings, memory.clone());
        company.seek(neighbourly);
        let admitter = Admitter::new(settings, database.clone(), memory.clone(), company.clone());
        let upkeep = Upkeep::start(database.clone(), memory.clone());
        Self { database, memory, admitter: Arc::new(admitter), company, upkeep }
    }

    /// The upkeep, to see how things stand.
    #[must_use]
    pub fn upkeep(&self) -> &Upkeep {
        &self.upkeep
    }

    /// Sends what can still be sent, says goodbye, and answers how many scans stay behind.
    pub async fn close(self) -> u64 {
        let Self { database, upkeep, company, .. } = self;
        let unsent = upkeep.close().await;
        company.leave().await;
        database.close().await;
        unsent
    }
}
