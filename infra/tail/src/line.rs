//! One event as one line: when, what, and its data.

use serde_json::{Map, Value};

/// As wide as the longest type of event.
const TYPE_WIDTH: usize = 21;

/// The line for a record.
pub(crate) fn of(record: &str) -> String {
    match serde_json::from_str::<Value>(record) {
        Ok(Value::Object(event)) => of_event(&event),
        Ok(_) | Err(_) => format!("{:24}  {:TYPE_WIDTH$}  {}", "", "(no event)", record.escape_debug()),
    }
}

fn of_event(event: &Map<String, Value>) -> String {
    let at = event.get("at").and_then(Value::as_i64).map(time).unwrap_or_default();
    let kind = event.get("type").map(plain).unwrap_or_default();
    let version = match event.get("version").and_then(Value::as_u64) {
        Some(1) | None => String::new(),
        Some(version) => format!(" v{version}"),
    };
    let data = event.get("data").and_then(Value::as_object);
    let fields = data.into_iter().flatten().map(|(key, value)| format!("{key}={}", plain(value)));
    let line =
        format!("{at:24}  {:TYPE_WIDTH$}  {}", format!("{kind}{version}"), fields.collect::<Vec<_>>().join("  "));
    line.trim_end().to_owned()
}

/// A text without its quotes, unless it would be misread without them. Nothing reaches the terminal that steers it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text)
            if !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "-_.:/".contains(letter)) =>
        {
            text.clone()
        }
        Value::String(text) => format!("{text:?}"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Unix milliseconds as `2026-01-02T03:04:05.678Z`.
fn time(at_ms: i64) -> String {
    let (days, ms) = (at_ms.div_euclid(86_400_000), at_ms.rem_euclid(86_400_000));
    let (year, month, day) = date(days);
    let (seconds, ms) = (ms / 1_000, ms % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// Year, month and day of a day counted from 1970-01-01, in years that begin in March
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_shows_when_what_and_its_data() {
        let record = r#"{"id":"01J","type":"match.made","version":1,"at":1767323045678,
            "data":{"sessionId":"s-1","waitMs":1200,"commonTags":["rust"]}}"#;
        let wanted =
            r#"2026-01-02T03:04:05.678Z  match.made             commonTags=["rust"]  sessionId=s-1  waitMs=1200"#;
        assert_eq!(of(record), wanted);
    }

    #[test]
    fn a_newer_version_is_named() {
        let record = r#"{"type":"match.made","version":2,"at":0,"data":{}}"#;
        assert_eq!(of(record), "1970-01-01T00:00:00.000Z  match.made v2");
    }

    #[test]
    fn what_is_no_event_is_shown_and_cannot_steer_the_terminal() {
        assert_eq!(of("\u{1b}[2J"), format!("{:24}  {:21}  \\u{{1b}}[2J", "", "(no event)"));
        let record = r#"{"type":"x","at":0,"data":{"a":"\u001b[2J","b":""}}"#;
        let wanted = format!("1970-01-01T00:00:00.000Z  {:21}  a=\"\\u{{1b}}[2J\"  b=\"\"", "x");
        assert_eq!(of(record), wanted);
    }

    #[test]
    fn dates_are_right_at_their_edges() {
        assert_eq!(time(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(time(1_798_761_599_999), "2026-12-31T23:59:59.999Z");
        assert_eq!(time(1_709_164_800_000), "2024-02-29T00:00:00.000Z");
        assert_eq!(time(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
    }
}
