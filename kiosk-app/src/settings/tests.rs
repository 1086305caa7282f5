use std::collections::HashMap;
use std::ffi::OsString;

use super::*;

const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

const GOOD: &str = r#"
gate = "Gate B"
database_url = "mysql://gate_b:hunter2@127.0.0.1:3306/tix"
public_keys = ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"]
"#;

const AUTHORITY: &str = "-----BEGIN CERTIFICATE-----
MIIBAjCBtaADAgECAgEBMAUGAytlcDAMMQowCAYDVQQDDAF0MB4XDTI2MDEwMTAw
-----END CERTIFICATE-----
";

/// Reads a file's text and an environment, as a start would.
fn read(file: &str, environment: &[(&str, &str)]) -> Result<Settings, SettingsFault> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gate.toml");
    std::fs::write(&path, file).unwrap();
    std::fs::write(folder.path().join("ca.pem"), AUTHORITY).unwrap();
    let environment: HashMap<_, _> = environment.iter().copied().collect();
    let mut faults = Vec::new();
    let typed = Typed::read(Some(&path), |name| environment.get(name).map(OsString::from), &mut faults);
    Settings::meant(typed, faults)
}

fn faults(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    read(file, environment).unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn a_good_file_is_read() {
    let settings = Settings::parse(GOOD).unwrap();
    assert_eq!(settings.gate.as_str(), "Gate B");
    assert_eq!(settings.database.user, "gate_b");
    assert_eq!(settings.public_keys[0].to_string(), KEY);
    assert!(!settings.accept_unsigned);
    assert!(settings.database_ca.is_none());
}

#[test]
fn a_files_byte_order_mark_and_windows_lines_do_not_matter() {
    assert!(Settings::parse(&format!("\u{feff}{}", GOOD.replace('\n', "\r\n"))).is_ok());
}

#[test]
fn the_environment_alone_is_enough_and_goes_over_the_file() {
    let keys = format!("{KEY}, {KEY}");
    let environment = [
        ("KIOSK_GATE", "Gate C"),
        ("KIOSK_DATABASE_URL", "mysql://gate_c@localhost/tix"),
        ("KIOSK_PUBLIC_KEYS", keys.as_str()),
        ("KIOSK_ACCEPT_UNSIGNED", "true"),
        ("KIOSK_DATABASE_CA", ""),
    ];
    for file in ["", GOOD] {
        let settings = read(file, &environment).unwrap();
        assert_eq!(settings.gate.as_str(), "Gate C");
        assert_eq!(settings.public_keys.len(), 2);
        assert!(settings.accept_unsigned);
    }
}

#[test]
fn every_missing_setting_is_named_with_its_variable() {
    let faults = faults("", &[]);
    assert_eq!(faults.len(), 3);
    for (fault, key) in faults.iter().zip(["gate", "database_url", "public_keys"]) {
        assert!(fault.starts_with(key), "{fault}");
        assert!(fault.contains("gate.toml") && fault.contains(&format!("KIOSK_{}", key.to_uppercase())), "{fault}");
    }
}

#[test]
fn each_fault_names_its_key_its_place_and_the_remedy() {
    for (line, variables, key, said) in [
        ("gate = ''", [("", "")], "gate", "1 to 50"),
        ("gate = 7", [("", "")], "gate", "quotes"),
        ("gate = \"a\\nb\"", [("", "")], "gate", "1 to 50"),
        ("databse_url = ''", [("", "")], "databse_url", "there are gate, database_url"),
        ("camera = ' '", [("", "")], "camera", "leave it out"),
        ("camera = 0", [("", "")], "camera", "quotes"),
        ("accept_unsigned = 'perhaps'", [("", "")], "accept_unsigned", "true"),
        ("database_ca = 'none'", [("", "")], "database_ca", "BEGIN CERTIFICATE"),
        ("database_ca_file = 'missing.pem'", [("", "")], "database_ca_file", "missing.pem"),
        ("public_keys = ['abc']", [("", "")], "public_keys", "64 hexadecimal"),
        ("public_keys = 'abc'", [("", "")], "public_keys", "list"),
        ("public_keys = []", [("", "")], "public_keys", "KIOSK_PUBLIC_KEYS"),
        ("", [("KIOSK_PUBLIC_KEYS", "abc")], "public_keys", "KIOSK_PUBLIC_KEYS"),
        ("", [("KIOSK_DATABASE_URL", "mysql://")], "database_url", "KIOSK_DATABASE_URL"),
        ("", [("KIOSK_ACCEPT_UNSIGNED", "maybe")], "accept_unsigned", "KIOSK_ACCEPT_UNSIGNED"),
    ] {
        let kept = GOOD
            .lines()
            .filter(|kept| line.split(' ').next().is_none_or(|key| key.is_empty() || !kept.starts_with(key)));
        let file = kept.chain([line]).collect::<Vec<_>>().join("\n");
        let faults = faults(&file, &variables);
        assert_eq!(faults.len(), 1, "{line}: {faults:?}");
        assert!(faults[0].starts_with(key) && faults[0].contains(said), "{line}: {faults:?}");
    }
}

#[test]
fn a_file_that_is_not_toml_is_named_by_its_line_and_never_quoted() {
    let faults = faults("gate = \"B\"\ndatabase_url = \"mysql://gate:hunter2@h/tix\n", &[]);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("line 2"), "{faults:?}");
    assert!(!faults[0].contains("hunter2"), "{faults:?}");
}

#[test]
fn a_named_file_that_is_missing_is_the_only_fault() {
    let fault = Settings::read(Some(Path::new("/nonexistent/gate.toml"))).unwrap_err();
    assert_eq!(fault.0.len(), 1, "{fault}");
    assert!(fault.to_string().contains("/nonexistent/gate.toml"));
}

#[test]
fn the_authority_comes_inline_or_from_a_file_beside_the_settings() {
    let inline = format!("{GOOD}database_ca = '''{AUTHORITY}'''");
    let named = format!("{GOOD}database_ca_file = 'ca.pem'");
    for file in [&inline, &named] {
        assert!(read(file, &[]).unwrap().database_ca.unwrap().contains("BEGIN CERTIFICATE"));
    }
    let both = format!("{inline}\ndatabase_ca_file = 'ca.pem'");
    assert!(faults(&both, &[])[0].contains("keep one"));
    // A variable replaces whichever form the file has.
    assert!(read(&both, &[("KIOSK_DATABASE_CA", AUTHORITY)]).is_ok());
}

#[test]
fn no_key_is_needed_where_bare_ids_are_accepted() {
    let file = GOOD.replace("public_keys", "accept_unsigned = true\n#");
    assert!(read(&file, &[]).unwrap().public_keys.is_empty());
}

#[test]
fn what_is_printed_of_settings_holds_no_password() {
    let settings = Settings::parse(GOOD).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn the_camera_to_prefer_is_named_if_at_all() {
    assert_eq!(Settings::parse(GOOD).unwrap().camera, None);
    let file = format!("{GOOD}camera = ' USB Camera '\n");
    assert_eq!(read(&file, &[]).unwrap().camera.as_deref(), Some("USB Camera"));
    assert_eq!(read(&file, &[("KIOSK_CAMERA", "Other")]).unwrap().camera.as_deref(), Some("Other"));
}
