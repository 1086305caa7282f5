//! Hindi and English: which one a guest gets, and a whole evening in Hindi.

use real_parts::axe;
use real_parts::browser::{Browser, Look};
use real_parts::install;
use real_parts::mail::{MailServer, Options};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;

use crate::world::{Setup, World, eventually};

const HINDI: (&str, &str) = ("accept-language", "hi-IN,hi;q=0.9,en;q=0.8");

/// A request with these headers, as a browser makes it.
async fn sent(request: RequestBuilder, headers: &[(&str, &str)]) -> Response {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

impl World {
    async fn looks(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        sent(self.http().get(format!("{}{path}", self.site.url)), headers).await
    }

    async fn submits(&self, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
        sent(self.http().post(format!("{}/submit", self.site.url)).form(fields), headers).await
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

fn all_of(answer: &Response, name: &str) -> String {
    let values: Vec<&str> = answer.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
    values.join(", ")
}

#[tokio::test]
async fn the_address_comes_before_the_cookie_and_the_cookie_before_the_browser() {
    let world = World::new(Setup::default()).await;
    let (no, hi, en) = (None, Some("lang=hi"), Some("a=b; lang=en"));
    for (path, cookie, accepted, language) in [
        ("/", no, "", "en"),
        ("/", no, "fr,*;q=0.1", "en"),
        ("/", no, HINDI.1, "hi"),
        ("/", hi, "en-IN,en", "hi"),
        ("/", en, HINDI.1, "en"),
        ("/", Some("lang=fr"), HINDI.1, "hi"),
        ("/?lang=hi", en, "en", "hi"),
        ("/?lang=en", hi, HINDI.1, "en"),
        ("/?lang=xx", hi, "en", "hi"),
    ] {
        let mut headers = vec![("accept-language", accepted)];
        headers.extend(cookie.map(|cookie| ("cookie", cookie)));
        let answer = world.looks(path, &headers).await;
        assert_eq!(header(&answer, "content-language"), language, "{path} {headers:?}");
        let remembered = header(&answer, "set-cookie").to_owned();
        let html = answer.text().await.unwrap();
        assert!(html.contains(&format!("<html lang=\"{language}\">")), "{path} {headers:?}: {html}");
        if path == "/" || path.ends_with("xx") {
            assert_eq!(remembered, "", "{path}: nobody asked for it to be remembered");
        } else {
            let year = "Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax";
            assert_eq!(remembered, format!("lang={language}; {year}"));
        }
    }
}

#[tokio::test]
async fn over_a_secret_wire_the_cookie_keeps_to_it() {
    let mut setup = Setup::default();
    setup.env.push(("PUBLIC_URL", "https://tickets.example".into()));
    let world = World::new(setup).await;
    let answer = world.looks("/?lang=hi", &[]).await;
    assert!(header(&answer, "set-cookie").ends_with("; SameSite=Lax; Secure"), "{:?}", answer.headers());
}

#[tokio::test]
async fn every_refusal_speaks_the_guests_language_and_says_so() {
    let world = World::new(Setup::default()).await;
    world.book("Asha", "9876543210").await;
    let http = world.http();
    let at = |path: &str| format!("{}{path}", world.site.url);
    let submit = |form: &[(&str, &str)]| http.post(at("/submit")).form(form);
    for (request, status, said) in [
        (http.get(at("/nothing/here")), 404, "इस पते पर कुछ नहीं है"),
        (http.get(at("//elsewhere.example/x")), 404, "इस पते पर कुछ नहीं है"),
        (http.get(at("/orders/0123")), 404, "टिकट का लिंक"),
        (http.get(at("/assets/nothing")), 404, "इस पते पर कुछ नहीं है"),
        (http.get(at("/submit")), 405, "इस तरह नहीं खुल सकता"),
        (http.post(at("/submit")).body("x"), 415, "पढ़ा नहीं जा सका"),
        (http.post(at("/submit")).body("x".repeat(20 << 10)), 413, "इतना सब"),
        (submit(&[("first_name", "Asha2"), ("phone_number", "1")]), 422, "अंक नहीं हो सकते"),
        (submit(&[("first_name", "asha"), ("phone_number", "98765 43210")]), 409, "आज बुकिंग हो चुकी है"),
        (submit(&[("first_name", "Ravi"), ("phone_number", "9876543211"), ("more", "1")]), 200, "व्यक्ति 2 का पहला नाम"),
    ] {
        let answer = sent(request, &[HINDI]).await;
        let (url, posted) = (answer.url().clone(), answer.url().path() == "/submit" && status != 405);
        assert_eq!((answer.status().as_u16(), header(&answer, "content-language")), (status, "hi"), "{url}");
        let vary = all_of(&answer, "vary");
        assert!(vary.contains("accept-language") && vary.contains("cookie"), "{url}: {vary}");
        let html = answer.text().await.unwrap();
        assert!(html.contains(said), "{said}: {html}");
        // What was sent cannot be opened again, and no address of ours is anybody else's.
        let switch = if posted { "href=\"/?lang=en\"" } else { "href=\"?lang=en\"" };
        assert!(html.contains(switch), "{url}: {html}");
    }
}

#[tokio::test]
async fn what_has_no_words_has_no_language() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let order = world.book("Asha", "9876543210").await;
    for path in ["/state", "/qr.png", "/qr.svg"] {
        let answer = world.looks(&format!("{}{path}", order.path), &[HINDI]).await;
        assert_eq!((answer.status(), header(&answer, "content-language")), (StatusCode::OK, ""), "{path}");
        assert!(!all_of(&answer, "vary").contains("cookie"), "{path}");
    }
    for path in ["/organiser/login", "/healthz"] {
        let answer = world.looks(path, &[HINDI]).await;
        assert_eq!((answer.status(), header(&answer, "content-language")), (StatusCode::OK, ""), "{path}");
    }
    let calendar = world.looks(&format!("{}/event.ics", order.path), &[HINDI]).await;
    assert_eq!(header(&calendar, "content-language"), "hi");
    let calendar = calendar.text().await.unwrap().replace("\r\n ", "");
    assert!(calendar.contains("DESCRIPTION:प्रवेश शाम 6:30 बजे से।\\nआपका टिकट: http"), "{calendar}");
}

#[tokio::test]
async fn an_order_remembers_the_language_it_was_made_in() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    for (phone, headers, language) in [
        ("9876543210", vec![HINDI], "hi"),
        ("9876543211", vec![HINDI, ("cookie", "lang=en")], "en"),
        ("9876543212", vec![], "en"),
    ] {
        let answer = world.submits(&[("first_name", "Asha"), ("phone_number", phone)], &headers).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let kept: (String,) = world.row(&format!("SELECT language FROM orders WHERE phone_no = '91{phone}'")).await;
        assert_eq!(kept.0, language, "{headers:?}");
    }
}

/// Somebody with a phone.
struct Reader<'a> {
    browser: Browser,
    world: &'a World,
    javascript: bool,
}

