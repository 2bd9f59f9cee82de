//! What passes for a session description on the relay.

#![cfg(test)]

use domain::refusal::Code;
use domain::signal::Signal;

/// A description of one kind of media, with lines of somebody's own.
fn offer(lines: &[&str]) -> Signal {
    let head = ["v=0", "o=- 1 2 IN IP4 0.0.0.0", "s=-", "t=0 0", "m=audio 9 UDP/TLS/RTP/SAVPF 111"];
    Signal::Offer { sdp: [&head[..], lines, &[""]].concat().join("\r\n") }
}

fn good() -> String {
    format!("a=fingerprint:sha-256 {}", ["AB"; 32].join(":"))
}

#[test]
fn media_come_with_a_certificate_in_the_one_spelling_that_all_browsers_read_alike() {
    let (good, evil) = (good(), ["CD"; 32].join(":"));
    assert!(offer(&[&good]).checked().is_ok());
    assert!(offer(&[&good, "a=sendrecv", &good]).checked().is_ok(), "once for each kind of media");
    for name in [
        "a=fingerprint ",
        "a= fingerprint:",
        "a=:fingerprint:",
        "a=Fingerprint:",
        "a=fingerprint:sha-512 ",
        "a=fingerprint:sha-1 ",
        "a=fingerprint:sha-256  ",
    ] {
        let line = if name.contains("sha") { format!("{name}{evil}") } else { format!("{name}sha-256 {evil}") };
        let refusal = offer(&[&good, &line]).checked().expect_err(&line);
        assert_eq!(refusal.code, Code::InvalidRequest, "{line}");
    }
    assert!(offer(&[]).checked().is_err(), "media without a certificate");
    assert!(offer(&["a=fingerprint:sha-256 AB:CD"]).checked().is_err(), "half a certificate");
}
