//! What happened in a run, in words for people.

use std::collections::BTreeMap;

use domain::room::{Room, Seat};
use domain::row::{Change, Guard, Row, Write};
use domain::session::{Phase, Session};
use domain::user::{User, UserState};
use serde_json::Value;

use super::doors::errand_name;
use super::errand::Errand;
use super::person::Person;

/// The changes of a transaction.
pub(super) fn of_changes(changes: &[Change]) -> String {
    changes.iter().map(of_change).collect::<Vec<_>>().join(", ")
}

fn of_change(change: &Change) -> String {
    let guard = match &change.guard {
        Guard::Absent(_) => " if absent".to_owned(),
        Guard::Version(version) => format!(" if v{}", version.0),
        Guard::InSession(session, _) => format!(" if in {session}"),
        Guard::None => String::new(),
    };
    match &change.write {
        Write::Put(row) => format!("{}{guard}", of_row(row)),
        Write::Delete(key) => format!("delete {key:?}{guard}"),
        Write::Free(user, _) => format!("free {user}{guard}"),
    }
}

fn of_row(row: &Row) -> String {
    match row {
        Row::User(user) => of_user(user),
        Row::Session(session) => of_session(session),
        Row::Room(room) => of_room(room),
        Row::Hint(hint) => format!("hint of {} in {:?}", hint.user, hint.bucket),
        Row::Waits(waits) => format!("waits in {:?}", waits.bucket),
        Row::Channel(channel) => format!("channel {} of {:?}", channel.id, channel.leased_to),
        Row::ChatLine(line) => format!("line {} of {:?} in {}", line.n, line.from, line.session),
        Row::Connection(connection) => format!("connection {} of {}", connection.id, connection.user),
        Row::WsTicket(ticket) => format!("ticket of {}, used by {:?}", ticket.user, ticket.used_by),
        Row::Profile(profile) => format!("profile of {}", profile.user),
        Row::RefreshFamily(family) => format!("family of {}", family.user),
        Row::Friendship(row) => format!("{} knows {}: {:?}", row.owner, row.other, row.bond),
        Row::Invitation(row) => format!("invitation of {}, {:?}", row.from, row.side),
        Row::InviteRequest(row) => format!("{} asks to invite", row.from),
        Row::Entry(entry) => format!("entry of {}", entry.user),
        Row::CallRecord(row) => format!("{} remembers {}", row.owner, row.session),
        Row::BlockedBy(row) => format!("{} is blocked by {}", row.user, row.owner),
        Row::Subscription(row) => format!("a browser of {}", row.owner),
        Row::Call(call) => format!("call {}: {:?}", call.id, call.phase),
        Row::Account(account) => format!("account of {}", account.user),
        Row::LinkRequest(_) => "request for a link".to_owned(),
        Row::MagicLink(link) => format!("link, {}", if link.used { "used" } else { "not used" }),
        Row::Bar(bar) => format!("bar of {:?} until {}", bar.of, bar.expires_at().0),
        Row::Report(report) => format!("report of {} in {}", report.accused, report.session),
        Row::Listing(listing) => format!("report {} on {:?}", listing.report, listing.shelf),
        Row::Sanction(sanction) => format!("{} for {}", sanction.measure.as_str(), sanction.user),
        Row::AuditLine(line) => format!("audit line {}: {}", line.n, line.entry.deed.as_str()),
        Row::Tally(tally) => format!("tally {}", tally.shard),
        Row::Conduct(conduct) => format!("conduct of {:?}", conduct.subject),
    }
}

fn of_user(user: &User) -> String {
    let state = match &user.state {
        UserState::Idle => "idle".to_owned(),
        UserState::Waiting(waiting) => format!("waiting with {}", waiting.ticket),
        UserState::InSession(session) => format!("in {session}"),
        UserState::InRoom(room) => format!("in room {room}"),
    };
    let connection = user.connection.as_ref().map_or("nobody", |connection| connection.as_str());
    format!("user {} v{} {state} at {connection}", user.id, user.version.0)
}

fn of_session(session: &Session) -> String {
    let phase = match session.phase {
        Phase::Pending => "pending".to_owned(),
        Phase::Active => "active".to_owned(),
        Phase::Ended { reason, .. } => format!("ended ({})", reason.as_str()),
    };
    let [a, b] = session.sides.each_ref().map(|side| {
        let mark = if side.lost_at.is_some() { " lost" } else { "" };
        format!("{}{mark}", side.user)
    });
    format!("session {} v{} {phase} of {a} and {b}", session.id, session.version.0)
}

fn of_room(room: &Room) -> String {
    let seat = |seat: &Seat| {
        let door = if seat.admitted { "" } else { " before the door" };
        let away = if seat.absence.is_some() { " away" } else { "" };
        format!("{}{door}{away}", seat.user)
    };
    let people = room.seats.iter().map(seat).collect::<Vec<_>>().join(", ");
    format!("room {} v{} of {people}", room.id, room.version.0)
}

/// What an invocation is for.
pub(super) fn of_errand(errand: &Errand) -> String {
    match errand {
        Errand::Ticket(who) => format!("person {who} wants a ticket"),
        Errand::MakeRoom(who) => format!("person {who} makes a room"),
        Errand::Connect { who, connection, .. } => format!("person {who} opens {connection}"),
        Errand::Frame(from, text) => format!("{from} says {text}"),
        Errand::Lost(connection) => format!("{connection} is lost"),
        Errand::Timer(message, 0) => format!("timer {message}"),
        Errand::Timer(message, before) => format!("timer {message}, delivered {before} times before"),
        Errand::Act(act) => format!("{}: {act:?}", act.name()),
        Errand::Knock(browser, knock) => format!("browser {browser}: {knock:?}"),
        Errand::Carry(message, before) => format!("errand {}, tried {before} times before", errand_name(message)),
        Errand::SignIn(who) => format!("person {who} signs in anew"),
    }
}

/// A frame by its event.
pub(super) fn of_frame(frame: &str) -> String {
    let frame: Value = serde_json::from_str(frame).unwrap_or_default();
    let data = &frame["data"];
    let about = ["state", "sessionId", "code"].map(|field| data[field].as_str().unwrap_or_default());
    [&[frame["event"].as_str().unwrap_or_default()], &about[..]].concat().join(" ").trim_end().to_owned()
}

/// Puts short names for ids.
pub(super) fn with_names(story: Vec<String>, people: &[Person]) -> Vec<String> {
    let users = people.iter().enumerate().map(|(at, person)| (person.user.as_str().to_owned(), format!("person {at}")));
    let mut names: BTreeMap<String, String> = users.collect();
    let named = |line: String| {
        let mut text = String::new();
        for word in line.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric()) {
            let (id, rest) = word.split_at(word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric()).len());
            if id.len() == 26 {
                let next = format!("x{}", names.len());
                text.push_str(names.entry(id.to_owned()).or_insert(next));
            } else {
                text.push_str(id);
            }
            text.push_str(rest);
        }
        text
    };
    story.into_iter().map(named).collect()
}
