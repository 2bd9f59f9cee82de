//! Laws of reports, decisions and appeals: whatever people and moderators do side by side, and wherever it breaks off.

use std::collections::BTreeMap;

use app::{Caller, Complaint};
use domain::audit::{AuditLine, Deed};
use domain::decide::{Reply, Verdict};
use domain::id::{ReportId, SessionId, UserId};
use domain::network::Network;
use domain::report::{Reason, Report, Shelf, Statement};
use domain::row::{Key, Row};
use domain::sanction::{Measure, Sanction};
use domain::time::SpanMs;
use ports::fake::World;
use ports::fake::rows::Rows;
use ports::{Ambient, Store};
use proptest::prelude::*;
use serde_json::json;

use crate::reports::{guarded, moderator};
use crate::side_by_side::{Flight, Weave, weave, weaves};
use crate::town::{Page, Town};

const MODERATORS: usize = 3;
const PEOPLE: usize = 3;
const CALLS: usize = 3;

#[derive(Debug, Clone, Copy)]
enum Act {
    /// One side of a call reports the other.
    Report(usize, bool, bool),
    /// A moderator takes the next report, and decides on what they have taken.
    Decide(usize, Option<u64>),
    /// A person appeals against whatever was done about them.
    Appeal(usize),
    /// A moderator answers whatever is appealed against.
    Answer(usize, bool),
    /// A person is erased.
    Erase(usize),
}

fn acts() -> impl Strategy<Value = Act> {
    let hours =
        prop_oneof![Just(None), Just(Some(0)), Just(Some(1)), Just(Some(1)), Just(Some(2160)), Just(Some(9999))];
    prop_oneof![
        5 => (0..CALLS, any::<bool>(), any::<bool>()).prop_map(|(call, side, urgent)| Act::Report(call, side, urgent)),
        6 => (0..MODERATORS, hours).prop_map(|(by, hours)| Act::Decide(by, hours)),
        3 => (0..PEOPLE).prop_map(Act::Appeal),
        3 => (0..MODERATORS, any::<bool>()).prop_map(|(by, granted)| Act::Answer(by, granted)),
        1 => (0..PEOPLE).prop_map(Act::Erase),
    ]
}

/// Two that run side by side, and how long it is then quiet.
#[derive(Debug, Clone)]
struct Round {
    acts: [Act; 2],
    weave: Weave,
    quiet: u64,
}

fn rounds() -> impl Strategy<Value = Round> {
    let quiet = prop_oneof![4 => Just(0), 2 => 1_u64..400, 1 => 3_500_u64..8_000];
    ([acts(), acts()], weaves(), quiet).prop_map(|(acts, weave, quiet)| Round { acts, weave, quiet })
}

struct Cast {
    people: Vec<Page>,
    moderators: Vec<UserId>,
    calls: Vec<SessionId>,
}

/// Whoever is refused, or has nothing to do, has done nothing; the laws are asked of the rows.
async fn act(Town { world, settings, .. }: &Town, cast: &Cast, act: Act) {
    let words = || Statement::parse("As I saw it.").unwrap();
    match act {
        Act::Report(call, side, urgent) => {
            let pair = [(0, 1), (1, 2), (0, 2)][call];
            let who = &cast.people[if side { pair.0 } else { pair.1 }].user;
            let reason = if urgent { Reason::Violence } else { Reason::Spam };
            let complaint = Complaint { session: cast.calls[call].clone(), reason, comment: None, block: urgent };
            let Some(me) = caller(world, who) else { return };
            drop(app::report(world, settings, &me, &Network::of(None), &complaint).await);
        }
        Act::Decide(by, hours) => {
            let by = &cast.moderators[by];
            let Ok(Some(docket)) = app::next_report(world, settings, by).await else { return };
            let measure = hours.map(|hours| match hours {
                0 => Measure::Warn,
                9999 => Measure::ban(world.now()),
                hours => Measure::suspend(SpanMs::seconds(3600 * hours), world.now()).unwrap(),
            });
            let verdict = Verdict { measure, note: words() };
            drop(app::moderate(world, settings, by, &docket.report.id, verdict).await);
        }
        Act::Appeal(who) => {
            let who = &cast.people[who].user;
            let Ok(sanctions) = app::sanctions(world, who).await else { return };
            let (Some(sanction), Some(me)) = (sanctions.first(), caller(world, who)) else { return };
            drop(app::appeal(world, settings, &me.profile, &sanction.id, &words()).await);
        }
        Act::Answer(by, granted) => {
            let by = &cast.moderators[by];
            let Ok(open) = app::appeals(world, settings, by).await else { return };
            let Some(open) = open.first() else { return };
            let whose = (&open.sanction.user, &open.sanction.id);
            drop(app::answer_appeal(world, settings, by, whose, Reply { granted, note: words() }).await);
        }
        Act::Erase(who) => {
            let who = &cast.people[who].user;
            let Some(me) = caller(world, who) else { return };
            drop(app::erase(world, settings, &me).await);
        }
    }
}

