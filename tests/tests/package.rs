//! The gate as people install it.
//!
//! Its packages are built as they are shipped, which takes some minutes, so
//! these run when asked for: `cargo xtask test` does, and with `CI` or
//! `INSTALL_PACKAGE` set, root's apt-get really installs the gate and removes
//! it again. Else it is unpacked and started from there: nobody's own machine
//! is changed unasked.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::geteuid;
use real_parts::install;
use real_parts::package::{self, Packages};
use real_parts::scratch::{Scratch, target_folder};
use real_parts::window::{Display, PlainWindow, Program};

const NAME: &str = "entry-gate";

static PACKAGES: LazyLock<Packages> = LazyLock::new(|| package::build().expect("packages to test"));

/// What a command prints; that it fails is a fault.
fn printed(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(install::program(program).unwrap()).args(arguments).output().unwrap();
    let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {}:\n{said}{complaint}", arguments.join(" "));
    said.into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path that cargo made")
}

fn unpacked() -> Scratch {
    let scratch = Scratch::new("package").unwrap();
    printed("dpkg-deb", &["--extract", text(&PACKAGES.deb), text(scratch.path())]);
    scratch
}

/// All files below a folder, by what they would be called below `/`.
fn files(folder: &Path) -> BTreeSet<String> {
    let list = printed("find", &[text(folder), "-type", "f", "-path", "*/usr/*", "-printf", "/%P\n"]);
    list.lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "builds the gate as it is shipped; run by `cargo xtask test`"]
fn both_packages_hold_the_program_its_icons_and_its_entry_in_the_menu() {
    install::packages(install::PACKAGE_TEST).unwrap();
    let unpacked = unpacked();
    let in_deb = files(unpacked.path());
    for file in [
        "bin/kiosk-app",
        "share/applications/Entry Gate.desktop",
        "share/doc/entry-gate/README",
        "share/doc/entry-gate/copyright",
        "share/icons/hicolor/128x128/apps/kiosk-app.png",
        "share/icons/hicolor/scalable/apps/kiosk-app.svg",
        "share/metainfo/org.entry-tickets.gate.metainfo.xml",
    ] {
        assert!(in_deb.contains(&format!("/usr/{file}")), "{file} is not among {in_deb:#?}");
    }
    let in_rpm = printed("rpm", &["--query", "--list", "--package", text(&PACKAGES.rpm)]);
    assert_eq!(in_rpm.lines().map(str::to_owned).collect::<BTreeSet<_>>(), in_deb, "both hold the same");

    let entry = unpacked.path().join("usr/share/applications/Entry Gate.desktop");
    printed("desktop-file-validate", &[text(&entry)]);
    let entry = fs::read_to_string(entry).unwrap();
    for line in ["Name=Entry Gate", "Name[hi]=प्रवेश द्वार", "Exec=kiosk-app", "Icon=kiosk-app", "StartupNotify=true"]
    {
        assert!(entry.lines().any(|it| it == line), "{line} is not in\n{entry}");
    }
}

#[test]
#[ignore = "builds the gate as it is shipped; run by `cargo xtask test`"]
fn each_package_says_what_it_is_and_what_it_needs() {
    install::packages(install::PACKAGE_TEST).unwrap();
    let deb = |field| printed("dpkg-deb", &["--field", text(&PACKAGES.deb), field]).trim().to_owned();
    let rpm = |query: &str| printed("rpm", &["--query", query, "--package", text(&PACKAGES.rpm)]);
    let name = printed("rpm", &["--query", "--queryformat", "%{NAME} %{VERSION}", "--package", text(&PACKAGES.rpm)]);
    assert_eq!((deb("Package"), deb("Version")), (NAME.into(), env!("CARGO_PKG_VERSION").into()));
    assert_eq!(name, format!("{NAME} {}", env!("CARGO_PKG_VERSION")));
    for (needed, wanted) in [
        (deb("Depends"), ["libc6 (>= 2.", "libgtk-3-0", "libwebkit2gtk-4.1-0"]),
        (rpm("--requires"), ["libc.so.6(GLIBC_2.", "libgtk-3.so.0", "libwebkit2gtk-4.1.so.0"]),
    ] {
        assert!(wanted.iter().all(|it| needed.contains(it)), "{wanted:?} are not all in {needed}");
    }
    // Without one the gate is mute.
    assert!(deb("Recommends").contains("gstreamer1.0-pulseaudio"), "{}", deb("Recommends"));
    assert!(rpm("--recommends").contains("gstreamer1-plugins-good"), "{}", rpm("--recommends"));
    // Installing changes nothing but the package's own files.
    assert_eq!(rpm("--scripts"), "");
}

#[test]
#[ignore = "builds the gate as it is shipped; run by `cargo xtask test`"]
fn an_installed_gate_opens_its_window_ends_when_asked_and_can_be_removed() {
    install::packages(install::WINDOW_TEST).unwrap();
    let installed = Installed::now();
    let display = Display::start().unwrap().managed().unwrap();
    let program = Program::new(installed.program()).arguments(["--windowed"]);
    let mut window = PlainWindow::start(&display, &program).unwrap();
    wait_for_window(&display, &mut window);
    window.photograph(&target_folder().join("tmp/installed.png")).unwrap();
    assert!(window.stop(Duration::from_secs(30)).is_some(), "it ends when the session ends");
    let program = installed.program();
    drop(installed);
    assert!(!program.exists(), "nothing is left of it");
}

fn wait_for_window(display: &Display, window: &mut PlainWindow) {
    let began = Instant::now();
    let mut search = Command::new(install::program("xdotool").unwrap());
    display.screen().shown_to(&mut search);
    search.args(["search", "--onlyvisible", "--name", "^Entry Gate$"]);
    while !search.output().unwrap().status.success() {
        assert_eq!(window.ended(), None, "it ends instead; it said:\n{}", window.said().text());
        assert!(began.elapsed() < Duration::from_secs(60), "no window; it said:\n{}", window.said().text());
        thread::sleep(Duration::from_millis(50));
    }
    println!("The window was there after {:.1} s.", began.elapsed().as_secs_f64());
}

/// The gate on this machine, until dropped.
enum Installed {
    Really,
    Unpacked(Scratch),
}

impl Installed {
    fn now() -> Self {
        let asked = ["CI", "INSTALL_PACKAGE"].iter().any(|it| std::env::var_os(it).is_some());
        // One that its owner has installed stays as it is.
        let there = Path::new("/usr/bin/kiosk-app").exists();
        if !asked || there || !geteuid().is_root() {
            println!("Unpacked, not installed: that takes root, INSTALL_PACKAGE=1, and no gate on this machine yet.");
            return Self::Unpacked(unpacked());
        }
        // Its name is taken for a package's unless it is a path with a slash.
        apt_get(&["install", text(&PACKAGES.deb)]);
        Self::Really
    }

    fn program(&self) -> PathBuf {
        match self {
            Self::Really => "/usr/bin/kiosk-app".into(),
            Self::Unpacked(folder) => folder.path().join("usr/bin/kiosk-app"),
        }
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if matches!(self, Self::Really) {
            apt_get(&["purge", NAME]);
        }
    }
}

fn apt_get(arguments: &[&str]) {
    let usual = ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
    printed("apt-get", &[&usual, arguments].concat());
}
