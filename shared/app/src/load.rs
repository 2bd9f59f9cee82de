//! Rows by their type; an expired one is absent, whether it is deleted yet or not.

use domain::account::{Account, LinkRequest, MagicLink};
use domain::call::Call;
use domain::conduct::{Conduct, Subject};
use domain::credential::{Connection, Profile, WsTicket};
use domain::decide::{self, Ending, Member};
use domain::friend::{Friendship, InviteRequest};
use domain::id::{
    AddressId, CallId, ConnectionId, FamilyId, ReportId, RoomId, SanctionId, SecretHash, SessionId, UserId,
};
use domain::limits::FAMILIES_MAX;
use domain::refresh::RefreshFamily;
use domain::refusal::{Code, Refusal};
use domain::report::Report;
use domain::room::Room;
use domain::row::{Belonging, Key, Row};
use domain::sanction::Sanction;
use domain::session::{Role, Session};
use domain::standing::{Bar, Barred};
use domain::tally::Tally;
use domain::time::TimeMs;
use domain::user::User;
use ports::{Consistency, Store};

use crate::Result;

async fn row<S: Store + Sync>(store: &S, key: Key, consistency: Consistency, now: TimeMs) -> Result<Option<Row>> {
    let row = store.get(&key, consistency).await?;
    Ok(row.filter(|row| !row.is_expired(now)))
}

macro_rules! loaders {
    ($consistency:ident: $($name:ident($($arg:ident: $type:ty),*) -> $row:ident by $key:expr;)*) => {$(
        pub(crate) async fn $name<S: Store + Sync>(store: &S, $($arg: &$type,)* now: TimeMs) -> Result<Option<$row>> {
            let row = row(store, $key, Consistency::$consistency, now).await?;
            Ok(row.and_then(|row| if let Row::$row(row) = row { Some(row) } else { None }))
        }
    )*};
}

loaders! {
    Strong:
    user(id: UserId) -> User by Key::User(id.clone());
    session(id: SessionId) -> Session by Key::Session(id.clone());
    room(id: RoomId) -> Room by Key::Room(id.clone());
    connection(id: ConnectionId) -> Connection by Key::Connection(id.clone());
    ws_ticket(hash: SecretHash) -> WsTicket by Key::WsTicket(hash.clone());
    profile(id: UserId) -> Profile by Key::Profile(id.clone());
    tally(shard: str) -> Tally by Key::Tally(shard.to_owned());
    conduct(subject: Subject) -> Conduct by Key::Conduct(subject.clone());
    refresh_family(user: UserId, family: FamilyId) -> RefreshFamily by Key::RefreshFamily(user.clone(), family.clone());
    account(address: AddressId) -> Account by Key::Account(address.clone());
    link_request(id: SecretHash) -> LinkRequest by Key::LinkRequest(id.clone());
    invite_request(id: SecretHash) -> InviteRequest by Key::InviteRequest(id.clone());
    magic_link(address: AddressId) -> MagicLink by Key::MagicLink(address.clone());
    friendship(owner: UserId, other: UserId) -> Friendship by Key::Friendship(owner.clone(), other.clone());
    call(id: CallId) -> Call by Key::Call(id.clone());
    report(id: ReportId) -> Report by Key::Report(id.clone());
    sanction(user: UserId, id: SanctionId) -> Sanction by Key::Sanction(user.clone(), id.clone());
    bar(of: Barred) -> Bar by Key::Bar(of.clone());
}

/// Rows as they may have been a moment ago, at half the price. Only what ends in a write that is fenced by their
/// version, or in what can never change again, may be decided on them, and the warning of a call's end; everything else
/// is asked again of the present rows.
pub(crate) mod lately {
    use super::*;

    loaders! {
        Eventual:
        user(id: UserId) -> User by Key::User(id.clone());
        session(id: SessionId) -> Session by Key::Session(id.clone());
        room(id: RoomId) -> Room by Key::Room(id.clone());
        connection(id: ConnectionId) -> Connection by Key::Connection(id.clone());
        profile(id: UserId) -> Profile by Key::Profile(id.clone());
        conduct(subject: Subject) -> Conduct by Key::Conduct(subject.clone());
    }
}

/// The bars that stand on any of these.
pub(crate) async fn bars<S: Store + Sync>(store: &S, of: &[Barred], now: TimeMs) -> Result<Vec<Bar>> {
    let bars = of.iter().map(|of| bar(store, of, now));
    Ok(futures_util::future::try_join_all(bars).await?.into_iter().flatten().collect())
}

/// What a ban would reach of somebody.
pub(crate) async fn reach<S: Store + Sync>(
    store: &S,
    profile: Option<&Profile>,
    live: Option<&User>,
) -> Result<Vec<Barred>> {
    let families = match profile {
        Some(profile) => store.belongings(&profile.user, Belonging::Families, FAMILIES_MAX).await?,
        None => Vec::new(),
    };
    let device = |row: Row| if let Row::RefreshFamily(family) = row { Some(family.device) } else { None };
    Ok(decide::reach(profile, families.into_iter().filter_map(device).collect(), live))
}

