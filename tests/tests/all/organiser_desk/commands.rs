//! `booking-web organiser …`.

use super::PASSWORD;
use crate::world::{Setup, World, command_succeeds};

#[tokio::test]
async fn accounts_are_made_listed_and_removed() {
    let world = World::new(Setup::default()).await;
    let env = world.env();
    assert!(command_succeeds(&["organiser", "list"], &env).await.contains("no organiser yet"));
    world.add_organiser("Asha").await;
    let listed = command_succeeds(&["organiser", "list"], &env).await;
    assert!(listed.starts_with("asha ") && listed.contains("not signed in"), "{listed}");
    world.signs_in("asha").await;
    assert!(command_succeeds(&["organiser", "list"], &env).await.contains("seen 20"));

    let twice = world.organisers_command(&["add", "ASHA"]).await;
    assert!(!twice.status.success() && twice.stderr.contains("organiser password asha"), "{}", twice.stderr);
    for command in ["remove", "password"] {
        let nobody = world.organisers_command(&[command, "ravi"]).await;
        assert!(!nobody.status.success() && nobody.stderr.contains("no organiser ravi"), "{}", nobody.stderr);
    }
    command_succeeds(&["organiser", "remove", "asha"], &env).await;
    assert_eq!((world.count("organisers").await, world.count("organiser_sessions").await), (0, 0));
    let written: (String,) = world.row("SELECT GROUP_CONCAT(what ORDER BY id) FROM organiser_actions").await;
    assert_eq!(written.0, "account_added,signed_in,account_removed", "what was done stays");
}

#[tokio::test]
async fn a_password_is_long_and_what_is_kept_does_not_tell_it() {
    let world = World::new(Setup::default()).await;
    let file = world.folder.path().join("password");
    let path = file.to_str().unwrap();
    for (password, said) in [("eleven char", "has 11 characters"), ("", "no password"), ("\n\n", "no password")] {
        std::fs::write(&file, password).unwrap();
        let refused = world.organisers_command(&["add", "asha", "--password-file", path]).await;
        assert!(!refused.status.success() && refused.stderr.contains(said), "{password:?}: {}", refused.stderr);
    }
    let missing = world.organisers_command(&["add", "asha", "--password-file", "/nowhere/at/all"]).await;
    assert!(missing.stderr.contains("cannot read"), "{}", missing.stderr);
    // Standard input is closed here, as for whoever forgot to write anything to it.
    assert!(world.organisers_command(&["add", "asha"]).await.stderr.contains("no password"));
    let name = world.organisers_command(&["add", "<b>", "--password-file", path]).await;
    assert!(name.stderr.contains("1 to 50 letters"), "{}", name.stderr);
    assert_eq!(world.count("organisers").await, 0);

    world.add_organiser("asha").await;
    let (kept,): (String,) = world.row("SELECT password_hash FROM organisers").await;
    assert!(kept.starts_with("$argon2id$v=19$m=") && !kept.contains(PASSWORD), "{kept}");
}
