//! A day's people, and its busiest second.

use crate::session::{self, CALL_SECONDS, PAUSE_SECONDS, PEAK_TO_MEAN};

/// Calls of a person in a day.
pub const CALLS: f64 = 4.0;
/// How often a person comes in a day.
pub const VISITS: f64 = 1.5;
/// Which part of the visits is the first on a device, which loads the page.
pub const NEW_DEVICES: f64 = 0.2;
/// Requests of the API when somebody comes: session, ticket, friends, settings; and a session that is remembered.
pub const REQUESTS: f64 = 5.0;
/// Sockets that are opened in a visit: a network changes.
pub const SOCKETS: f64 = 1.5;
/// Files of the page that a new device loads; one that has them asks for the first alone.
const FILES: f64 = 10.0;
/// Which part of the visits signs in by mail.
pub const BY_MAIL: f64 = 0.05;
const DAY_SECONDS: f64 = 86_400.0;

/// The busiest second of a day with so many people.
#[derive(Debug, Clone, Copy)]
pub struct Peak {
    /// People who come in the whole day.
    pub people: f64,
}

impl Peak {
    /// Sessions that begin.
    pub fn sessions(self) -> f64 {
        self.per_second(sessions_a_day(self.people))
    }

    /// People who come.
    pub fn visits(self) -> f64 {
        self.per_second(self.people * VISITS)
    }

    /// People who are there.
    pub fn online(self) -> f64 {
        2.0 * self.sessions() * (CALL_SECONDS + PAUSE_SECONDS)
    }

    /// Units of a session that come in this second.
    pub fn units(self, unit: prices::Unit) -> f64 {
        self.sessions() * session::units(unit)
    }

    fn per_second(self, a_day: f64) -> f64 {
        a_day / DAY_SECONDS * PEAK_TO_MEAN
    }
}

/// Requests that reach CloudFront in a visit.
pub fn edge_requests() -> f64 {
    REQUESTS + SOCKETS + 1.0 + NEW_DEVICES * (FILES - 1.0)
}

/// Sessions of so many people: two in each.
pub fn sessions_a_day(people: f64) -> f64 {
    people * CALLS / 2.0
}
