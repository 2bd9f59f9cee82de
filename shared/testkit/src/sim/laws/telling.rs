//! What is told: to pages, and to analysts.

use domain::id::{ConnectionId, RoomId, SessionId, Token, UserId};
use domain::row::{Row, Version};
use domain::session::{Phase, Session};
use domain::time::TimeMs;
use domain::user::User;
use ports::Record;
use ports::fake::rows::Rows;
use serde_json::Value;

use super::{Kept, Law, Laws, as_room, as_session, as_user, is_room, law, room, session_of, user_of};
use crate::sim::course::{Cause, Course};
use crate::sim::world::Socket;

/// What passes between the two of a session, and nobody else, and only while it lasts.
const SPEECH: [&str; 6] = ["message", "reaction", "offer", "answer", "candidate", "fingerprint"];
/// Facts of something that a page or a door saw, not of something that was written.
const SEEN: [&str; 8] = [
    "device.seen",
    "session.connected",
    "reaction.sent",
    "ice.failed",
    "connection.opened",
    "connection.closed",
    "limit.hit",
    "request.failed",
];

/// A post on its way.
pub(in crate::sim) struct Post<'a> {
    pub to: &'a ConnectionId,
    pub socket: Option<&'a Socket>,
    pub frame: &'a str,
    pub rows: &'a Rows,
    pub course: &'a Course,
}

impl Laws {
    /// Checks one post.
    ///
    /// # Errors
    /// The law that it breaks.
    pub(in crate::sim) fn post(&mut self, post: &Post<'_>) -> Kept {
        let Some(reader) = post.socket.map(|socket| &socket.user) else { return Ok(()) };
        let event = field(post.frame, "\"event\":\"").unwrap_or_default();
        if event == "queue-left"
            && let Some(user) = user_of(post.rows, reader)
        {
            self.left(user, post.course.born)?;
            self.asks_no_more(post.to, post.course.born);
        }
        if event == "error" {
            self.refused(post, reader)?;
        }
        if let Some(room) = field(post.frame, "\"roomId\":\"").and_then(|id| RoomId::parse(id).ok()) {
            return self.passes_in(room, event, post, reader);
        }
        let Some(id) = field(post.frame, "\"sessionId\":\"").and_then(|id| SessionId::parse(id).ok()) else {
            return Ok(());
        };
        let to = post.to;
        let session = session_of(post.rows, &id);
        let role = session.and_then(|session| session.role_of_user(reader));
        let (Some(session), Some(role)) = (session, role) else {
            return law(Law::S6, false, || format!("{to} hears of {id}, which is not theirs"));
        };
        let was_over = self.ended_at.get(&id).is_some_and(|ended_at| *ended_at < post.course.born);
        let speaks = SPEECH.contains(&event);
        law(Law::S7, !speaks || !was_over, || format!("{to} hears `{event}` in {id}, which was over"))?;
        if let Some(way) = field(post.frame, "\"url\":\"wss://") {
            let own = session.lease.as_ref().map(|lease| format!("{}/{}", lease.channel, role.as_str()));
            let own = own.is_some_and(|own| way.starts_with(&own)) && !was_over;
            law(Law::K3, own, || format!("{to} is shown a way into a channel that is not theirs: {way}"))?;
        }
        Ok(())
    }

    /// M12, M9: who is refused `next` is where they were; nobody is refused for a ban that cannot hold.
    fn refused(&mut self, post: &Post<'_>, reader: &UserId) -> Kept {
        let code = field(post.frame, "\"code\":\"").unwrap_or_default();
        let Cause::Frame { action, .. } = &post.course.cause else { return Ok(()) };
        if code == "rate_limited" || code == "banned" {
            self.done.count(&format!("{action}: {code}"));
        }
        let nothing = code != "rate_limited" || action != "next" || !post.course.wrote;
        law(Law::M12, nothing, || format!("{} is refused `next`, and something is written", reader))?;
        let may_hold = code != "banned" || self.promises.may_ban(reader, post.course.earliest);
        law(Law::M9, may_hold, || format!("{reader} is refused for a ban that is over"))
    }

