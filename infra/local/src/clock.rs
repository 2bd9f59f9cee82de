//! The wall clock, in the forms AWS writes it.

use std::time::{SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Unix time in milliseconds.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Common Log Format, `12/Mar/2020:19:03:58 +0000`, as in `requestContext.time`.
pub fn common_log(at_ms: u64) -> String {
    let (year, month, day, second_of_day) = civil(at_ms);
    let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    let month = MONTHS[month - 1];
    format!("{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} +0000")
}

/// ISO 8601 with milliseconds, `2020-03-12T19:03:58.390Z`.
pub fn iso(at_ms: u64) -> String {
    let (year, month, day, second_of_day) = civil(at_ms);
    let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", at_ms % 1000)
}

/// Year, month (1-12), day (1-31) and second of the day, proleptic Gregorian in UTC. The way from days
/// to a date is Howard Hinnant's `civil_from_days`.
fn civil(at_ms: u64) -> (u64, usize, u64, u64) {
    let seconds = at_ms / 1000;
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(1), day, seconds % 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time of the example event on AWS's page "Working with AWS Lambda proxy integrations for HTTP APIs".
    #[test]
    fn times_are_written_as_aws_writes_them() {
        assert_eq!(common_log(1_583_348_638_390), "04/Mar/2020:19:03:58 +0000");
        assert_eq!(iso(1_583_348_638_390), "2020-03-04T19:03:58.390Z");
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(iso(4_107_542_399_999), "2100-02-28T23:59:59.999Z");
    }
}
