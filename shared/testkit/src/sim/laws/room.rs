//! Who is in a room, and who is told of it.

use std::collections::BTreeSet;

use domain::id::{RoomId, Token, UserId};
use domain::room::{Absence, Room, Seat};
use domain::row::{Key, Row};
use domain::user::User;
use ports::fake::rows::Rows;

use super::telling::Post;
use super::{Kept, Law, Laws, Scene, law, user_of};

impl Laws {
    /// R1: whoever is in a room has a seat there; who is banned takes none.
    pub(super) fn seated(&self, old: Option<&User>, user: &User, id: &RoomId, scene: &Scene<'_>) -> Kept {
        let enters = old.and_then(User::room) != Some(id);
        let has_seat = room_of(scene.rows, id).map(|room| room.seat_of(&user.id).is_some());
        law(Law::R1, has_seat.unwrap_or(!enters), || format!("{} is in {id} without a seat", user.id))?;
        let clock = scene.now.max(scene.course.latest);
        let banned = enters && self.promises.bans(&user.id, clock);
        law(Law::M9, !banned, || format!("{} enters {id} and is banned", user.id))
    }

    /// R1: what a change makes of a room.
    pub(super) fn room(&mut self, old: Option<&Room>, new: Option<&Room>, scene: &Scene<'_>) -> Kept {
        let people = |room: Option<&Room>| room.is_some_and(|room| room.people().next().is_some());
        if let Some(room) = new {
            let seats = room.people().count();
            law(Law::R1, seats <= usize::from(room.capacity.people()), || format!("{seats} people in {}", room.id))?;
            law(Law::R1, people(new) || !people(old), || format!("{} is empty and stays", room.id))?;
            let names: BTreeSet<_> = room.seats.iter().map(|seat| &seat.user).collect();
            law(Law::R1, names.len() == room.seats.len(), || format!("somebody sits twice in {}", room.id))?;
            for seat in &room.seats {
                let user = user_of(scene.rows, &seat.user).filter(|_| !scene.forgot(&seat.user));
                let held = matches!(seat.absence, Some(Absence::Held(_)));
                let agrees = user.is_none_or(|user| (user.room() == Some(&room.id)) != held);
                let agrees = agrees || self.was_forgotten(&room.id, &seat.user);
                law(Law::R1, agrees, || format!("{} has a seat in {} and is elsewhere", seat.user, room.id))?;
            }
        }
        self.notes(old, new, scene);
        let Some(before) = old else { return Ok(()) };
        for seat in &before.seats {
            let stays = new.is_some_and(|new| new.seat_of(&seat.user).is_some());
            let user = user_of(scene.rows, &seat.user).filter(|_| !scene.forgot(&seat.user));
            let free = stays || user.is_none_or(|user| user.room() != Some(&before.id));
            law(Law::R1, free, || format!("{} lost their seat in {} and does not know", seat.user, before.id))?;
        }
        Ok(())
    }

    /// Whether somebody's row was forgotten, and made anew, after they had sat down: nobody knows of the seat but the room.
    fn was_forgotten(&self, room: &RoomId, user: &UserId) -> bool {
        let seat = self.seats.get(&(room.clone(), user.clone()));
        seat.zip(self.made_at.get(user)).is_some_and(|((since, _), made_at)| made_at > since)
    }

    fn notes(&mut self, old: Option<&Room>, new: Option<&Room>, scene: &Scene<'_>) {
        let id = id_of(old, new);
        let key = |seat: &Seat| (id.clone(), seat.user.clone());
        let now = scene.now;
        for seat in old.into_iter().flat_map(|room| &room.seats) {
            if new.is_none_or(|new| new.seat_of(&seat.user).is_none()) {
                self.seats.entry(key(seat)).or_insert((now, None)).1 = Some(now);
            }
        }
        for seat in new.into_iter().flat_map(|room| &room.seats) {
            let before = old.and_then(|old| old.seat_of(&seat.user));
            if before.is_none_or(|before| before.peer != seat.peer) {
                self.seats.insert(key(seat), (now, None));
            }
        }
    }

    /// S6: what passes in a room reaches its people.
    pub(super) fn passes_in(&self, room: RoomId, event: &str, post: &Post<'_>, reader: &UserId) -> Kept {
        if matches!(event, "room-ended" | "room-waiting" | "pong" | "connected") {
            return Ok(());
        }
        let seat = self.seats.get(&(room.clone(), reader.clone()));
        let theirs = seat.is_some_and(|(_, left_at)| left_at.is_none_or(|left_at| left_at >= post.course.born));
        law(Law::S6, theirs, || format!("{} hears `{event}` in {room}, where they are not", post.to))
    }
}

fn id_of(old: Option<&Room>, new: Option<&Room>) -> RoomId {
    let id = new.or(old).map(|room| room.id.clone());
    id.unwrap_or_else(|| Token::derived(&["no room"]).into())
}

/// What becomes true by a change of a room, as the ids of the facts that tell it.
pub(super) fn facts(old: Option<&Room>, new: Option<&Room>) -> Vec<Token> {
    let id = id_of(old, new);
    let sits = |room: Option<&Room>, user: &UserId| room.is_some_and(|room| room.people().any(|it| it.user == *user));
    let is = |kind: &str, peer: &str| Token::derived(&[kind, id.as_str(), peer]);
    let came = new.into_iter().flat_map(Room::people).filter(|seat| !sits(old, &seat.user));
    let went = old.into_iter().flat_map(Room::people).filter(|seat| !sits(new, &seat.user));
    let came = came.map(|seat| is("room.joined", seat.peer.as_str()));
    came.chain(went.map(|seat| is("room.left", seat.peer.as_str()))).collect()
}

/// The room row of an id.
pub(in crate::sim) fn room_of<'r>(rows: &'r Rows, id: &RoomId) -> Option<&'r Room> {
    if let Some(Row::Room(room)) = rows.get(&Key::Room(id.clone())) { Some(room) } else { None }
}
