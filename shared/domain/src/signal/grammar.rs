//! What a session description and a candidate may look like: line by line, and bounded.

use std::net::IpAddr;

use super::Fingerprint;
use crate::limits::{SDP_LINE_BYTES_MAX, SDP_LINES_MAX, SDP_MEDIA_MAX};

/// The types of lines that there are (RFC 8866 section 5).
const TYPES: &str = "vosiuepcbtrzkma";

/// Before the bytes of a certificate's hash (RFC 8122 section 5).
const FINGERPRINT: &str = "a=fingerprint:sha-256 ";

/// Whether it is a session description of browsers: lines of known types, `v=0` first (RFC 8866), media that DTLS protects
/// alone (RFC 8827 section 6.5), and with media a certificate's fingerprint (RFC 8122), spelled in the one way that every
/// browser reads alike.
pub(super) fn is_description(sdp: &str) -> bool {
    let lines: Vec<&str> = sdp.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let Some((last, lines)) = lines.split_last() else { return false };
    let media = || lines.iter().filter_map(|line| line.strip_prefix("m="));
    let has_media = media().next().is_some();
    last.is_empty()
        && lines.first() == Some(&"v=0")
        && lines.len() <= SDP_LINES_MAX
        && lines.iter().all(|line| is_line(line))
        && media().count() <= SDP_MEDIA_MAX
        && media().all(is_protected)
        && (!has_media || lines.iter().any(|line| line.starts_with(FINGERPRINT)))
        && lines
            .iter()
            .filter(|line| line.to_ascii_lowercase().contains("fingerprint"))
            .all(|line| is_fingerprint(line))
}

fn is_fingerprint(line: &str) -> bool {
    line.strip_prefix(FINGERPRINT).is_some_and(|bytes| Fingerprint::parse(bytes).is_ok())
}

fn is_line(line: &str) -> bool {
    let known = |kind: &str| kind.len() == 1 && TYPES.contains(kind);
    let is_text = !line.chars().any(char::is_control);
    is_text && line.len() <= SDP_LINE_BYTES_MAX && line.split_once('=').is_some_and(|(kind, _)| known(kind))
}

/// `<media> <port> <proto> <fmt> ...` (RFC 8866 section 5.14).
fn is_protected(media: &str) -> bool {
    let mut words = media.split(' ');
    let (Some(kind), Some(port), Some(proto)) = (words.next(), words.next(), words.next()) else { return false };
    let is_ours = ["audio", "video", "application"].contains(&kind);
    let by_dtls = ["UDP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF", "UDP/DTLS/SCTP", "TCP/DTLS/SCTP"].contains(&proto);
    is_ours && by_dtls && port.parse::<u16>().is_ok()
}

/// Whether it is a candidate attribute (RFC 8839 section 5.1): its address an IP address or, for who hides even that from the
/// page, a name that multicast DNS answers.
pub(super) fn is_candidate(candidate: &str) -> bool {
    let Some(rest) = candidate.strip_prefix("candidate:") else { return false };
    let words: Vec<&str> = rest.split(' ').collect();
    let [foundation, component, transport, priority, address, port, "typ", kind, extensions @ ..] = words.as_slice()
    else {
        return false;
    };
    let ice_char = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    (1..=32).contains(&foundation.len())
        && foundation.chars().all(ice_char)
        && component.parse::<u16>().is_ok_and(|component| (1..=256).contains(&component))
        && ["udp", "tcp"].contains(&transport.to_ascii_lowercase().as_str())
        && priority.parse::<u32>().is_ok()
        && is_address(address)
        && port.parse::<u16>().is_ok()
        && ["host", "srflx", "prflx", "relay"].contains(kind)
        && extensions.len().is_multiple_of(2)
        && !candidate.chars().any(char::is_control)
        && candidate.len() <= SDP_LINE_BYTES_MAX
}

fn is_address(address: &str) -> bool {
    let is_name = || {
        let name = address.strip_suffix(".local").unwrap_or_default();
        (1..=63).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    address.parse::<IpAddr>().is_ok() || is_name()
}
