//! People become friends, find each other again, and ring each other.

use crate::town::{Page, Town};
use app::{Wanted, Whom};
use domain::email::Email;
use domain::friend::KnownAs;
use domain::id::{SessionId, UserId};
use domain::limits::{CONFIRM_WITHIN, FRIENDS_SESSION, RINGS_FOR};
use domain::refusal::Code;
use domain::session::Between;
use domain::time::SpanMs;
use ports::Ambient;
use serde_json::{Value, json};

async fn asks(town: &Town, who: &Page, wanted: Wanted) -> Result<(), Code> {
    let me = town.caller(&who.user).await.profile;
    let asked = app::ask_friend(&town.world, &town.settings, &me, &wanted).await;
    asked.map_err(|error| error.refusal().code)
}

async fn answers(town: &Town, who: &Page, accept: bool) -> Result<(), Code> {
    let all = app::friends(&town.world, &who.user).await.unwrap();
    let request = all.incoming.first().expect("a request").request();
    let answered = app::answer_friend(&town.world, &town.settings, &who.user, &request, accept).await;
    answered.map_err(|error| error.refusal().code)
}

async fn names(town: &Town, who: &Page) -> Vec<(String, bool)> {
    let all = app::friends(&town.world, &who.user).await.unwrap();
    all.friends.iter().map(|friend| (friend.profile.nickname.as_str().to_owned(), friend.online)).collect()
}

/// Two who are friends.
pub async fn befriended(town: &mut Town) -> (Page, Page) {
    let (ada, bob) = (town.arrive("Ada", &["chess"]).await, town.arrive("Bob", &["chess"]).await);
    asks(town, &ada, Wanted::User(bob.user.clone())).await.unwrap();
    answers(town, &bob, true).await.unwrap();
    town.hears(&ada);
    town.hears(&bob);
    (ada, bob)
}

async fn in_a_call(town: &Town, ada: &Page, bob: &Page) -> SessionId {
    town.says(ada, "join-queue", json!({})).await;
    town.says(bob, "join-queue", json!({})).await;
    let session = town.session_of(ada).expect("a session").id;
    for page in [ada, bob] {
        let data = json!({ "sessionId": session.as_str(), "status": "received" });
        town.says(page, "connection-status", data).await;
    }
    session
}

#[tokio::test]
async fn one_asks_the_other_accepts_and_both_see_who_is_online() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    town.hears(&bob);
    asks(&town, &ada, Wanted::User(bob.user.clone())).await.unwrap();
    asks(&town, &ada, Wanted::User(bob.user.clone())).await.unwrap();
    assert_eq!(town.hears_events(&bob), ["friend-request"], "asked twice, told once");
    assert!(names(&town, &ada).await.is_empty(), "not before the other wants it");
    town.hears(&ada);
    answers(&town, &bob, true).await.unwrap();
    assert_eq!(town.hears_events(&ada), ["friend-accepted"]);
    assert_eq!(names(&town, &ada).await, [("Bob".to_owned(), true)]);
    app::lost(&town.world, &town.settings, &ada.connection).await.unwrap();
    assert_eq!(names(&town, &bob).await, [("Ada".to_owned(), false)]);
}

#[tokio::test]
async fn both_ask_and_are_friends() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    asks(&town, &ada, Wanted::User(bob.user.clone())).await.unwrap();
    town.hears(&bob);
    asks(&town, &bob, Wanted::User(ada.user.clone())).await.unwrap();
    assert_eq!(town.hears_events(&bob), ["friend-accepted"], "who asks second learns that they have answered");
    assert_eq!((names(&town, &ada).await.len(), names(&town, &bob).await.len()), (1, 1));
}

#[tokio::test]
async fn a_refusal_and_a_block_tell_the_asker_nothing() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, cleo) =
        (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await, town.arrive("Cleo", &[]).await);
    let whom = app::Whom::User(ada.user.clone());
    app::block(&town.world, &cleo.user, &whom).await.unwrap();
    asks(&town, &ada, Wanted::User(bob.user.clone())).await.unwrap();
    asks(&town, &ada, Wanted::User(cleo.user.clone())).await.unwrap();
    answers(&town, &bob, false).await.unwrap();
    let seen = app::friends(&town.world, &ada.user).await.unwrap();
    let outgoing: Vec<&KnownAs> = seen.outgoing.iter().map(|row| &row.known_as).collect();
    assert_eq!(outgoing.len(), 2, "{outgoing:?}");
    assert!(app::friends(&town.world, &cleo.user).await.unwrap().incoming.is_empty());
    assert_eq!(asks(&town, &cleo, Wanted::User(ada.user.clone())).await, Err(Code::Conflict), "whom one blocks");
    assert_eq!(asks(&town, &ada, Wanted::User(ada.user.clone())).await, Err(Code::InvalidRequest));
}

