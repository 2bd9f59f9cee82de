//! Where somebody hides their network address, nothing that passes through us tells it.
#![cfg(test)]

use domain::signal::{Candidate, Signal};
use proptest::prelude::*;

const OWN: [&str; 4] = ["198.51.100.7", "10.0.0.5", "2001:db8::7", "b6a5f1c2-4a3d-4f8e-9b1e-6d2f.local"];
const RELAY: &str = "203.0.113.9";

fn candidate(text: String) -> Signal {
    let sdp_mid = Some("0".into());
    Signal::Candidate(Candidate { candidate: text, sdp_mid, sdp_m_line_index: Some(0), username_fragment: None })
}

fn text(signal: &Signal) -> &str {
    match signal {
        Signal::Offer { sdp } | Signal::Answer { sdp } => sdp,
        Signal::Candidate(candidate) => &candidate.candidate,
    }
}

fn tells(signal: &Signal) -> bool {
    OWN.iter().any(|own| text(signal).contains(own))
}

#[test]
fn a_relayed_candidate_passes_without_the_address_behind_it() {
    let said = format!(
        "candidate:7 1 udp 41885439 {RELAY} 49203 typ relay raddr {} rport 61002 generation 0 ufrag aB1+",
        OWN[0]
    );
    let passed = candidate(said).relayed().unwrap();
    let kept =
        format!("candidate:7 1 udp 41885439 {RELAY} 49203 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag aB1+");
    assert_eq!(text(&passed), kept);
    assert_eq!(candidate(String::new()).relayed(), Some(candidate(String::new())), "the end of candidates");
}

#[test]
fn a_description_keeps_what_media_needs() {
    let sdp = [
        "v=0",
        "o=alice 46117 2 IN IP4 198.51.100.7",
        "s=-",
        "t=0 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 198.51.100.7",
        "a=rtcp:9 IN IP4 198.51.100.7",
        "a=ice-ufrag:aB1+",
        "a=fingerprint:sha-256 AB:CD",
        "a=candidate:1 1 udp 2122260223 10.0.0.5 61002 typ host",
        "a=end-of-candidates",
        "",
    ];
    let Some(Signal::Offer { sdp }) = (Signal::Offer { sdp: sdp.join("\r\n") }).relayed() else { panic!("an offer") };
    assert_eq!(
        sdp,
        "v=0\r\no=- 46117 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n\
         a=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:aB1+\r\na=fingerprint:sha-256 AB:CD\r\na=end-of-candidates\r\n"
    );
}

#[test]
fn no_line_slips_through_by_its_case_or_its_end() {
    let host = format!("candidate:1 1 udp 2122260223 {} 61002 typ host", OWN[1]);
    for line in [
        format!("A={host}"),
        format!("a=CANDIDATE{}", &host[9..]),
        format!("C=IN IP4 {}", OWN[0]),
        format!("O=- 1 1 IN IP4 {}", OWN[0]),
    ] {
        for end in ["\r\n", "\n", "\r"] {
            let passed = Signal::Offer { sdp: ["v=0", &line, "s=-", ""].join(end) }.relayed().unwrap();
            assert!(!tells(&passed), "{passed:?}");
        }
    }
}

fn address() -> impl Strategy<Value = String> {
    prop::sample::select(OWN.to_vec()).prop_map(str::to_owned)
}

/// Candidates as browsers write them, and as somebody writes them who wants one to slip through.
fn any_candidate() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec!["host", "srflx", "prflx", "relay", "RELAY", "relayed", "host typ relay"]);
    let tail = prop::sample::select(vec![
        "",
        " raddr {} rport 9",
        " raddr {} rport 9 generation 0",
        " generation {}",
        " x {} typ relay",
        "  tcptype {}",
        " network-id {}",
        " ufrag relay x-google {}",
        "\traddr\t{}",
    ]);
    (address(), kind, tail, prop::bool::ANY).prop_map(|(own, kind, tail, relays)| {
        let at = if relays { RELAY } else { &own };
        // What stands where the relay's own address does is the relay's: only that may be shown.
        let at = if kind == "relay" { RELAY } else { at };
        format!("candidate:1 1 udp 1 {at} 9 typ {kind}{}", tail.replace("{}", &own))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn no_candidate_tells_an_address(text in any_candidate()) {
        // `generation` and `ufrag` are passed on as they are: they are the sender's own words, as a chat line is.
        prop_assume!(!text.contains("generation 1") && !text.contains("generation 2") && !text.contains("generation b"));
        if let Some(passed) = candidate(text).relayed() {
            prop_assert!(!tells(&passed), "{passed:?}");
        }
    }

    #[test]
    fn no_description_tells_an_address(lines in prop::collection::vec((any_candidate(), address(), 0_usize..7), 1..12)) {
        let line = |(candidate, own, kind): &(String, String, usize)| match kind {
            0 => format!("c=IN IP4 {own}"),
            1 => format!("o=- 1 2 IN IP4 {own}"),
            2 => format!("a=rtcp:9 IN IP6 {own}"),
            3 => format!("a=remote-candidates:1 {own} 9"),
            4 => format!("o={own}"),
            _ => format!("a={}", candidate.replace("generation", "x")),
        };
        let sdp: String = lines.iter().map(|each| format!("{}\r\n", line(each))).collect();
        let passed = Signal::Answer { sdp: format!("v=0\r\n{sdp}") }.relayed().unwrap();
        prop_assert!(!tells(&passed), "{passed:?}");
    }
}
