//! What rules notice on the stream, on a world in memory: warnings, a slower pace, cases for moderators, and never a ban.

use crate::reports::{a_note, network};
use crate::town::{Page, Town};
use app::Complaint;
use domain::conduct::{Clue, RULES, Signal, Subject};
use domain::credential::Newcomer;
use domain::decide::{Reply, Verdict};
use domain::email::Email;
use domain::fact::DeviceMark;
use domain::id::{ReportId, SessionId, UserId};
use domain::limits::{CROWDED_DEVICE, LINKS_TO_MANY, SKIPPED_OFTEN, SLOWED_COOL_DOWN};
use domain::network::Network;
use domain::quota::GUESTS_OF_SLOWED;
use domain::refusal::Code;
use domain::report::{Evidence, Reason, Report, Shelf, Stage, Statement};
use domain::row::{Key, Row};
use domain::sanction::Measure;
use domain::time::SpanMs;
use ports::{Ambient, Store};
use serde_json::json;

const KEYS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn guarded() -> Town {
    let mut town = Town::with_channels(0).await;
    town.settings.evidence_keys = Some(protocol::evidence::EvidenceKeys::parse(KEYS).unwrap());
    (town.settings.logins_per_minute, town.settings.new_devices_per_hour) = (u32::MAX, u32::MAX);
    town
}

/// All clues on the stream.
fn clues(town: &Town) -> Vec<Clue> {
    let records = town.world.inner().recorded.clone();
    records.iter().flat_map(|record| protocol::clues::read(record.json.as_bytes())).collect()
}

/// Delivers the whole stream in batches of so many; the names of the rules that came true.
async fn delivered(town: &Town, size: usize) -> Vec<&'static str> {
    let mut names = Vec::new();
    for batch in clues(town).chunks(size) {
        names.extend(app::notice(&town.world, batch).await.unwrap().iter().map(|fired| fired.rule.name));
    }
    names
}

/// The two meet, and both confirm.
async fn meet(town: &Town, one: &Page, other: &Page) -> String {
    for page in [one, other] {
        town.says(page, "join-queue", json!({})).await;
    }
    let session = town.session_of(one).unwrap().id.to_string();
    for page in [one, other] {
        town.says(page, "connection-status", json!({ "sessionId": session, "status": "received" })).await;
    }
    session
}

async fn reports(town: &Town, by: &Page, session: &str) {
    let complaint = Complaint {
        session: SessionId::parse(session).unwrap(),
        reason: Reason::Harassment,
        comment: Some(Statement::parse("A lie.").unwrap()),
        block: false,
    };
    app::report(&town.world, &town.settings, &town.caller(&by.user).await, &network(), &complaint).await.unwrap();
    town.says(by, "leave-queue", json!({})).await;
}

/// So many new people meet somebody and report them.
async fn are_against(town: &mut Town, whom: &Page, many: usize) {
    for _ in 0..many {
        let liar = town.arrive("Liar", &[]).await;
        let session = meet(town, whom, &liar).await;
        reports(town, &liar, &session).await;
        town.world.pass(SpanMs::seconds(20));
    }
}

/// What rules have brought before moderators.
fn cases(town: &Town) -> Vec<Report> {
    let inner = town.world.inner();
    let reports = inner.rows.values().filter_map(|row| if let Row::Report(report) = row { Some(report) } else { None });
    reports.filter(|report| report.reporter.is_none()).cloned().collect()
}

async fn moderator(town: &Town) -> UserId {
    let user = town.signs_in_by_mail("cleo@example.org").await;
    app::appoint(&town.world, &Email::parse("cleo@example.org").unwrap(), true).await.unwrap();
    user
}