/// Who asks, unless they are erased.
fn caller(world: &World, who: &UserId) -> Option<Caller> {
    let inner = world.inner();
    let Some(Row::Profile(profile)) = inner.rows.get(&Key::Profile(who.clone())) else { return None };
    let mut families =
        inner.rows.values().filter_map(|row| if let Row::RefreshFamily(row) = row { Some(row) } else { None });
    let family = families.find(|family| family.user == *who)?;
    Some(Caller { profile: profile.clone(), family: family.clone() })
}

fn kinds<T>(rows: &Rows, of: impl Fn(&Row) -> Option<&T>) -> Vec<&T> {
    rows.values().filter_map(of).collect()
}

fn as_report(row: &Row) -> Option<&Report> {
    if let Row::Report(report) = row { Some(report) } else { None }
}

fn as_sanction(row: &Row) -> Option<&Sanction> {
    if let Row::Sanction(sanction) = row { Some(sanction) } else { None }
}

fn as_line(row: &Row) -> Option<&AuditLine> {
    if let Row::AuditLine(line) = row { Some(line) } else { None }
}

/// What must hold between one look at the rows and the next.
fn check(before: &Rows, after: &Rows, now: domain::time::TimeMs) {
    for (key, row) in before {
        match (row, after.get(key)) {
            (Row::AuditLine(_), new) => assert_eq!(Some(row), new, "a line of the book is changed"),
            (Row::Report(old), Some(Row::Report(new))) => {
                assert!(old.ruling.is_none() || old == new, "what is decided is decided");
                let holder = old.lease.as_ref().filter(|lease| lease.until > now).map(|lease| &lease.by);
                let next = new.lease.as_ref().map(|lease| &lease.by);
                assert!(holder.is_none() || next.is_none() || holder == next, "a report is taken from who holds it");
            }
            (Row::Report(_), _) => panic!("a report is gone"),
            (_, _) => {}
        }
    }
    let mut lines = kinds(after, as_line);
    lines.sort_by_key(|line| line.n);
    for (at, line) in lines.iter().enumerate() {
        assert_eq!(line.n, 1 + at as u64, "the book has no gaps");
        let last = at.checked_sub(1).map(|at| lines[at]);
        assert!(line.follows(last), "each line holds the hash of the one before");
    }
    let written = |report: &ReportId, deeds: &[Deed]| {
        let of = |line: &&&AuditLine| line.entry.report.as_ref() == Some(report) && deeds.contains(&line.entry.deed);
        lines.iter().filter(of).count()
    };
    for report in kinds(after, as_report) {
        let decided = written(&report.id, &[Deed::Dismissed, Deed::Warned, Deed::Suspended, Deed::Banned]);
        assert_eq!(decided, usize::from(report.ruling.is_some()), "one line for one decision");
        let on = |shelf: Shelf| {
            after.values().any(|row| matches!(row, Row::Listing(row) if row.shelf == shelf && row.report == report.id))
        };
        assert_eq!(on(report.queue()), report.ruling.is_none(), "what is not decided waits");
        assert!(on(Shelf::Every));
        stands(report, after, now);
    }
    for sanction in kinds(after, as_sanction) {
        let answer = sanction.appeal.as_ref().and_then(|appeal| appeal.answer.as_ref());
        let answered = written(&sanction.report, &[Deed::AppealGranted, Deed::AppealRejected]);
        assert_eq!(answered, usize::from(answer.is_some()), "one line for one answer");
    }
}

