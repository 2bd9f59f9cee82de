//! Shard iterators: opaque to clients, good for five minutes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use local_wire::Refusal;

use super::invalid;
use super::record::Position;

/// How long an iterator may lie unused ("`GetShardIterator`" in the API reference).
const LIFE_MS: u64 = 300_000;

/// Where a reader stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Iterator {
    pub(super) stream: String,
    pub(super) shard: usize,
    pub(super) position: Position,
}

impl Iterator {
    pub(super) fn token(&self, now_ms: u64) -> String {
        STANDARD.encode(format!("it/{}/{}/{}/{now_ms}", self.stream, self.shard, self.position.0))
    }

    pub(super) fn from_token(token: &str, now_ms: u64) -> Result<Self, Refusal> {
        let (iterator, issued_at_ms) = parse(token).ok_or_else(|| invalid("Invalid ShardIterator.".to_owned()))?;
        let age_ms = now_ms.saturating_sub(issued_at_ms);
        if age_ms > LIFE_MS {
            let message = format!("Iterator expired. It was issued {age_ms} ms ago, which is more than {LIFE_MS} ms.");
            return Err(Refusal::new(400, "ExpiredIteratorException", message));
        }
        Ok(iterator)
    }
}

fn parse(token: &str) -> Option<(Iterator, u64)> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let mut parts = text.strip_prefix("it/")?.split('/');
    let stream = parts.next()?.to_owned();
    let shard = parts.next()?.parse().ok()?;
    let position = Position(parts.next()?.parse().ok()?);
    let issued_at_ms = parts.next()?.parse().ok()?;
    Some((Iterator { stream, shard, position }, issued_at_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iterator_lives_five_minutes() {
        let iterator = Iterator { stream: "s".to_owned(), shard: 3, position: Position(77) };
        let token = iterator.token(1_000);
        assert_eq!(Iterator::from_token(&token, 301_000), Ok(iterator));
        assert_eq!(Iterator::from_token(&token, 301_001).unwrap_err().code, "ExpiredIteratorException");
        assert_eq!(Iterator::from_token("nonsense", 0).unwrap_err().code, "InvalidArgumentException");
    }
}
