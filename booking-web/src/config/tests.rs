//! What is taken, what is refused, and in which words.

use super::*;

fn typed() -> Typed {
    Typed {
        database_url: Some("mysql://u:p@localhost:3306/event".into()),
        ticket_signing_key_file: Some("key.pem".into()),
        bind: "127.0.0.1:8080".into(),
        submits_per_minute: "600".into(),
        public_url: Some("https://tickets.example.com/".into()),
        razorpay_api_url: "https://api.razorpay.com/v1".into(),
        razorpay_key_id: Some("rzp_test_1".into()),
        razorpay_key_secret: Some("s3cret-of-the-key".into()),
        razorpay_webhook_secret: Some("s3cret-of-the-webhook".into()),
        hold_minutes: "20".into(),
        look_up_seconds: "5".into(),
        reconcile_hours: "6".into(),
        purge_after_days: "30".into(),
        ..Typed::default()
    }
}

#[test]
fn good_settings_pass() {
    let settings = typed().check_serve().unwrap();
    assert_eq!(settings.hold, Duration::from_secs(1200));
    assert_eq!(settings.link_to("/orders/x"), "https://tickets.example.com/orders/x");
    assert!(settings.database.loopback && settings.tls.is_none() && settings.trusted_proxies.is_empty());
    assert_eq!(settings.reconcile_every, Some(Duration::from_secs(6 * 3600)));
    assert_eq!(settings.submits_per_minute.map(NonZeroU32::get), Some(600));
    assert_eq!(settings.purge_after_days.map(NonZeroU32::get), Some(30));
}

#[test]
fn every_fault_is_named_at_once_with_its_remedy() {
    let bad = Typed {
        database_url: Some("postgres://localhost/x".into()),
        bind: "8080".into(),
        tls_key: Some("key.pem".into()),
        trusted_proxies: "10.0.0.1, proxy.example.com".into(),
        submits_per_minute: "many".into(),
        public_url: None,
        razorpay_api_url: "http://api.razorpay.com".into(),
        razorpay_key_secret: Some(" ".into()),
        hold_minutes: "5".into(),
        reconcile_hours: "-1".into(),
        purge_after_days: "a month".into(),
        ..typed()
    };
    let text = bad.check_serve().unwrap_err().to_string();
    for name in [
        "DATABASE_URL",
        "BIND",
        "TLS_CERT",
        "TRUSTED_PROXIES",
        "SUBMITS_PER_MINUTE",
        "PUBLIC_URL",
        "RAZORPAY_API_URL",
        "RAZORPAY_KEY_SECRET",
        "HOLD_MINUTES",
        "RECONCILE_HOURS",
        "PURGE_AFTER_DAYS",
    ] {
        assert!(text.contains(&format!("\n  {name} ")), "{name} in {text}");
    }
    assert!(!text.contains("RAZORPAY_KEY_ID "));
}

#[test]
fn zero_switches_off_and_an_empty_setting_is_none() {
    let off = Typed {
        submits_per_minute: "0".into(),
        reconcile_hours: "0".into(),
        purge_after_days: "0".into(),
        tls_cert: Some("".into()),
        tls_key: Some("".into()),
        razorpay_webhook_secret_previous: Some(" ".into()),
        ..typed()
    };
    let settings = off.check_serve().unwrap();
    assert_eq!((settings.submits_per_minute, settings.reconcile_every), (None, None));
    assert!(settings.tls.is_none() && settings.razorpay.webhook_secret_previous.is_none());
    assert_eq!(settings.purge_after_days, None);
}

#[test]
fn proxies_are_addresses_or_networks() {
    let behind = Typed { trusted_proxies: "127.0.0.1, 10.1.0.0/16,2001:db8::/32,".into(), ..typed() };
    let trusted = behind.check_serve().unwrap().trusted_proxies;
    assert_eq!(
        trusted.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["127.0.0.1/32", "10.1.0.0/16", "2001:db8::/32"]
    );
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let rotated = Typed { razorpay_webhook_secret_previous: Some("s3cret-of-before".into()), ..typed() };
    let shown = format!("{:?}", rotated.check_serve().unwrap());
    assert!(!shown.contains("s3cret") && !shown.contains("u:p@"), "{shown}");
}
