//! What every store promises.

use std::error::Error;

use domain::audit::AuditLine;
use domain::limits::CHAT_REPLAY_MAX;
use domain::report::{Listing, Shelf};
use domain::row::{Change, Key, Row, Version};
use domain::session::Role;
use domain::speech::ChatLine;
use domain::time::{SpanMs, TimeMs};
use domain::waits::Waits;
use ports::Consistency::{Eventual, Strong};
use ports::{Ambient, Commit, Limit, Store};

use crate::rows::Rows;

/// An eventually consistent read is made this often in all.
const ASKED_MAX: usize = 1_000;

type Kept = Result<(), Box<dyn Error + Send + Sync>>;

/// Checks every promise of [`Store`] on rows of its own; panics where one is broken.
///
/// # Errors
/// The store did not answer.
pub async fn keeps_its_promises<S: Store + Ambient + Sync>(store: &S) -> Kept {
    every_row_comes_back_as_it_was_written(store).await?;
    a_guard_that_does_not_hold_stops_everything(store).await?;
    what_was_written_already_is_no_conflict(store).await?;
    who_leaves_a_call_is_free(store).await?;
    an_expired_row_is_as_good_as_none(store).await?;
    a_stale_read_comes_to_the_present(store).await?;
    hints_come_longest_wait_first(store).await?;
    chat_comes_oldest_first(store).await?;
    channels_come_longest_unused_first(store).await?;
    lists_are_read_on_from_a_place(store).await?;
    the_book_is_read_on_from_a_line(store).await?;
    a_limit_is_exact(store).await
}

fn rows<S: Ambient>(store: &S) -> Rows {
    Rows::of(&store.token(), store.now())
}

async fn every_row_comes_back_as_it_was_written<S: Store + Ambient + Sync>(store: &S) -> Kept {
    for row in rows(store).every_kind()? {
        assert_eq!(store.get(&row.key(), Strong).await?, None);
        assert_eq!(store.commit(&[Change::create(row.clone(), store.now())]).await?, Commit::Committed);
        assert_eq!(store.get(&row.key(), Strong).await?.as_ref(), Some(&row));
        assert_eq!(store.commit(&[Change::delete(row.key())]).await?, Commit::Committed);
        assert_eq!(store.get(&row.key(), Strong).await?, None);
        assert_eq!(store.commit(&[Change::delete(row.key())]).await?, Commit::Committed, "deleting nothing is nothing");
    }
    let rows = rows(store);
    for row in [Row::User(rows.user(false)?), Row::Session(rows.session(true)?)] {
        store.commit(&[Change::put(row.clone())]).await?;
        assert_eq!(store.get(&row.key(), Strong).await?, Some(row));
    }
    Ok(())
}

async fn a_guard_that_does_not_hold_stops_everything<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let rows = rows(store);
    let (user, session) = (rows.user(true)?, rows.session(false)?);
    let create = |row: Row| Change::create(row, store.now());
    assert_eq!(store.commit(&[create(Row::User(user.clone()))]).await?, Commit::Committed);

    let mut second = user.clone();
    second.version = user.version.next();
    let stale = Change::update(Row::User(domain::user::User { version: Version(9), ..user.clone() }));
    for changes in [
        vec![stale.clone()],
        vec![create(Row::Session(session.clone())), stale],
        vec![create(Row::Session(session.clone())), create(Row::User(second.clone()))],
        vec![Change::delete_version(Key::User(user.id.clone()), Version(9))],
    ] {
        assert_eq!(store.commit(&changes).await?, Commit::Conflict);
        assert_eq!(store.get(&Key::Session(session.id.clone()), Strong).await?, None, "all or nothing");
        assert_eq!(store.get(&Key::User(user.id.clone()), Strong).await?, Some(Row::User(user.clone())));
    }
    let both = [create(Row::Session(session)), Change::update(Row::User(second.clone()))];
    assert_eq!(store.commit(&both).await?, Commit::Committed);
    assert_eq!(store.commit(&[Change::delete_version(Key::User(user.id), second.version)]).await?, Commit::Committed);
    Ok(())
}

