//! What Prometheus asks of every process, under the names it has for it:
//! <https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>.

use std::fmt;

use procfs::ProcResult;
use procfs::process::LimitValue;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// This process, as the kernel sees it.
#[derive(Debug)]
pub(super) struct Process {
    /// Unix seconds. Read once: the kernel works it out from a clock that is set now and then.
    started: Option<f64>,
}

struct Seen {
    cpu_seconds: f64,
    resident_bytes: u64,
    virtual_bytes: u64,
    open_files: usize,
    max_files: Option<u64>,
}

impl Process {
    pub(super) fn this() -> Self {
        Self { started: started().ok() }
    }
}

fn started() -> ProcResult<f64> {
    let ticks = procfs::process::Process::myself()?.stat()?.starttime;
    Ok(seconds(procfs::boot_time_secs()?) + in_seconds(ticks))
}

fn see() -> ProcResult<Seen> {
    let process = procfs::process::Process::myself()?;
    let stat = process.stat()?;
    let max_files = match process.limits()?.max_open_files.soft_limit {
        LimitValue::Value(files) => Some(files),
        LimitValue::Unlimited => None,
    };
    Ok(Seen {
        cpu_seconds: in_seconds(stat.utime + stat.stime),
        resident_bytes: stat.rss * procfs::page_size(),
        virtual_bytes: stat.vsize,
        open_files: process.fd_count()?,
        max_files,
    })
}

/// The kernel counts in ticks.
fn in_seconds(ticks: u64) -> f64 {
    seconds(ticks) / seconds(procfs::ticks_per_second())
}

/// Exact for any number of seconds or ticks that a machine will ever see.
fn seconds(whole: u64) -> f64 {
    whole as f64
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut gauge = |name, help, value: f64| {
            encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
        };
        if let Some(started) = self.started {
            gauge("process_start_time_seconds", "Start time of the process, in Unix seconds.", started)?;
        }
        // Where the kernel shows nothing, there is nothing to say.
        let Ok(seen) = see() else { return Ok(()) };
        gauge("process_resident_memory_bytes", "Resident memory size in bytes.", seconds(seen.resident_bytes))?;
        gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", seconds(seen.virtual_bytes))?;
        gauge("process_open_fds", "Number of open file descriptors.", seen.open_files as f64)?;
        if let Some(files) = seen.max_files {
            gauge("process_max_fds", "Maximum number of open file descriptors.", seconds(files))?;
        }
        encoder
            .encode_descriptor("process_cpu_seconds", "User and system CPU time spent.", None, MetricType::Counter)?
            .encode_counter::<NoLabelSet, _, f64>(&seen.cpu_seconds, None)
    }
}
