//! Offers, answers and candidates as they pass through our own socket.

use crate::limits::SIGNAL_BYTES_MAX;
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
    /// Checks the size and the first line.
    ///
    /// # Errors
    /// `too_large` over 10,000 bytes, `invalid_request` for what is no SDP or no candidate.
    pub fn checked(self) -> Result<Self, Refusal> {
        let (text, begins) = match &self {
            Self::Offer { sdp } | Self::Answer { sdp } => (sdp, "v=0"),
            Self::Candidate(candidate) => (&candidate.candidate, "candidate:"),
        };
        if text.len() > SIGNAL_BYTES_MAX {
            let message =
                format!("A description or candidate has at most {SIGNAL_BYTES_MAX} bytes; trickle candidates.");
            return Err(Refusal::new(Code::TooLarge, message));
        }
        let end_of_candidates = matches!(&self, Self::Candidate(candidate) if candidate.candidate.is_empty());
        if !text.starts_with(begins) && !end_of_candidates {
            return Err(Refusal::new(Code::InvalidRequest, "That is neither a session description nor a candidate."));
        }
        Ok(self)
    }
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
