//! Files for spreadsheets.

use reqwest::header;

use crate::world::{Setup, World};

#[tokio::test]
async fn all_orders_and_tickets_come_as_files_that_no_spreadsheet_takes_for_formulas() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    for (name, phone, email) in [
        ("आशा", "9876543210", "=1+1@example.com"),
        ("-Ravi", "9876543211", "+ravi@example.com"),
        ("علی", "9876543212", ""),
    ] {
        let answer = world.submit(&[("first_name", name), ("phone_number", phone), ("email", email)]).await;
        assert_eq!(answer.status(), 303, "{name}");
    }
    let hostile = "'=HYPERLINK(\"http://evil.example\",\"\u{202e}Gate\")\r\n'";
    let statement = "UPDATE tickets SET PRESENT = 1, ADMITTED_AT = '2026-11-22 14:00:00', ADMITTED_GATE = ? LIMIT 1";
    let gate = hostile.trim_matches('\'').replace('\'', "''");
    world.sql(&statement.replace('?', &format!("'{gate}'"))).await;
    let asha = world.signed_in("asha").await;
    for (path, rows) in [("/organiser/orders.csv", 4), ("/organiser/tickets.csv", 4)] {
        let answer = asha.get(path).await;
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        assert!(answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
        // Without what removes the mark, as a browser saves it.
        let text = String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap();
        assert!(text.starts_with("\u{feff}\"") && text.ends_with("\"\r\n"), "{text:?}");
        assert_eq!(text.matches("\r\n").count(), rows, "a row each: {text:?}");
        assert!(text.contains("\"आशा\"") && text.contains("\"علی\"") && text.contains("\"91 98765 43210\""), "{text}");
        assert!(text.contains("\"'=1+1@example.com\"") && text.contains("\"'+ravi@example.com\""), "{text}");
        assert!(text.contains("\"'-Ravi\""), "{text}");
        let cells = text.trim_start_matches('\u{feff}').lines().flat_map(|row| row.split("\",\""));
        for cell in cells.map(|cell| cell.trim_matches('"')) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
        assert!(!text.contains('\u{202e}'), "{text:?}");
    }
    let tickets = asha.get("/organiser/tickets.csv").await.text().await.unwrap();
    assert!(tickets.contains(r#""'=HYPERLINK(""http://evil.example"",""Gate"")  ""#), "{tickets}");
    assert!(tickets.contains("2026-11-22 19:30:00"), "the event's own time: {tickets}");
    let exported: Vec<_> = world.audit().await.into_iter().filter(|(_, what, ..)| what == "exported").collect();
    assert_eq!(
        exported.iter().map(|(_, _, file, _)| &**file).collect::<Vec<_>>(),
        ["orders.csv", "tickets.csv", "tickets.csv"]
    );
}
