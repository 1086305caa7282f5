//! This process's connections to the database.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use crate::db::{CONNECTIONS, Db};

/// The pool, as the driver sees it.
#[derive(Debug)]
pub(super) struct PoolUse(Arc<mysql_async::Metrics>);

impl PoolUse {
    pub(super) fn of(db: &Db) -> Self {
        Self(db.pool().metrics())
    }
}

impl Collector for PoolUse {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let seen = |gauge: &AtomicUsize| gauge.load(Ordering::Relaxed);
        let help = "Connections to the database, by whether they are at work.";
        let mut family = encoder.encode_descriptor("database_connections", help, None, MetricType::Gauge)?;
        for (state, count) in [("busy", seen(&self.0.connections_in_use)), ("idle", seen(&self.0.connections_in_pool))]
        {
            family.encode_family(&[("state", state)])?.encode_gauge(&count)?;
        }
        let mut gauge = |name, help, value: usize| {
            encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
        };
        gauge("database_connections_max", "Connections that there may be.", CONNECTIONS)?;
        gauge("database_waiting", "Units of work that wait for a connection.", seen(&self.0.active_wait_requests))
    }
}
