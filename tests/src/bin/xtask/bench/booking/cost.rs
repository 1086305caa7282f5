//! What a load took of the machine.

use std::time::Duration;

use real_parts::buyers::BoxOffice;

use super::load::Load;

/// The two processes' time on processors, up to now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    site: Duration,
    database: Duration,
}

/// A load, and what it took.
#[derive(Debug)]
pub(super) struct Cost {
    pub(super) name: &'static str,
    pub(super) load: Load,
    /// Time on processors: the booking site's and the database's.
    pub(super) site: Duration,
    pub(super) database: Duration,
    /// The booking site's memory when it was over, in MiB.
    pub(super) memory: f64,
    /// The most there ever was.
    pub(super) peak_memory: f64,
}

impl Before {
    pub(super) fn now(office: &BoxOffice) -> anyhow::Result<Self> {
        Ok(Self { site: office.site_process()?.cpu, database: office.database_process()?.cpu })
    }

    pub(super) fn until_now(self, office: &BoxOffice, name: &'static str, load: Load) -> anyhow::Result<Cost> {
        let (site, database) = (office.site_process()?, office.database_process()?);
        let mib = |kib: u64| kib as f64 / 1024.0;
        Ok(Cost {
            name,
            load,
            site: site.cpu - self.site,
            database: database.cpu - self.database,
            memory: mib(site.memory_kib),
            peak_memory: mib(site.peak_memory_kib),
        })
    }
}

impl Cost {
    fn count(&self) -> f64 {
        self.load.each.count() as f64
    }

    pub(super) fn per_second(&self) -> f64 {
        self.count() / self.load.took.as_secs_f64()
    }

    /// How many one processor of the site's could do in a second.
    pub(super) fn per_cpu_second(&self) -> f64 {
        self.count() / self.site.as_secs_f64()
    }

    /// The site's CPU-seconds for a thousand.
    pub(super) fn per_1000(&self) -> f64 {
        self.site.as_secs_f64() * 1000.0 / self.count()
    }

    pub(super) fn database_per_1000(&self) -> f64 {
        self.database.as_secs_f64() * 1000.0 / self.count()
    }
}