impl<'a> Reader<'a> {
    async fn new(world: &'a World, look: Look) -> Self {
        install::packages(install::BROWSER).unwrap();
        let javascript = look.javascript;
        let reader = Self { browser: Browser::start(look).await.unwrap(), world, javascript };
        reader.browser.goto(&world.site.url).await.unwrap();
        reader
    }

    async fn ask(&self, script: &str) -> Value {
        self.browser.client().execute(script, vec![]).await.unwrap()
    }

    async fn heading(&self) -> String {
        self.browser.text("h1").await.unwrap()
    }

    /// The page speaks this language, fits the phone, and a screen reader finds its way in it.
    async fn reads(&self, language: &str) {
        assert_eq!(self.ask("return document.documentElement.lang").await, language);
        let wide = self.ask("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(wide, 0, "it scrolls sideways");
        if !self.javascript {
            return; // axe-core is a script.
        }
        let faults = axe::faults(&self.browser).await.unwrap();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// Presses the switch.
    async fn switches(&self) {
        let size = self
            .ask(
                "const box = document.querySelector('.language').getBoundingClientRect();
            return Math.min(box.width, box.height)",
            )
            .await;
        assert!(size.as_f64().unwrap() >= 44.0, "too small for a finger: {size}");
        let before = self.ask("return document.documentElement.lang").await;
        self.browser.click(".language").await.unwrap();
        eventually("the other language", async || self.ask("return document.documentElement.lang").await != before)
            .await;
    }

    /// Where the browser is, without the site's own address in front.
    async fn place(&self) -> String {
        let url = self.browser.client().current_url().await.unwrap();
        url.as_str().strip_prefix(&self.world.site.url).unwrap_or(url.as_str()).to_owned()
    }
}

async fn with_mail(mail: &MailServer) -> World {
    let env =
        vec![("LOOK_UP_SECONDS", "1".into()), ("SMTP_URL", mail.url()), ("MAIL_FROM", "tickets@example.org".into())];
    World::new(Setup { env, ..Setup::default() }).await
}

#[tokio::test]
async fn a_guest_books_pays_and_is_written_to_in_hindi() {
    let mail = MailServer::start(Options::default()).unwrap();
    let world = with_mail(&mail).await;
    let guest = Reader::new(&world, Look { locale: "hi-IN".into(), ..Look::phone() }).await;
    guest.reads("hi").await;
    assert_eq!(guest.browser.text("[data-busy]").await.unwrap(), "भुगतान के लिए आगे बढ़ें");
    // The script says what the server would.
    guest.browser.click("[data-busy]").await.unwrap();
    assert_eq!(guest.browser.text("#first_name-fault").await.unwrap(), "कृपया पहला नाम लिखें।");
    guest.browser.fill("#first_name", "श्रेया").await.unwrap();
    guest.browser.fill("#phone_number", "98765 43210").await.unwrap();
    guest.browser.fill("#email", "shreya@example.com").await.unwrap();
    guest.browser.click("[data-busy]").await.unwrap();
    guest.browser.wait_for("#pay").await.unwrap();

    let order = world.booked("9876543210").await;
    guest.browser.goto(&format!("{}{}", world.site.url, order.path)).await.unwrap();
    guest.reads("hi").await;
    assert_eq!(guest.heading().await, "आपकी सीट रखी गई है");
    eventually("the countdown", async || guest.browser.text(".timer strong").await.unwrap().ends_with(" बाकी")).await;
    guest.browser.click(".actions .btn-primary").await.unwrap();
    guest.browser.click("#pay").await.unwrap();
    guest.browser.wait_for(".ticket").await.unwrap();
    guest.reads("hi").await;
    assert_eq!(guest.heading().await, "आपका टिकट");
    assert_eq!(guest.browser.text(".event time").await.unwrap(), "शनिवार, 22 नवंबर 2036, शाम 7:30 बजे");

    eventually("the letter", async || !mail.letters().unwrap().is_empty()).await;
    let letter = mail.letters().unwrap().remove(0);
    assert_eq!(letter.header("Subject"), "Diwali Night: आपका टिकट");
    assert!(letter.defects.is_empty() && letter.source().is_ascii(), "{:?}", letter.defects);
    assert!(letter.html().contains("<html lang=\"hi\">"), "{}", letter.html());
    for text in [letter.text(), letter.html()] {
        for said in ["नमस्ते श्रेया", "मेरा टिकट खोलें", "22 नवंबर 2036", "गेट पर यह दिखाएँ"]
        {
            assert!(text.contains(said), "{said} in {text}");
        }
    }
    let calendar = letter.part("text/calendar", Some("attachment")).unwrap().text();
    assert!(calendar.contains("प्रवेश शाम 6:30 बजे से"), "{calendar}");
}

#[tokio::test]
async fn the_switch_stays_on_the_page_and_is_remembered_without_scripts_too() {
    let world = World::new(Setup::default()).await;
    let order = world.book("Asha", "9876543210").await;
    for javascript in [true, false] {
        let guest = Reader::new(&world, Look { javascript, ..Look::phone() }).await;
        guest.browser.goto(&format!("{}{}?returned", world.site.url, order.path)).await.unwrap();
        assert_eq!(guest.heading().await, "Confirming your payment");
        guest.switches().await;
        assert_eq!(guest.heading().await, "आपके भुगतान की पुष्टि हो रही है", "and not: pay once more");
        assert_eq!(guest.place().await, format!("{}?returned&lang=hi", order.path));
        guest.browser.goto(&world.site.url).await.unwrap();
        guest.reads("hi").await;
        guest.browser.fill("#first_name", "Asha").await.unwrap();
        guest.browser.fill("#phone_number", "98765 43210").await.unwrap();
        guest.browser.click("[data-busy]").await.unwrap();
        eventually("the answer", async || guest.place().await == "/submit").await;
        assert_eq!(guest.heading().await, "आज बुकिंग हो चुकी है");
        guest.switches().await;
        assert_eq!(guest.place().await, "/?lang=en");
        guest.reads("en").await;
    }
}
