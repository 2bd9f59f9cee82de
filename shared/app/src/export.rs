//! Everything that is kept of a person, for that person, and nothing of anybody else.

use domain::conduct::{Conduct, Subject};
use domain::credential::Profile;
use domain::friend::Friendship;
use domain::history::CallRecord;
use domain::limits::{CHAT_REPLAY_MAX, FAMILIES_MAX, FRIENDS_MAX, HISTORY_MAX, REPORTS_SHOWN};
use domain::push::Subscription;
use domain::refresh::RefreshFamily;
use domain::refusal::{Code, Refusal};
use domain::report::{Report, Shelf};
use domain::row::{Belonging, Row};
use domain::sanction::Sanction;
use domain::speech::ChatLine;
use ports::{Ambient, Store};

use crate::caller::Caller;
use crate::moderate::{listed, sanctions};
use crate::{Result, load, push};

/// Everything that is kept of a person.
#[derive(Debug, Clone)]
pub struct Export {
    /// Who they are.
    pub profile: Profile,
    /// Friends and requests; the others stay unnamed.
    pub friendships: Vec<Friendship>,
    /// How many addresses they have invited that nobody has signed in by yet.
    pub invitations: usize,
    /// Their calls, the newest first; the others stay unnamed.
    pub calls: Vec<CallRecord>,
    /// What they have said in the calls whose log is still kept.
    pub lines: Vec<ChatLine>,
    /// Where they are signed in.
    pub sign_ins: Vec<RefreshFamily>,
    /// Which of their browsers are woken when a friend rings.
    pub browsers: Vec<Subscription>,
    /// What moderators have done about them.
    pub sanctions: Vec<Sanction>,
    /// What they have said of others.
    pub reports: Vec<Report>,
    /// What rules have counted of them. What they count of a device they count of whoever signs in on it.
    pub conduct: Option<Conduct>,
}

/// Gathers everything that is kept of who asks.
///
/// # Errors
/// `forbidden` for an account whose sign-in is not fresh, or a port failed.
pub async fn export<W: Store + Ambient + Sync>(world: &W, caller: &Caller) -> Result<Export> {
    let now = world.now();
    fresh(caller, now)?;
    let me = &caller.profile.user;
    let fresh = |row: &Row| !row.is_expired(now);
    let friendships = world.belongings(me, Belonging::Friends, FRIENDS_MAX).await?.into_iter().filter(fresh);
    let friendships = friendships.filter_map(|row| if let Row::Friendship(row) = row { Some(row) } else { None });
    let calls = world.belongings(me, Belonging::Calls, HISTORY_MAX).await?.into_iter().filter(fresh);
    let calls =
        calls.filter_map(|row| if let Row::CallRecord(row) = row { Some(row) } else { None }).collect::<Vec<_>>();
    let sign_ins = world.belongings(me, Belonging::Families, FAMILIES_MAX).await?.into_iter().filter(fresh);
    let sign_ins = sign_ins.filter_map(|row| if let Row::RefreshFamily(row) = row { Some(row) } else { None });
    let mut lines = Vec::new();
    for call in &calls {
        let Some(session) = load::session(world, &call.session, now).await? else { continue };
        let Some(role) = session.role_of_user(me) else { continue };
        lines.extend(world.chat(&session.id, CHAT_REPLAY_MAX).await?.into_iter().filter(|line| line.from == role));
    }
    Ok(Export {
        profile: caller.profile.clone(),
        friendships: friendships.collect(),
        invitations: world
            .belongings(me, Belonging::Invitations, FRIENDS_MAX)
            .await?
            .iter()
            .filter(|row| fresh(row))
            .count(),
        calls,
        lines,
        sign_ins: sign_ins.collect(),
        browsers: push::subscriptions(world, me, now).await?,
        sanctions: sanctions(world, me).await?,
        reports: listed(world, world.listings(&Shelf::By(me.clone()), REPORTS_SHOWN).await?).await?,
        conduct: load::conduct(world, &Subject::Person(me.clone()), now).await?,
    })
}

/// Everything of an account is shown or erased for who has just proved to be its owner.
///
/// # Errors
/// `forbidden`.
pub(crate) fn fresh(caller: &Caller, now: domain::time::TimeMs) -> Result<()> {
    if caller.family.is_fresh(now) {
        return Ok(());
    }
    let message = "This needs a fresh sign-in: ask for a new link by mail, and do it within 15 minutes after that.";
    Err(Refusal::new(Code::Forbidden, message).into())
}
