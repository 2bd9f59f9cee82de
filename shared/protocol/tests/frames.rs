//! What pages say: read when it follows the contract, refused with a stable code when it does not.
#![cfg(test)]

use domain::decide::Speech;
use domain::refusal::Code;
use proptest::prelude::*;
use protocol::client::{Command, Status, parse};

fn code(text: &str) -> (Option<String>, &'static str) {
    let bad = parse(text).expect_err(text);
    (bad.id, bad.refusal.code.as_str())
}

#[test]
fn a_frame_says_what_it_asks_for() {
    assert_eq!(parse(r#"{"action":"ping","data":{}}"#).unwrap().command, Command::Ping);
    let frame = parse(r#"{"action":"hello","id":"h1","data":{"lastN":7}}"#).unwrap();
    assert_eq!((frame.id.as_deref(), frame.command), (Some("h1"), Command::Hello { last_n: Some(7) }));
    let status = r#"{"action":"connection-status","data":{"sessionId":"S","status":"signaling-failed","epoch":1}}"#;
    let Command::ConnectionStatus { status, .. } = parse(status).unwrap().command else { panic!("another command") };
    assert_eq!(status, Status::SignalingFailed { epoch: 1 });
    let offer =
        r#"{"action":"send-offer","data":{"sessionId":"S","epoch":1,"n":1,"data":{"type":"offer","sdp":"v=0\r\n"}}}"#;
    let Command::Speak { speech: Speech::Signal { epoch: 1, n: 1, .. }, .. } = parse(offer).unwrap().command else {
        panic!("another command")
    };
}

#[test]
fn interests_are_tags_and_both_at_once_are_refused() {
    let Command::JoinQueue(joining) = parse(r#"{"action":"join-queue","data":{"interests":["A"]}}"#).unwrap().command
    else {
        panic!("another command")
    };
    assert_eq!(joining.tags.unwrap().iter().map(|tag| tag.as_str().to_owned()).collect::<Vec<_>>(), ["a"]);
    let both = r#"{"action":"join-queue","id":"j","data":{"interests":["A"],"tags":["B"]}}"#;
    assert_eq!(code(both), (Some("j".into()), "invalid_request"));
}

#[test]
fn what_breaks_the_contract_is_refused() {
    let cases = [
        "",
        "not json",
        "[]",
        "null",
        r#"{"action":"ping"}"#,
        r#"{"data":{}}"#,
        r#"{"action":"fly","data":{}}"#,
        r#"{"action":"ping","data":[]}"#,
        r#"["ping",null,{}]"#,
        r#"{"action":"end-call","data":["S"]}"#,
        r#"{"action":"send-offer","data":{"sessionId":"S","epoch":1,"n":1,"data":["offer","v=0"]}}"#,
        r#"{"action":"ping","data":{"x":1}}"#,
        r#"{"action":"ping","data":{},"extra":1}"#,
        r#"{"action":"ping","data":{},"data":{}}"#,
        r#"{"action":"ping","action":"ping","data":{}}"#,
        r#"{"action":7,"data":{}}"#,
        r#"{"action":"hello","data":{"lastN":-1}}"#,
        r#"{"action":"hello","data":{"lastN":1.5}}"#,
        r#"{"action":"hello","data":{"lastN":1,"lastN":2}}"#,
        r#"{"action":"end-call","data":{}}"#,
        r#"{"action":"end-call","data":{"sessionId":"a/b"}}"#,
        r#"{"action":"end-call","data":{"sessionId":""}}"#,
        r#"{"action":"send-message","data":{"sessionId":"S","n":0,"message":"x"}}"#,
        r#"{"action":"send-message","data":{"sessionId":"S","n":1,"message":"  "}}"#,
        r#"{"action":"send-message","data":{"sessionId":"S","n":"1","message":"x"}}"#,
        r#"{"action":"send-reaction","data":{"sessionId":"S","emoji":"no"}}"#,
        r#"{"action":"fingerprint","data":{"sessionId":"S","sha256":"AB:CD"}}"#,
        r#"{"action":"connection-status","data":{"sessionId":"S","status":"received","sha256":"AB:CD"}}"#,
        r#"{"action":"join-queue","data":{"userId":"a/b"}}"#,
        r#"{"action":"join-queue","data":{"mode":"smell"}}"#,
        r#"{"action":"join-queue","data":{"tags":[""]}}"#,
        r#"{"action":"join-queue","data":{"language":"e n"}}"#,
        r#"{"action":"send-answer","data":{"sessionId":"S","epoch":1,"n":1,"data":{"type":"offer","sdp":"v=0"}}}"#,
        r#"{"action":"send-offer","data":{"sessionId":"S","epoch":1,"n":1,"data":{"type":"offer","sdp":"x"}}}"#,
        r#"{"action":"connection-status","data":{"sessionId":"S","status":"signaling-failed"}}"#,
    ];
    for case in cases {
        assert_eq!(code(case).1, "invalid_request", "{case}");
    }
}

#[test]
fn what_is_too_large_is_refused_as_such() {
    let message =
        format!(r#"{{"action":"send-message","data":{{"sessionId":"S","n":1,"message":"{}"}}}}"#, "x".repeat(2001));
    assert_eq!(code(&message).1, Code::TooLarge.as_str());
    let sdp = "v=0".to_owned() + &"a".repeat(10_000);
    let offer = format!(
        r#"{{"action":"send-offer","data":{{"sessionId":"S","epoch":1,"n":1,"data":{{"type":"offer","sdp":"{sdp}"}}}}}}"#
    );
    assert_eq!(code(&offer).1, Code::TooLarge.as_str());
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = format!(r#"{{"action":"ping","data":{}}}"#, "[".repeat(100_000));
    assert_eq!(code(&deep).1, "invalid_request");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        drop(parse(&text));
    }

    #[test]
    fn no_near_miss_makes_the_reader_panic(
        action in "hello|ping|join-queue|send-message|send-candidate|connection-status",
        data in "\\{(\"[a-zA-Z]{1,9}\":(1|\"[a-z]{0,5}\"|null|\\[\\]|\\{\\}),?){0,4}\\}",
    ) {
        drop(parse(&format!(r#"{{"action":"{action}","data":{data}}}"#)));
    }
}
