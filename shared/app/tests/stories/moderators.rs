//! The moderators' queue, lists and book over time, on a world in memory.

use app::{Book, Filter};
use domain::audit::AuditLine;
use domain::decide::Reply;
use domain::id::{ReportId, UserId};
use domain::limits::{BAN_LIFE, REPORT_LEASE, REPORT_LEASE_MAX, REPORT_LIFE, REPORTS_PER_LOOK, URGENT_HEAD_START};
use domain::quota::{CHOSEN_DEFAULT, REPORTS_OF_NETWORK};
use domain::refusal::Code;
use domain::report::{Reason, Report, Shelf, Stage, Statement};
use domain::row::{Change, Key, Row};
use domain::sanction::Measure;
use domain::time::SpanMs;
use ports::{Ambient, Store};
use serde_json::json;

use crate::reports::{code, guarded, moderator, reports, rules, takes};
use crate::town::{Page, Town};

const MINUTE: SpanMs = SpanMs::seconds(60);
const DAY: SpanMs = SpanMs::seconds(24 * 3600);

const fn plus(one: SpanMs, other: SpanMs) -> SpanMs {
    SpanMs(one.0 + other.0)
}

const fn less(one: SpanMs, other: SpanMs) -> SpanMs {
    SpanMs(one.0 - other.0)
}

/// Somebody reports somebody they have just met.
async fn one_more(town: &mut Town, reason: Reason) -> (ReportId, Page) {
    let (ada, bob, session) = town.meet().await;
    let id = reports(town, &ada, &session, reason, false).await.unwrap();
    town.says(&ada, "leave-queue", json!({})).await;
    (id, bob)
}

async fn appeals(town: &Town, user: &UserId) {
    let me = town.caller(user).await.profile;
    let [sanction] = app::sanctions(&town.world, user).await.unwrap().try_into().unwrap();
    let words = Statement::parse("Not so.").unwrap();
    app::appeal(&town.world, &town.settings, &me, &sanction.id, &words).await.unwrap();
}

async fn waiting(town: &Town, moderator: &UserId) -> Vec<UserId> {
    let open = app::appeals(&town.world, &town.settings, moderator).await.unwrap();
    open.into_iter().map(|open| open.sanction.user).collect()
}

async fn answers(town: &Town, moderator: &UserId, user: &UserId, granted: bool) -> app::Result<()> {
    let id = app::sanctions(&town.world, user).await?[0].id.clone();
    let reply = Reply { granted, note: Statement::parse("Two of us have seen it.").unwrap() };
    app::answer_appeal(&town.world, &town.settings, moderator, (user, &id), reply).await
}

fn row(town: &Town, key: &Key) -> Row {
    town.world.inner().rows[key].clone()
}

fn put(town: &Town, row: Row) {
    town.world.inner().rows.insert(row.key(), row);
}

#[tokio::test]
async fn an_urgent_report_has_an_hours_head_start_and_no_more() {
    let mut town = guarded().await;
    let (old, _) = one_more(&mut town, Reason::Spam).await;
    town.world.pass(less(URGENT_HEAD_START, MINUTE));
    let (urgent, _) = one_more(&mut town, Reason::Underage).await;
    town.world.pass(plus(MINUTE, MINUTE));
    let (late, _) = one_more(&mut town, Reason::Nudity).await;
    let cleo = moderator(&town, "cleo@example.org").await;
    let mut order = Vec::new();
    for _ in 0..3 {
        let id = takes(&town, &cleo).await.unwrap().report.id;
        rules(&town, &cleo, &id, None).await.unwrap();
        order.push(id);
    }
    assert_eq!(order, [urgent, old, late], "whatever else comes, what has waited for an hour longer goes first");
}