#[tokio::test]
async fn a_friendship_that_one_ends_is_over_for_both_and_so_is_one_that_is_blocked() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    app::part_friend(&town.world, &town.settings, &ada.user, bob.user.as_str()).await.unwrap();
    assert!(names(&town, &ada).await.is_empty() && names(&town, &bob).await.is_empty());
    let again = app::part_friend(&town.world, &town.settings, &ada.user, bob.user.as_str()).await;
    assert_eq!(again.unwrap_err().refusal().code, Code::NotFound);

    let (cleo, dan) = befriended(&mut town).await;
    app::block(&town.world, &dan.user, &app::Whom::User(cleo.user.clone())).await.unwrap();
    assert!(names(&town, &cleo).await.is_empty() && names(&town, &dan).await.is_empty());
}

#[tokio::test]
async fn the_partner_of_a_call_can_be_asked_during_it_and_months_later() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &["chess"]).await, town.arrive("Bob", &["chess"]).await);
    let session = in_a_call(&town, &ada, &bob).await;
    asks(&town, &ada, Wanted::PartnerIn(session.clone())).await.unwrap();
    town.world.pass(SpanMs::seconds(60));
    town.says(&ada, "end-call", json!({ "sessionId": session.as_str() })).await;
    let history = app::call_history(&town.world, &bob.user).await.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].record.duration, SpanMs::seconds(60));
    assert_eq!(history[0].record.nickname.as_str(), "Ada");
    town.world.inner().rows.remove(&domain::row::Key::Session(session.clone()));
    asks(&town, &bob, Wanted::PartnerIn(session.clone())).await.unwrap();
    assert_eq!(names(&town, &ada).await, [("Bob".to_owned(), true)]);
    let cleo = town.arrive("Cleo", &[]).await;
    assert_eq!(asks(&town, &cleo, Wanted::PartnerIn(session)).await, Err(Code::NotFound), "not her call");
}

#[tokio::test]
async fn an_address_is_invited_whoever_has_it_and_finds_the_request_when_it_comes() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let me = town.caller(&ada.user).await.profile;
    let email = Email::parse("grace@example.org").unwrap();
    app::invite_friend(&town.world, &town.settings, &me, email.clone()).await.unwrap();
    app::invite_friend(&town.world, &town.settings, &me, email.clone()).await.unwrap();
    town.run_errands().await;
    assert_eq!(town.world.inner().letters.len(), 1, "one letter, however often she asks");
    assert!(town.world.inner().letters[0].1.subject.starts_with("Ada "));
    let invited = app::friends(&town.world, &ada.user).await.unwrap().invited;
    assert_eq!(invited.iter().map(|it| it.email.as_str()).collect::<Vec<_>>(), ["grace@example.org"]);

    let grace = town.signs_in_by_mail("grace@example.org").await;
    town.run_errands().await;
    let seen = app::friends(&town.world, &grace).await.unwrap();
    assert_eq!(seen.incoming.len(), 1);
    let request = seen.incoming[0].request();
    app::answer_friend(&town.world, &town.settings, &grace, &request, true).await.unwrap();
    let all = app::friends(&town.world, &ada.user).await.unwrap();
    assert_eq!((all.friends.len(), all.invited.len(), all.outgoing.len()), (1, 0, 0));

    let bob = town.arrive("Bob", &[]).await;
    let me = town.caller(&bob.user).await.profile;
    app::invite_friend(&town.world, &town.settings, &me, email).await.unwrap();
    town.run_errands().await;
    let seen = app::friends(&town.world, &bob.user).await.unwrap();
    let known_as = &seen.outgoing[0].known_as;
    assert!(
        matches!(known_as, KnownAs::Email(email) if email.as_str() == "grace@example.org"),
        "no name: {known_as:?}"
    );
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_their_name_and_only_if_they_like() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let zoe = town.arrive("Zoë Müller", &[]).await;
    let finds = async |text: &str| {
        let found = app::search(&town.world, &ada.user, text).await;
        found.map(|found| found.iter().map(|entry| entry.nickname.as_str().to_owned()).collect::<Vec<_>>())
    };
    for text in ["zo", "ZOE", "zoë m", " Zoé", "zoemuller"] {
        assert_eq!(finds(text).await.unwrap(), ["Zoë Müller"], "{text}");
    }
    assert!(finds("oe").await.unwrap().is_empty());
    assert!(finds("z").await.is_err());
    assert!(finds("ad").await.unwrap().is_empty(), "not oneself");
    let hidden = app::ProfileChange { findable: Some(false), ..app::ProfileChange::default() };
    app::change_profile(&town.world, &zoe.user, hidden).await.unwrap();
    assert!(finds("zoe").await.unwrap().is_empty());
}

