//! The browser is tried on pages served here.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use super::*;
use crate::{child, install};

const PAGE: &str = r#"<!doctype html><html lang="hi"><head><meta charset="utf-8"><title>आशा</title>
<meta name="viewport" content="width=device-width"><style>
:root { color-scheme: light dark } body { font: 24px sans-serif; margin: 1rem }
#shade::after { content: "light" } @media (prefers-color-scheme: dark) { #shade::after { content: "dark" } }
#long { height: 2000px } #box { width: 100px; height: 50px; background: #080 }
</style></head><body><h1 id="name">आशा ஸ்ரீனி মঞ্জু മഞ്ജു ₹499</h1>
<noscript id="without">no scripts</noscript><p id="shade"></p><div id="box"></div>
<form action="/said"><input id="field" name="field" value="old"><button id="send">Send</button></form>
<a id="file" href="/file" download="ticket.txt">file</a><p id="script"></p><div id="long"></div>
<script>document.getElementById("script").textContent = "scripts " + navigator.language + " " + ("ontouchstart" in window)</script>
</body></html>"#;

/// Answers every request with the page, or with the query it got.
fn served() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let (policy, body) = match &*path {
                "/" => ("script-src 'unsafe-inline'", PAGE.to_owned()),
                "/strict" => ("script-src 'none'", PAGE.to_owned()),
                path => ("", format!("<p id=said>{path}</p>")),
            };
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
            let length = body.len();
            let _ =
                write!(stream, "{head}\r\nContent-Security-Policy: {policy}\r\nContent-Length: {length}\r\n\r\n{body}");
        }
    });
    url
}

async fn opened(look: Look, path: &str) -> Browser {
    install::packages(install::BROWSER).unwrap();
    let browser = Browser::start(look).await.unwrap();
    browser.goto(&format!("{}{path}", served())).await.unwrap();
    browser
}

/// Width and height, from the PNG's first chunk.
fn size_of(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[tokio::test]
async fn a_phone_reads_types_touches_downloads_and_photographs() {
    let look = Look { locale: "hi-IN".into(), ..Look::phone() };
    let browser = opened(look, "/").await;
    assert_eq!(browser.client().title().await.unwrap(), "आशा");
    assert_eq!(browser.text("#script").await.unwrap(), "scripts hi-IN true");

    let file = crate::scratch::target_folder().join("tmp/browser-self-test.png");
    browser.screenshot_page(&file).await.unwrap();
    let (width, height) = size_of(&fs::read(&file).unwrap());
    assert_eq!(width, 720, "360 at a scale of 2");
    assert!(height > 4000, "the whole page, not what is seen of it: {height}");
    assert_eq!(size_of(&browser.screenshot_element("#box").await.unwrap()), (200, 100));

    browser.click("#file").await.unwrap();
    let text = fs::read_to_string(browser.downloaded("ticket.txt").await.unwrap()).unwrap();
    assert!(text.contains("/file"), "{text}");

    browser.fill("#field", "new").await.unwrap();
    browser.click("#send").await.unwrap();
    assert_eq!(browser.text("#said").await.unwrap(), "/said?field=new");
    assert!(!browser.has("#send").await.unwrap());
    browser.close().await.unwrap();
}

#[tokio::test]
async fn a_laptop_in_the_dark_tells_of_breaches_of_the_content_policy() {
    let browser = opened(Look { dark: true, ..Look::laptop() }, "/strict").await;
    let shade = "return [getComputedStyle(document.querySelector('#shade'), '::after').content, innerWidth]";
    assert_eq!(browser.client().execute(shade, vec![]).await.unwrap(), json!(["\"dark\"", 1280]));
    let complaints = browser.complaints().await.unwrap();
    assert!(complaints.iter().any(|it| it.message.contains("Content Security Policy")), "{complaints:?}");
    println!("{complaints:?}");
    assert!(browser.complaints().await.unwrap().is_empty(), "each is told once");
}

#[tokio::test]
async fn without_scripts_pages_still_read() {
    let browser = opened(Look { javascript: false, ..Look::phone() }, "/").await;
    // WebDriver takes what is in <noscript> for hidden whatever the browser shows.
    assert_eq!(browser.text("#script").await.unwrap(), "", "the page's script has not run");
    browser.fill("#field", "plain").await.unwrap();
    browser.click("#send").await.unwrap();
    assert_eq!(browser.text("#said").await.unwrap(), "/said?field=plain");
}

#[tokio::test]
async fn dropped_it_leaves_no_process_behind() {
    let browser = opened(Look::phone(), "/").await;
    let folder = browser.driver.folder().display().to_string();
    assert_ne!(processes_of(&folder), 0);
    drop(browser);
    must_end(&folder);
}

#[test]
fn it_does_not_outlive_a_parent_that_is_killed() {
    install::packages(install::BROWSER).unwrap();
    let folder = child::last_words_of("browser::tests::a_parent_to_be_killed");
    must_end(&folder);
    // The next start would, after a while.
    fs::remove_dir_all(folder).unwrap();
}

/// Not a test but the victim of the one above.
#[tokio::test]
#[ignore = "waits to be killed"]
async fn a_parent_to_be_killed() {
    let browser = opened(Look::phone(), "/").await;
    println!("victim: {}", browser.driver.folder().display());
    tokio::time::sleep(Duration::from_secs(60)).await;
}

fn must_end(folder: &str) {
    let began = Instant::now();
    while processes_of(folder) > 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "Chromium outlives its driver");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Each of Chromium's processes has its profile's folder among its arguments or settings.
fn processes_of(folder: &str) -> usize {
    let list = Command::new("ps").args(["-eo", "args"]).output().unwrap();
    String::from_utf8_lossy(&list.stdout).lines().filter(|line| line.contains(folder)).count()
}
