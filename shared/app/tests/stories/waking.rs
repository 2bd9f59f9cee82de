//! A friend rings, and the browsers of who is rung are woken, whether a page is open there or not.

use crate::town::{Page, Town};
use app::Wanted;
use domain::limits::{RINGS_FOR, SUBSCRIPTIONS_MAX};
use domain::push::{BrowserKeys, Endpoint};
use domain::row::{Belonging, Row};
use ports::Store;
use serde_json::{Value, json};

fn browser(name: &str) -> Endpoint {
    Endpoint::parse(&format!("https://fcm.googleapis.com/fcm/send/{name}")).unwrap()
}

async fn subscribes(town: &Town, page: &Page, name: &str) {
    let keys = BrowserKeys::parse(&"B".repeat(87), &"a".repeat(22)).unwrap();
    app::subscribe(&town.world, &town.caller(&page.user).await, browser(name), keys).await.unwrap();
}

async fn befriended(town: &mut Town) -> (Page, Page) {
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    for (one, other) in [(&ada, &bob), (&bob, &ada)] {
        let me = town.caller(&one.user).await.profile;
        app::ask_friend(&town.world, &town.settings, &me, &Wanted::User(other.user.clone())).await.unwrap();
    }
    (ada, bob)
}

/// Ada rings Bob; the call's id.
async fn rings(town: &Town, ada: &Page, bob: &Page) -> String {
    town.hears(ada);
    town.says(ada, "call-request", json!({ "to": bob.user.as_str() })).await;
    town.hears(ada)[0]["data"]["callId"].as_str().unwrap().to_owned()
}

/// Lets a second pass, and takes what was pushed meanwhile: to whom, and what.
async fn pushed(town: &Town) -> Vec<(String, Value)> {
    town.seconds_pass(1).await;
    town.run_errands().await;
    let pushed = std::mem::take(&mut town.world.inner().pushed);
    let read = |(to, message): (domain::id::SecretHash, String)| {
        (to.as_str().to_owned(), serde_json::from_str(&message).unwrap())
    };
    pushed.into_iter().map(read).collect()
}

async fn woken(town: &Town, page: &Page) -> usize {
    town.world.belongings(&page.user, Belonging::Subscriptions, 100).await.unwrap().len()
}

#[tokio::test]
async fn every_browser_of_who_is_rung_hears_of_the_call_and_that_it_was_missed() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    subscribes(&town, &bob, "phone").await;
    subscribes(&town, &bob, "laptop").await;
    subscribes(&town, &bob, "laptop").await;
    subscribes(&town, &ada, "hers").await;
    // No page of Bob's is open.
    town.breaks(&bob).await;
    let call = rings(&town, &ada, &bob).await;
    let told = pushed(&town).await;
    let mut to: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
    let mut theirs = [browser("phone").id(), browser("laptop").id()];
    theirs.sort();
    to.sort_unstable();
    assert_eq!(to, theirs.each_ref().map(domain::id::SecretHash::as_str));
    let said = &told[0].1;
    assert_eq!((&said["event"], &said["data"]["callId"]), (&json!("call-request"), &json!(call)));
    assert_eq!((&said["data"]["nickname"], &said["data"]["mode"]), (&json!("Ada"), &json!("video")));

    // Woken, the page comes in time and finds the call.
    let page = town.open(&bob.user).await;
    assert_eq!(town.hears(&page)[0]["data"]["ring"]["callId"], json!(call));

    town.seconds_pass(RINGS_FOR.whole_seconds_up()).await;
    let told = pushed(&town).await;
    assert!(told.len() == 2 && told.iter().all(|(_, said)| said["event"] == "call-timeout"), "{told:?}");
}

#[tokio::test]
async fn what_became_of_a_call_reaches_the_browsers_where_it_rings() {
    for (action, told_of) in
        [("call-accepted", "call-cancelled"), ("call-rejected", "call-cancelled"), ("call-cancel", "call-timeout")]
    {
        let mut town = Town::with_channels(0).await;
        let (ada, bob) = befriended(&mut town).await;
        subscribes(&town, &bob, "phone").await;
        let call = rings(&town, &ada, &bob).await;
        assert_eq!(pushed(&town).await[0].1["event"], "call-request");
        let who = if action == "call-cancel" { &ada } else { &bob };
        town.says(who, action, json!({ "callId": call })).await;
        let told = pushed(&town).await;
        assert_eq!(told.len(), 1, "{action}");
        assert_eq!((&told[0].1["event"], &told[0].1["data"]["callId"]), (&json!(told_of), &json!(call)), "{action}");
    }
}

#[tokio::test]
async fn a_subscription_ends_with_its_browser_its_sign_in_and_its_owner() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    subscribes(&town, &bob, "ended").await;
    subscribes(&town, &bob, "switched-off").await;
    town.world.inner().unsubscribed.insert(browser("ended").id());
    app::unsubscribe(&town.world, &bob.user, &browser("switched-off")).await.unwrap();
    rings(&town, &ada, &bob).await;
    assert!(pushed(&town).await.is_empty());
    assert_eq!(woken(&town, &bob).await, 0, "what is gone is not asked again");

    subscribes(&town, &bob, "signed-in").await;
    town.seconds_pass(RINGS_FOR.whole_seconds_up()).await;
    assert_eq!(pushed(&town).await.len(), 1);
    // The sign-in ends; the page stays open.
    town.world.inner().rows.retain(|_, row| !matches!(row, Row::RefreshFamily(family) if family.user == bob.user));
    rings(&town, &ada, &bob).await;
    assert!(pushed(&town).await.is_empty());
    assert_eq!(woken(&town, &bob).await, 0);

    subscribes(&town, &ada, "erased").await;
    let caller = town.caller(&ada.user).await;
    app::erase(&town.world, &town.settings, &caller).await.unwrap();
    town.run_errands().await;
    assert_eq!(woken(&town, &ada).await, 0);
}

#[tokio::test]
async fn a_push_service_that_does_not_answer_keeps_no_other_browser_waiting() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = befriended(&mut town).await;
    for name in ["first", "second", "third"] {
        subscribes(&town, &bob, name).await;
        town.world.inner().unreachable.insert(browser(name).id());
    }
    town.world.inner().unreachable.remove(&browser("second").id());
    rings(&town, &ada, &bob).await;
    let told = pushed(&town).await;
    assert_eq!(told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [browser("second").id().as_str()]);
    assert_eq!(woken(&town, &bob).await, 3, "who does not answer now may answer the next time");
}

#[tokio::test]
async fn one_browser_too_many_takes_the_place_of_the_oldest() {
    let mut town = Town::with_channels(0).await;
    let (_, bob) = befriended(&mut town).await;
    for number in 0..=SUBSCRIPTIONS_MAX {
        subscribes(&town, &bob, &number.to_string()).await;
        town.world.pass(domain::time::SpanMs(1));
    }
    assert_eq!(woken(&town, &bob).await, SUBSCRIPTIONS_MAX);
    let oldest = domain::row::Key::Subscription(bob.user.clone(), browser("0").id());
    assert!(!town.world.inner().rows.contains_key(&oldest));
}
