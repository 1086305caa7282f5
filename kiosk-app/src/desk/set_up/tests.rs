use image::{GrayImage, Luma, imageops};
use qrcode::{EcLevel, QrCode};

use super::*;
use crate::reader::{Budget, read};

const CODE: &str = r#"gate = "Gate B"
database_url = "mysql://gate_0123456789ab:0123456789abcdef0123456789abcdef@diwali.c9akciq32xyz.ap-south-1.rds.amazonaws.com:3306/diwali_night"
accept_unsigned = false
public_keys = ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"]
"#;
const AUTHORITY: &str = "-----BEGIN CERTIFICATE-----
MIIBAjCBtaADAgECAgEBMAUGAytlcDAMMQowCAYDVQQDDAF0MB4XDTI2MDEwMTAw
-----END CERTIFICATE-----
";
const PASSWORD: &str = "0123456789abcdef0123456789abcdef";

/// A folder, and the settings file that is to be in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiosk-app/ets-gate.toml");
    (folder, file)
}

fn no_environment(_variable: &str) -> Option<OsString> {
    None
}

fn name(typed: &str) -> GateName {
    GateName::parse(typed).unwrap()
}

fn text_of(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn a_code_becomes_the_settings_that_the_next_start_reads() {
    let (_folder, file) = place();
    // Shown to the camera, and pasted from an editor of another world.
    for code in [CODE.to_owned(), format!("\u{feff}\r\n{}\r\n\r\n", CODE.replace('\n', "\r\n"))] {
        let settings = accept_in(&code, &file, no_environment).unwrap();
        assert_eq!(settings.gate.as_str(), "Gate B");
        assert_eq!(Settings::parse(&text_of(&file)).unwrap().database.user, "gate_0123456789ab");
    }
}

#[test]
fn what_is_something_else_is_called_by_its_name() {
    let (_folder, file) = place();
    for (text, said) in [
        ("ETS1:Asha9198765432102026-11-22:ABC", "a ticket"),
        ("ETS1:anything", "a ticket"),
        ("Asha9198765432102026-11-22\n", "a ticket"),
        ("https://example.com/?gate = 3", "a link"),
        ("upi://pay?pa=asha@bank", "a link"),
        ("mysql://gate:hunter2@h/tix", "a link"),
        ("", "no set-up code"),
        ("WIFI:T:WPA;S=x;P:hunter2;;", "no set-up code"),
        ("[package]\nname = \"x\"\n", "no set-up code"),
        ("{\"gate\": \"B\"}", "no set-up code"),
    ] {
        let fault = accept_in(text, &file, no_environment).unwrap_err().to_string();
        assert!(fault.contains(said) && fault.contains("gate add"), "{text}: {fault}");
        assert!(!fault.contains("hunter2"), "{fault}");
    }
    assert!(!file.exists());
}

#[test]
fn a_code_with_a_fault_is_refused_by_its_field_and_the_old_settings_stay() {
    let (_folder, file) = place();
    accept_in(CODE, &file, no_environment).unwrap();
    let without = |key: &str| CODE.lines().filter(|line| !line.starts_with(key)).collect::<Vec<_>>().join("\n");
    for (code, said) in [
        (without("gate"), "gate (the set-up code) is missing; make the code anew"),
        (without("public_keys"), "public_keys (the set-up code) is missing"),
        (CODE.replace("mysql:", "postgres:"), "database_url (the set-up code)"),
        (CODE.replace("\"Gate B\"", "\"\""), "gate (the set-up code) is no gate's name"),
        (CODE.replace("d75a", "xyz"), "public_keys (the set-up code)"),
        (CODE[..120].to_owned(), "line 2 (the set-up code)"),
        (format!("{CODE}pin = 3\n"), "pin (the set-up code) is no setting"),
        (format!("{CODE}database_ca_file = 'ca.pem'\n"), "database_ca_file (the set-up code)"),
    ] {
        let fault = accept_in(&code, &file, no_environment).unwrap_err().to_string();
        assert!(fault.contains(said), "{fault}");
        assert!(!fault.contains(PASSWORD) && !fault.contains(&PASSWORD[..16]), "{fault}");
        assert_eq!(text_of(&file), CODE);
    }
}

#[test]
fn an_authority_may_lie_where_the_settings_will() {
    let (_folder, file) = place();
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file.with_file_name("ca.pem"), AUTHORITY).unwrap();
    let settings = accept_in(&format!("{CODE}database_ca_file = 'ca.pem'\n"), &file, no_environment).unwrap();
    assert!(settings.database_ca.is_some());
}

#[test]
fn what_the_environment_says_goes_over_the_code_and_is_checked_with_it() {
    let (_folder, file) = place();
    let settings = accept_in(CODE, &file, |name| (name == "KIOSK_GATE").then(|| "Gate C".into())).unwrap();
    assert_eq!(settings.gate.as_str(), "Gate C");
    assert!(text_of(&file).contains("Gate B"));
    // The next start would fail: better said now, with the name of what is in the way.
    let broken = |name: &str| (name == "KIOSK_PUBLIC_KEYS").then(|| "abc".into());
    let fault = accept_in(CODE, &file, broken).unwrap_err().to_string();
    assert!(fault.contains("public_keys (KIOSK_PUBLIC_KEYS)"), "{fault}");
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let (folder, file) = place();
    std::fs::write(folder.path().join("kiosk-app"), "a file in the folder's place").unwrap();
    let fault = accept_in(CODE, &file, no_environment).unwrap_err().to_string();
    assert!(fault.contains("ets-gate.toml cannot be saved"), "{fault}");
}