async fn dismisses_all(town: &Town, moderator: &UserId) -> Vec<ReportId> {
    let mut dismissed = Vec::new();
    while let Some(docket) = app::next_report(&town.world, &town.settings, moderator).await.unwrap() {
        let (id, verdict) = (docket.report.id, Verdict { measure: None, note: a_note() });
        app::moderate(&town.world, &town.settings, moderator, &id, verdict).await.unwrap();
        dismissed.push(id);
    }
    dismissed
}

#[tokio::test]
async fn a_hundred_false_reporters_get_nobody_banned() {
    let mut town = guarded().await;
    let ada = town.signs_in_by_mail("ada@example.org").await;
    let ada = town.open(&ada).await;
    are_against(&mut town, &ada, 100).await;
    delivered(&town, 7).await;
    delivered(&town, 64).await;
    let [case] = cases(&town).try_into().unwrap();
    let Evidence::Noticed(noticed) = &case.evidence else { panic!("nothing was said") };
    assert_eq!(
        (noticed.rule.as_str(), &case.accused, case.stage(town.world.now())),
        ("reported-by-many", &ada.user, Stage::Open)
    );
    assert_eq!(innocent(&mut town, &ada).await, Vec::new());

    let cleo = moderator(&town).await;
    let dismissed = dismisses_all(&town, &cleo).await;
    assert_eq!((dismissed.len(), dismissed.contains(&case.id)), (101, true));
    are_against(&mut town, &ada, 20).await;
    delivered(&town, 5).await;
    assert_eq!(cases(&town).len(), 1, "what was dismissed does not come back that day");
    town.world.pass(SpanMs::seconds(24 * 3600));
    let ada = town.open(&ada.user).await;
    are_against(&mut town, &ada, 20).await;
    delivered(&town, 50).await;
    assert_eq!(cases(&town).len(), 2, "another day is another case");
    assert_eq!(innocent(&mut town, &ada).await, Vec::new());
}

/// Somebody can come, and meet a stranger, as ever; gives what was done about them.
async fn innocent(town: &mut Town, page: &Page) -> Vec<Measure> {
    let caller = town.caller(&page.user).await;
    assert_eq!(caller.profile.banned_until, None);
    app::member(&town.world, &caller).await.unwrap();
    town.ticket(&page.user).await;
    let dan = town.arrive("Dan", &[]).await;
    let session = meet(town, page, &dan).await;
    assert!(town.user(page).session().is_some());
    town.says(&dan, "end-call", json!({ "sessionId": session })).await;
    town.world.pass(SpanMs::seconds(1));
    let bars = town.world.inner().rows.keys().filter(|key| matches!(key, Key::Bar(_))).count();
    assert_eq!(bars, 0, "and so can whoever has their device");
    let sanctions = app::sanctions(&town.world, &page.user).await.unwrap();
    sanctions.iter().map(|sanction| sanction.measure).collect()
}

#[tokio::test]
async fn who_is_skipped_by_everybody_goes_on_more_slowly_for_a_while() {
    let mut town = guarded().await;
    let pest = town.arrive("Pest", &[]).await;
    for _ in 0..SKIPPED_OFTEN.0 {
        let other = town.arrive("Other", &[]).await;
        let session = meet(&town, &pest, &other).await;
        town.world.pass(SpanMs::seconds(3));
        town.says(&other, "next", json!({ "sessionId": session })).await;
        town.says(&other, "leave-queue", json!({})).await;
    }
    assert_eq!(delivered(&town, 3).await, ["skipped-often"]);
    assert_eq!(delivered(&town, 1000).await, Vec::<&str>::new(), "the stream comes again");
    let cool_down = town.user(&pest).next_cool_down(town.world.now());
    assert_eq!(cool_down, SLOWED_COOL_DOWN);
    assert!(cases(&town).is_empty());
    town.world.pass(SpanMs::seconds(1200));
    assert!(town.user(&pest).next_cool_down(town.world.now()) < SLOWED_COOL_DOWN);
}

