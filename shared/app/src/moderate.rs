//! The moderators' queue: a report is taken for a while and decided by who holds it.

use domain::audit::AuditLine;
use domain::credential::Profile;
use domain::decide::{self, Case, Verdict};
use domain::id::{ReportId, UserId};
use domain::limits::{ATTEMPTS_MAX, REPORTS_PER_LOOK, REPORTS_SHOWN, SANCTIONS_SHOWN};
use domain::refusal::{Code, Refusal};
use domain::report::{Evidence as Shown, Listing, Report, Shelf, Stage};
use domain::row::{Belonging, Row};
use domain::sanction::Sanction;
use domain::time::TimeMs;
use futures_util::future::{try_join, try_join_all, try_join3};
use ports::{Ambient, Commit, Store, World};
use protocol::evidence::Evidence;

use crate::perform::{given_up, perform};
use crate::standing::enforce;
use crate::{Result, Settings, contended, load};

/// A report with everything a moderator needs to decide on it.
#[derive(Debug, Clone)]
pub struct Docket {
    /// The report.
    pub report: Report,
    /// What goes along with it, if it can be opened.
    pub evidence: Option<Evidence>,
    /// The accused.
    pub accused: PersonFile,
    /// The reporter, where there is one.
    pub reporter: Option<PersonFile>,
}

/// What moderators know of a person.
#[derive(Debug, Clone)]
pub struct PersonFile {
    /// Who.
    pub user: UserId,
    /// Their profile, unless they are gone.
    pub profile: Option<Profile>,
    /// What others have said of them, the newest first.
    pub against: Vec<Report>,
    /// What they have said of others, the newest first.
    pub made: Vec<Report>,
    /// What was done about them, the newest first.
    pub sanctions: Vec<Sanction>,
}

/// How many wait; each figure is at most what one look reads.
#[derive(Debug, Clone, Copy, Default)]
pub struct Backlog {
    /// Urgent reports.
    pub urgent: usize,
    /// Other reports.
    pub open: usize,
    /// Appeals.
    pub appeals: usize,
    /// Since when the oldest report waits.
    pub oldest_at: Option<TimeMs>,
}

/// Which reports a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Of this stage alone.
    pub stage: Option<Stage>,
    /// For this reason alone.
    pub reason: Option<domain::report::Reason>,
}

/// Takes the next report for a while: the one that the moderator holds already, else the oldest, urgent ones first.
/// Nothing when none waits.
///
/// # Errors
/// A port failed.
pub async fn next_report<W: World>(world: &W, settings: &Settings, moderator: &UserId) -> Result<Option<Docket>> {
    for _ in 0..ATTEMPTS_MAX {
        let waiting = waiting(world).await?;
        let now = world.now();
        let held = waiting.iter().find(|report| report.is_held_by(moderator, now));
        let mut missed = false;
        for report in held.into_iter().chain(&waiting) {
            let last = last_line(world).await?;
            let Some((taken, decision)) = decide::take(report, moderator, last.as_ref(), world.now()) else { continue };
            if perform(world, settings, decision).await? == Commit::Committed {
                return docket(world, settings, taken).await.map(Some);
            }
            missed = true;
            break;
        }
        if !missed {
            return Ok(None);
        }
    }
    Err(contended())
}

/// Reports as a list, the newest first, without what goes along with them.
///
/// # Errors
/// A port failed.
pub async fn reports<W: World>(world: &W, filter: Filter) -> Result<Vec<Report>> {
    let decided = world.listings(&Shelf::Decided, REPORTS_PER_LOOK);
    let (waiting, decided) = try_join(waiting(world), async { Ok(decided.await?) }).await?;
    let mut all = waiting;
    all.extend(listed(world, decided).await?);
    let now = world.now();
    all.retain(|report| filter.stage.is_none_or(|stage| report.stage(now) == stage));
    all.retain(|report| filter.reason.is_none_or(|reason| report.reason == reason));
    all.sort_by_key(|report| std::cmp::Reverse(report.at));
    Ok(all)
}

/// How many wait.
///
/// # Errors
/// A port failed.
pub async fn backlog<W: World>(world: &W) -> Result<Backlog> {
    let look = async |shelf: Shelf| world.listings(&shelf, REPORTS_PER_LOOK).await;
    let (urgent, open, appeals) = try_join3(look(Shelf::Urgent), look(Shelf::Open), look(Shelf::Appealed)).await?;
    let oldest_at = urgent.iter().chain(&open).map(|listing| listing.at).min();
    Ok(Backlog { urgent: urgent.len(), open: open.len(), appeals: appeals.len(), oldest_at })
}

