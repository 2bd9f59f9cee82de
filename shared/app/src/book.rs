//! The moderators' book: one line after the other, each of which holds the hash of the one before.

use domain::audit::{AuditLine, Deed, Entry};
use domain::id::SecretHash;
use domain::limits::{BOOK_BUSY_FOR, REPORTS_PER_LOOK};
use domain::refusal::{Code, Refusal};
use domain::row::{Key, Row};
use futures_util::future::join_all;
use ports::{Ambient, Consistency, Store};

use crate::{Error, Result, load};

/// How the book stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Book {
    /// Each line follows the one before, and what is still kept of reports and appeals says the same.
    Unbroken {
        /// How many there are.
        lines: u64,
        /// The hash of the last one: who has noted it elsewhere can tell later that none before it was written anew.
        last: Option<SecretHash>,
    },
    /// Somebody has written in it by other ways than ours.
    Broken {
        /// The first line that is not as it was written.
        line: u64,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Lines of the book, the newest first, from the last one or from before a line on.
///
/// # Errors
/// A port failed.
pub async fn audit<W: Store + Sync>(world: &W, before: Option<u64>) -> Result<Vec<AuditLine>> {
    Ok(world.audit(before, REPORTS_PER_LOOK).await?)
}

/// The line that the next one follows.
pub(crate) async fn last_line<W: Store + Sync>(world: &W) -> Result<Option<AuditLine>> {
    Ok(world.audit(None, 1).await?.into_iter().next())
}

/// Every attempt to write the next line met somebody else's. Nothing was done, and what was to be done still can be.
pub(crate) fn busy() -> Error {
    let message = "Many moderators decide at this moment, and this is not done yet; press again.";
    Refusal::new(Code::Unavailable, message).retry_after(BOOK_BUSY_FOR).into()
}

/// Reads the whole book from its first line on, and what it tells of.
///
/// # Errors
/// A port failed.
pub async fn check_book<W: Store + Ambient + Sync>(world: &W) -> Result<Book> {
    let mut last: Option<AuditLine> = None;
    loop {
        let next = last.as_ref().map_or(0, |line| line.n) + 1;
        let numbers = (0..).take(REPORTS_PER_LOOK).map(|n| next + n);
        for (n, found) in numbers.clone().zip(join_all(numbers.map(|n| line(world, n))).await) {
            let broken = |why| Ok(Book::Broken { line: n, why });
            let (line, is_so) = match found {
                Err(Error::Port(ports::Error::Corrupt { .. })) => return broken("it cannot be read"),
                Err(error) => return Err(error),
                Ok(Some(found)) => found,
                Ok(None) if ends_before(world, n).await? => {
                    let hash = last.map(|line| line.hash);
                    return Ok(Book::Unbroken { lines: n - 1, last: hash });
                }
                Ok(None) => return broken("it is missing"),
            };
            if !line.follows(last.as_ref()) {
                return broken("it does not follow the one before");
            }
            if !is_so {
                return broken("what it tells of says otherwise");
            }
            last = Some(line);
        }
    }
}

/// Whether there is no line of this number, nor any after it; one that was only just written is found now.
async fn ends_before<W: Store + Ambient + Sync>(world: &W, n: u64) -> Result<bool> {
    match last_line(world).await {
        Ok(last) => Ok(last.is_none_or(|last| last.n < n)),
        Err(Error::Port(ports::Error::Corrupt { .. })) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A line, and whether what it tells of says the same.
async fn line<W: Store + Ambient + Sync>(world: &W, n: u64) -> Result<Option<(AuditLine, bool)>> {
    let row = world.get(&Key::AuditLine(n), Consistency::Strong).await?;
    let Some(Row::AuditLine(line)) = row else { return Ok(None) };
    let told = told(world, &line).await?;
    let is_so = told.is_none_or(|entry| entry == line.entry);
    Ok(Some((line, is_so)))
}

/// What is still kept of what a line tells of, as it would be written down.
async fn told<W: Store + Ambient + Sync>(world: &W, line: &AuditLine) -> Result<Option<Entry>> {
    let Some(id) = &line.entry.report else { return Ok(None) };
    let Some(report) = load::report(world, id, world.now()).await? else { return Ok(None) };
    match line.entry.deed {
        Deed::Granted | Deed::Revoked | Deed::EvidenceRead | Deed::AppealRead => Ok(None),
        Deed::Dismissed | Deed::Warned | Deed::Suspended | Deed::Banned => Ok(Entry::ruled(&report)),
        Deed::AppealGranted | Deed::AppealRejected => {
            let sanction = load::sanction(world, report.person(), &report.sanction(), world.now()).await?;
            let answer = sanction.and_then(|sanction| sanction.appeal?.answer);
            Ok(answer.map(|answer| Entry::answered(&report, &answer)))
        }
    }
}
