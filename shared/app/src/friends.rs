//! Friends: asking, answering, parting, and who is there.

use domain::Decision;
use domain::credential::Profile;
use domain::decide::{self, Acquaintance};
use domain::directory::{Entry, Folded};
use domain::friend::{Bond, Friendship, Invitation, KnownAs};
use domain::id::{ConnectionId, RequestId, SessionId, UserId};
use domain::limits::{ATTEMPTS_MAX, FRIENDS_MAX, SEARCH_RESULTS_MAX};
use domain::quota::{FRIEND_REQUESTS, SEARCHES};
use domain::refusal::{Code, Refusal};
use domain::row::{Belonging, Row};
use domain::time::TimeMs;
use domain::user::User;
use futures_util::future::{join_all, try_join, try_join3};
use ports::{Commit, Store, World};

use crate::limit::admit;
use crate::perform::perform_once;
use crate::{Result, Settings, contended, history, load};

/// A friend, as they are now.
#[derive(Debug, Clone)]
pub struct Friend {
    /// Who, under the name of today.
    pub profile: Profile,
    /// Whether a page of theirs is open.
    pub online: bool,
    /// Since when they are friends.
    pub since: TimeMs,
}

/// Everyone on somebody's list.
#[derive(Debug, Clone, Default)]
pub struct Friends {
    /// Friends.
    pub friends: Vec<Friend>,
    /// Who asks.
    pub incoming: Vec<Friendship>,
    /// Who was asked.
    pub outgoing: Vec<Friendship>,
    /// Addresses that were invited.
    pub invited: Vec<Invitation>,
}

/// Whom somebody wants as a friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Somebody of the directory.
    User(UserId),
    /// The partner of a call they had.
    PartnerIn(SessionId),
}

/// Asks somebody to be friends; whoever was asked by them is a friend then.
///
/// # Errors
/// `not_found` for somebody who does not exist, or a call that is not one's own; `conflict` for a full list;
/// `rate_limited`; `invalid_request` for oneself; or a port failed.
pub async fn ask_friend<W: World>(world: &W, settings: &Settings, me: &Profile, wanted: &Wanted) -> Result<()> {
    admit(world, &FRIEND_REQUESTS, me.user.as_str()).await?;
    if world.belongings(&me.user, Belonging::Friends, FRIENDS_MAX).await?.len() >= FRIENDS_MAX {
        let message = format!("Your list holds {FRIENDS_MAX} people, and that is the most; remove one first.");
        return Err(Refusal::new(Code::Conflict, message).into());
    }
    let (user, met_as) = match wanted {
        Wanted::User(user) => (user.clone(), None),
        Wanted::PartnerIn(session) => {
            let (user, nickname) = history::partner(world, &me.user, session).await?;
            (user, Some(nickname))
        }
    };
    settle(world, settings, &me.user, &user, |pair, now| {
        let nickname = met_as.clone().unwrap_or_else(|| pair.other.nickname.clone());
        decide::befriend(pair, KnownAs::Nickname(nickname), now)
    })
    .await
}

/// Answers a request.
///
/// # Errors
/// `not_found` when there is no such request any more, or a port failed.
pub async fn answer_friend<W: World>(
    world: &W,
    settings: &Settings,
    me: &UserId,
    request: &RequestId,
    accept: bool,
) -> Result<()> {
    let asked = listed(world, me, |row| row.bond == Bond::AskedBy && row.request() == *request).await?;
    settle(world, settings, me, &asked.other, |pair, now| decide::answer(pair, accept, now)).await
}

/// Ends a friendship, or takes a request back; `whom` is a friend's id or that of a request.
///
/// # Errors
/// `not_found` for whom is not on the list, or a port failed.
pub async fn part_friend<W: World>(world: &W, settings: &Settings, me: &UserId, whom: &str) -> Result<()> {
    let found = listed(world, me, |row| row.other.as_str() == whom || row.request().as_str() == whom).await?;
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let mine = load::friendship(world, me, &found.other, now);
        let (mine, theirs) = try_join(mine, load::friendship(world, &found.other, me, now)).await?;
        if commit(world, settings, decide::part([mine.as_ref(), theirs.as_ref()])).await? {
            return Ok(());
        }
    }
    Err(contended())
}