#[tokio::test]
async fn nobody_holds_a_report_for_ever() {
    let mut town = guarded().await;
    let (id, _) = one_more(&mut town, Reason::Other).await;
    let (cleo, dora) = (moderator(&town, "cleo@example.org").await, moderator(&town, "dora@example.org").await);
    let since = town.world.now();
    // Once before it runs out, and once just after: the one as the other goes on holding it.
    for pause in [less(REPORT_LEASE, MINUTE), plus(REPORT_LEASE, MINUTE)].into_iter().cycle() {
        if takes(&town, &cleo).await.is_none() {
            break;
        }
        let Row::Report(report) = row(&town, &Key::Report(id.clone())) else { panic!("no report") };
        assert!(report.lease.unwrap().until <= since + REPORT_LEASE_MAX);
        town.world.pass(pause);
    }
    let held = town.world.now().since(since);
    assert!(held >= REPORT_LEASE_MAX && held < plus(REPORT_LEASE_MAX, plus(REPORT_LEASE, REPORT_LEASE)), "{held:?}");
    assert_eq!(code(rules(&town, &cleo, &id, None).await), Code::Conflict);
    assert!(takes(&town, &dora).await.is_some(), "another one has it");
    town.world.pass(REPORT_LEASE);
    assert!(takes(&town, &cleo).await.is_some(), "and who had it before, once somebody else has had it");

    town.world.pass(plus(REPORT_LEASE, REPORT_LEASE));
    assert!(takes(&town, &cleo).await.is_some(), "or once it was free");
    let Row::Report(report) = row(&town, &Key::Report(id)) else { panic!("no report") };
    assert_eq!(report.lease.unwrap().since, town.world.now(), "and all begins anew");
}

#[tokio::test]
async fn who_is_erased_leaves_the_list_of_appeals_and_the_others_stand_by_when_they_appealed() {
    let mut town = guarded().await;
    let (cleo, dora) = (moderator(&town, "cleo@example.org").await, moderator(&town, "dora@example.org").await);
    let mut accused = Vec::new();
    for _ in 0..3 {
        let (_, page) = one_more(&mut town, Reason::Spam).await;
        town.world.pass(MINUTE);
        let taken = takes(&town, &cleo).await.unwrap().report.id;
        rules(&town, &cleo, &taken, Some(Measure::Warn)).await.unwrap();
        accused.push(page.user);
    }
    for user in accused.iter().rev() {
        appeals(&town, user).await;
        town.world.pass(MINUTE);
    }
    let by_appeal: Vec<UserId> = accused.iter().rev().cloned().collect();
    assert_eq!(waiting(&town, &dora).await, by_appeal);
    app::erase(&town.world, &town.settings, &town.caller(&accused[1]).await).await.unwrap();
    town.run_errands().await;
    assert_eq!(waiting(&town, &dora).await, [accused[2].clone(), accused[0].clone()]);
    let left = async || town.world.listings(&Shelf::Appealed, 9).await.unwrap().len();
    assert_eq!(left().await, 2, "it is taken from the list, not only passed over");
    for user in [&accused[2], &accused[0]] {
        answers(&town, &dora, user, false).await.unwrap();
    }
    assert_eq!(left().await, 0);
    assert_eq!(app::backlog(&town.world).await.unwrap().appeals, 0);
}

#[tokio::test]
async fn what_still_holds_can_be_appealed_against_and_lifted_however_late_it_was_decided() {
    let mut town = guarded().await;
    let bob = town.signs_in_by_mail("bob@example.org").await;
    let (ada, page) = (town.arrive("Ada", &[]).await, town.open(&bob).await);
    for one in [&ada, &page] {
        town.says(one, "join-queue", json!({})).await;
    }
    let session = town.session_of(&ada).unwrap().id.to_string();
    let id = reports(&town, &ada, &session, Reason::Violence, false).await.unwrap();
    town.world.pass(less(REPORT_LIFE, DAY));
    assert_eq!(town.signs_in_by_mail("bob@example.org").await, bob);
    let cleo = moderator(&town, "cleo@example.org").await;
    takes(&town, &cleo).await.unwrap();
    rules(&town, &cleo, &id, Some(Measure::ban(town.world.now()))).await.unwrap();

    town.world.pass(less(BAN_LIFE, DAY));
    assert_eq!(town.signs_in_by_mail("bob@example.org").await, bob);
    assert_eq!(code(app::member(&town.world, &town.caller(&bob).await).await), Code::Banned);
    appeals(&town, &bob).await;
    let dora = moderator(&town, "dora@example.org").await;
    assert_eq!(waiting(&town, &dora).await, std::slice::from_ref(&bob));
    let upheld = Filter { stage: Some(Stage::Upheld), ..Filter::default() };
    let listed = app::reports(&town.world, &upheld).await.unwrap().reports;
    assert_eq!(listed.len(), 1, "and moderators find why");
    assert!(!row(&town, &Row::Listing(listed[0].listed(Shelf::Every)).key()).is_expired(town.world.now()));
    answers(&town, &dora, &bob, true).await.unwrap();
    assert!(app::member(&town.world, &town.caller(&bob).await).await.is_ok());
    let sanction = app::sanctions(&town.world, &bob).await.unwrap().remove(0);
    assert_eq!(sanction.appeal.unwrap().answer.unwrap().note.as_str(), "Two of us have seen it.");
}

