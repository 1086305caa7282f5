//! The form, and why it may not be there.

use super::{Scene, Way};

/// The event as it is unless a scene says otherwise.
const USUAL: &str = "UPDATE event SET name = 'Diwali Night', venue = 'Town Hall, Bengaluru', price_paise = 49900,
    capacity = 100, sold = 2, held = 1, sales_from = NULL, sales_until = NULL,
    starts_at = '2036-11-22 14:00:00', doors_open_at = '2036-11-22 13:00:00'";

const FORM: &str = "form[data-booking]";
/// Whose name is known already with this phone.
const TWICE: [&str; 2] = ["9876543210", ""];

/// Everything before there is an order.
pub(in super::super) fn site(own_order: &str) -> Vec<Scene> {
    let scenes = [form(), faults(), refusals(own_order)].into_iter().flatten();
    let usual = |mut scene: Scene| {
        scene.statements.insert(0, USUAL.to_owned());
        scene
    };
    scenes.map(usual).collect()
}

fn form() -> Vec<Scene> {
    let form = |name| Scene::opens(name, "/", FORM);
    vec![
        form("form"),
        Scene { shows: ".few", ..form("form-few-left") }.after("UPDATE event SET capacity = 10"),
        Scene { shows: ".few", ..form("form-last-seat") }.after("UPDATE event SET capacity = 4"),
        form("form-free").after("UPDATE event SET price_paise = 0, doors_open_at = NULL"),
        form("form-long-event").after(format!(
            "UPDATE event SET name = '{}', venue = '{}'",
            "Rashtriyasangeetmahotsav".repeat(8),
            "शास्त्रीय संगीत एवं नृत्य महोत्सव, ".repeat(5)
        )),
        form("form-hostile-event")
            .after("UPDATE event SET name = '<script>alert(1)</script>', venue = '=1+1 \u{202E}llaH nwoT\u{202C} <b>'"),
    ]
}

fn faults() -> Vec<Scene> {
    let sends = |name, names: &[&'static str], contact| Scene::sends(name, names, contact, "#faults");
    let more = |name, names: &[&'static str], wish| {
        let Way::Sends(fields) = Scene::sends(name, names, ["9876543219", ""], "").way else { unreachable!() };
        Scene::new(name, Way::Sends([fields, vec![(wish, "2")]].concat()), ".guest-field")
    };
    let nine = ["Asha"; 9];
    vec![
        sends("form-one-fault", &["Asha 2"], ["9876543219", ""]),
        sends("form-faults", &["<b>Asha</b>"], ["12345", "asha@"]),
        sends("form-empty", &[""], ["", ""]),
        sends("form-long-faults", &["Wwwwwwwwww".repeat(9).leak()], ["+91 98765 43210 98765 43210", "a@b"]),
        Scene::new("form-script-faults", Way::Presses(["Asha 2", "123", "asha"]), "#email-fault"),
        more("form-another-guest", &["Asha"], "more"),
        more("form-ten-guests", &nine, "more"),
        sends("form-group-faults", &["Asha", "Ravi 2", "Asha", "W", ""], ["98", ""]),
    ]
}

fn refusals(own_order: &str) -> Vec<Scene> {
    let closed = |name| Scene::opens(name, "/", ".outcome");
    vec![
        Scene::sends("duplicate", &["Asha"], TWICE, ".steps"),
        Scene::sends("duplicate-in-group", &["Zoë", "Asha", "Kabir"], TWICE, ".steps"),
        Scene {
            own: Some(own_order.to_owned()),
            ..Scene::sends("duplicate-own", &["Asha"], TWICE, ".actions a[href^='/orders/']")
        },
        Scene { shows: ".actions", ..closed("sold-out-some-held") }.after("UPDATE event SET capacity = 3"),
        closed("sold-out").after("UPDATE event SET held = 0, capacity = 2"),
        closed("not-open-yet").after("UPDATE event SET sales_from = '2036-11-01 04:30:00'"),
        closed("closed").after("UPDATE event SET sales_until = '2026-01-01 04:30:00'"),
        Scene::opens("nothing-here", "/nowhere", ".mark"),
        Scene::opens("no-such-order", "/orders/nobody", ".mark"),
        Scene::opens("not-to-be-opened", "/submit", ".mark"),
        Scene::sends("too-much", &["W".repeat(20_000).leak()], TWICE, ".mark"),
    ]
}