/// Somebody's friends, with whether they are online, and the requests of both directions.
///
/// # Errors
/// A port failed.
pub async fn friends<W: Store + ports::Ambient + Sync>(world: &W, me: &UserId) -> Result<Friends> {
    let now = world.now();
    let rows = world.belongings(me, Belonging::Friends, FRIENDS_MAX);
    let (rows, invited) = try_join(rows, world.belongings(me, Belonging::Invitations, FRIENDS_MAX)).await?;
    let mut all = Friends::default();
    let mut close = Vec::new();
    for row in friendships(rows, now) {
        match row.bond {
            Bond::Friends => close.push(row),
            Bond::AskedBy => all.incoming.push(row),
            Bond::Asked => all.outgoing.push(row),
        }
    }
    let invited = invited.into_iter().filter(|row| !row.is_expired(now));
    all.invited =
        invited.filter_map(|row| if let Row::Invitation(invitation) = row { Some(invitation) } else { None }).collect();
    let present = join_all(close.iter().map(async |row| {
        let profile = load::lately::profile(world, &row.other, now);
        let (profile, user) = try_join(profile, load::lately::user(world, &row.other, now)).await?;
        let online = user.is_some_and(|user| user.is_online(now));
        // Whoever is gone for good is shown no more.
        Ok::<_, crate::Error>(profile.map(|profile| Friend { profile, online, since: row.since }))
    }));
    for friend in present.await {
        all.friends.extend(friend?);
    }
    all.friends.sort_by(|a, b| a.profile.nickname.as_str().cmp(b.profile.nickname.as_str()));
    Ok(all)
}

/// People whose nickname begins like this, at most [`SEARCH_RESULTS_MAX`]: names and opaque ids.
///
/// # Errors
/// `invalid_request` for less than two letters, `rate_limited`, or a port failed.
pub async fn search<W: Store + ports::Ambient + Sync>(world: &W, me: &UserId, text: &str) -> Result<Vec<Entry>> {
    let sought = Folded::sought(text)?;
    admit(world, &SEARCHES, me.as_str()).await?;
    let now = world.now();
    let found = world.entries(&sought, SEARCH_RESULTS_MAX + 1).await?.into_iter();
    let others = found.filter(|entry| entry.user != *me && !entry.expires_at.is_over(now));
    Ok(others.take(SEARCH_RESULTS_MAX).collect())
}

/// The first row of somebody's list for which something holds.
async fn listed<W: World>(world: &W, me: &UserId, holds: impl Fn(&Friendship) -> bool) -> Result<Friendship> {
    let now = world.now();
    let mut rows = friendships(world.belongings(me, Belonging::Friends, FRIENDS_MAX).await?, now);
    let unknown = || Refusal::new(Code::NotFound, "There is no such request or friend on your list any more.");
    Ok(rows.find(|row| holds(row)).ok_or_else(unknown)?)
}

/// The friendships among rows, without those that have faded.
fn friendships(rows: Vec<Row>, now: TimeMs) -> impl Iterator<Item = Friendship> {
    let fresh = rows.into_iter().filter(move |row| !row.is_expired(now));
    fresh.filter_map(|row| if let Row::Friendship(row) = row { Some(row) } else { None })
}

/// Decides something between two people on fresh rows until it holds.
pub(crate) async fn settle<W: World>(
    world: &W,
    settings: &Settings,
    me: &UserId,
    other: &UserId,
    decide: impl Fn(Acquaintance<'_>, TimeMs) -> std::result::Result<Decision, Refusal>,
) -> Result<()> {
    let unknown = || Refusal::new(Code::NotFound, "There is no such person any more.");
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let profiles = try_join(load::profile(world, me, now), load::profile(world, other, now));
        let rows = try_join(load::friendship(world, me, other, now), load::friendship(world, other, me, now));
        let online = try_join(load::user(world, other, now), load::lately::user(world, me, now));
        let (profiles, (mine, theirs), (live, own)) = try_join3(profiles, rows, online).await?;
        let (Some(me), Some(other)) = profiles else { return Err(unknown().into()) };
        let [connection, own] = [&live, &own].map(|user| user.as_ref().and_then(|user| told(user, now)));
        let pair =
            Acquaintance { me: &me, other: &other, mine: mine.as_ref(), theirs: theirs.as_ref(), connection, own };
        if commit(world, settings, decide(pair, now)?).await? {
            return Ok(());
        }
    }
    Err(contended())
}

/// Where somebody who is online can be told something.
fn told(user: &User, now: TimeMs) -> Option<&ConnectionId> {
    user.devices().next().filter(|_| user.is_online(now))
}

/// Performs a decision of which a post may find nobody: whoever is gone finds it on the list when they come back, and their
/// `$disconnect` is on its way.
async fn commit<W: World>(world: &W, settings: &Settings, decision: Decision) -> Result<bool> {
    let (commit, _gone) = perform_once(world, settings, decision).await?;
    Ok(commit == Commit::Committed)
}