    /// E1: notes what a change makes true; whoever made it must record it. By a clock that is wrong what had expired
    /// may still have counted: that may be told, and need not.
    pub(super) fn owes(&mut self, old: Option<&Row>, new: Option<&Row>, clock: TimeMs, course: &mut Course) {
        let true_anyhow = facts(old.filter(|old| !old.is_expired(clock)), new);
        course.owed.extend(true_anyhow.iter().map(|fact| fact.as_str().to_owned()));
        self.facts.extend(true_anyhow.iter().chain(&facts(old, new)).map(|fact| fact.as_str().to_owned()));
    }

    /// E1: nothing is recorded that is not true.
    ///
    /// # Errors
    /// The law, where it is.
    pub(in crate::sim) fn recorded(&self, records: &[Record], course: &mut Course) -> Kept {
        for record in records {
            let fact: Value = serde_json::from_str(&record.json).unwrap_or_default();
            let (id, kind) = (fact["id"].as_str().unwrap_or_default(), fact["type"].as_str().unwrap_or_default());
            let is_true = SEEN.contains(&kind) || self.facts.contains(id);
            law(Law::E1, is_true, || format!("{kind} is recorded and did not happen"))?;
            course.owed.remove(id);
        }
        Ok(())
    }
}

/// What becomes true by a change, as the ids of the facts that tell it.
fn facts(old: Option<&Row>, new: Option<&Row>) -> Vec<Token> {
    let is = |kind: &str, key: &[&str]| Token::derived(&[&[kind], key].concat());
    match new {
        new if is_room(old) || is_room(new) => room::facts(as_room(old), as_room(new)),
        Some(Row::Session(session)) => {
            let old = as_session(old);
            let id = session.id.as_str();
            let was = |phase: fn(&Phase) -> bool| old.is_some_and(|old| phase(&old.phase));
            let changed = |number: fn(&Session) -> u32| old.is_some_and(|old| number(old) != number(session));
            let granted = |session: &Session| u32::from(session.extension.granted);
            let (epoch, extensions) = (session.epoch.to_string(), session.extension.granted.to_string());
            let ended = |phase: &Phase| matches!(phase, Phase::Ended { .. });
            [
                old.is_none().then(|| is("match.made", &[id])),
                (session.phase == Phase::Active && was(|phase| *phase == Phase::Pending))
                    .then(|| is("session.started", &[id])),
                (ended(&session.phase) && !was(ended)).then(|| is("session.ended", &[id])),
                changed(|session| session.epoch).then(|| is("signaling.fell_back", &[id, &epoch])),
                changed(granted).then(|| is("session.extended", &[id, &extensions])),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
        Some(Row::User(user)) => {
            let ticket = |user: &User| user.waiting().map(|waiting| waiting.ticket.clone());
            match (as_user(old).and_then(ticket), ticket(user)) {
                (before, Some(now)) if before.as_ref() != Some(&now) => vec![is("queue.joined", &[now.as_str()])],
                (Some(before), None) if user.session().is_none() => vec![is("queue.left", &[before.as_str()])],
                (_, _) => Vec::new(),
            }
        }
        Some(Row::ChatLine(line)) if old.is_none() => {
            vec![is("message.sent", &[line.session.as_str(), line.from.as_str(), &line.n.to_string()])]
        }
        // One that had expired and is written by who read it before is no new one.
        Some(Row::RefreshFamily(family)) if old.is_none() && family.version == Version::NEW => {
            vec![is("user.signed_in", &[family.family.as_str()])]
        }
        _ => Vec::new(),
    }
}

/// The text between a mark and the next quote.
fn field<'f>(frame: &'f str, mark: &str) -> Option<&'f str> {
    let (_, rest) = frame.split_once(mark)?;
    rest.split('"').next()
}
