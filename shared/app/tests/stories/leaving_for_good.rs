//! What is kept of a person can be had, and goes when they go.

use crate::town::{Page, Town};
use app::{ProfileChange, Whom};
use domain::email::Email;
use domain::limits::FRESH_SIGN_IN;
use domain::profile::{Nickname, Tags};
use domain::refusal::Code;
use domain::row::Row;
use domain::time::SpanMs;
use serde_json::json;

const CANARY: &str = "Canarella";

/// Ada, whose name is a canary, has talked to Bob, is his friend, has rung him, is blocked by Cleo, and has invited somebody.
async fn a_life(town: &mut Town) -> (Page, Page, Page) {
    let user = town.signs_in_by_mail("canary@example.org").await;
    let (nickname, tags) = (Nickname::parse(CANARY).ok(), Tags::parse(&["chess"]).ok());
    app::change_profile(&town.world, &user, ProfileChange { nickname, tags, ..ProfileChange::default() })
        .await
        .unwrap();
    let ada = town.open(&user).await;
    let (bob, cleo) = (town.arrive("Bob", &["chess"]).await, town.arrive("Cleo", &[]).await);
    town.says(&ada, "join-queue", json!({})).await;
    town.says(&bob, "join-queue", json!({})).await;
    let session = town.session_of(&ada).expect("a session").id;
    for page in [&ada, &bob] {
        let data = json!({ "sessionId": session.as_str(), "status": "received" });
        town.says(page, "connection-status", data).await;
    }
    for n in 1..=3 {
        let data = json!({ "sessionId": session.as_str(), "n": n, "message": format!("{CANARY} says {n}") });
        town.says(&ada, "send-message", data).await;
    }
    let data = json!({ "sessionId": session.as_str(), "n": 1, "message": "Bob's own words" });
    town.says(&bob, "send-message", data).await;
    town.says(&bob, "end-call", json!({ "sessionId": session.as_str() })).await;
    let me = town.caller(&ada.user).await.profile;
    app::ask_friend(&town.world, &town.settings, &me, &app::Wanted::User(bob.user.clone())).await.unwrap();
    let request = app::friends(&town.world, &bob.user).await.unwrap().incoming[0].request();
    app::answer_friend(&town.world, &town.settings, &bob.user, &request, true).await.unwrap();
    app::invite_friend(&town.world, &town.settings, &me, Email::parse("guest@example.net").unwrap()).await.unwrap();
    town.run_errands().await;
    app::block(&town.world, &cleo.user, &Whom::User(ada.user.clone())).await.unwrap();
    town.says(&ada, "call-request", json!({ "to": bob.user.as_str() })).await;
    town.seconds_pass(60).await;
    (ada, bob, cleo)
}

/// Addresses are not printed by themselves.
fn address(row: &Row) -> Option<&Email> {
    if let Row::Profile(profile) = row {
        return profile.email.as_ref();
    }
    if let Row::MagicLink(link) = row {
        return Some(&link.email);
    }
    if let Row::LinkRequest(request) = row {
        return Some(&request.email);
    }
    if let Row::InviteRequest(request) = row {
        return Some(&request.email);
    }
    if let Row::Invitation(invitation) = row { Some(&invitation.email) } else { None }
}

fn rows_that_tell(town: &Town, of: &str) -> Vec<String> {
    let inner = town.world.inner();
    let spelled = inner.rows.values().map(|row| format!("{row:?} {:?}", address(row).map(Email::as_str)));
    spelled.filter(|text| text.contains(of)).collect()
}