/// The side of a call that somebody was, as themself or as the guest that they were.
pub(crate) async fn own_role<S: Store + Sync>(
    store: &S,
    me: &UserId,
    session: &Session,
    now: TimeMs,
) -> Result<Option<Role>> {
    if let Some(role) = session.role_of_user(me) {
        return Ok(Some(role));
    }
    for role in Role::BOTH {
        if heir_of(store, &session.side(role).user, now).await? == *me {
            return Ok(Some(role));
        }
    }
    Ok(None)
}

/// Who somebody is now: a guest who has signed in to an account is its owner.
pub(crate) async fn heir_of<S: Store + Sync>(store: &S, user: &UserId, now: TimeMs) -> Result<UserId> {
    let heir = profile(store, user, now).await?.and_then(|profile| profile.heir);
    Ok(heir.unwrap_or_else(|| user.clone()))
}

/// The room in which somebody is, if it is there.
pub(crate) async fn room_of<S: Store + Sync>(store: &S, user: Option<&User>, now: TimeMs) -> Result<Option<Room>> {
    match user.and_then(User::room) {
        Some(id) => room(store, id, now).await,
        None => Ok(None),
    }
}

/// A session for a decision of which every outcome is fenced by its version, lasts, or is looked at again: on the first
/// attempt as it may have been a moment ago.
pub(crate) async fn fenced_session<S: Store + Sync>(
    store: &S,
    id: &SessionId,
    attempt: usize,
    now: TimeMs,
) -> Result<Option<Session>> {
    let lately = if attempt == 0 { lately::session(store, id, now).await? } else { None };
    match lately {
        None => session(store, id, now).await,
        found => Ok(found),
    }
}

/// The user for whom a connection speaks.
///
/// # Errors
/// `unauthorized` when the connection has not said `hello`, or a newer one speaks.
pub(crate) async fn speaker<S: Store + Sync>(store: &S, id: &ConnectionId, now: TimeMs) -> Result<User> {
    Ok(voice(store, id, now).await?.1)
}

/// A connection and the user for whom it speaks.
///
/// # Errors
/// As [`speaker`].
pub(crate) async fn voice<S: Store + Sync>(store: &S, id: &ConnectionId, now: TimeMs) -> Result<(Connection, User)> {
    let connection = opened(store, id, now).await?.ok_or_else(unheard)?;
    let user = user(store, &connection.user, now).await?;
    let user = user.filter(|user| user.speaks_on(id, now)).ok_or_else(unheard)?;
    Ok((connection, user))
}

/// A connection, if it was let in. Its row never changes: once it is there, any read will do.
pub(crate) async fn opened<S: Store + Sync>(store: &S, id: &ConnectionId, now: TimeMs) -> Result<Option<Connection>> {
    match lately::connection(store, id, now).await? {
        None => connection(store, id, now).await,
        found => Ok(found),
    }
}

/// Who said no hello, or was superseded, is not listened to.
pub(crate) fn unheard() -> Refusal {
    Refusal::new(Code::Unauthorized, "Say hello first, or open a new connection.")
}

/// The users of a session, offerer first; `None` for one at whom nobody has looked.
#[derive(Debug)]
pub(crate) struct Members([Option<Loaded>; 2]);

/// A user row as loaded, if there is one.
#[derive(Debug)]
struct Loaded(Option<User>);

impl Members {
    /// In the form that decisions take.
    pub(crate) fn ending<'a>(&'a self, session: &'a Session) -> Ending<'a> {
        let members = self.0.each_ref().map(|member| match member {
            None => Member::Presumed,
            Some(Loaded(user)) => Member::Loaded(user.as_ref()),
        });
        Ending { session, members }
    }
}

/// The users of a session, some of whom go on; who is in it on the first attempt as they may have been a moment ago, for
/// whatever happens to them is fenced.
pub(crate) async fn members<S: Store + Sync>(
    store: &S,
    session: &Session,
    attempt: usize,
    now: TimeMs,
) -> Result<Members> {
    let member = async |role| {
        let id = &session.side(role).user;
        let lately = if attempt == 0 { lately::user(store, id, now).await? } else { None };
        match lately.filter(|user| user.session() == Some(&session.id)) {
            None => user(store, id, now).await,
            found => Ok(found),
        }
    };
    let (offerer, answerer) = futures_util::future::try_join(member(Role::Offerer), member(Role::Answerer)).await?;
    Ok(Members([offerer, answerer].map(|user| Some(Loaded(user)))))
}

/// The users of a session who will only leave it: they are looked at when it turned out that something was not as it
/// should be.
pub(crate) async fn leavers<S: Store + Sync>(
    store: &S,
    session: &Session,
    attempt: usize,
    now: TimeMs,
) -> Result<Members> {
    if attempt == 0 { Ok(Members([None, None])) } else { members(store, session, attempt, now).await }
}

/// The users of a session one of whom is loaded, and the other will only leave it.
pub(crate) async fn leaver_beside<S: Store + Sync>(
    store: &S,
    known: User,
    session: &Session,
    attempt: usize,
    now: TimeMs,
) -> Result<Members> {
    let is_offerer = session.side(Role::Offerer).user == known.id;
    let partner = &session.side(if is_offerer { Role::Answerer } else { Role::Offerer }).user;
    let partner = if attempt == 0 { None } else { Some(Loaded(user(store, partner, now).await?)) };
    let known = Some(Loaded(Some(known)));
    Ok(Members(if is_offerer { [known, partner] } else { [partner, known] }))
}
