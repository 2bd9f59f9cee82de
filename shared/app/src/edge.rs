//! How a function knows that a request has come by the edge.

use domain::limits::ORIGIN_SECRET_BYTES_MIN;
use domain::refusal::{Code, Refusal};
use subtle::ConstantTimeEq;

/// The header in which CloudFront shows the origin secret ("Add custom headers to origin requests", CloudFront Developer Guide).
pub const ORIGIN_SECRET: &str = "x-sc-origin-secret";

/// What only the edge knows. Whoever comes without it has gone past it, and may say any address is theirs. Of several the edge
/// shows the first; the others are the next one and the one before, so that it can be changed while requests are on their way.
#[derive(Clone, Default)]
pub struct OriginSecrets(Vec<String>);

/// Secrets that protect nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the origin secrets must be {ORIGIN_SECRET_BYTES_MIN} bytes or more each: make them with `cargo xtask keys create`"
)]
pub struct WeakSecrets;

impl OriginSecrets {
    /// The deployment's.
    ///
    /// # Errors
    /// [`WeakSecrets`] when there is none, or one that can be guessed.
    pub fn of(secrets: Vec<String>) -> Result<Self, WeakSecrets> {
        let weak = secrets.is_empty() || secrets.iter().any(|secret| secret.len() < ORIGIN_SECRET_BYTES_MIN);
        if weak { Err(WeakSecrets) } else { Ok(Self(secrets)) }
    }

    /// Lets in what shows one of them; how long that takes tells nothing of them but their length. Without secrets nobody is let in.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn admit(&self, shown: Option<&str>) -> Result<(), Refusal> {
        let shown = shown.unwrap_or_default().as_bytes();
        let known = self.0.iter().fold(false, |known, secret| known | bool::from(secret.as_bytes().ct_eq(shown)));
        if known { Ok(()) } else { Err(Refusal::new(Code::Forbidden, "Use the address where people find the page.")) }
    }
}

impl std::fmt::Debug for OriginSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OriginSecrets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_before_and_what_comes_next_is_known_as_well() {
        let [current, next, before] = ["c", "n", "b"].map(|letter| letter.repeat(ORIGIN_SECRET_BYTES_MIN));
        let secrets = OriginSecrets::of(vec![current.clone(), next.clone(), before.clone()]).expect("strong");
        for shown in [&current, &next, &before] {
            assert_eq!(secrets.admit(Some(shown)), Ok(()));
        }
        for stranger in [None, Some(""), Some(&current[1..]), Some(&format!("{current},{next}")[..])] {
            assert_eq!(secrets.admit(stranger).expect_err("past the edge").code, Code::Forbidden);
        }
        assert!(OriginSecrets::default().admit(Some("")).is_err(), "no secret is no open door");
    }

    #[test]
    fn what_can_be_guessed_is_refused_at_start() {
        for weak in [vec![], vec![String::new()], vec!["x".repeat(64), "short".into()]] {
            assert_eq!(OriginSecrets::of(weak).expect_err("weak"), WeakSecrets);
        }
    }
}
