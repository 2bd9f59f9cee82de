//! The only time and chance, and what a deployment has settled.

use std::future::Future;

use domain::id::Token;
use domain::time::TimeMs;

use crate::Error;

/// Time and chance.
pub trait Ambient {
    /// Now, by the server's clock.
    fn now(&self) -> TimeMs;

    /// 128 bits that nobody can guess.
    fn token(&self) -> Token;

    /// A number below `bound`, for picking among equals; zero when `bound` is zero.
    fn pick(&self, bound: usize) -> usize;
}

/// A deployment's named values, secrets among them.
pub trait Parameters: Sync {
    /// The values of at most ten, decrypted, in the order of their names and all of them or none.
    fn parameters<const N: usize>(&self, names: [&str; N]) -> impl Future<Output = Result<[String; N], Error>> + Send;

    /// The value of one, decrypted.
    fn parameter(&self, name: &str) -> impl Future<Output = Result<String, Error>> + Send {
        async move { self.parameters([name]).await.map(|[value]| value) }
    }
}

/// The machine's clock and its source of entropy.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemAmbient;

impl Ambient for SystemAmbient {
    #[expect(clippy::disallowed_methods, reason = "here the core's time comes from")]
    fn now(&self) -> TimeMs {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        TimeMs(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX))
    }

    fn token(&self) -> Token {
        Token::from_bytes(random())
    }

    fn pick(&self, bound: usize) -> usize {
        let [a, b, c, d, ..] = random();
        let number = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or_default();
        number.checked_rem(bound).unwrap_or_default()
    }
}

#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "here chance comes from; without entropy nothing may be issued"
)]
fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives entropy");
    bytes
}
