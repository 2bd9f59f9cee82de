//! What goes along with a report, and the words of an appeal: JSON under a key that only who answers moderators has.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::id::Token;
use domain::report::Sealed;
use serde::{Deserialize, Serialize};

/// The bytes of a nonce (NIST SP 800-38D section 8.2.2: 96 bits of chance).
const NONCE_BYTES: usize = 12;

/// Seals with AES-256-GCM. The first key seals; all open, so that a new one can be put in front.
#[derive(Clone)]
pub struct EvidenceKeys(Vec<Aes256Gcm>);

impl std::fmt::Debug for EvidenceKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EvidenceKeys")
    }
}

/// Keys that are none.
#[derive(Debug, thiserror::Error)]
#[error("the evidence keys are not lines of 32 bytes in base64url")]
pub struct BadKeys;

/// What goes along with a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]
pub struct Evidence {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "contract", ts(optional))]
    pub comment: Option<String>,
    pub call: Facts,
    pub lines: Vec<Line>,
}

/// The facts of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]
pub struct Facts {
    pub kind: String,
    pub mode: String,
    pub common_tags: Vec<String>,
    #[cfg_attr(feature = "contract", ts(type = "number"))]
    pub started_at: u64,
    #[cfg_attr(feature = "contract", ts(type = "number"))]
    pub duration_ms: u64,
    pub accused: String,
    pub reporter: String,
}

/// A line of chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]
pub struct Line {
    pub by_accused: bool,
    pub message: String,
    #[cfg_attr(feature = "contract", ts(type = "number"))]
    pub sent_at: u64,
}

impl EvidenceKeys {
    /// Takes the keys of the deployment: one a line, each 32 bytes in base64url, the one that seals first.
    ///
    /// # Errors
    /// [`BadKeys`].
    pub fn parse(text: &str) -> Result<Self, BadKeys> {
        let key = |line: &str| {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(line.trim()).map_err(|_| BadKeys)?;
            Aes256Gcm::new_from_slice(&bytes).map_err(|_| BadKeys)
        };
        let keys = text.lines().filter(|line| !line.trim().is_empty()).map(key).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(BadKeys) } else { Ok(Self(keys)) }
    }

    /// Seals for one place alone: what is moved to another does not open there. `chance` is used once.
    #[must_use]
    pub fn seal<T: Serialize>(&self, value: &T, place: &str, chance: &Token) -> Option<Sealed> {
        let json = serde_json::to_vec(value).ok()?;
        let nonce = nonce(chance);
        let sealed = self.0.first()?.encrypt(&nonce.into(), Payload { msg: &json, aad: place.as_bytes() }).ok()?;
        Some(Sealed([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what was sealed for this place.
    #[must_use]
    pub fn open<T: for<'de> Deserialize<'de>>(&self, sealed: &Sealed, place: &str) -> Option<T> {
        let (nonce, sealed) = sealed.0.split_first_chunk::<NONCE_BYTES>()?;
        let opened = |key: &Aes256Gcm| key.decrypt(nonce.into(), Payload { msg: sealed, aad: place.as_bytes() }).ok();
        serde_json::from_slice(&self.0.iter().find_map(opened)?).ok()
    }
}

/// 96 bits of a token.
fn nonce(chance: &Token) -> [u8; NONCE_BYTES] {
    use sha2::{Digest, Sha256};
    let digest: [u8; 32] = Sha256::digest(chance.as_str()).into();
    let mut nonce = [0; NONCE_BYTES];
    nonce.copy_from_slice(&digest[..NONCE_BYTES]);
    nonce
}
