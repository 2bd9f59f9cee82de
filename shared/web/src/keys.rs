//! Keys as a running function knows them: read again every minute, so that a rotation needs no deployment.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::limits::KEYS_READ_EVERY;
use domain::time::TimeMs;
use ports::{Ambient, Error, Parameters};
use protocol::token::{BadKeys, Signer, Verifier};

/// What is made of a parameter, kept for a while.
pub struct Kept<T> {
    parameter: String,
    issuer: String,
    make: fn(&str, &str) -> Result<T, BadKeys>,
    made: Mutex<Option<(TimeMs, Arc<T>)>>,
}

/// The published keys as text, and what verifies by them.
pub struct Keys {
    /// The JWK set.
    pub jwks: String,
    /// Verifies access tokens.
    pub verifier: Verifier,
}

impl Kept<Keys> {
    /// The public keys of a parameter, for tokens of this issuer.
    #[must_use]
    pub const fn public(parameter: String, issuer: String) -> Self {
        let make =
            |jwks: &str, issuer: &str| Ok(Keys { verifier: Verifier::new(jwks, issuer)?, jwks: jwks.to_owned() });
        Self { parameter, issuer, make, made: Mutex::new(None) }
    }
}

impl Kept<Signer> {
    /// The private keys of a parameter, for tokens of this issuer.
    #[must_use]
    pub const fn private(parameter: String, issuer: String) -> Self {
        Self { parameter, issuer, make: Signer::new, made: Mutex::new(None) }
    }
}

impl<T> Kept<T> {
    /// What the parameter said within the last minute. Where it cannot be read, what it said before still holds.
    ///
    /// # Errors
    /// The parameter could never be read, or holds no keys.
    pub async fn now<W: Parameters + Ambient + Sync>(&self, world: &W) -> Result<Arc<T>, Error> {
        let now = world.now();
        let known = self.slot().clone();
        if let Some((at, made)) = &known
            && now.since(*at) < KEYS_READ_EVERY
        {
            return Ok(Arc::clone(made));
        }
        match (self.read(world).await, known) {
            (Ok(made), _) => {
                *self.slot() = Some((now, Arc::clone(&made)));
                Ok(made)
            }
            (Err(error), Some((_, made))) => {
                tracing::error!(%error, "keys could not be read again; the old ones hold for another minute");
                *self.slot() = Some((now, Arc::clone(&made)));
                Ok(made)
            }
            (Err(error), None) => Err(error),
        }
    }

    async fn read<W: Parameters>(&self, world: &W) -> Result<Arc<T>, Error> {
        let value = world.parameter(&self.parameter).await?;
        let unusable = |error: BadKeys| Error::Failed { port: "parameters", why: error.to_string() };
        (self.make)(&value, &self.issuer).map(Arc::new).map_err(unusable)
    }

    fn slot(&self) -> MutexGuard<'_, Option<(TimeMs, Arc<T>)>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