#[tokio::test]
async fn who_sends_links_to_many_is_warned_and_can_appeal() {
    let mut town = guarded().await;
    let pest = town.arrive("Pest", &[]).await;
    for n in 0..LINKS_TO_MANY.0 {
        let other = town.arrive("Other", &[]).await;
        let session = meet(&town, &pest, &other).await;
        let line = json!({ "sessionId": session, "n": 1, "message": format!("see https://example.org/{n}") });
        town.says(&pest, "send-message", line).await;
        town.says(&other, "end-call", json!({ "sessionId": session })).await;
        town.world.pass(SpanMs::seconds(5));
        let names = delivered(&town, 2).await;
        assert_eq!(names.is_empty(), n + 1 < LINKS_TO_MANY.0, "{n}: {names:?}");
    }
    let [sanction] = app::sanctions(&town.world, &pest.user).await.unwrap().try_into().unwrap();
    assert_eq!((sanction.measure, sanction.reason), (Measure::Warn, Reason::Spam));
    town.hears(&pest);
    for told in [vec!["moderation-warning"], Vec::new()] {
        delivered(&town, 2).await;
        town.run_errands().await;
        assert_eq!(town.hears_events(&pest), told, "on the open page, and once");
    }
    app::member(&town.world, &town.caller(&pest.user).await).await.unwrap();
    let waiting = town.world.listings(&Shelf::Open, 9).await.unwrap();
    assert!(waiting.is_empty(), "a warning is nobody's work");

    let (me, words) = (town.caller(&pest.user).await.profile, Statement::parse("They asked for it.").unwrap());
    app::appeal(&town.world, &town.settings, &me, &sanction.id, &words).await.unwrap();
    let cleo = moderator(&town).await;
    let [open] = app::appeals(&town.world, &town.settings, &cleo).await.unwrap().try_into().unwrap();
    assert_eq!((open.words.as_str(), open.report.reporter), ("They asked for it.", None));
    let reply = Reply { granted: true, note: a_note() };
    app::answer_appeal(&town.world, &town.settings, &cleo, (&pest.user, &sanction.id), reply).await.unwrap();
    assert!(app::sanctions(&town.world, &pest.user).await.unwrap()[0].is_lifted());
}

#[tokio::test]
async fn what_followed_does_not_follow_again_though_the_count_is_lost() {
    let mut town = guarded().await;
    let ada = town.arrive("Ada", &[]).await;
    are_against(&mut town, &ada, 9).await;
    assert_eq!(delivered(&town, 100).await, ["reported-by-many"]);
    let before = cases(&town);
    let lost = Key::Conduct(Subject::Person(ada.user.clone()));
    assert!(town.world.inner().rows.remove(&lost).is_some());
    delivered(&town, 2).await;
    assert_eq!(cases(&town), before);
}

#[tokio::test]
async fn a_commit_that_meets_another_is_made_anew_and_one_that_is_lost_comes_again() {
    let mut town = guarded().await;
    let ada = town.arrive("Ada", &[]).await;
    are_against(&mut town, &ada, 5).await;
    // The function dies before it has committed: nothing is there. The stream delivers again.
    let untouched = town.world.inner().rows.clone();
    delivered(&town, 100).await;
    let done = town.world.inner().rows.clone();
    town.world.inner().rows = untouched;
    delivered(&town, 1).await;
    let again = town.world.inner().rows.clone();
    let keys = |rows: &ports::fake::rows::Rows| rows.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&done), keys(&again));
    assert_eq!(cases(&town).len(), 1);
}