fn call_id(heard: &[Value], event: &str) -> String {
    let frame = heard.iter().find(|frame| frame["event"] == event);
    frame
        .and_then(|frame| frame["data"]["callId"].as_str())
        .unwrap_or_else(|| panic!("no {event}: {heard:?}"))
        .to_owned()
}

async fn rings(town: &Town, caller: &Page, callee: &UserId) -> String {
    town.says(caller, "call-request", json!({ "to": callee.as_str() })).await;
    call_id(&town.hears(caller), "call-ringing")
}

#[tokio::test]
async fn a_friend_is_rung_answers_and_they_talk_for_an_hour() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob) = befriended(&mut town).await;
    let call = rings(&town, &ada, &bob.user).await;
    assert_eq!(call_id(&town.hears(&bob), "call-request"), call);
    town.says(&bob, "call-accepted", json!({ "callId": call })).await;
    let session = town.session_of(&ada).expect("a session");
    assert_eq!(town.session_of(&bob).map(|session| session.id), Some(session.id.clone()));
    assert_eq!((session.between, session.ends_at.since(session.started_at)), (Between::Friends, FRIENDS_SESSION));
    assert!(session.lease.is_some());
    assert_eq!(town.hears_events(&ada), ["call-accepted", "matched"]);
    assert_eq!(town.hears_events(&bob), ["matched"]);
    town.says(&bob, "call-accepted", json!({ "callId": call })).await;
    assert_eq!(town.hears_events(&bob), ["error"], "answered once");
}

#[tokio::test]
async fn a_call_is_refused_called_off_or_rings_out_and_is_remembered() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    let call = rings(&town, &ada, &bob.user).await;
    town.hears(&bob);
    town.says(&ada, "call-rejected", json!({ "callId": call })).await;
    assert_eq!(town.hears_events(&ada), ["error"], "only who is rung refuses");
    town.says(&bob, "call-rejected", json!({ "callId": call })).await;
    assert_eq!(town.hears_events(&ada), ["call-rejected"]);
    town.hears(&bob);

    let call = rings(&town, &ada, &bob.user).await;
    town.hears(&bob);
    town.says(&ada, "call-cancel", json!({ "callId": call })).await;
    assert_eq!(town.hears_events(&bob), ["call-cancelled"]);
    town.hears(&ada);

    let call = rings(&town, &ada, &bob.user).await;
    town.hears(&bob);
    town.seconds_pass(RINGS_FOR.whole_seconds_up()).await;
    assert_eq!(
        (town.hears_events(&ada), town.hears_events(&bob)),
        (vec!["call-timeout".into()], vec!["call-timeout".into()])
    );
    town.says(&bob, "call-accepted", json!({ "callId": call })).await;
    assert_eq!(town.hears_events(&bob), ["error"]);
    let kinds = |user: &UserId| {
        let (town, user) = (&town, user.clone());
        async move {
            let calls = app::call_history(&town.world, &user).await.unwrap();
            calls.iter().map(|call| call.record.kind.as_str()).collect::<Vec<_>>()
        }
    };
    assert_eq!(kinds(&ada.user).await, ["unanswered", "unanswered", "unanswered"]);
    assert_eq!(kinds(&bob.user).await, ["missed", "missed"]);
}