/// What a decision has done stands as one: sanction, bars, profile and live row.
fn stands(report: &Report, rows: &Rows, now: domain::time::TimeMs) {
    let Some(measure) = report.ruling.as_ref().and_then(|ruling| ruling.measure) else { return };
    let id = report.sanction();
    let profile = rows.get(&Key::Profile(report.accused.clone()));
    let sanction = rows.get(&Key::Sanction(report.accused.clone(), id.clone())).and_then(as_sanction);
    let lifted = sanction.is_some_and(Sanction::is_lifted);
    assert!(profile.is_none() || sanction.is_some(), "the person finds it in their account");
    let until = measure.until().filter(|until| *until > now && sanction.is_some() && !lifted);
    for barred in &report.reach {
        let bar = rows.get(&Key::Bar(barred.clone()));
        let holds =
            matches!(bar, Some(Row::Bar(bar)) if bar.holds.iter().any(|hold| hold.sanction == id && hold.until > now));
        assert!(until.is_none() || holds, "{barred:?} is not barred");
        assert!(!(lifted && holds), "{barred:?} stays barred");
    }
    let (Some(Row::Profile(profile)), Some(until)) = (profile, until) else { return };
    assert!(profile.banned_until >= Some(until), "a sanction that holds is a ban");
    if let Some(Row::User(live)) = rows.get(&Key::User(report.accused.clone())) {
        assert_eq!(live.standing, profile.standing(), "online as in the profile");
    }
}

/// Once nothing breaks off any more, everything that waits is decided and answered, and who is not held is free.
async fn settles(town: &Town, cast: &Cast) {
    let world = &town.world;
    world.pass(domain::limits::REPORT_LEASE);
    for _ in 0..2 * CALLS {
        act(town, cast, Act::Decide(0, None)).await;
    }
    let waiting = [Shelf::Urgent, Shelf::Open];
    for shelf in waiting {
        assert_eq!(world.listings(&shelf, 9).await.unwrap(), [], "nothing waits for ever");
    }
    for _ in 0..PEOPLE * 2 {
        for by in 0..MODERATORS {
            act(town, cast, Act::Answer(by, true)).await;
        }
    }
    let rows = world.inner().rows.clone();
    let open = |sanction: &&&Sanction| sanction.appeal.as_ref().is_some_and(|appeal| appeal.answer.is_none());
    assert_eq!(kinds(&rows, as_sanction).iter().filter(open).count(), 0, "no appeal waits for ever");
    let mut held: BTreeMap<UserId, bool> = BTreeMap::new();
    for sanction in kinds(&rows, as_sanction) {
        *held.entry(sanction.user.clone()).or_default() |= sanction.holds(world.now());
    }
    for page in cast.people.iter().filter(|page| caller(world, &page.user).is_some()) {
        let Some(Row::Profile(profile)) = rows.get(&Key::Profile(page.user.clone())) else { continue };
        let banned = profile.banned_until.is_some_and(|until| until > world.now());
        assert_eq!(banned, held.get(&page.user).copied().unwrap_or_default(), "held by what holds, and nothing else");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn what_moderators_do_is_done_once_whole_and_written_down(rounds in prop::collection::vec(rounds(), 0..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut town = guarded().await;
            let mut cast = Cast { people: Vec::new(), moderators: Vec::new(), calls: Vec::new() };
            for n in 0..MODERATORS {
                cast.moderators.push(moderator(&town, &format!("m{n}@example.org")).await);
            }
            for n in 0..PEOPLE {
                let user = town.signs_in_by_mail(&format!("p{n}@example.org")).await;
                cast.people.push(town.open(&user).await);
            }
            for (one, other) in [(0, 1), (1, 2), (0, 2)] {
                let pair = [&cast.people[one], &cast.people[other]];
                for page in pair {
                    town.says(page, "join-queue", json!({})).await;
                }
                let session = town.session_of(pair[0]).expect("a call").id;
                town.says(pair[0], "end-call", json!({ "sessionId": session.as_str() })).await;
                cast.calls.push(session);
            }
            for round in &rounds {
                let flights = round.acts.map(|one| Box::pin(act(&town, &cast, one)) as Flight<'_>);
                weave(&town, flights, &round.weave, check);
                town.world.pass(SpanMs::seconds(round.quiet));
            }
            settles(&town, &cast).await;
        });
    }
}
