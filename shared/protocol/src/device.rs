//! Device ids as pages keep them: sealed, so that a page can show one that we gave it, and make up none.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::id::DeviceId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How many bytes of the HMAC are kept (RFC 2104 section 5: at least half of it).
const TAG_BYTES: usize = 16;

/// Seals device ids with HMAC-SHA-256 under a secret of the deployment.
pub struct DeviceSeal(Hmac<Sha256>);

/// A secret that cannot seal.
#[derive(Debug, thiserror::Error)]
#[error("the device secret has fewer than 32 bytes")]
pub struct WeakSecret;

impl DeviceSeal {
    /// Takes the deployment's secret.
    ///
    /// # Errors
    /// [`WeakSecret`] when it has fewer than 32 bytes.
    pub fn new(secret: &str) -> Result<Self, WeakSecret> {
        let secret = secret.trim().as_bytes();
        let mac = Hmac::new_from_slice(secret).ok().filter(|_| secret.len() >= 32);
        mac.map(Self).ok_or(WeakSecret)
    }

    /// `<id>.<tag>`
    #[must_use]
    pub fn seal(&self, device: &DeviceId) -> String {
        let tag = self.mac(device.as_str()).finalize().into_bytes();
        format!("{device}.{}", BASE64_URL_SAFE_NO_PAD.encode(&tag[..TAG_BYTES]))
    }

    /// The id, if we sealed it; anything else is only what a page wishes to be.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<DeviceId> {
        let (id, tag) = sealed.rsplit_once('.')?;
        let tag = BASE64_URL_SAFE_NO_PAD.decode(tag).ok().filter(|tag| tag.len() == TAG_BYTES)?;
        // Compares in constant time.
        self.mac(id).verify_truncated_left(&tag).ok()?;
        DeviceId::parse(id).ok()
    }

    fn mac(&self, id: &str) -> Hmac<Sha256> {
        self.0.clone().chain_update(b"device.").chain_update(id.as_bytes())
    }
}