#[test]
fn a_new_name_changes_its_own_line_and_no_other() {
    let (_folder, file) = place();
    let before = format!("# by hand\n  {}# the end\n", CODE.replace("\"Gate B\"", "'Gate B'  # the door"));
    for new in ["Gate C", "Gate \"\\\" B'", "द्वार ४"] {
        accept_in(CODE, &file, no_environment).unwrap();
        std::fs::write(&file, &before).unwrap();
        rename_gate_in(&file, &name(new), no_environment).unwrap();
        let after = text_of(&file);
        assert_eq!(Settings::parse(&after).unwrap().gate.as_str(), new);
        let lines =
            |text: &str| text.lines().filter(|line| !line.contains("gate =")).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&after), lines(&before));
        assert!(after.contains("# the door"), "{after}");
    }
}

#[test]
fn a_name_that_the_file_lacks_is_added() {
    let (_folder, file) = place();
    accept_in(CODE, &file, no_environment).unwrap();
    std::fs::write(&file, CODE.replace("gate = \"Gate B\"\n", "")).unwrap();
    rename_gate_in(&file, &name("Gate C"), no_environment).unwrap();
    assert_eq!(Settings::parse(&text_of(&file)).unwrap().gate.as_str(), "Gate C");
}

#[test]
fn a_name_from_the_environment_is_changed_there() {
    let (_folder, file) = place();
    let named = |variable: &str| (variable == "KIOSK_GATE").then(|| "Gate B".into());
    // There is no file, and none is needed.
    rename_gate_in(&file, &name("Gate B"), named).unwrap();
    let fault = rename_gate_in(&file, &name("Gate C"), named).unwrap_err().to_string();
    assert!(fault.contains("KIOSK_GATE"), "{fault}");
    assert!(!file.exists());
}

#[test]
fn a_file_that_is_gone_or_broken_is_not_renamed_and_not_quoted() {
    let (_folder, file) = place();
    let fault = |file: &Path| rename_gate_in(file, &name("Gate C"), no_environment).unwrap_err().to_string();
    assert!(fault(&file).contains("ets-gate.toml cannot be changed"));
    accept_in(CODE, &file, no_environment).unwrap();
    let broken = &CODE[..100];
    std::fs::write(&file, broken).unwrap();
    let said = fault(&file);
    assert!(said.contains("not TOML") && !said.contains(&PASSWORD[..16]), "{said}");
    assert_eq!(text_of(&file), broken);
}

/// The code on a phone before a webcam of 1280 × 720: it fills three fifths of
/// the height, is held at a tilt, a little out of focus, in noise.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places and brightness are within bounds")]
fn seen_by_a_webcam(text: &str, degrees: f32) -> GrayImage {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).unwrap();
    let modules = code.width();
    let (module, paper) = (432.0 / modules as f32, 4.0);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let light = |x: f32, y: f32| {
        let across = (cos * x + sin * y) / module + modules as f32 / 2.0;
        let down = (cos * y - sin * x) / module + modules as f32 / 2.0;
        let inside = |at: f32| (0.0..modules as f32).contains(&at);
        let near = |at: f32| (-paper..modules as f32 + paper).contains(&at);
        match (inside(across) && inside(down), near(across) && near(down)) {
            (true, _) if code[(across as usize, down as usize)] == qrcode::Color::Dark => 45.0,
            (_, true) => 205.0,
            (_, false) => 130.0,
        }
    };
    let thirds = || (0..9).map(|n| ((n % 3) as f32 / 3.0, (n / 3) as f32 / 3.0));
    let pixel = |x: u32, y: u32| {
        let sum: f32 = thirds().map(|(dx, dy)| light(x as f32 + dx - 640.0, y as f32 + dy - 360.0)).sum();
        Luma([(sum / 9.0) as u8])
    };
    let mut frame = imageops::blur(&GrayImage::from_fn(1280, 720, pixel), 0.8);
    let mut random = 1_u32;
    for pixel in frame.pixels_mut() {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        pixel.0[0] = pixel.0[0].saturating_add((random >> 28) as u8);
    }
    frame
}

#[test]
fn a_webcam_reads_the_code_and_what_it_reads_sets_the_gate_up() {
    let texts: Vec<_> = [-4.0, -2.0, 0.0, 2.0, 4.0]
        .into_iter()
        .filter_map(|degrees| read(&seen_by_a_webcam(CODE, degrees), Budget::Frame))
        .map(|code| code.text)
        .collect();
    // A camera sees thirty frames a second: one would do.
    assert!(texts.len() >= 4 && texts.iter().all(|text| text == CODE), "{} of 5", texts.len());
    let (_folder, file) = place();
    assert!(accept_in(&texts[0], &file, no_environment).is_ok());
}
