//! A local network of a test's own, whose cables can be pulled.
//!
//! Each host is a network namespace with one interface, plugged into a switch
//! (a bridge) in a namespace of its own: nothing that is said there is heard on
//! the machine's real networks. What no host can do is reach the machine
//! itself, unless it is given an [`Lan::uplink`].
//!
//! Namespaces outlive whoever made them. So their names hold the number of our
//! process, and whoever makes the next network removes those of the dead first.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use nix::sched::{CloneFlags, setns};

use crate::child::{self, Orphaned};
use crate::install;

const PREFIX: &str = "tickets-lan-";
const PATIENCE: Duration = Duration::from_secs(30);
const REMEDY: &str = "this test makes networks of its own, which the machine does not allow here: \
    it has to be run as root (sudo), and in a container with the capabilities SYS_ADMIN and NET_ADMIN";

/// The network. Dropped, it is gone; what runs in it should be by then.
#[derive(Debug)]
pub struct Lan {
    name: String,
    hosts: usize,
    ip: PathBuf,
    number: u32,
}

impl Lan {
    /// A network with so many hosts, from 0, all of them plugged in.
    ///
    /// # Errors
    /// When the machine does not allow it; the message says what to do.
    pub fn new(hosts: usize) -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        install::packages(install::NETWORK)?;
        let ip = install::program("ip")?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        sweep(&ip);
        let name = format!("{PREFIX}{}-{number}", std::process::id());
        let lan = Self { name, hosts, ip, number };
        lan.set_up().context(REMEDY)?;
        Ok(lan)
    }

    fn set_up(&self) -> anyhow::Result<()> {
        let switch = self.switch();
        self.ip(&["netns", "add", &switch])?;
        for bridge in ["whole", "part"] {
            self.ip(&["-n", &switch, "link", "add", bridge, "type", "bridge"])?;
            self.ip(&["-n", &switch, "link", "set", bridge, "up"])?;
        }
        for host in 0..self.hosts {
            let (there, port) = (self.namespace(host), port(host));
            self.ip(&["netns", "add", &there])?;
            let pair = ["-n", &switch, "link", "add", &port, "type", "veth", "peer", "name", "lan", "netns", &there];
            self.ip(&pair)?;
            self.ip(&["-n", &switch, "link", "set", &port, "master", "whole", "up"])?;
            self.ip(&["-n", &there, "link", "set", "lo", "up"])?;
            let address = format!("{}/24", self.address(host));
            self.ip(&["-n", &there, "address", "add", &address, "broadcast", "+", "dev", "lan"])?;
            self.ip(&["-n", &there, "link", "set", "lan", "up"])?;
        }
        Ok(())
    }

    /// A command that runs on a host. It will not outlive us.
    #[must_use]
    pub fn command(&self, host: usize, program: &Path) -> Command {
        let mut command = child::command(&self.ip, Orphaned::Kill, None);
        command.args(["netns", "exec", &self.namespace(host)]).arg(program);
        command
    }

    /// What listens on a port of a host's own loopback, for a program of this
    /// machine's: a socket belongs to the network in which it was made.
    pub fn loopback(&self, host: usize) -> impl Fn(u16) -> io::Result<TcpListener> + Send + use<> {
        let namespace = Path::new("/run/netns").join(self.namespace(host));
        move |port| {
            let namespace = File::open(&namespace)?;
            // A thread of its own, which ends there.
            let there = move || {
                setns(namespace, CloneFlags::CLONE_NEWNET)?;
                TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            };
            thread::spawn(there).join().unwrap_or_else(|_| Err(io::Error::other("the thread that listens panicked")))
        }
    }

    /// The address of a host on this network.
    #[must_use]
    pub fn address(&self, host: usize) -> Ipv4Addr {
        Ipv4Addr::new(10, 77, 0, u8::try_from(host + 1).expect("a handful of hosts"))
    }

    /// Pulls a host's cable: its interface stays up, and nobody answers.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn cut(&self, host: usize) -> anyhow::Result<()> {
        self.ip(&["-n", &self.switch(), "link", "set", &port(host), "down"])
    }

    /// Plugs it in again.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn mend(&self, host: usize) -> anyhow::Result<()> {
        self.ip(&["-n", &self.switch(), "link", "set", &port(host), "up"])
    }

    /// Takes these hosts out of the network, into one of their own.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn split(&self, hosts: &[usize]) -> anyhow::Result<()> {
        hosts.iter().try_for_each(|host| self.plug(*host, "part"))
    }

    /// Makes it one network again.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn join(&self) -> anyhow::Result<()> {
        (0..self.hosts).try_for_each(|host| self.plug(host, "whole").and_then(|()| self.mend(host)))
    }

    fn plug(&self, host: usize, bridge: &str) -> anyhow::Result<()> {
        self.ip(&["-n", &self.switch(), "link", "set", &port(host), "master", bridge])
    }

    /// Switches the host's own network off, as when its WiFi is: no interface
    /// is up and it has no address.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn switch_off(&self, host: usize) -> anyhow::Result<()> {
        let there = self.namespace(host);
        self.ip(&["-n", &there, "address", "flush", "dev", "lan"])?;
        self.ip(&["-n", &there, "link", "set", "lan", "down"])
    }

    /// Switches it on again, with this as the last number of its address.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn switch_on(&self, host: usize, number: u8) -> anyhow::Result<()> {
        let there = self.namespace(host);
        let address = format!("10.77.0.{number}/24");
        self.ip(&["-n", &there, "address", "add", &address, "broadcast", "+", "dev", "lan"])?;
        self.ip(&["-n", &there, "link", "set", "lan", "up"])
    }

    /// Gives a host a cable of its own to this machine, and says at which
    /// address the machine is for it: whoever is to be reached listens there.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn uplink(&self, host: usize) -> anyhow::Result<Ipv4Addr> {
        let (there, outside) = (self.namespace(host), self.outside(host));
        // A network of four for each, out of those that are kept for tests (RFC 2544).
        let place = (self.number * 16 + u32::try_from(host)?) % 16_384 * 4 + u32::from(Ipv4Addr::new(198, 18, 0, 0));
        let (ours, theirs) = (Ipv4Addr::from(place + 1), Ipv4Addr::from(place + 2));
        self.ip(&["link", "add", &outside, "type", "veth", "peer", "name", "uplink", "netns", &there])?;
        self.ip(&["address", "add", &format!("{ours}/30"), "dev", &outside])?;
        self.ip(&["link", "set", &outside, "up"])?;
        self.ip(&["-n", &there, "address", "add", &format!("{theirs}/30"), "dev", "uplink"])?;
        self.ip(&["-n", &there, "link", "set", "uplink", "up"])?;
        Ok(ours)
    }

    /// Pulls the cable between a host and this machine.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn cut_uplink(&self, host: usize) -> anyhow::Result<()> {
        // This end, so that the host keeps its address and its interface.
        self.ip(&["link", "set", &self.outside(host), "down"])
    }

    /// Plugs it in again.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn mend_uplink(&self, host: usize) -> anyhow::Result<()> {
        self.ip(&["link", "set", &self.outside(host), "up"])
    }

    fn switch(&self) -> String {
        format!("{}-switch", self.name)
    }

    fn namespace(&self, host: usize) -> String {
        format!("{}-{host}", self.name)
    }

    /// The machine's end of a host's uplink. The names of interfaces are short.
    fn outside(&self, host: usize) -> String {
        format!("tl{}n{}h{host}", std::process::id(), self.number % 100)
    }

    fn ip(&self, arguments: &[&str]) -> anyhow::Result<()> {
        ip(&self.ip, arguments)
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        remove(&self.ip, |namespace| namespace.strip_prefix(&*self.name).is_some_and(|rest| rest.starts_with('-')));
    }
}

fn port(host: usize) -> String {
    format!("port{host}")
}

fn ip(program: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = child::command(program, Orphaned::Kill, None);
    command.args(arguments);
    let output = child::run(command, b"", PATIENCE)?;
    if output.status.success() {
        return Ok(());
    }
    bail!("ip {}: {}", arguments.join(" "), output.stderr.trim());
}

/// Removes what dead processes left.
fn sweep(program: &Path) {
    remove(program, |namespace| {
        let owner = namespace.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists())
    });
}

/// Removes the namespaces that are so named, and with each the cables that end in it.
fn remove(program: &Path, is_it: impl Fn(&str) -> bool) {
    let entries = ["/run/netns", "/var/run/netns"].iter().find_map(|folder| fs::read_dir(folder).ok());
    let names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    for name in names.filter(|name| is_it(name)) {
        let _ = ip(program, &["netns", "delete", &name]);
    }
}

#[cfg(test)]
mod tests;