async fn what_was_written_already_is_no_conflict<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let rows = rows(store);
    let create = Change::create(Row::User(rows.user(true)?), store.now());
    assert_eq!(store.commit(std::slice::from_ref(&create)).await?, Commit::Committed);
    let again = store.commit(std::slice::from_ref(&create)).await?;
    assert_eq!(again, Commit::Committed, "an answer that was lost, and the same write again");
    // Of several, nothing tells that they were written together.
    let line = Change::put(Row::ChatLine(rows.line(Role::Offerer, 1)?));
    assert_eq!(store.commit(std::slice::from_ref(&line)).await?, Commit::Committed);
    assert_eq!(store.commit(&[create, line]).await?, Commit::Conflict);
    assert_eq!(store.commit(&[]).await?, Commit::Committed, "nothing is written at once");
    Ok(())
}

async fn who_leaves_a_call_is_free<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let rows = rows(store);
    let (user, now) = (rows.talking()?, store.now());
    let free = |call: &str| Change::free(user.id.clone(), rows.token(call).into(), now);
    assert_eq!(store.commit(&[free("session")]).await?, Commit::Conflict, "there is nobody");
    assert_eq!(store.get(&Key::User(user.id.clone()), Strong).await?, None);
    store.commit(&[Change::put(Row::User(user.clone()))]).await?;
    assert_eq!(store.commit(&[free("another")]).await?, Commit::Conflict, "they are in another call");
    assert_eq!(store.commit(&[free("session")]).await?, Commit::Committed);
    let freed = free("session").outcome(Some(&Row::User(user.clone())));
    assert_eq!(store.get(&Key::User(user.id.clone()), Strong).await?, freed);
    assert_eq!(store.commit(&[free("session")]).await?, Commit::Conflict, "they are in no call any more");
    let expired = Rows::of(&store.token(), TimeMs(1_000));
    let gone = expired.talking()?;
    store.commit(&[Change::put(Row::User(gone.clone()))]).await?;
    let free = Change::free(gone.id.clone(), expired.token("session").into(), now);
    assert_eq!(store.commit(&[free]).await?, Commit::Conflict, "an expired row is none");
    Ok(())
}

async fn an_expired_row_is_as_good_as_none<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let rows = Rows::of(&store.token(), TimeMs(1_000));
    let (old, now) = (rows.user(true)?, store.now());
    store.commit(&[Change::put(Row::User(old.clone()))]).await?;
    let new = domain::user::User { seen_at: now, ..rows.user(false)? };
    assert_eq!(store.commit(&[Change::create(Row::User(new.clone()), now)]).await?, Commit::Committed);
    assert_eq!(store.get(&Key::User(old.id), Strong).await?, Some(Row::User(new)));
    Ok(())
}

async fn a_stale_read_comes_to_the_present<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let session = Row::Session(rows(store).session(false)?);
    store.commit(&[Change::create(session.clone(), store.now())]).await?;
    for _ in 0..ASKED_MAX {
        if let Some(read) = store.get(&session.key(), Eventual).await? {
            assert_eq!(read, session);
            return Ok(());
        }
    }
    panic!("what was written {ASKED_MAX} reads ago is not to be seen");
}

async fn hints_come_longest_wait_first<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let rows = rows(store);
    let now = store.now();
    for (name, wait) in [("b", 2_000), ("a", 9_000), ("c", 1)] {
        store.commit(&[Change::put(Row::Hint(rows.hint(name, now - SpanMs(wait))?))]).await?;
    }
    let bucket = rows.bucket()?;
    assert_eq!(store.peek(&bucket, 9, Strong).await?.waits, None);
    let waits = Waits { bucket: bucket.clone(), mean: SpanMs(1_200), samples: 3, measured_at: now };
    store.commit(&[Change::put(Row::Waits(waits.clone()))]).await?;
    let found = store.peek(&bucket, 2, Strong).await?;
    assert_eq!((found.bucket, found.waits), (bucket, Some(waits)));
    assert_eq!(found.hints, [rows.hint("a", now - SpanMs(9_000))?, rows.hint("b", now - SpanMs(2_000))?]);
    Ok(())
}

