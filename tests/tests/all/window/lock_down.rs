//! What the window may not do, whatever its page is made to want.

use serde_json::json;

use super::door::{Door, PIN};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_reaches_its_own_commands_and_nothing_else() {
    let door = Door::open(1).await;
    for (command, parameters) in [
        ("plugin:window|set_title", json!({"label": "main", "value": "x"})),
        ("plugin:event|listen", json!({"event": "x", "target": {"kind": "Any"}, "handler": 1})),
        ("plugin:app|version", json!({})),
        ("no_such_command", json!({})),
    ] {
        let answer = door.window.invoke(command, parameters).await.unwrap();
        assert!(answer.is_err(), "{command}: {answer:?}");
    }
    let fetched = "fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'refused')";
    let script = "const [done] = arguments; eval_is_off(); function eval_is_off() {
        const inline = document.createElement('script');
        inline.textContent = 'window.inlineRan = true';
        document.head.append(inline);
        FETCH.then(fetched => done([fetched, window.inlineRan === true]));
    }"
    .replace("FETCH", fetched);
    let outcome = door.window.client().execute_async(&script, vec![]).await.unwrap();
    assert_eq!(outcome, json!(["refused", false]));
    // The policy said so, and the page heard it.
    assert!(door.window.faults().await.unwrap().iter().any(|fault| fault.kind == "policy"));

    door.window.execute("location.href = 'http://127.0.0.1:9/'", vec![]).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(door.scan(0, "granted").await.name, "Asha", "it has stayed where it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_gate_on_one_computer_is_refused_with_a_word() {
    let door = Door::open(0).await;
    let second = door.laptop.program(&["--windowed"]);
    let mut second = real_parts::window::PlainWindow::start(&door.laptop.display, &second).unwrap();
    let status = second.wait(std::time::Duration::from_secs(60)).expect("it ends by itself");
    assert_eq!(status.code(), Some(1));
    assert!(second.said().text().contains("running on this computer already"), "{}", second.said().text());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_logged() {
    let door = Door::open(1).await;
    door.scan(0, "granted").await;
    let settings = std::fs::read_to_string(door.laptop.settings()).unwrap();
    let password = settings.split(':').nth(2).unwrap().split('@').next().unwrap();
    assert_eq!(password.len(), 32, "the gate's password");
    let said = door.window.said().text();
    for secret in [password, PIN, "98765", &door.venue.code(0)] {
        assert!(!said.contains(secret), "{secret} is in the log:\n{said}");
    }
}