/// Decides on a report that the moderator holds. Who is banned is out of their call, their sockets close, and nothing lets
/// them in again.
///
/// # Errors
/// `not_found`, `conflict` for who does not hold it, or a port failed; done again it is refused, and a timer does the rest.
pub async fn moderate<W: World>(
    world: &W,
    settings: &Settings,
    moderator: &UserId,
    id: &ReportId,
    verdict: Verdict,
) -> Result<Report> {
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let unknown = || Refusal::new(Code::NotFound, "There is no such report.");
        let report = load::report(world, id, now).await?.ok_or_else(unknown)?;
        let user = load::heir_of(world, &report.accused, now).await?;
        let (accused, live) = try_join(load::profile(world, &user, now), load::user(world, &user, now)).await?;
        let reached = decide::reached(&report, accused.as_ref(), live.as_ref());
        let (bars, last) = try_join(load::bars(world, &reached, now), last_line(world)).await?;
        let (accused, live, last) = (accused.as_ref(), live.as_ref(), last.as_ref());
        let case = Case { report: &report, accused, live, bars: &bars, last };
        let decision = decide::rule(case, moderator, verdict.clone(), now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            given_up("a ban is left to its timer", enforce(world, settings, &user).await);
            let decided = load::report(world, id, world.now()).await?;
            return decided.ok_or_else(contended);
        }
    }
    Err(contended())
}

/// The last lines of the book, the newest first.
///
/// # Errors
/// A port failed.
pub async fn audit<W: Store + Sync>(world: &W) -> Result<Vec<AuditLine>> {
    Ok(world.audit(REPORTS_PER_LOOK).await?)
}

/// The line that the next one follows.
pub(crate) async fn last_line<W: Store + Sync>(world: &W) -> Result<Option<AuditLine>> {
    Ok(world.audit(1).await?.into_iter().next())
}

/// Reports that are not decided, urgent ones first, each group by age.
async fn waiting<W: World>(world: &W) -> Result<Vec<Report>> {
    let look = async |shelf: Shelf| listed(world, world.listings(&shelf, REPORTS_PER_LOOK).await?).await;
    let (mut waiting, open) = try_join(look(Shelf::Urgent), look(Shelf::Open)).await?;
    waiting.extend(open);
    waiting.retain(|report| report.ruling.is_none());
    Ok(waiting)
}

pub(crate) async fn listed<W: Store + Ambient + Sync>(world: &W, listings: Vec<Listing>) -> Result<Vec<Report>> {
    let now = world.now();
    let reports = listings.iter().map(|listing| load::report(world, &listing.report, now));
    Ok(try_join_all(reports).await?.into_iter().flatten().collect())
}

async fn docket<W: World>(world: &W, settings: &Settings, report: Report) -> Result<Docket> {
    let keys = settings.evidence_keys.as_ref();
    let evidence = match &report.evidence {
        Shown::Said(sealed) => keys.and_then(|keys| keys.open(sealed, report.id.as_str())),
        Shown::Noticed(_) => None,
    };
    let accused = person(world, &report.accused).await?;
    let reporter = match &report.reporter {
        Some(reporter) => Some(person(world, reporter).await?),
        None => None,
    };
    Ok(Docket { evidence, accused, reporter, report })
}

async fn person<W: World>(world: &W, user: &UserId) -> Result<PersonFile> {
    let look = async |shelf: Shelf| listed(world, world.listings(&shelf, REPORTS_SHOWN).await?).await;
    let profile = load::profile(world, user, world.now());
    let (against, made) = (look(Shelf::Against(user.clone())), look(Shelf::By(user.clone())));
    let (profile, against, made) = try_join3(profile, against, made).await?;
    Ok(PersonFile { user: user.clone(), profile, against, made, sanctions: sanctions(world, user).await? })
}

/// What was done about somebody, the newest first.
///
/// # Errors
/// A port failed.
pub async fn sanctions<W: Store + Ambient + Sync>(world: &W, user: &UserId) -> Result<Vec<Sanction>> {
    let now = world.now();
    let rows = world.belongings(user, Belonging::Sanctions, SANCTIONS_SHOWN).await?.into_iter();
    let known = rows.filter(|row| !row.is_expired(now));
    let mut sanctions: Vec<Sanction> =
        known.filter_map(|row| if let Row::Sanction(sanction) = row { Some(sanction) } else { None }).collect();
    sanctions.sort_by_key(|sanction| std::cmp::Reverse(sanction.at));
    Ok(sanctions)
}
