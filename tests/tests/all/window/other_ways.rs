//! Ways in beside the camera.

use std::time::{Duration, Instant};

use kiosk_app::presentation::COOL_DOWN;
use serde_json::json;

use super::door::Door;

impl Door {
    /// Pulls the trigger until the scanner is heard: a computer that stands
    /// still for half a second cuts what it types in two.
    async fn scans_by_hand(&self, ticket: usize) {
        for _ in 0..5 {
            self.types(&self.venue.code(ticket));
            for _ in 0..100 {
                if self.venue.is_inside(ticket).await {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        panic!("the scanner is not heard");
    }

    /// A scanner types, and ends with Enter.
    fn types(&self, text: &str) {
        self.laptop.display.type_text(text).unwrap();
        self.laptop.display.press("Return").unwrap();
    }
}

const DROP: &str = "
    const [bytes, name] = arguments;
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
    for (const kind of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));";

#[tokio::test(flavor = "multi_thread")]
async fn a_barcode_scanner_types_a_code_wherever_the_focus_is() {
    let door = Door::open(2).await;
    door.scans_by_hand(0).await;
    // Many scanners send everything twice when the trigger is held.
    let before = door.scans().await;
    let began = Instant::now();
    door.types(&door.venue.code(0));
    if began.elapsed() < COOL_DOWN / 2 {
        tokio::time::sleep(COOL_DOWN).await;
        assert_eq!(door.scans().await, before, "the guest is told one thing");
    }
    // Into the search field, which must not be left with half a ticket in it.
    door.window.press_keys("f").await.unwrap();
    door.window.wait_for("dialog[open] input[type=search]").await.unwrap();
    door.scans_by_hand(1).await;
    let left =
        "const field = document.querySelector('dialog[open] input[type=search]'); return field ? field.value : ''";
    assert_eq!(door.window.execute(left, vec![]).await.unwrap(), "");
    door.had_no_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_dropped_on_the_window_is_read() {
    let door = Door::open(1).await;
    let picture = image(&door.venue.code(0));
    door.window.execute(DROP, vec![json!(picture), json!("ticket.png")]).await.unwrap();
    assert_eq!(door.verdict_after(0, "granted").await.name, "Asha");
    door.window.execute(DROP, vec![json!([1, 2, 3]), json!("holiday.png")]).await.unwrap();
    door.window.wait_for("#toast:not([hidden])").await.unwrap();
    assert_eq!(door.scans().await, 1);
}

fn image(text: &str) -> Vec<u8> {
    let code = qrcode::QrCode::new(text).unwrap().render::<image::Luma<u8>>().module_dimensions(6, 6).build();
    let mut bytes = std::io::Cursor::new(Vec::new());
    code.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