#[tokio::test]
async fn who_talks_or_is_rung_is_busy_and_strangers_cannot_ring() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    let cleo = town.arrive("Cleo", &["chess"]).await;
    town.hears(&cleo);
    town.says(&cleo, "call-request", json!({ "to": bob.user.as_str() })).await;
    assert_eq!(town.hears(&cleo)[0]["data"]["code"], "forbidden");
    in_a_call(&town, &bob, &cleo).await;
    town.hears(&bob);
    town.says(&ada, "call-request", json!({ "to": bob.user.as_str() })).await;
    assert_eq!(town.hears_events(&ada), ["call-busy"]);
    assert!(town.hears(&bob).is_empty(), "who talks is not disturbed");
    town.says(&bob, "call-request", json!({ "to": ada.user.as_str() })).await;
    assert_eq!(town.hears(&bob)[0]["data"]["code"], "conflict");
}

#[tokio::test]
async fn every_device_rings_and_one_answers() {
    let mut town = Town::with_channels(0).await;
    let (ada, laptop) = befriended(&mut town).await;
    let phone = town.open(&laptop.user).await;
    town.hears(&laptop);
    town.hears(&phone);
    let call = rings(&town, &ada, &laptop.user).await;
    assert_eq!(
        (call_id(&town.hears(&laptop), "call-request"), call_id(&town.hears(&phone), "call-request")),
        (call.clone(), call.clone())
    );
    town.says(&phone, "call-accepted", json!({ "callId": call })).await;
    assert_eq!(town.hears_events(&laptop), ["call-cancelled"], "the other one is quiet");
    assert_eq!(town.hears_events(&phone), ["matched"]);
}

#[tokio::test]
async fn a_friend_who_is_away_finds_the_call_ringing_when_they_come_in_time() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    app::lost(&town.world, &town.settings, &bob.connection).await.unwrap();
    let call = rings(&town, &ada, &bob.user).await;
    town.world.pass(SpanMs::seconds(20));
    let back = town.open(&bob.user).await;
    let connected = &town.hears(&back)[0];
    assert_eq!(connected["data"]["ring"]["callId"], json!(call));
    assert_eq!(connected["data"]["ring"]["own"], json!(false));
    assert!(town.world.now().0 > 0);
    town.says(&back, "call-accepted", json!({ "callId": call })).await;
    assert!(town.session_of(&ada).is_some());
}

#[tokio::test]
async fn a_call_that_never_begins_sends_no_friend_among_strangers() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    // Both have looked for strangers before, and what they wished then is kept.
    let session = in_a_call(&town, &ada, &bob).await;
    town.says(&ada, "end-call", json!({ "sessionId": session.as_str() })).await;
    for hangs_up in [true, false] {
        let call = rings(&town, &ada, &bob.user).await;
        town.says(&bob, "call-accepted", json!({ "callId": call })).await;
        let session = town.session_of(&bob).expect("a session").id;
        let data = json!({ "sessionId": session.as_str(), "status": "received" });
        town.says(&bob, "connection-status", data).await;
        town.hears(&bob);
        if hangs_up {
            town.says(&ada, "end-call", json!({ "sessionId": session.as_str() })).await;
        } else {
            town.seconds_pass(CONFIRM_WITHIN.whole_seconds_up()).await;
        }
        assert_eq!(town.hears_events(&bob), ["session-ended"], "hung up: {hangs_up}");
        assert!(town.is_idle(&ada) && town.is_idle(&bob), "hung up: {hangs_up}");
        town.hears(&ada);
    }
}

#[tokio::test]
async fn nobody_is_met_by_a_call_that_rang_before_a_ban_or_a_block() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    let call = rings(&town, &ada, &bob.user).await;
    let late = town.ticket(&ada.user).await;
    app::ban(&town.world, &town.settings, &ada.user, town.world.now() + SpanMs::seconds(3600)).await.unwrap();
    town.open_with(&ada.user, &late).await;
    town.hears(&bob);
    town.says(&bob, "call-accepted", json!({ "callId": call })).await;
    assert_eq!(town.hears(&bob).last().unwrap()["data"]["code"], "gone");

    let (cleo, dan) = befriended(&mut town).await;
    let call = rings(&town, &cleo, &dan.user).await;
    app::block(&town.world, &cleo.user, &Whom::User(dan.user.clone())).await.unwrap();
    town.hears(&dan);
    town.says(&dan, "call-accepted", json!({ "callId": call })).await;
    assert_eq!(town.hears(&dan).last().unwrap()["data"]["code"], "gone");
    for page in [&ada, &bob, &cleo, &dan] {
        assert!(town.session_of(page).is_none());
    }
}
