//! Reports, moderators, sanctions and appeals, on a world in memory.

use crate::town::{Page, Town};
use app::{Complaint, Docket, Filter, Whom};
use domain::decide::{Reply, Verdict};
use domain::email::Email;
use domain::id::{ReportId, SessionId, UserId};
use domain::limits::{BAN_LIFE, REPORT_LEASE};
use domain::network::Network;
use domain::refusal::Code;
use domain::report::{Reason, Stage, Statement};
use domain::sanction::Measure;
use domain::time::SpanMs;
use ports::{Ambient, Store};
use serde_json::json;

const KEYS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub async fn guarded() -> Town {
    let mut town = Town::with_channels(0).await;
    town.settings.evidence_keys = Some(protocol::evidence::EvidenceKeys::parse(KEYS).unwrap());
    town
}

pub async fn moderator(town: &Town, email: &str) -> UserId {
    let user = town.signs_in_by_mail(email).await;
    app::appoint(&town.world, &Email::parse(email).unwrap(), true).await.unwrap();
    user
}

pub async fn reports(town: &Town, by: &Page, session: &str, reason: Reason, block: bool) -> app::Result<ReportId> {
    let complaint = Complaint {
        session: SessionId::parse(session).unwrap(),
        reason,
        comment: Some(Statement::parse("He would not stop.").unwrap()),
        block,
    };
    app::report(&town.world, &town.settings, &town.caller(&by.user).await, &network(), &complaint).await
}

pub async fn takes(town: &Town, moderator: &UserId) -> Option<Docket> {
    app::next_report(&town.world, &town.settings, moderator).await.unwrap()
}

pub async fn rules(town: &Town, moderator: &UserId, id: &ReportId, measure: Option<Measure>) -> app::Result<Stage> {
    let verdict = Verdict { measure, note: a_note() };
    let ruled = app::moderate(&town.world, &town.settings, moderator, id, verdict).await?;
    Ok(ruled.stage(town.world.now()))
}

/// Whatever a moderator notes.
pub fn a_note() -> Statement {
    Statement::parse("So it is.").unwrap()
}

/// Where everybody comes from.
pub fn network() -> Network {
    Network::of(Some("203.0.113.7"))
}

pub fn code<T: std::fmt::Debug>(result: app::Result<T>) -> Code {
    result.unwrap_err().refusal().code
}

#[tokio::test]
async fn a_report_ends_the_call_and_puts_who_reports_back_into_the_queue() {
    let mut town = guarded().await;
    let (ada, bob, session) = town.meet().await;
    town.says(&bob, "send-message", json!({ "sessionId": session, "n": 1, "message": "go away" })).await;
    town.hears(&ada);
    town.hears(&bob);
    let id = reports(&town, &ada, &session, Reason::Harassment, false).await.unwrap();
    assert!(town.is_waiting(&ada) && town.is_idle(&bob));
    assert_eq!(town.hears_events(&ada), ["session-ended", "queue-joined"]);
    assert_eq!(town.hears(&bob)[0]["data"]["reason"], "skipped", "nobody learns that they were reported");
    assert_eq!(reports(&town, &ada, &session, Reason::Spam, true).await.unwrap(), id, "said twice it is one report");
    assert!(town.is_waiting(&ada));

    let cleo = moderator(&town, "cleo@example.org").await;
    let docket = takes(&town, &cleo).await.unwrap();
    let evidence = docket.evidence.unwrap();
    assert_eq!((docket.report.id, docket.report.reason), (id, Reason::Harassment));
    assert_eq!(evidence.comment.as_deref(), Some("He would not stop."));
    assert_eq!((evidence.lines[0].message.as_str(), evidence.lines[0].by_accused), ("go away", true));
    assert_eq!((docket.accused.user, docket.reporter.unwrap().user), (bob.user, ada.user));
}

#[tokio::test]
async fn who_was_reported_is_not_met_again_though_nobody_else_waits() {
    let mut town = guarded().await;
    let (ada, bob, session) = town.meet().await;
    reports(&town, &ada, &session, Reason::Nudity, false).await.unwrap();
    town.says(&bob, "join-queue", json!({})).await;
    town.seconds_pass(60).await;
    assert!(town.is_waiting(&ada) && town.is_waiting(&bob));
    assert!(town.caller(&ada.user).await.profile.blocks.is_empty(), "without being asked to, nothing is kept for good");
}

