//! Reports: what somebody says of their partner, with a copy of what shows it.

use domain::decide;
use domain::id::{ReportId, SessionId, UserId};
use domain::limits::{ATTEMPTS_MAX, EVIDENCE_LINES_MAX, EVIDENCE_LINES_READ};
use domain::network::Network;
use domain::quota::{REPORTS, REPORTS_OF_DEVICE, REPORTS_OF_NETWORK};
use domain::refusal::{Code, Refusal};
use domain::report::{Reason, Report, Statement};
use domain::row::Version;
use domain::session::{Role, Session};
use domain::speech::{ChatLine, last_of_each};
use futures_util::future::try_join;
use ports::{Commit, World};
use protocol::evidence::{Evidence, EvidenceKeys, Facts, Line};

use crate::caller::Caller;
use crate::limit::admit;
use crate::perform::perform;
use crate::standing::{Whom, block};
use crate::{Result, Settings, contended, load};

/// What is said.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// In which call of one's own.
    pub session: SessionId,
    /// What the partner has done.
    pub reason: Reason,
    /// In the reporter's words.
    pub comment: Option<Statement>,
    /// Whether the partner is to be blocked as well.
    pub block: bool,
}

/// Files a report about the partner of a call of one's own, ends the call if it goes on, and looks for somebody else. Said
/// twice it is one report, and the first words stand.
///
/// # Errors
/// `not_found` for a call that is not one's own or too long ago, `rate_limited`, `unavailable` where the deployment has no
/// evidence key, or a port failed; done again it does the rest.
pub async fn report<W: World>(
    world: &W,
    settings: &Settings,
    caller: &Caller,
    network: &Network,
    complaint: &Complaint,
) -> Result<ReportId> {
    let me = &caller.profile.user;
    let no_keys =
        || Refusal::new(Code::Unavailable, "Reports cannot be taken just now; block them, and try again later.");
    let keys = settings.evidence_keys.as_ref().ok_or_else(no_keys)?;
    let (session, role) = own_session(world, me, &complaint.session).await?;
    let id = Report::id_of(&complaint.session, &session.side(role).user);
    if load::report(world, &id, world.now()).await?.is_some() {
        return Ok(id);
    }
    let accused = load::heir_of(world, &session.side(role.other()).user, world.now()).await?;
    admit(world, &REPORTS, me.as_str()).await?;
    admit(world, &REPORTS_OF_DEVICE, caller.family.device.as_str()).await?;
    admit(world, &settings.chosen(REPORTS_OF_NETWORK), network.as_str()).await?;
    if complaint.block {
        block(world, me, &Whom::PartnerIn(complaint.session.clone())).await?;
    }
    for attempt in 0..ATTEMPTS_MAX {
        let now = world.now();
        let (session, role) = own_session(world, me, &complaint.session).await?;
        let evidence = gather(world, keys, &session, role, complaint, &id).await?;
        let (profile, seen) = try_join(load::profile(world, &accused, now), load::user(world, &accused, now)).await?;
        let reach = load::reach(world, profile.as_ref(), seen.as_ref()).await?;
        let filed = Report {
            id: id.clone(),
            version: Version::NEW,
            session: session.id.clone(),
            reporter: Some(me.clone()),
            accused: accused.clone(),
            heir: None,
            reach,
            reason: complaint.reason,
            at: now,
            evidence: domain::report::Evidence::Said(evidence),
            lease: None,
            ruling: None,
        };
        let live = load::user(world, me, now).await?;
        let members = match live.clone() {
            Some(user) => load::leaver_beside(world, user, &session, attempt, now).await?,
            None => load::members(world, &session, attempt, now).await?,
        };
        let ticket = world.token().into();
        let decision = decide::report(&filed, members.ending(&session), live.as_ref(), ticket, now);
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(id);
        }
        if load::report(world, &id, world.now()).await?.is_some() {
            return Ok(id);
        }
    }
    Err(contended())
}

/// A call of one's own, or of the guest that one was.
async fn own_session<W: World>(world: &W, me: &UserId, session: &SessionId) -> Result<(Session, Role)> {
    let unknown = || Refusal::new(Code::NotFound, "You had no such call, or it is more than a day ago.");
    let now = world.now();
    let session = load::session(world, session, now).await?.ok_or_else(unknown)?;
    let role = load::own_role(world, me, &session, now).await?.ok_or_else(unknown)?;
    Ok((session, role))
}

/// A sealed copy of what shows what has happened.
async fn gather<W: World>(
    world: &W,
    keys: &EvidenceKeys,
    session: &Session,
    role: Role,
    complaint: &Complaint,
    id: &ReportId,
) -> Result<domain::report::Sealed> {
    let lines = last_of_each(world.chat(&session.id, EVIDENCE_LINES_READ).await?, EVIDENCE_LINES_MAX);
    let line = |line: &ChatLine| Line {
        by_accused: line.from != role,
        message: line.message.as_str().to_owned(),
        sent_at: line.sent_at.0,
    };
    let evidence = Evidence {
        comment: complaint.comment.as_ref().map(|comment| comment.as_str().to_owned()),
        call: Facts {
            kind: session.between.as_str().to_owned(),
            mode: session.mode.as_str().to_owned(),
            common_tags: session.common_tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
            started_at: session.started_at.0,
            duration_ms: session.duration(world.now()).0,
            accused: session.side(role.other()).nickname.as_str().to_owned(),
            reporter: session.side(role).nickname.as_str().to_owned(),
        },
        lines: lines.iter().map(line).collect(),
    };
    let sealed = keys.seal(&evidence, id.as_str(), &world.token());
    Ok(sealed.ok_or_else(|| Refusal::new(Code::Internal, "Something went wrong on our side; try again."))?)
}
