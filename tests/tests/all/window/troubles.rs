//! An evening as it comes: after each trouble the next good ticket is granted,
//! and nobody starts anything again.

use std::time::Duration;

use nix::sys::signal::Signal;
use real_parts::mariadb::{Options, Server};

use super::album;
use super::door::{CAMERA, DATABASE, Door};
use crate::world::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_torn_out_is_said_and_taken_up_again_by_itself() {
    let door = Door::open(2).await;
    door.scan(0, "granted").await;
    door.is_scanning().await;
    door.camera.unplug();
    door.window.wait_for("#gate-view .trouble:not([hidden])").await.unwrap();
    door.is_unwell(CAMERA).await;
    album::keep("no-camera", &door.window).await;
    door.camera.plug_as(3);
    door.is_well(CAMERA).await;
    door.scan(1, "granted").await;
    door.had_no_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_the_gate_goes_on_and_says_so_and_then_sends_it_all() {
    let mut server = Server::start(Options::throwaway()).unwrap();
    let door = Door::on(&server, 3).await;
    door.scan(0, "granted").await;
    server.stop();
    door.is_unwell(DATABASE).await;
    assert_eq!(door.scan(1, "granted").await.name, "Asha");
    door.window.wait_for("#verdict-offline:not([hidden])").await.unwrap();
    album::keep("offline", &door.window).await;
    // The guest's friend has a copy.
    tokio::time::sleep(kiosk_app::presentation::COOL_DOWN + Duration::from_millis(1500)).await;
    door.scan(1, "rejected").await;
    server.start_again().unwrap();
    door.is_well(DATABASE).await;
    eventually("the database has it", async || door.venue.is_inside(1).await).await;
    door.scan(2, "granted").await;
    door.had_no_faults().await;
}

/// The lid is closed: everything stands still, and time goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_laptop_wakes_up_at_work() {
    let door = Door::open(2).await;
    door.scan(0, "granted").await;
    let gate = door.window.processes();
    gate.signal(Signal::SIGSTOP);
    tokio::time::sleep(Duration::from_secs(8)).await;
    gate.signal(Signal::SIGCONT);
    door.scan(1, "granted").await;
}

/// A camera that says nothing, or the same for ever, is no eye.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_falls_silent_or_freezes_is_woken() {
    use real_parts::camera::Fault;
    let door = Door::open(2).await;
    for (ticket, fault) in [Fault::Silent, Fault::Frozen].into_iter().enumerate() {
        door.camera.suffer(fault);
        door.window.wait_for("#gate-view .trouble:not([hidden])").await.unwrap();
        door.camera.recover(fault);
        door.is_well(CAMERA).await;
        door.scan(ticket, "granted").await;
    }
}