/// Puts reports into the store, one a minute, as if people had made them.
async fn many(town: &mut Town, many: usize, reason: impl Fn(usize) -> Reason) -> Vec<ReportId> {
    let (id, _) = one_more(town, reason(0)).await;
    let Row::Report(first) = row(town, &Key::Report(id.clone())) else { panic!("no report") };
    let mut ids = vec![id];
    for n in 1..many {
        let id = ReportId::parse(&format!("r{n}")).unwrap();
        // Two at a time.
        let at = first.at + SpanMs(MINUTE.0 * u64::try_from(n / 2).unwrap());
        let report = Report { id: id.clone(), reason: reason(n), at, ..first.clone() };
        let shelves = [report.queue()].into_iter().chain(report.kept_on());
        let listings = shelves.map(|shelf| Change::put(Row::Listing(report.listed(shelf)))).collect::<Vec<_>>();
        town.world.commit(&listings).await.unwrap();
        put(town, Row::Report(report));
        ids.push(id);
    }
    town.world.pass(DAY);
    ids
}

/// Every page of a list, and how many pages there are. Meanwhile something new comes to it.
async fn leaf(town: &mut Town, mut filter: Filter) -> (Vec<ReportId>, usize) {
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = app::reports(&town.world, &filter).await.unwrap();
        pages += 1;
        seen.extend(page.reports.into_iter().map(|report| report.id));
        one_more(town, Reason::Violence).await;
        filter.before = page.older;
        if filter.before.is_none() {
            return (seen, pages);
        }
    }
}

#[tokio::test]
async fn lists_are_read_page_by_page_and_nothing_is_left_out_or_told_twice() {
    let mut town = guarded().await;
    let reason = |n| if n == 3 { Reason::Nudity } else { Reason::Spam };
    let all = many(&mut town, 4 * REPORTS_PER_LOOK + 7, reason).await;
    for stage in [None, Some(Stage::Open)] {
        let (mut seen, pages) = leaf(&mut town, Filter { stage, ..Filter::default() }).await;
        seen.retain(|id| all.contains(id));
        assert_eq!((seen.len(), pages), (all.len(), 5));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all.len());
    }
    let rare = Filter { reason: Some(Reason::Nudity), ..Filter::default() };
    let (seen, pages) = leaf(&mut town, rare).await;
    assert_eq!((seen, pages), (vec![all[3].clone()], 2), "a rare one is found behind many");

    let cleo = moderator(&town, "cleo@example.org").await;
    for n in 0..=REPORTS_PER_LOOK {
        let id = takes(&town, &cleo).await.unwrap_or_else(|| panic!("report {n}")).report.id;
        rules(&town, &cleo, &id, None).await.unwrap();
    }
    let (mut lines, mut before) = (Vec::new(), None);
    loop {
        let page = app::audit(&town.world, before).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.n);
        lines.extend(page);
    }
    assert_eq!(lines.last().unwrap().n, 1);
    assert!(lines.len() > 2 * REPORTS_PER_LOOK && lines.windows(2).all(|pair| pair[0].follows(Some(&pair[1]))));
}

/// A book in which a report was decided by a suspension, and an appeal against it rejected.
async fn book() -> (Town, Report) {
    let mut town = guarded().await;
    let (id, bob) = one_more(&mut town, Reason::Harassment).await;
    let (cleo, dora) = (moderator(&town, "cleo@example.org").await, moderator(&town, "dora@example.org").await);
    takes(&town, &cleo).await.unwrap();
    let measure = Measure::suspend(SpanMs::seconds(7200), town.world.now()).unwrap();
    rules(&town, &cleo, &id, Some(measure)).await.unwrap();
    appeals(&town, &bob.user).await;
    waiting(&town, &dora).await;
    answers(&town, &dora, &bob.user, false).await.unwrap();
    let Row::Report(report) = row(&town, &Key::Report(id)) else { panic!("no report") };
    (town, report)
}

