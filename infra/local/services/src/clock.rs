//! Wall-clock time, as numbers and as AWS writes it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

/// Time left until a moment given in Unix milliseconds; zero when it has passed.
pub(crate) fn until(at_ms: u64) -> Duration {
    Duration::from_millis(at_ms.saturating_sub(now_ms()))
}

/// The AWS JSON form of a timestamp: seconds since the epoch with a fraction.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of this era are far below 2^53")]
pub(crate) fn epoch_seconds(at_ms: u64) -> f64 {
    at_ms as f64 / 1000.0
}

/// `2026-11-03T10:15:30.123Z`.
pub(crate) fn iso8601(at_ms: u64) -> String {
    let whole = i64::try_from(at_ms).unwrap_or(i64::MAX);
    let text = DateTime::from_millis(whole).fmt(Format::DateTimeWithOffset).unwrap_or_default();
    // The formatter leaves out a fraction of zero, AWS writes it.
    match text.strip_suffix('Z') {
        Some(seconds) if at_ms.is_multiple_of(1000) => format!("{seconds}.000Z"),
        Some(seconds) => format!("{:0<23}Z", seconds),
        None => text,
    }
}

/// `2026-11-03T10:15:30Z`.
pub(crate) fn iso8601_seconds(at_ms: u64) -> String {
    let text = iso8601(at_ms);
    text.split('.').next().map_or_else(String::new, |seconds| format!("{seconds}Z"))
}

/// The date of a mail header (RFC 5322, section 3.3; `GMT` by 4.3).
pub(crate) fn mail_date(at_ms: u64) -> String {
    let whole = i64::try_from(at_ms / 1000).unwrap_or(i64::MAX);
    DateTime::from_secs(whole).fmt(Format::HttpDate).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_with_three_digits_of_milliseconds() {
        let at_ms = 1_573_691_886_021;
        assert_eq!(iso8601(at_ms), "2019-11-14T00:38:06.021Z");
        assert_eq!(iso8601(at_ms - 1), "2019-11-14T00:38:06.020Z");
        assert_eq!(iso8601(at_ms - 21), "2019-11-14T00:38:06.000Z");
        assert_eq!(iso8601_seconds(at_ms), "2019-11-14T00:38:06Z");
        assert_eq!(mail_date(at_ms), "Thu, 14 Nov 2019 00:38:06 GMT");
    }
}
