//! Rows of rooms.

use domain::profile::{Nickname, RoomName};
use domain::refusal::Refusal;
use domain::room::{Absence, Capacity, PasswordHash, Removed, Room, RoomWish, Seat};
use domain::signal::Fingerprint;
use domain::time::SpanMs;

use super::Rows;

impl Rows {
    /// A room with everybody that there can be in it, or with nobody.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn room(&self, is_used: bool) -> Result<Room, Refusal> {
        let wish = RoomWish {
            name: is_used.then(|| RoomName::parse("Ada’s ✓ room")).transpose()?,
            capacity: Capacity::new(3)?,
            password: None,
            waiting_room: is_used,
            many_screens: !is_used,
        };
        let empty = Room::new(self.token("room").into(), self.token("user").into(), wish, self.now);
        if !is_used {
            return Ok(empty);
        }
        let seats = vec![self.seat("user", None)?, self.seat("lost", Some(Absence::Lost(self.now)))?];
        let waits = Seat { admitted: false, absence: Some(Absence::Held(self.now)), ..self.seat("waits", None)? };
        Ok(Room {
            // As hashing would make it, which is slow on purpose.
            password: PasswordHash::parse(&"0a".repeat(32)).ok(),
            locked: true,
            seats: seats.into_iter().chain([waits]).collect(),
            removed: vec![
                Removed { user: self.token("removed").into(), device: Some(self.token("their device").into()) },
                Removed { user: self.token("forgotten").into(), device: None },
            ],
            look_at: Some(self.now + SpanMs(3)),
            ..empty
        })
    }

    fn seat(&self, name: &str, absence: Option<Absence>) -> Result<Seat, Refusal> {
        let is_here = absence.is_none();
        Ok(Seat {
            user: self.token(name).into(),
            peer: self.token(&format!("{name} alias")).into(),
            nickname: Nickname::parse(name)?,
            connection: self.token(&format!("{name} connection")).into(),
            returns: u32::from(is_here),
            fingerprint: is_here.then(|| Fingerprint::parse(&["AB"; 32].join(":"))).transpose()?,
            hide_ip: !is_here,
            admitted: true,
            since: self.now,
            absence,
            hand_at: is_here.then_some(self.now),
            screen: is_here,
        })
    }
}