#[tokio::test]
async fn a_report_is_about_the_partner_of_an_own_call_alone() {
    let mut town = guarded().await;
    let (ada, _, session) = town.meet().await;
    let eve = town.arrive("Eve", &[]).await;
    assert_eq!(code(reports(&town, &eve, &session, Reason::Spam, true).await), Code::NotFound);
    assert!(town.session_of(&ada).is_some(), "the call goes on");
    assert!(town.world.listings(&domain::report::Shelf::Open, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_block_goes_along_and_the_evidence_outlives_the_call_and_the_accused() {
    let mut town = guarded().await;
    let (ada, bob, session) = town.meet().await;
    town.says(&bob, "send-message", json!({ "sessionId": session, "n": 1, "message": "buy this" })).await;
    // Afterwards much that is harmless, under numbers that come after.
    for n in 31..=60 {
        town.says(&bob, "send-message", json!({ "sessionId": session, "n": n, "message": "." })).await;
    }
    town.world.pass(SpanMs(1));
    town.says(&bob, "send-message", json!({ "sessionId": session, "n": 2, "message": "or else" })).await;
    town.says(&ada, "send-message", json!({ "sessionId": session, "n": 1, "message": "stop it" })).await;
    reports(&town, &ada, &session, Reason::Spam, true).await.unwrap();
    assert_eq!(town.caller(&ada.user).await.profile.blocks[0].user, bob.user);
    app::erase(&town.world, &town.settings, &town.caller(&bob.user).await).await.unwrap();
    town.run_errands().await;
    town.world.pass(SpanMs::seconds(3 * 24 * 3600));
    let cleo = moderator(&town, "cleo@example.org").await;
    let docket = takes(&town, &cleo).await.unwrap();
    let lines = docket.evidence.unwrap().lines;
    let said: Vec<&str> = lines.iter().map(|line| line.message.as_str()).filter(|line| *line != ".").collect();
    assert_eq!((lines.len(), said), (21, vec!["or else", "stop it"]), "the last twenty of each, as they were said");
    assert!(docket.accused.profile.is_none());
    assert_eq!(
        rules(&town, &cleo, &docket.report.id, Some(Measure::ban(town.world.now()))).await.unwrap(),
        Stage::Upheld
    );
}

#[tokio::test]
async fn a_report_is_leased_and_comes_back_when_nobody_decides() {
    let mut town = guarded().await;
    let (ada, _, session) = town.meet().await;
    let id = reports(&town, &ada, &session, Reason::Other, false).await.unwrap();
    let (cleo, dora) = (moderator(&town, "cleo@example.org").await, moderator(&town, "dora@example.org").await);
    assert!(takes(&town, &cleo).await.is_some());
    assert!(takes(&town, &cleo).await.is_some(), "who holds it is shown it again");
    assert!(takes(&town, &dora).await.is_none(), "nobody else has it meanwhile");
    town.world.pass(REPORT_LEASE);
    assert_eq!(code(rules(&town, &cleo, &id, None).await), Code::Conflict, "the lease is over");
    assert!(takes(&town, &dora).await.is_some());
    assert_eq!(code(rules(&town, &cleo, &id, None).await), Code::Conflict, "another one holds it");
    assert_eq!(rules(&town, &dora, &id, None).await.unwrap(), Stage::Dismissed);
    assert_eq!(code(rules(&town, &dora, &id, None).await), Code::Conflict, "it is decided");
    let dismissed = Filter { stage: Some(Stage::Dismissed), reason: Some(Reason::Other), before: None };
    assert_eq!(app::reports(&town.world, &dismissed).await.unwrap().reports.len(), 1);
    let book = app::audit(&town.world, None).await.unwrap();
    let deeds: Vec<&str> = book.iter().rev().map(|line| line.entry.deed.as_str()).collect();
    assert_eq!(deeds, ["granted", "granted", "evidence-read", "evidence-read", "evidence-read", "dismissed"]);
    assert!(book.windows(2).all(|pair| pair[0].follows(Some(&pair[1]))), "each line holds the hash of the one before");
}

#[tokio::test]
async fn urgent_reports_come_first() {
    let mut town = guarded().await;
    let (ada, _, session) = town.meet().await;
    reports(&town, &ada, &session, Reason::Spam, false).await.unwrap();
    let (dan, _, session) = town.meet().await;
    let urgent = reports(&town, &dan, &session, Reason::Underage, false).await.unwrap();
    let cleo = moderator(&town, "cleo@example.org").await;
    assert_eq!(takes(&town, &cleo).await.unwrap().report.id, urgent);
    let backlog = app::backlog(&town.world).await.unwrap();
    assert_eq!((backlog.urgent, backlog.open), (1, 1));
}

#[tokio::test]
async fn a_ban_ends_the_call_closes_the_sockets_and_lets_nobody_in_again() {
    let mut town = guarded().await;
    let bob = town.signs_in_by_mail("bob@example.org").await;
    let bob = town.open(&bob).await;
    let ada = town.arrive("Ada", &[]).await;
    for page in [&ada, &bob] {
        town.says(page, "join-queue", json!({})).await;
    }
    let session = town.session_of(&ada).unwrap().id.to_string();
    let id = reports(&town, &ada, &session, Reason::Violence, false).await.unwrap();
    town.says(&ada, "leave-queue", json!({})).await;
    let dan = town.arrive("Dan", &[]).await;
    town.says(&bob, "join-queue", json!({})).await;
    town.says(&dan, "join-queue", json!({})).await;
    assert!(town.session_of(&bob).is_some());
    let cleo = moderator(&town, "cleo@example.org").await;
    takes(&town, &cleo).await.unwrap();
    town.hears(&bob);
    let until = town.world.now() + BAN_LIFE;
    rules(&town, &cleo, &id, Some(Measure::Ban { until })).await.unwrap();
    let heard = town.hears(&bob);
    let events: Vec<&str> = heard.iter().map(|frame| frame["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["error", "moderation-action", "session-ended"]);
    assert_eq!((&heard[1]["data"]["reason"], &heard[1]["data"]["until"]), (&json!("violence"), &json!(until.0)));
    assert!(!town.world.inner().open.contains(&bob.connection), "the socket is closed");

    let caller = town.caller(&bob.user).await;
    assert_eq!(code(app::member(&town.world, &caller).await), Code::Banned);
    let again = town.signs_in_by_mail("bob@example.org").await;
    assert_eq!(again, bob.user);
    app::erase(&town.world, &town.settings, &town.caller(&bob.user).await).await.unwrap();
    town.run_errands().await;
    let anew = town.signs_in_by_mail("bob@example.org").await;
    assert_ne!(anew, bob.user);
    assert_eq!(code(app::member(&town.world, &town.caller(&anew).await).await), Code::Banned, "the address is barred");
    town.world.pass(BAN_LIFE);
    let free = town.signs_in_by_mail("bob@example.org").await;
    assert!(app::member(&town.world, &town.caller(&free).await).await.is_ok(), "a ban has an end");
}

#[tokio::test]
async fn a_ban_that_nobody_has_carried_out_is_carried_out_by_its_timer() {
    let mut town = guarded().await;
    let (ada, bob, _) = town.meet().await;
    let (profile, live, now) = (town.caller(&bob.user).await.profile, town.user(&bob), town.world.now());
    let decision = domain::decide::ban(&profile, Some(&live), now + BAN_LIFE, now);
    for (timer, at) in &decision.timers {
        ports::Timers::send(&town.world, protocol::timer::encode(timer, *at), at.since(now)).await.unwrap();
    }
    town.world.commit(&decision.changes).await.unwrap();
    assert!(town.session_of(&bob).is_some(), "the process has died here");
    town.seconds_pass(3).await;
    assert!(town.session_of(&bob).is_none() && town.is_idle(&ada));
    assert!(!town.world.inner().open.contains(&bob.connection), "the socket is closed");
}

#[tokio::test]
async fn a_sanction_is_shown_and_appealed_against_once_and_answered_by_somebody_else() {
    let mut town = guarded().await;
    let (ada, bob, session) = town.meet().await;
    let id = reports(&town, &ada, &session, Reason::Spam, false).await.unwrap();
    let (cleo, dora) = (moderator(&town, "cleo@example.org").await, moderator(&town, "dora@example.org").await);
    takes(&town, &cleo).await.unwrap();
    let measure = Measure::suspend(SpanMs::seconds(24 * 3600), town.world.now()).unwrap();
    rules(&town, &cleo, &id, Some(measure)).await.unwrap();
    let sanctions = app::sanctions(&town.world, &bob.user).await.unwrap();
    assert_eq!((sanctions.len(), sanctions[0].reason), (1, Reason::Spam));
    assert_ne!(
        sanctions[0].id.as_str(),
        id.as_str(),
        "who knows the call and guesses the reporter could reckon this one"
    );
    let (me, sanction) = (town.caller(&bob.user).await.profile, sanctions[0].id.clone());
    let words = Statement::parse("I only said hello.").unwrap();
    app::appeal(&town.world, &town.settings, &me, &sanction, &words).await.unwrap();
    assert_eq!(code(app::appeal(&town.world, &town.settings, &me, &sanction, &words).await), Code::Conflict);
    let open = app::appeals(&town.world, &town.settings, &dora).await.unwrap();
    assert_eq!((open.len(), open[0].words.as_str()), (1, "I only said hello."));

    let answers = async |by: &UserId, granted| {
        let reply = Reply { granted, note: a_note() };
        app::answer_appeal(&town.world, &town.settings, by, (&bob.user, &sanction), reply).await
    };
    assert_eq!(code(answers(&cleo, false).await), Code::Forbidden, "nobody answers for themself");
    answers(&dora, true).await.unwrap();
    assert_eq!(code(answers(&dora, false).await), Code::Conflict);
    assert!(app::member(&town.world, &town.caller(&bob.user).await).await.is_ok());
    let (bob, dan) = (town.open(&bob.user).await, town.arrive("Dan", &[]).await);
    town.says(&bob, "join-queue", json!({})).await;
    town.says(&dan, "join-queue", json!({})).await;
    town.seconds_pass(15).await;
    assert!(town.session_of(&bob).is_some(), "they meet people again");
}

#[tokio::test]
async fn who_moderates_is_read_from_the_store() {
    let town = guarded().await;
    let cleo = moderator(&town, "cleo@example.org").await;
    let caller = town.caller(&cleo).await;
    assert!(app::moderator(&town.world, &caller).await.is_ok());
    app::appoint(&town.world, &Email::parse("cleo@example.org").unwrap(), false).await.unwrap();
    assert_eq!(code(app::moderator(&town.world, &town.caller(&cleo).await).await), Code::Forbidden);
    app::appoint(&town.world, &Email::parse("cleo@example.org").unwrap(), true).await.unwrap();
    town.world.pass(SpanMs(domain::limits::MODERATOR_SIGN_IN.0 + 1));
    assert_eq!(code(app::moderator(&town.world, &town.caller(&cleo).await).await), Code::Forbidden, "an old sign-in");
    let nobody = app::appoint(&town.world, &Email::parse("nobody@example.org").unwrap(), true).await;
    assert_eq!(code(nobody), Code::NotFound);
}

#[tokio::test]
async fn a_person_reports_only_so_many_a_day_and_blocks_all_the_same() {
    let mut town = guarded().await;
    let ada = town.arrive("Ada", &[]).await;
    let mut refused = None;
    for n in 0..30 {
        let other = town.arrive(&format!("P{n}"), &[]).await;
        for page in [&ada, &other] {
            town.says(page, "join-queue", json!({})).await;
        }
        let session = town.session_of(&ada).unwrap().id.to_string();
        if let Err(error) = reports(&town, &ada, &session, Reason::Spam, false).await {
            assert_eq!(error.refusal().code, Code::RateLimited);
            let whom = Whom::PartnerIn(SessionId::parse(&session).unwrap());
            app::block(&town.world, &ada.user, &whom).await.unwrap();
            refused = Some(n);
            break;
        }
        town.says(&ada, "leave-queue", json!({})).await;
    }
    assert_eq!(refused, Some(20));
}

#[tokio::test]
async fn between_friends_a_report_sounds_like_hanging_up() {
    let mut town = guarded().await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    for (one, other) in [(&ada, &bob), (&bob, &ada)] {
        let me = town.caller(&one.user).await.profile;
        app::ask_friend(&town.world, &town.settings, &me, &app::Wanted::User(other.user.clone())).await.unwrap();
    }
    town.says(&ada, "call-request", json!({ "to": bob.user.as_str() })).await;
    let rung = town.hears(&bob);
    town.says(&bob, "call-accepted", json!({ "callId": rung.last().unwrap()["data"]["callId"] })).await;
    let session = town.session_of(&ada).expect("a session").id;
    town.hears(&bob);
    reports(&town, &ada, session.as_str(), Reason::Harassment, false).await.unwrap();
    assert_eq!(town.hears(&bob)[0]["data"]["reason"], "peer-left", "between friends there is no `next`");
    assert!(town.is_idle(&ada) && town.is_idle(&bob));
}
