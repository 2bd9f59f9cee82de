//! Offers, answers and candidates as they pass through our own socket.

mod grammar;

use crate::limits::{SIGNAL_BYTES_MAX, SIGNAL_NAME_BYTES_MAX};
use crate::refusal::{Code, Refusal};

/// What one page tells the other to connect (RFC 8829).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A session description that offers.
    Offer {
        /// SDP, RFC 8866.
        sdp: String,
    },
    /// A session description that answers.
    Answer {
        /// SDP, RFC 8866.
        sdp: String,
    },
    /// An ICE candidate.
    Candidate(Candidate),
}

/// An ICE candidate as `RTCIceCandidate.toJSON()` spells it (W3C WebRTC, section 4.8.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The candidate attribute, RFC 8839 section 5.1; empty at the end of candidates.
    pub candidate: String,
    /// The media description it belongs to.
    pub sdp_mid: Option<String>,
    /// The index of that media description.
    pub sdp_m_line_index: Option<u16>,
    /// The ICE user name fragment.
    pub username_fragment: Option<String>,
}

impl Signal {
    /// Checks the size, and every line.
    ///
    /// # Errors
    /// `too_large` over 10,000 bytes, `invalid_request` for what is no SDP or no candidate.
    pub fn checked(self) -> Result<Self, Refusal> {
        let text = match &self {
            Self::Offer { sdp } | Self::Answer { sdp } => sdp,
            Self::Candidate(candidate) => &candidate.candidate,
        };
        if text.len() > SIGNAL_BYTES_MAX {
            let message =
                format!("A description or candidate has at most {SIGNAL_BYTES_MAX} bytes; trickle candidates.");
            return Err(Refusal::new(Code::TooLarge, message));
        }
        let is_one = match &self {
            Self::Offer { sdp } | Self::Answer { sdp } => grammar::is_description(sdp),
            // An empty one ends them.
            Self::Candidate(Candidate { candidate, sdp_mid, username_fragment, .. }) => {
                let named = [sdp_mid, username_fragment].into_iter().flatten();
                named.into_iter().all(|name| name.len() <= SIGNAL_NAME_BYTES_MAX)
                    && (candidate.is_empty() || grammar::is_candidate(candidate))
            }
        };
        if !is_one {
            return Err(Refusal::new(Code::InvalidRequest, "That is neither a session description nor a candidate."));
        }
        Ok(self)
    }

    /// What of it may pass where somebody hides their network address: relayed candidates alone, and no address besides the
    /// relay's (RFC 8839 section 5.1). `None` for a candidate that may not pass.
    #[must_use]
    pub fn relayed(&self) -> Option<Self> {
        Some(match self {
            Self::Offer { sdp } => Self::Offer { sdp: without_addresses(sdp) },
            Self::Answer { sdp } => Self::Answer { sdp: without_addresses(sdp) },
            Self::Candidate(candidate) if candidate.candidate.is_empty() => self.clone(),
            Self::Candidate(candidate) => {
                let relayed = relayed_candidate(&candidate.candidate)?;
                Self::Candidate(Candidate { candidate: relayed, ..candidate.clone() })
            }
        })
    }
}

/// A description without candidates that are not relayed, and without the addresses of its lines `c=`, `o=` and `a=rtcp:`
/// (RFC 8866 sections 5.2 and 5.7, RFC 3605).
fn without_addresses(sdp: &str) -> String {
    let line = |line: &str| -> Option<String> {
        // A page that is lenient would take them in any case, and whatever ends a line.
        let name = line.to_ascii_lowercase();
        if name.starts_with("a=candidate:") {
            return relayed_candidate(&line["a=".len()..]).map(|relayed| format!("a={relayed}"));
        }
        if name.starts_with("a=remote-candidates:") {
            return None;
        }
        if name.starts_with("c=") {
            return Some("c=IN IP4 0.0.0.0".to_owned());
        }
        if name.starts_with("a=rtcp:") {
            return Some("a=rtcp:9 IN IP4 0.0.0.0".to_owned());
        }
        if !name.starts_with("o=") {
            return Some(line.to_owned());
        }
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            [_, id, version, _, _, _] => Some(format!("o=- {id} {version} IN IP4 0.0.0.0")),
            _ => Some("o=- 0 0 IN IP4 0.0.0.0".to_owned()),
        }
    };
    let lines = sdp.split(['\r', '\n']).filter(|line| !line.is_empty());
    lines.filter_map(line).map(|line| line + "\r\n").collect()
}

/// A relayed candidate, without the address that the relay sees (`raddr`). Whatever else a candidate says is left out but
/// what ICE needs: an extension could say anything.
fn relayed_candidate(candidate: &str) -> Option<String> {
    let parts: Vec<&str> = candidate.split_ascii_whitespace().collect();
    let [foundation, component, transport, priority, address, port, "typ", "relay", rest @ ..] = parts.as_slice()
    else {
        return None;
    };
    let named =
        |name: &str| rest.chunks_exact(2).find(|pair| pair[0] == name).map(|pair| format!(" {name} {}", pair[1]));
    let kept: String = ["generation", "ufrag", "network-cost"].into_iter().filter_map(named).collect();
    Some(format!(
        "{foundation} {component} {transport} {priority} {address} {port} typ relay raddr 0.0.0.0 rport 0{kept}"
    ))
}

/// A DTLS certificate fingerprint by SHA-256 (RFC 8122 section 5): 32 bytes as `AB:CD:...` in upper case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// # Errors
    /// `invalid_request` unless it is 32 hexadecimal pairs joined by colons.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let pair = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        if text.split(':').count() == 32 && text.split(':').all(pair) {
            return Ok(Self(text.to_ascii_uppercase()));
        }
        Err(Refusal::new(Code::InvalidRequest, "A fingerprint is the SHA-256 of the certificate, as AB:CD:..."))
    }

    /// The fingerprint as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// By which way media flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// From one to the other.
    Direct,
    /// Through a TURN server.
    Relay,
}

impl Path {
    /// The way as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Relay => "relay",
        }
    }
}
