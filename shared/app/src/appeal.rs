//! Appeals against what moderators have done, once each.

use domain::credential::Profile;
use domain::decide::{self, Hearing, Reply};
use domain::id::{SanctionId, UserId};
use domain::limits::{ATTEMPTS_MAX, BOOK_ATTEMPTS_MAX, REPORTS_PER_LOOK};
use domain::refusal::{Code, Refusal};
use domain::report::{Listing, Report, Shelf, Statement};
use domain::sanction::Sanction;
use futures_util::future::{try_join, try_join_all, try_join3};
use ports::{Commit, World};

use crate::book::{busy, last_line};
use crate::moderate::sanctions;
use crate::perform::perform;
use crate::{Result, Settings, contended, load};

/// An appeal that waits for its answer.
#[derive(Debug, Clone)]
pub struct Open {
    /// What it is against.
    pub sanction: Sanction,
    /// The person's words, if they can be opened.
    pub words: String,
    /// The report that the sanction answers.
    pub report: Report,
}

/// Appeals against a sanction of one's own.
///
/// # Errors
/// `not_found`, `conflict` for a second appeal, `gone` for a sanction that is over, `unavailable`, or a port failed.
pub async fn appeal<W: World>(
    world: &W,
    settings: &Settings,
    me: &Profile,
    id: &SanctionId,
    words: &Statement,
) -> Result<()> {
    let no_keys = || Refusal::new(Code::Unavailable, "Appeals cannot be taken just now; try again later.");
    let keys = settings.evidence_keys.as_ref().ok_or_else(no_keys)?;
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let (sanction, report) = imposed(world, &me.user, id).await?;
        let sealed = keys.seal(&words.as_str(), &place(id), &world.token()).ok_or_else(no_keys)?;
        let decision = decide::appeal(&sanction, &report, sealed, now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

/// The appeals that wait, the oldest first, for a moderator to read; that they did is written down. One that is answered, or
/// whose person is erased, is on the list no more.
///
/// # Errors
/// `unavailable` where many write in the book, or a port failed.
pub async fn appeals<W: World>(world: &W, settings: &Settings, moderator: &UserId) -> Result<Vec<Open>> {
    let listings = world.listings(&Shelf::Appealed, REPORTS_PER_LOOK).await?;
    let found = try_join_all(listings.iter().map(|listing| waiting(world, settings, listing))).await?;
    let (mut open, mut over) = (Vec::new(), Vec::new());
    for (found, listing) in found.into_iter().zip(listings) {
        match found {
            Some(found) => open.push(found),
            None => over.push(listing),
        }
    }
    let reports: Vec<&Report> = open.iter().map(|open| &open.report).collect();
    for _ in 0..BOOK_ATTEMPTS_MAX {
        let last = last_line(world).await?;
        let decision = decide::read_appeals(&reports, &over, moderator, last.as_ref(), world.now());
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(open);
        }
    }
    Err(busy())
}

/// What waits at a place of the list: nothing once it is answered or there is none.
async fn waiting<W: World>(world: &W, settings: &Settings, listing: &Listing) -> Result<Option<Open>> {
    let Some(report) = load::report(world, &listing.report, world.now()).await? else { return Ok(None) };
    let id = report.sanction();
    // It may be on its way from a guest to who they have become.
    let heir = load::heir_of(world, report.person(), world.now()).await?;
    let given = load::sanction(world, &heir, &id, world.now()).await?;
    let sanction = match given {
        None => load::sanction(world, &report.accused, &id, world.now()).await?,
        given => given,
    };
    let Some(sanction) = sanction else { return Ok(None) };
    let Some(appeal) = sanction.appeal.as_ref() else { return Ok(None) };
    if appeal.answer.is_some() || appeal.listed(&report).mark() != listing.mark() {
        return Ok(None);
    }
    let keys = settings.evidence_keys.as_ref();
    let words = keys.and_then(|keys| keys.open::<String>(&appeal.words, &place(&id))).unwrap_or_default();
    Ok(Some(Open { sanction, words, report }))
}

/// Answers an appeal; one that is granted lifts the sanction at once.
///
/// # Errors
/// `not_found`, `conflict` when it is answered, `forbidden` for who has imposed the sanction, `unavailable` where many write
/// in the book, or a port failed.
pub async fn answer_appeal<W: World>(
    world: &W,
    settings: &Settings,
    moderator: &UserId,
    whose: (&UserId, &SanctionId),
    reply: Reply,
) -> Result<()> {
    let (user, id) = whose;
    for _ in 0..BOOK_ATTEMPTS_MAX {
        let now = world.now();
        let (sanction, report) = imposed(world, user, id).await?;
        let profile = load::profile(world, user, now);
        let (profile, live, last) = try_join3(profile, load::user(world, user, now), last_line(world)).await?;
        let (all, bars) = try_join(sanctions(world, user), load::bars(world, &report.reach, now)).await?;
        let hearing = Hearing {
            sanction: &sanction,
            sanctions: &all,
            report: &report,
            profile: profile.as_ref(),
            live: live.as_ref(),
            bars: &bars,
            last: last.as_ref(),
        };
        let decision = decide::answer_appeal(hearing, moderator, reply.clone(), now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(busy())
}

async fn imposed<W: World>(world: &W, user: &UserId, id: &SanctionId) -> Result<(Sanction, Report)> {
    let now = world.now();
    let unknown = || Refusal::new(Code::NotFound, "There is no such sanction.");
    let sanction = load::sanction(world, user, id, now).await?.ok_or_else(unknown)?;
    let report = load::report(world, &sanction.report, now).await?.ok_or_else(unknown)?;
    Ok((sanction, report))
}

/// Where an appeal's words are sealed for.
fn place(id: &SanctionId) -> String {
    format!("appeal {id}")
}
