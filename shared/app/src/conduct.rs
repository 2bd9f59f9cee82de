//! What rules notice on the stream: warnings, a slower pace, cases for the moderators. Bans are theirs.

use std::collections::{BTreeMap, BTreeSet};

use domain::Decision;
use domain::conduct::{Clue, Conduct, Fired, Observation, Subject, Whose};
use domain::decide::{self, Noted};
use domain::id::{SanctionId, SessionId, UserId};
use domain::limits::{ATTEMPTS_MAX, NOTICED_SIDE_BY_SIDE};
use domain::notice::Notice;
use domain::row::{Change, Key, Row};
use domain::session::Session;
use domain::tally::EventMark;
use domain::time::TimeMs;
use domain::user::User;
use futures_util::future::{try_join, try_join_all};
use ports::{Ambient, Commit, Errands, Store, World};
use protocol::errand::Errand;

use crate::perform::{given_up, perform};
use crate::{Result, Settings, contended, load};

/// What is new of one subject, and the last call in which it was seen.
#[derive(Debug, Default)]
struct File {
    observations: Vec<Observation>,
    session: Option<SessionId>,
}

/// Notes clues, each once however often they come, and does what the rules want done; each of them once in a window. Gives
/// the rules that came true.
///
/// # Errors
/// A port failed; done again it does the rest.
pub async fn notice<W: Store + Errands + Ambient + Sync>(world: &W, clues: &[Clue]) -> Result<Vec<Fired>> {
    let files: Vec<(Subject, File)> = files(world, clues).await?.into_iter().collect();
    let mut fired = Vec::new();
    for some in files.chunks(NOTICED_SIDE_BY_SIDE) {
        // Each is about other rows.
        let noted = some.iter().map(|(subject, file)| note(world, subject, file));
        fired.extend(try_join_all(noted).await?.into_iter().flatten());
    }
    Ok(fired)
}

/// Clues by whom they are about; those of calls that are forgotten are about nobody.
async fn files<W: Store + Ambient + Sync>(world: &W, clues: &[Clue]) -> Result<BTreeMap<Subject, File>> {
    let sessions = sessions(world, clues).await?;
    let mut files: BTreeMap<Subject, File> = BTreeMap::new();
    for Clue { event, at, signal, whose } in clues {
        let (subject, by, session) = match whose {
            Whose::Device(device, person) => (Subject::Device(device.clone()), person.mark(), None),
            Whose::Side(id, role) => {
                let Some(session) = sessions.get(id) else { continue };
                let (user, other) = (&session.side(*role).user, &session.side(role.other()).user);
                (Subject::Person(user.clone()), Observation::from(other, user), Some(id.clone()))
            }
        };
        let file = files.entry(subject).or_default();
        file.observations.push(observation(event, by, *at, *signal));
        file.session = session.or(file.session.take());
    }
    Ok(files)
}

/// The calls of clues, those that are still known.
async fn sessions<W: Store + Ambient + Sync>(world: &W, clues: &[Clue]) -> Result<BTreeMap<SessionId, Session>> {
    let ids: BTreeSet<&SessionId> = clues.iter().filter_map(|clue| clue.whose.session()).collect();
    let ids: Vec<&SessionId> = ids.into_iter().collect();
    let mut known = BTreeMap::new();
    for some in ids.chunks(NOTICED_SIDE_BY_SIDE) {
        // Who is in a call never changes: any read that finds it will do.
        let found = some.iter().map(|id| load::fenced_session(world, id, 0, world.now()));
        known.extend(try_join_all(found).await?.into_iter().flatten().map(|session| (session.id.clone(), session)));
    }
    Ok(known)
}

fn observation(event: &EventMark, by: EventMark, at: TimeMs, signal: domain::conduct::Signal) -> Observation {
    Observation { event: event.clone(), by, at, signal }
}

/// One transaction holds what was noticed and what follows: neither is there without the other.
async fn note<W: Store + Errands + Ambient + Sync>(world: &W, subject: &Subject, file: &File) -> Result<Vec<Fired>> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let known = load::conduct(world, subject, now).await?;
        let is_new = known.is_none();
        let known = known.unwrap_or_else(|| Conduct::unknown(subject.clone(), now));
        let Some((next, fired)) = known.note(&file.observations, now) else { return Ok(Vec::new()) };
        let mut changes = match (subject, &file.session) {
            (Subject::Person(user), Some(session)) => follow(world, user, session, &next, &fired, now).await?,
            (Subject::Person(_) | Subject::Device(_), _) => Vec::new(),
        };
        let row = Row::Conduct(next);
        changes.push(if is_new { Change::create(row, now) } else { Change::update(row) });
        if world.commit(&changes).await? == Commit::Committed {
            for Fired { rule, .. } in &fired {
                tracing::info!(rule = rule.name, "a rule of conduct came true");
            }
            for change in &changes {
                if let Key::Sanction(user, sanction) = change.key() {
                    // Lost, it still stands in their account.
                    let errand = protocol::errand::encode(&Errand::Warn(user, sanction));
                    given_up("a warning was not told", world.entrust(errand).await);
                }
            }
            return Ok(fired);
        }
    }
    Err(contended())
}

/// Tells whoever is warned on all their open pages; nothing where they have been erased meanwhile.
///
/// # Errors
/// A port failed; the errand comes again.
pub(crate) async fn warn<W: World>(world: &W, settings: &Settings, user: &UserId, id: &SanctionId) -> Result<()> {
    let now = world.now();
    let (sanction, live) = try_join(load::sanction(world, user, id, now), load::user(world, user, now)).await?;
    let Some(sanction) = sanction else { return Ok(()) };
    let mut decision = Decision::nothing();
    for connection in live.iter().flat_map(User::devices) {
        decision.post(connection, Notice::ModerationWarning { sanction: id.clone(), reason: sanction.reason });
    }
    perform(world, settings, decision).await.map(|_| ())
}

/// What follows for a person; nothing for one who is gone.
async fn follow<W: Store + Ambient + Sync>(
    world: &W,
    user: &UserId,
    session: &SessionId,
    conduct: &Conduct,
    fired: &[Fired],
    now: TimeMs,
) -> Result<Vec<Change>> {
    if fired.is_empty() {
        return Ok(Vec::new());
    }
    let (profile, live) = try_join(load::profile(world, user, now), load::user(world, user, now)).await?;
    let Some(profile) = profile else { return Ok(Vec::new()) };
    let mut to_do = Vec::new();
    for one in fired {
        // The row of what was noticed may have been lost; what followed was not.
        if load::report(world, &one.report(user), now).await?.is_none() {
            to_do.push(*one);
        }
    }
    let noted = Noted { profile: &profile, live: live.as_ref(), session, conduct };
    Ok(decide::follow(noted, &to_do, now).changes)
}