#[tokio::test]
async fn a_person_is_shown_what_is_counted_of_them_and_not_who_reports() {
    let mut town = guarded().await;
    let ada = town.arrive("Ada", &[]).await;
    let shown = async |town: &Town| {
        delivered(town, 9).await;
        let export = app::export(&town.world, &town.caller(&ada.user).await).await.unwrap();
        let noticed = export.conduct.as_ref().map(protocol::export::Noticed::from);
        let noticed = serde_json::to_value(noticed).unwrap();
        noticed["counts"].as_array().cloned().unwrap_or_default()
    };
    are_against(&mut town, &ada, 4).await;
    assert!(shown(&town).await.is_empty(), "of so few one could guess who they are");
    are_against(&mut town, &ada, 1).await;
    let [reported] = shown(&town).await.try_into().unwrap();
    assert_eq!((&reported["rule"], &reported["cameTrue"]), (&json!("reported-by-many"), &json!(true)));
    assert_eq!(
        (reported["until"].as_u64(), reported.get("counted")),
        (reported["from"].as_u64().map(|at| at + 86_400_000), None)
    );
    let bob = town.arrive("Bob", &[]).await;
    let session = meet(&town, &ada, &bob).await;
    let line = json!({ "sessionId": session, "n": 1, "message": "see https://example.org" });
    town.says(&ada, "send-message", line).await;
    let all = shown(&town).await;
    let links = all.iter().filter(|count| count["counted"] == 1 && count["cameTrue"] == false);
    assert_eq!(
        links.map(|count| count["rule"].as_str().unwrap()).collect::<Vec<_>>(),
        ["links-to-everybody", "links-to-many"]
    );
}

#[tokio::test]
async fn a_flood_is_noticed_and_people_who_type_are_not() {
    let mut town = guarded().await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    let session = meet(&town, &ada, &bob).await;
    for n in 1..=85 {
        let line = |n: u32| json!({ "sessionId": session, "n": n, "message": "hi" });
        town.says(&ada, "send-message", line(n)).await;
        if n % 5 == 0 {
            town.says(&bob, "send-message", line(n / 5)).await;
        }
        town.world.pass(SpanMs(50));
    }
    let hasty = clues(&town).iter().filter(|clue| clue.signal == Signal::Hasty).count();
    assert!(hasty >= 60, "{hasty}");
    assert_eq!(delivered(&town, 11).await, ["message-flood"]);
    assert_eq!(app::sanctions(&town.world, &ada.user).await.unwrap().len(), 1);
    assert!(app::sanctions(&town.world, &bob.user).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_device_of_many_people_makes_guests_more_slowly() {
    let mut town = guarded().await;
    let first = town.arrive("Ada", &[]).await;
    let device = town.caller(&first.user).await.profile.device;
    let network = Network::of(Some("192.0.2.7"));
    let comes = async |town: &Town| {
        app::sign_in(&town.world, &town.settings, Newcomer::default(), Some(device.clone()), &network).await
    };
    for _ in 1..CROWDED_DEVICE.0 {
        comes(&town).await.unwrap();
    }
    assert_eq!(delivered(&town, 9).await, ["crowded-device"]);
    let conduct = Key::Conduct(Subject::Device(DeviceMark::of(&device, town.world.now())));
    assert!(town.world.inner().rows.contains_key(&conduct));
    for _ in 0..GUESTS_OF_SLOWED.max {
        comes(&town).await.unwrap();
    }
    assert_eq!(comes(&town).await.unwrap_err().refusal().code, Code::RateLimited);
    town.world.pass(GUESTS_OF_SLOWED.within);
    comes(&town).await.unwrap();
    app::member(&town.world, &town.caller(&first.user).await).await.unwrap();
}

#[tokio::test]
async fn who_is_erased_leaves_nothing_that_was_noticed() {
    let mut town = guarded().await;
    let ada = town.arrive("Ada", &[]).await;
    are_against(&mut town, &ada, 2).await;
    delivered(&town, 100).await;
    let noticed = Key::Conduct(Subject::Person(ada.user.clone()));
    assert!(town.world.inner().rows.contains_key(&noticed));
    app::erase(&town.world, &town.settings, &town.caller(&ada.user).await).await.unwrap();
    town.run_errands().await;
    assert!(!town.world.inner().rows.contains_key(&noticed));
    assert!(RULES.iter().all(|rule| rule.many > 2));
}
