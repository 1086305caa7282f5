//! Ways in beside the camera.

use std::time::Duration;

use serde_json::json;

use super::door::{Door, Shown};

impl Door {
    /// Pulls the trigger until the scanner is heard: on a computer that stands
    /// still for a fifth of a second its keys are no scan.
    async fn scans_by_hand(&self, ticket: usize) -> Shown {
        let before = self.scans().await;
        for _ in 0..5 {
            self.types(&self.venue.code(ticket));
            for _ in 0..50 {
                if self.scans().await > before {
                    return self.verdict_after(before, "granted").await;
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
    let door = Door::open(3).await;
    assert_eq!(door.scans_by_hand(0).await.name, "Asha");
    // Many scanners send everything twice when the trigger is held.
    door.scans_by_hand(1).await;
    door.types(&door.venue.code(1));
    door.is_scanning().await;
    assert_eq!(door.scans().await, 2);
    // Into the search field, which must not be left with half a ticket in it.
    door.window.press_keys("f").await.unwrap();
    door.window.wait_for("dialog[open] input[type=search]").await.unwrap();
    door.scans_by_hand(2).await;
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
