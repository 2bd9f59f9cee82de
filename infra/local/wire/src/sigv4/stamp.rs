//! The time format of SigV4, `YYYYMMDDTHHMMSSZ`.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::Denied;

const DAY_S: u64 = 24 * 60 * 60;

/// A time in whole seconds since 1970, written `YYYYMMDDTHHMMSSZ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    unix_s: u64,
}

impl Stamp {
    /// The stamp of a clock's time, cut to seconds; times before 1970 count as 1970.
    #[must_use]
    pub fn of(time: SystemTime) -> Self {
        Self { unix_s: time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() }
    }

    /// Reads `YYYYMMDDTHHMMSSZ` of the years 1970 to 9999; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let number = |part: Option<&str>| -> Option<u64> {
            let part = part?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
        };
        if date.len() != 8 || time.len() != 6 {
            return None;
        }
        let (year, month, day) = (number(date.get(..4))?, number(date.get(4..6))?, number(date.get(6..))?);
        let (hour, minute, second) = (number(time.get(..2))?, number(time.get(2..4))?, number(time.get(4..))?);
        if hour > 23 || minute > 59 || second > 59 || year < 1970 {
            return None;
        }
        let days = days_of(year, month, day);
        // A day that the month does not have comes back as another one.
        if civil_of(days) != (year, month, day) {
            return None;
        }
        Some(Self { unix_s: days * DAY_S + hour * 3600 + minute * 60 + second })
    }

    /// The date alone, `YYYYMMDD`.
    #[must_use]
    pub fn date(self) -> String {
        let (year, month, day) = civil_of(self.unix_s / DAY_S);
        format!("{year:04}{month:02}{day:02}")
    }

    /// # Errors
    /// [`Denied`] when `now` is more than `ahead` before the stamp or more than `life` after it.
    pub(super) fn check(self, ahead: Duration, life: Duration, now: SystemTime) -> Result<(), Denied> {
        let now = Self::of(now);
        let newest = Self { unix_s: now.unix_s.saturating_add(ahead.as_secs()) };
        let oldest = Self { unix_s: now.unix_s.saturating_sub(life.as_secs()) };
        if self > newest {
            return Err(Denied::NotYetCurrent { signed_at: self, newest });
        }
        if self < oldest {
            return Err(Denied::Expired { signed_at: self, oldest });
        }
        Ok(())
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = self.unix_s % DAY_S;
        write!(f, "{}T{:02}{:02}{:02}Z", self.date(), rest / 3600, rest / 60 % 60, rest % 60)
    }
}

/// Days since 1970-01-01 of a date in the Gregorian calendar, months outside 1-12 clamped. The two
/// functions are Howard Hinnant's `days_from_civil` and `civil_from_days`, without negative years.
fn days_of(year: u64, month: u64, day: u64) -> u64 {
    let month = month.clamp(1, 12);
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.max(1) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_of(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_reads_and_writes_the_same_text() {
        for text in ["19700101T000000Z", "20000229T235959Z", "20260102T030405Z", "21000301T000000Z", "99991231T235959Z"]
        {
            assert_eq!(Stamp::parse(text).map(|stamp| stamp.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Stamp::parse("20260102T030405Z"), Some(Stamp { unix_s: 1_767_323_045 }));
    }

    #[test]
    fn a_text_that_is_no_time_is_no_stamp() {
        for text in [
            "",
            "Z",
            "T",
            "20260102",
            "20260102T030405",
            "2026-01-02T03:04:05Z",
            "20260230T000000Z",
            "20260001T000000Z",
            "20261301T000000Z",
            "20260100T000000Z",
            "20260102T240000Z",
            "20260102T006000Z",
            "+2260102T000000Z",
            "20260102T0304é5Z",
            "19691231T235959Z",
        ] {
            assert_eq!(Stamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_url_lives_its_seconds_and_no_longer() {
        let signed = Stamp { unix_s: 1000 };
        let at = |unix_s| SystemTime::UNIX_EPOCH + Duration::from_secs(unix_s);
        let (life, skew) = (Duration::from_secs(299), SKEW);
        assert_eq!(signed.check(skew, life, at(1299)), Ok(()));
        assert!(matches!(signed.check(skew, life, at(1300)), Err(Denied::Expired { .. })));
        assert_eq!(signed.check(skew, life, at(700)), Ok(()));
        assert!(matches!(signed.check(skew, life, at(699)), Err(Denied::NotYetCurrent { .. })));
        assert_eq!(signed.check(skew, skew, at(1300)), Ok(()));
        assert!(signed.check(skew, skew, at(1301)).is_err());
    }

    const SKEW: Duration = super::super::SKEW_MAX;
}
