//! Pushes go to the browsers' push services and to nowhere else.
#![cfg(test)]

use domain::push::{BrowserKeys, Endpoint};

#[test]
fn only_push_services_are_sent_to() {
    for good in [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d",
        "https://web.push.apple.com/QGuQyavXutnMH",
    ] {
        assert!(Endpoint::parse(good).is_ok(), "{good}");
    }
    let long = format!("https://fcm.googleapis.com/{}", "a".repeat(2_000));
    for bad in [
        "",
        "http://fcm.googleapis.com/fcm/send/a",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com:8080/a",
        "https://fcm.googleapis.com@evil.example/a",
        "https://user:secret@fcm.googleapis.com/a",
        "https://evil.example/fcm.googleapis.com/",
        "https://fcm.googleapis.com.evil.example/a",
        "https://evilfcm.googleapis.com/a",
        "https://push.services.mozilla.com/a",
        "https://.push.services.mozilla.com/a",
        "https://evil-push.services.mozilla.com.evil.example/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/a",
        "https://FCM.googleapis.com/a",
        "https://fcm.googleapis.com\\@evil.example/a",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/ä",
        "https://evil.example#.push.apple.com/a",
        "https://evil.example?.push.apple.com/a",
        "ftp://fcm.googleapis.com/a",
        &long,
    ] {
        assert!(Endpoint::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_service_is_signed_for_by_its_origin() {
    let endpoint = Endpoint::parse("https://web.push.apple.com/QGuQy/x").unwrap();
    assert_eq!(endpoint.origin(), "https://web.push.apple.com");
}

#[test]
fn keys_have_the_length_of_keys() {
    let (key, secret) = ("B".repeat(87), "a".repeat(22));
    assert!(BrowserKeys::parse(&key, &secret).is_ok());
    assert!(BrowserKeys::parse(&format!("{key}="), &format!("{secret}==")).is_ok());
    for (key, secret) in
        [("", secret.as_str()), (&key, ""), (&"B".repeat(88), &secret), (&key, "+/aaaaaaaaaaaaaaaaaaaa")]
    {
        assert!(BrowserKeys::parse(key, secret).is_err());
    }
}