async fn chat_comes_oldest_first<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let rows = rows(store);
    for (role, n) in [(Role::Answerer, 2), (Role::Offerer, 11), (Role::Offerer, 1)] {
        store.commit(&[Change::put(Row::ChatLine(rows.line(role, n)?))]).await?;
    }
    let session = rows.token("session").into();
    let said: Vec<u32> = store.chat(&session, CHAT_REPLAY_MAX).await?.iter().map(|line| line.n).collect();
    assert_eq!(said, [1, 2, 11]);
    let latest: Vec<u32> = store.chat(&session, 1).await?.iter().map(|line| line.n).collect();
    assert_eq!(latest, [2, 11], "of a long chat the latest lines of each side");
    let later = store.now() + SpanMs::seconds(60);
    for (role, n) in [(Role::Answerer, 3), (Role::Offerer, 13), (Role::Offerer, 12)] {
        let line = ChatLine { sent_at: later, ..rows.line(role, n)? };
        store.commit(&[Change::put(Row::ChatLine(line))]).await?;
    }
    let said: Vec<u32> = store.chat(&session, CHAT_REPLAY_MAX).await?.iter().map(|line| line.n).collect();
    assert_eq!(said, [1, 2, 11, 12, 13, 3], "at the same moment by side and number");
    Ok(())
}

async fn lists_are_read_on_from_a_place<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let rows = rows(store);
    let at = |n| TimeMs(store.now().0 + n);
    for shelf in [Shelf::Against(rows.token("accused").into()), Shelf::Every] {
        let listings: Vec<Listing> =
            [("a", 1), ("c", 2), ("b", 2), ("d", 3)].map(|(name, n)| rows.listing(shelf.clone(), name, at(n))).into();
        for listing in &listings {
            store.commit(&[Change::put(Row::Listing(listing.clone()))]).await?;
        }
        let mut newest = listings.clone();
        newest.sort_by_key(|listing| std::cmp::Reverse(listing.mark()));
        let mut read = store.newest(&shelf, None, 2).await?;
        let last = read.last().map(Listing::mark);
        store.commit(&[Change::delete(Row::Listing(newest[1].clone()).key())]).await?;
        read.extend(store.newest(&shelf, last.as_ref(), 3).await?);
        assert_eq!(read, newest, "though what stood there last is gone");
        for listing in listings {
            store.commit(&[Change::delete(Row::Listing(listing).key())]).await?;
        }
    }
    Ok(())
}

async fn the_book_is_read_on_from_a_line<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let lines: Vec<AuditLine> = (1..=4).map(|n| rows(store).audit_line(n)).collect();
    for line in &lines {
        store.commit(&[Change::put(Row::AuditLine(line.clone()))]).await?;
    }
    let numbers =
        async |before| Ok::<_, ports::Error>(store.audit(before, 2).await?.iter().map(|line| line.n).collect());
    let read: [Vec<u64>; 4] =
        [numbers(None).await?, numbers(Some(4)).await?, numbers(Some(2)).await?, numbers(Some(1)).await?];
    assert_eq!(read, [vec![4, 3], vec![3, 2], vec![1], vec![]]);
    for line in lines {
        store.commit(&[Change::delete(Row::AuditLine(line).key())]).await?;
    }
    Ok(())
}

async fn channels_come_longest_unused_first<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let rows = rows(store);
    // Long ago, so that these come before whatever else is in the pool.
    let made =
        [("second", 20), ("first", 10), ("third", 30)].map(|(name, free_at)| rows.channel(name, TimeMs(free_at)));
    for channel in &made {
        store.commit(&[Change::put(Row::Channel(channel.clone()))]).await?;
    }
    let free = store.free_channels(TimeMs(25), 10).await?;
    assert_eq!(free, [made[1].clone(), made[0].clone()]);
    assert_eq!(store.free_channels(TimeMs(25), 1).await?.len(), 1);
    let pool = store.pool().await?;
    for channel in made {
        assert!(pool.contains(&channel));
        store.commit(&[Change::delete(Key::Channel(channel.id))]).await?;
    }
    Ok(())
}

async fn a_limit_is_exact<S: Store + Ambient + Sync>(store: &S) -> Kept {
    let expires_at = store.now() + SpanMs::seconds(60);
    let limit = Limit { key: format!("contract#{}", store.token().as_str()), max: 3, units: 1, expires_at };
    let mut admitted = 0;
    for _ in 0..5 {
        admitted += u32::from(store.admit(&limit).await?);
    }
    assert_eq!(admitted, 3);
    let by_two = Limit { key: format!("{}#two", limit.key), max: 5, units: 2, expires_at };
    for admitted in [true, true, false] {
        assert_eq!(store.admit(&by_two).await?, admitted, "all units or none");
    }
    assert!(store.admit(&Limit { units: 1, ..by_two }).await?, "what was refused was not counted");
    let none = Limit { key: format!("{}#none", limit.key), max: 0, ..limit };
    assert!(!store.admit(&none).await?, "a limit of zero admits nobody");
    Ok(())
}
