//! The whole way without a script: a wrong form, another guest, payment, two tickets.

use real_parts::browser::{Browser, Look};
use real_parts::install;

use crate::world::{Setup, World};

#[tokio::test]
async fn without_scripts_a_form_is_mended_a_guest_added_and_both_get_their_tickets() {
    install::packages(install::BROWSER).unwrap();
    let world = World::new(Setup::default()).await;
    for look in [Look::phone(), Look::laptop()] {
        let phone = if look.phone { "9876543210" } else { "9876543211" };
        let browser = Browser::start(Look { javascript: false, ..look }).await.unwrap();
        browser.goto(&world.site.url).await.unwrap();
        browser.fill("#first_name", "Asha 2").await.unwrap();
        browser.fill("#phone_number", phone).await.unwrap();
        browser.click("[data-busy]").await.unwrap();
        assert!(browser.text("#first_name-fault").await.unwrap().contains("digits"));
        browser.fill("#first_name", "Asha").await.unwrap();
        browser.click("[name=more]").await.unwrap();
        browser.fill("#first_name-2", "Ravi").await.unwrap();
        assert_eq!(browser.text("[data-together]").await.unwrap(), "2 seats, ₹998 together");
        browser.click("[data-busy]").await.unwrap();
        assert_eq!(browser.text("#amount").await.unwrap(), "₹998");
        browser.click("#pay").await.unwrap();
        for (n, name) in [(1, "Asha"), (2, "Ravi")] {
            let shown = browser.wait_for(&format!("#guest-{n} .code img")).await.unwrap();
            assert!(shown.is_displayed().await.unwrap());
            assert_eq!(browser.text(&format!("#guest-{n} .guest")).await.unwrap(), name);
        }
        for needs_a_script in ["[data-do]", "[data-copy]"] {
            let shown = browser.wait_for(needs_a_script).await.unwrap().is_displayed().await.unwrap();
            assert!(!shown, "{needs_a_script} does nothing without a script");
        }
        assert!(browser.complaints().await.unwrap().iter().all(|it| it.message.contains("status of 422")));
    }
}
