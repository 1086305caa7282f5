//! The window is tried on WebKit's own small browser, which comes with it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use nix::sys::signal::Signal;

use super::*;
use crate::{child, install};

const PAGE: &str = r#"<!doctype html><html><head><meta charset="utf-8"><title>Gate</title>
<meta http-equiv="Content-Security-Policy" content="img-src 'none'">
<style>body { background: #0a5c2b; color: white; font: 40px sans-serif }</style></head>
<body><h1 id="name">ENTRY GRANTED आशा ✓</h1><input id="field"><p id="keys"></p><script>
addEventListener("keydown", event => document.getElementById("keys").textContent += event.key + " ");
window.__TAURI__ = { core: { invoke: async (command, parameters) => {
    if (command !== "greet") throw { code: "no_such_command" };
    return "hello " + parameters.name;
} } };
</script></body></html>"#;

fn installed() {
    for set in [install::WINDOW_BUILD, install::WINDOW_TEST] {
        install::packages(set).unwrap();
    }
}

fn small_browser() -> Program {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten().map(|it| it.path());
    let mut files = folders.map(|folder| folder.join("webkit2gtk-4.1/MiniBrowser"));
    Program::new(files.find(|file| file.exists()).unwrap()).env("MARK", "this one")
}

fn page_in(folder: &Path) -> String {
    fs::write(folder.join("page.html"), PAGE).unwrap();
    format!("file://{}/page.html", folder.display())
}

fn picture(name: &str) -> PathBuf {
    crate::scratch::target_folder().join("tmp").join(name)
}

async fn opened(display: &Display) -> KioskWindow {
    let program = small_browser().arguments(["--automation"]);
    let window = KioskWindow::open(display, &program).await.unwrap();
    window.client().goto(&page_in(window.home())).await.unwrap();
    window.has_loaded().await.unwrap();
    window
}

#[tokio::test]
async fn a_window_is_read_typed_at_asked_and_photographed() {
    installed();
    let display = Display::start().unwrap().managed().unwrap();
    let window = opened(&display).await;
    assert_eq!(window.text("#name").await.unwrap(), "ENTRY GRANTED आशा ✓");
    window.photograph(&picture("window-self-test.png")).await.unwrap();

    window.press_keys("ETS1:Aß\n").await.unwrap();
    assert_eq!(window.text("#keys").await.unwrap(), "E T S 1 : A ß Enter");
    window.fill("#field", "typed").await.unwrap();
    window.wait_until("return document.getElementById('field').value === 'typed'").await.unwrap();

    assert_eq!(window.invoke("greet", json!({"name": "Asha"})).await.unwrap(), Ok(json!("hello Asha")));
    let refused = window.invoke("open", json!({})).await.unwrap();
    assert_eq!(refused, Err(json!({"code": "no_such_command"})));
    window.close().await.unwrap();
}

#[tokio::test]
async fn what_goes_wrong_on_the_page_is_told_once() {
    installed();
    let display = Display::start().unwrap();
    let window = opened(&display).await;
    let script = "setTimeout(() => { throw Error('thrown') }); Promise.reject('unkept');
        console.warn('warned', 3); document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.test/' }))";
    window.execute(script, vec![]).await.unwrap();
    window.wait_until("return window.heardByTheTest.length >= 4").await.unwrap();
    let faults = window.faults().await.unwrap();
    // Of a page in a file it is not told what was thrown.
    for (kind, part) in [("error", ""), ("rejection", "unkept"), ("console", "warned 3"), ("policy", "img-src")] {
        assert!(faults.iter().any(|it| it.kind == kind && it.message.contains(part)), "{kind}: {faults:?}");
    }
    assert!(window.faults().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_window_without_a_driver_takes_keys_sleeps_and_is_ended() {
    installed();
    let display = Display::start().unwrap().managed().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = small_browser().arguments(["--full-screen".to_owned(), page_in(folder.path())]);
    let mut window = PlainWindow::start(&display, &program).unwrap();
    let before = picture("window-self-test-before.png");
    window.photograph(&before).unwrap();
    display.type_text("ETS1").unwrap();
    display.press("Return").unwrap();
    assert!(display.press("NoSuchKey").is_err());
    let after = picture("window-self-test-after.png");
    patiently("the keys are shown", || {
        window.photograph(&after).unwrap();
        fs::read(&before).unwrap() != fs::read(&after).unwrap()
    });

    let processes = window.processes();
    assert!(processes.0.len() >= 3, "WebKit parts its work: {processes:?}");
    assert!(processes.own_memory_kib() > 10_000 && processes.threads() > 10, "{processes:?}");
    processes.signal(Signal::SIGSTOP);
    let asleep = window.processes().cpu();
    thread::sleep(Duration::from_millis(300));
    assert_eq!(window.processes().cpu(), asleep);
    processes.signal(Signal::SIGCONT);

    assert!(window.ended().is_none());
    assert!(window.stop(PATIENCE).is_some());
    assert!(window.processes().are_gone());
}

#[tokio::test]
async fn a_program_that_opens_no_window_shows_what_it_said() {
    installed();
    let display = Display::start().unwrap();
    let program = Program::new("/bin/sh").arguments(["-c", "echo no camera, no event, nothing >&2; exit 1"]);
    let error = KioskWindow::start(&display, &program).await.unwrap_err();
    assert!(format!("{error:#}").contains("no camera, no event, nothing"), "{error:#}");
}

#[test]
fn a_screen_that_stays_blank_is_no_picture() {
    installed();
    let display = Display::of_size(640, 480).unwrap();
    let error = display.screen().photograph_within(&picture("blank.png"), Duration::ZERO).unwrap_err();
    assert!(error.to_string().contains("stays blank"), "{error}");
}

#[test]
fn nobody_without_the_cookie_sees_the_screen() {
    installed();
    let display = Display::start().unwrap();
    let mut import = Command::new(install::program("import").unwrap());
    import.args(["-window", "root", "/dev/null"]).env("DISPLAY", display.screen().name());
    import.env("XAUTHORITY", "/dev/null");
    assert!(!import.output().unwrap().status.success());
}

#[tokio::test]
async fn dropped_it_leaves_no_process_behind() {
    installed();
    let display = Display::start().unwrap();
    let window = opened(&display).await;
    let home = window.home().display().to_string();
    assert!(processes_at(&home) >= 3, "driver, browser and its helpers");
    drop(window);
    patiently("the window ends with its driver", || processes_at(&home) == 0);
}

#[test]
fn it_does_not_outlive_a_parent_that_is_killed() {
    installed();
    let home = child::last_words_of("window::tests::a_parent_to_be_killed");
    patiently("the window ends with its test", || processes_at(&home) == 0);
    // The next start would, after a while.
    fs::remove_dir_all(home).unwrap();
}

/// Not a test but the victim of the one above.
#[tokio::test]
#[ignore = "waits to be killed"]
async fn a_parent_to_be_killed() {
    let display = Display::start().unwrap();
    let window = opened(&display).await;
    println!("victim: {}", window.home().display());
    tokio::time::sleep(Duration::from_secs(60)).await;
}

fn patiently(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not come about that {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Each of them has been given this home, and hands it on.
fn processes_at(home: &str) -> usize {
    let homes = fs::read_dir("/proc").unwrap().flatten().filter_map(|it| fs::read(it.path().join("environ")).ok());
    homes.filter(|it| String::from_utf8_lossy(it).contains(&format!("HOME={home}\0"))).count()
}
