//! The moderators' queue: a report is taken for a while and decided by who holds it.

use domain::credential::Profile;
use domain::decide::{self, Case, Verdict};
use domain::id::{ReportId, UserId};
use domain::limits::{BOOK_ATTEMPTS_MAX, REPORT_LOOKS_MAX, REPORTS_PER_LOOK, REPORTS_SHOWN, SANCTIONS_SHOWN};
use domain::refusal::{Code, Refusal};
use domain::report::{Evidence as Shown, Listing, Mark, Report, Shelf, Stage};
use domain::row::{Belonging, Row};
use domain::sanction::Sanction;
use domain::time::TimeMs;
use futures_util::future::{try_join, try_join_all, try_join3};
use ports::{Ambient, Commit, Store, World};
use protocol::evidence::Evidence;

use crate::book::{busy, last_line};
use crate::erase::end_call;
use crate::perform::{given_up, perform};
use crate::sign_out::close_sockets;
use crate::standing::enforce;
use crate::{Result, Settings, load};

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
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this stage alone.
    pub stage: Option<Stage>,
    /// For this reason alone.
    pub reason: Option<domain::report::Reason>,
    /// From where on.
    pub before: Option<Mark>,
}

impl Filter {
    /// Where such reports stand.
    const fn shelves(&self) -> &'static [Shelf] {
        match self.stage {
            Some(Stage::Open | Stage::Leased) => &[Shelf::Urgent, Shelf::Open],
            Some(Stage::Dismissed | Stage::Upheld) | None => &[Shelf::Every],
        }
    }

    fn admits(&self, report: &Report, now: TimeMs) -> bool {
        let is_of = |stage| report.stage(now) == stage;
        self.stage.is_none_or(is_of) && self.reason.is_none_or(|reason| report.reason == reason)
    }
}

/// A page of a list.
#[derive(Debug, Clone, Default)]
pub struct ReportsPage {
    /// The newest first.
    pub reports: Vec<Report>,
    /// From where on there may be older ones, whatever comes to the list meanwhile.
    pub older: Option<Mark>,
}

/// Takes the next report for a while: the one that the moderator holds already, else the one that counts as the oldest.
/// Nothing when none waits.
///
/// # Errors
/// `unavailable` where many write in the book, or a port failed.
pub async fn next_report<W: World>(world: &W, settings: &Settings, moderator: &UserId) -> Result<Option<Docket>> {
    let (mut waiting, mut last) = try_join(waiting(world), last_line(world)).await?;
    let now = world.now();
    waiting.sort_by_key(|report| !report.is_held_by(moderator, now));
    let mut attempts = BOOK_ATTEMPTS_MAX;
    for mut report in waiting {
        while let Some((taken, decision)) = decide::take(&report, moderator, last.as_ref(), world.now()) {
            if perform(world, settings, decision).await? == Commit::Committed {
                return docket(world, settings, taken).await.map(Some);
            }
            attempts -= 1;
            if attempts == 0 {
                return Err(busy());
            }
            let fresh = load::report(world, &report.id, world.now());
            let (fresh, line) = try_join(fresh, last_line(world)).await?;
            last = line;
            let Some(fresh) = fresh else { break };
            report = fresh;
        }
    }
    Ok(None)
}

/// A page of reports as a list, without what goes along with them. A narrow list may need many looks: a page may hold little, or
/// nothing, and go on all the same.
///
/// # Errors
/// A port failed.
pub async fn reports<W: World>(world: &W, filter: &Filter) -> Result<ReportsPage> {
    let mut page = ReportsPage { reports: Vec::new(), older: filter.before.clone() };
    for _ in 0..REPORT_LOOKS_MAX {
        let listings = newest(world, filter.shelves(), page.older.as_ref()).await?;
        let is_full = listings.len() == REPORTS_PER_LOOK;
        page.older = listings.last().filter(|_| is_full).map(Listing::mark);
        let now = world.now();
        page.reports.extend(listed(world, listings).await?.into_iter().filter(|report| filter.admits(report, now)));
        if page.older.is_none() || page.reports.len() >= REPORTS_PER_LOOK {
            break;
        }
    }
    Ok(page)
}

/// The newest of some lists, as one.
async fn newest<W: World>(world: &W, shelves: &[Shelf], before: Option<&Mark>) -> Result<Vec<Listing>> {
    let looks = shelves.iter().map(|shelf| world.newest(shelf, before, REPORTS_PER_LOOK));
    let mut listings = try_join_all(looks).await?.concat();
    listings.sort_by_key(|listing| std::cmp::Reverse(listing.mark()));
    listings.truncate(REPORTS_PER_LOOK);
    Ok(listings)
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
/// `not_found`, `conflict` for who does not hold it, `unavailable` where many write in the book, or a port failed; done again
/// it is refused, and a timer does the rest.
pub async fn moderate<W: World>(
    world: &W,
    settings: &Settings,
    moderator: &UserId,
    id: &ReportId,
    verdict: Verdict,
) -> Result<Report> {
    for _ in 0..BOOK_ATTEMPTS_MAX {
        let now = world.now();
        let unknown = || Refusal::new(Code::NotFound, "There is no such report.");
        let report = load::report(world, id, now).await?.ok_or_else(unknown)?;
        let user = load::heir_of(world, report.person(), now).await?;
        let (accused, live) = try_join(load::profile(world, &user, now), load::user(world, &user, now)).await?;
        let (accused, live) = (accused.as_ref(), live.as_ref());
        let reach = decide::reached(&report.reach, load::reach(world, accused, live).await?);
        let (bars, last) = try_join(load::bars(world, &reach, now), last_line(world)).await?;
        let case = Case { report: &report, accused, live, reach: &reach, bars: &bars, last: last.as_ref() };
        let (decided, decision) = decide::rule(case, moderator, verdict.clone(), now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            given_up("a ban is left to its timer", enforce(world, settings, &user).await);
            if user != report.accused {
                given_up("a guest who is nobody any more talks on", leave(world, settings, &report.accused).await);
            }
            return Ok(decided);
        }
    }
    Err(busy())
}

/// Reports that are not decided, in the order in which they are taken.
async fn waiting<W: World>(world: &W) -> Result<Vec<Report>> {
    let look = async |shelf: Shelf| listed(world, world.listings(&shelf, REPORTS_PER_LOOK).await?).await;
    let (mut waiting, open) = try_join(look(Shelf::Urgent), look(Shelf::Open)).await?;
    waiting.extend(open);
    waiting.retain(|report| report.ruling.is_none());
    waiting.sort_by(|a, b| (a.counts_since(), &a.id).cmp(&(b.counts_since(), &b.id)));
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
    let accused = person(world, report.person()).await?;
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

/// The call of a guest ends who has become somebody else, and their sockets close.
async fn leave<W: World>(world: &W, settings: &Settings, guest: &UserId) -> Result<()> {
    end_call(world, settings, load::user(world, guest, world.now()).await?.as_ref()).await?;
    close_sockets(world, guest, None).await
}