#[tokio::test]
async fn who_is_erased_leaves_no_word() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, cleo) = a_life(&mut town).await;
    assert!(rows_that_tell(&town, CANARY).len() >= 6, "the canary is everywhere");
    let caller = town.caller(&ada.user).await;
    app::erase(&town.world, &town.settings, &caller).await.unwrap();
    assert!(town.world.inner().closed.contains(&ada.connection));
    town.run_errands().await;
    // A ticket that opened a socket goes by itself.
    town.world.pass(SpanMs::seconds(31));
    let now = town.world.inner().now;
    town.world.inner().rows.retain(|_, row| !row.is_expired(now));
    assert_eq!(rows_that_tell(&town, CANARY), Vec::<String>::new());
    assert_eq!(rows_that_tell(&town, "canary@example.org"), Vec::<String>::new());
    assert_eq!(rows_that_tell(&town, "guest@example.net"), Vec::<String>::new(), "whom she has invited");

    assert!(app::friends(&town.world, &bob.user).await.unwrap().friends.is_empty());
    let kept = app::call_history(&town.world, &bob.user).await.unwrap();
    assert_eq!(kept.len(), 2, "Bob's own memory stays, without her name");
    assert_eq!(rows_that_tell(&town, "Bob's own words").len(), 1);
    assert_eq!(town.caller(&cleo.user).await.profile.blocks.len(), 1, "and so does Cleo's block");
    let again = town.signs_in_by_mail("canary@example.org").await;
    assert_ne!(again, ada.user, "whoever comes by the address is somebody new");
}

#[tokio::test]
async fn a_block_that_is_over_leaves_no_trace_with_who_was_blocked() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, cleo) =
        (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await, town.arrive("Cleo", &[]).await);
    let traces = |town: &Town| {
        let inner = town.world.inner();
        inner.rows.values().filter(|row| matches!(row, Row::BlockedBy(_))).count()
    };
    let id = app::block(&town.world, &ada.user, &Whom::User(bob.user.clone())).await.unwrap();
    app::block(&town.world, &ada.user, &Whom::User(cleo.user.clone())).await.unwrap();
    assert_eq!(traces(&town), 2);
    app::unblock(&town.world, &ada.user, &id).await.unwrap();
    assert_eq!(traces(&town), 1);
    let caller = town.caller(&ada.user).await;
    app::erase(&town.world, &town.settings, &caller).await.unwrap();
    assert_eq!(traces(&town), 0);
}

#[tokio::test]
async fn an_export_has_everything_of_oneself_and_nothing_of_others() {
    let mut town = Town::with_channels(0).await;
    let (ada, _, _) = a_life(&mut town).await;
    let export = app::export(&town.world, &town.caller(&ada.user).await).await.unwrap();
    assert_eq!((export.friendships.len(), export.invitations, export.calls.len(), export.lines.len()), (1, 1, 2, 3));
    assert_eq!(export.sign_ins.len(), 1);
    let said: Vec<&str> = export.lines.iter().map(|line| line.message.as_str()).collect();
    assert!(said.iter().all(|line| line.starts_with(CANARY)), "{said:?}");
}

#[tokio::test]
async fn an_account_is_shown_and_erased_after_a_fresh_sign_in_only() {
    let mut town = Town::with_channels(0).await;
    let ada = town.signs_in_by_mail("ada@example.org").await;
    let guest = town.arrive("Bob", &[]).await;
    town.world.pass(SpanMs(FRESH_SIGN_IN.0 - 10));
    assert!(app::export(&town.world, &town.caller(&ada).await).await.is_ok());
    town.world.pass(SpanMs(11));
    let caller = town.caller(&ada).await;
    assert_eq!(app::export(&town.world, &caller).await.unwrap_err().refusal().code, Code::Forbidden);
    assert_eq!(app::erase(&town.world, &town.settings, &caller).await.unwrap_err().refusal().code, Code::Forbidden);
    assert!(app::export(&town.world, &town.caller(&guest.user).await).await.is_ok(), "a guest is the tab");
}

#[tokio::test]
async fn who_is_erased_in_a_call_or_the_queue_is_in_neither() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, _) = town.meet().await;
    let caller = town.caller(&ada.user).await;
    app::erase(&town.world, &town.settings, &caller).await.unwrap();
    assert!(town.is_idle(&bob) && town.is_idle(&ada));
    assert_eq!(town.hears_events(&bob), ["session-ended"]);
    let cleo = town.arrive("Cleo", &["tea"]).await;
    town.says(&cleo, "join-queue", json!({})).await;
    let caller = town.caller(&cleo.user).await;
    app::erase(&town.world, &town.settings, &caller).await.unwrap();
    assert!(town.is_idle(&cleo));
    let dan = town.arrive("Dan", &["tea"]).await;
    town.says(&dan, "join-queue", json!({})).await;
    assert!(town.is_waiting(&dan), "nobody meets a ghost");
}
