//! What processes take of the machine: a server alone, or a window with all that WebKit starts for it.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use nix::sys::signal::{self, Signal};
use nix::unistd::{Pid, SysconfVar, sysconf};

/// One process, as it is now.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The first letters of its program's name: `kiosk-app`, `WebKitWebProces`…
    pub name: String,
    /// Memory it holds that is really there, in KiB.
    pub memory_kib: u64,
    /// The most of it that it ever held, in KiB.
    pub peak_memory_kib: u64,
    /// The part that is its own and nobody else's, in KiB: what grows when memory leaks.
    pub own_memory_kib: u64,
    /// Its threads.
    pub threads: u64,
    /// Files, sockets and devices it holds open.
    pub open_files: usize,
    /// Time it has had on a processor.
    pub cpu: Duration,
}

/// Several processes, together.
#[derive(Clone, Debug, Default)]
pub struct Processes(pub Vec<Process>);

impl Process {
    /// The process of this number; nothing if it has ended.
    #[must_use]
    pub fn of(pid: u32) -> Option<Self> {
        Stat::of(pid)?.looked_at(pid)
    }
}

impl Processes {
    /// A process and all that descends from it.
    pub(crate) fn from(root: u32) -> Self {
        let all = everything();
        let mut family = vec![root];
        let mut next = 0;
        while let Some(parent) = family.get(next).copied() {
            family.extend(all.iter().filter(|(_, it)| it.parent == parent).map(|(pid, _)| *pid));
            next += 1;
        }
        Self(family.iter().filter_map(|pid| all.get(pid)?.looked_at(*pid)).collect())
    }

    /// As [`from`](Self::from), without the eldest.
    pub(crate) fn below(root: u32) -> Self {
        let mut family = Self::from(root).0;
        family.retain(|it| it.pid != root);
        Self(family)
    }

    /// Those of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        // The kernel keeps fifteen letters.
        Self(self.0.iter().filter(|it| name.starts_with(&it.name)).cloned().collect())
    }

    /// Whether none is left.
    #[must_use]
    pub fn are_gone(&self) -> bool {
        self.0.is_empty()
    }

    /// What they hold together, in KiB.
    #[must_use]
    pub fn memory_kib(&self) -> u64 {
        self.0.iter().map(|it| it.memory_kib).sum()
    }

    /// The parts that are each one's own, together, in KiB.
    #[must_use]
    pub fn own_memory_kib(&self) -> u64 {
        self.0.iter().map(|it| it.own_memory_kib).sum()
    }

    /// Their threads.
    #[must_use]
    pub fn threads(&self) -> u64 {
        self.0.iter().map(|it| it.threads).sum()
    }

    /// What they hold open.
    #[must_use]
    pub fn open_files(&self) -> usize {
        self.0.iter().map(|it| it.open_files).sum()
    }

    /// The time they have had on processors.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        self.0.iter().map(|it| it.cpu).sum()
    }

    /// Sends each of them a signal: `SIGSTOP` is a laptop that is closed, `SIGCONT` one that is opened again.
    pub fn signal(&self, signal: Signal) {
        for process in &self.0 {
            let _ = signal::kill(Pid::from_raw(i32::try_from(process.pid).expect("process ids are small")), signal);
        }
    }
}

/// A line of `/proc/…/stat`.
struct Stat {
    name: String,
    parent: u32,
    ticks: u64,
}

impl Stat {
    fn of(pid: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The name stands in brackets and may hold anything, brackets too.
    fn parse(text: &str) -> Option<Self> {
        let (head, tail) = text.rsplit_once(") ")?;
        let name = head.split_once('(')?.1.to_owned();
        let fields = tail.split(' ').collect::<Vec<_>>();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        // A zombie has ended; only its parent has not looked yet.
        (fields.first() != Some(&"Z")).then_some(())?;
        Some(Self { name, parent: fields.get(1)?.parse().ok()?, ticks: number(11)? + number(12)? })
    }

    /// Nothing if it has ended by now.
    fn looked_at(&self, pid: u32) -> Option<Process> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default()
        };
        Some(Process {
            pid,
            name: self.name.clone(),
            memory_kib: number("VmRSS"),
            peak_memory_kib: number("VmHWM"),
            own_memory_kib: number("RssAnon"),
            threads: number("Threads"),
            open_files: fs::read_dir(format!("/proc/{pid}/fd")).map(Iterator::count).unwrap_or_default(),
            cpu: Duration::from_secs_f64(self.ticks as f64 / ticks_per_second()),
        })
    }
}

fn everything() -> BTreeMap<u32, Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, Stat::of(pid)?))).collect()
}

fn ticks_per_second() -> f64 {
    sysconf(SysconfVar::CLK_TCK).ok().flatten().map_or(100.0, |it| it as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_brackets() {
        let fields = "S 7 1 1 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 4 0";
        let stat = Stat::parse(&format!("42 (odd) (name) {fields}")).unwrap();
        assert_eq!((&*stat.name, stat.parent, stat.ticks), ("odd) (name", 7, 42));
        assert!(Stat::parse(&format!("42 (gone) {}", fields.replace('S', "Z"))).is_none());
    }

    #[test]
    fn this_process_has_memory_threads_and_files() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let us = Processes::from(std::process::id());
        assert!(us.memory_kib() > us.own_memory_kib() && us.own_memory_kib() > 0);
        let alone = Process::of(std::process::id()).unwrap();
        assert!(alone.peak_memory_kib >= alone.memory_kib && alone.memory_kib > alone.own_memory_kib, "{alone:?}");
        assert!(us.threads() >= 2 && us.open_files() >= 3);
        assert!(!us.named("sleep").are_gone(), "{us:?}");
        assert_eq!(Processes::below(child.id()).0.len(), 0);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(Processes::from(child.id()).are_gone());
    }
}