async fn breaks_at(town: &Town) -> Option<u64> {
    match app::check_book(&town.world).await.unwrap() {
        Book::Broken { line, .. } => Some(line),
        Book::Unbroken { .. } => None,
    }
}

#[tokio::test]
async fn the_book_is_checked_from_its_first_line_to_its_last() {
    let town = Town::with_channels(0).await;
    assert_eq!(app::check_book(&town.world).await.unwrap(), Book::Unbroken { lines: 0, last: None });
    let (town, _) = book().await;
    let deeds: Vec<&str> = app::audit(&town.world, None).await.unwrap().iter().map(|l| l.entry.deed.as_str()).collect();
    assert_eq!(deeds, ["appeal-rejected", "appeal-read", "suspended", "evidence-read", "granted", "granted"]);
    let newest = app::audit(&town.world, None).await.unwrap().remove(0);
    let unbroken = Book::Unbroken { lines: 6, last: Some(newest.hash) };
    assert_eq!(app::check_book(&town.world).await.unwrap(), unbroken);
    for n in 1..=5 {
        let missing = town.world.inner().rows.remove(&Key::AuditLine(n)).unwrap();
        assert_eq!(breaks_at(&town).await, Some(n));
        put(&town, missing);
    }
    for n in 1..=6 {
        let Row::AuditLine(line) = row(&town, &Key::AuditLine(n)) else { panic!("no line") };
        put(&town, Row::AuditLine(AuditLine { at: line.at + SpanMs(1), ..line.clone() }));
        assert_eq!(breaks_at(&town).await, Some(n));
        put(&town, Row::AuditLine(line));
    }
    assert_eq!(breaks_at(&town).await, None);
}

#[tokio::test]
async fn the_book_says_what_was_decided_and_why() {
    let (town, report) = book().await;
    let ruling = report.ruling.clone().unwrap();
    let other = Statement::parse("Something else.").unwrap();
    let longer = Measure::Suspend { until: ruling.measure.unwrap().until().unwrap() + DAY };
    for changed in [
        domain::report::Ruling { note: Some(other.clone()), ..ruling.clone() },
        domain::report::Ruling { measure: Some(longer), ..ruling.clone() },
        domain::report::Ruling { measure: Some(Measure::Warn), ..ruling.clone() },
        domain::report::Ruling { by: Some(UserId::parse("somebody").unwrap()), ..ruling.clone() },
    ] {
        put(&town, Row::Report(Report { ruling: Some(changed), ..report.clone() }));
        assert_eq!(breaks_at(&town).await, Some(4));
    }
    put(&town, Row::Report(report.clone()));
    let sanction = row(&town, &Key::Sanction(report.accused.clone(), report.sanction()));
    let Row::Sanction(mut changed) = sanction.clone() else { panic!("no sanction") };
    changed.appeal.as_mut().unwrap().answer.as_mut().unwrap().note = other;
    put(&town, Row::Sanction(changed));
    assert_eq!(breaks_at(&town).await, Some(6));
    town.world.inner().rows.remove(&sanction.key());
    assert_eq!(breaks_at(&town).await, None, "what is erased says nothing else");
}

#[tokio::test]
async fn a_network_reports_only_so_much_a_day() {
    let mut town = guarded().await;
    town.settings.logins_per_minute = CHOSEN_DEFAULT.logins_per_minute;
    let mut refused = None;
    for n in 0..=REPORTS_OF_NETWORK.max {
        let (ada, _, session) = town.meet().await;
        if let Err(error) = reports(&town, &ada, &session, Reason::Underage, false).await {
            assert_eq!(error.refusal().code, Code::RateLimited);
            refused = Some(n);
        }
        town.says(&ada, "leave-queue", json!({})).await;
        // So that not too many sign in at once.
        town.world.pass(plus(MINUTE, SpanMs::seconds(30)));
    }
    assert_eq!(refused, Some(REPORTS_OF_NETWORK.max), "however many people and devices they are");
}
