//! Appeals against what moderators have done, once each.

use domain::credential::Profile;
use domain::decide::{self, Hearing};
use domain::id::{SanctionId, UserId};
use domain::limits::{ATTEMPTS_MAX, REPORTS_PER_LOOK};
use domain::refusal::{Code, Refusal};
use domain::report::{Report, Shelf, Statement};
use domain::sanction::Sanction;
use futures_util::future::{try_join, try_join3};
use ports::{Commit, World};

use crate::moderate::{last_line, listed, sanctions};
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

/// The appeals that wait, the oldest first, for a moderator to read; that they did is written down.
///
/// # Errors
/// A port failed.
pub async fn appeals<W: World>(world: &W, settings: &Settings, moderator: &UserId) -> Result<Vec<Open>> {
    let waiting = listed(world, world.listings(&Shelf::Appealed, REPORTS_PER_LOOK).await?).await?;
    let mut open = Vec::new();
    for report in waiting {
        let id = report.sanction();
        let user = load::heir_of(world, &report.accused, world.now()).await?;
        let Some(sanction) = load::sanction(world, &user, &id, world.now()).await? else { continue };
        let Some(appeal) = sanction.appeal.as_ref().filter(|appeal| appeal.answer.is_none()) else { continue };
        let keys = settings.evidence_keys.as_ref();
        let words = keys.and_then(|keys| keys.open::<String>(&appeal.words, &place(&id))).unwrap_or_default();
        write_down(world, settings, &report, moderator).await?;
        open.push(Open { sanction, words, report });
    }
    Ok(open)
}

/// Answers an appeal; one that is granted lifts the sanction at once.
///
/// # Errors
/// `not_found`, `conflict` when it is answered, `forbidden` for who has imposed the sanction, or a port failed.
pub async fn answer_appeal<W: World>(
    world: &W,
    settings: &Settings,
    moderator: &UserId,
    whose: (&UserId, &SanctionId),
    granted: bool,
) -> Result<()> {
    let (user, id) = whose;
    for _ in 0..ATTEMPTS_MAX {
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
        let decision = decide::answer_appeal(hearing, moderator, granted, now)?;
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
}

async fn write_down<W: World>(world: &W, settings: &Settings, report: &Report, moderator: &UserId) -> Result<()> {
    for _ in 0..ATTEMPTS_MAX {
        let last = last_line(world).await?;
        let decision = decide::read_appeal(report, moderator, last.as_ref(), world.now());
        if perform(world, settings, decision).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(contended())
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
