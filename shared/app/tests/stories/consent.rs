//! Where a deployment asks for it, nobody takes any way into a call before they have agreed to its terms.

use crate::town::{Page, Town};
use domain::consent::Consent;
use domain::refusal::Code;
use domain::time::SpanMs;
use serde_json::{Value, json};

async fn agrees(town: &Town, page: &Page, version: u32) -> Result<Consent, Code> {
    let agreed = app::agree(&town.world, &town.settings, &page.user, version).await;
    agreed.map_err(|error| error.refusal().code)
}

/// Whether somebody who asks for this is refused for not having agreed.
async fn must_agree(town: &Town, page: &Page, action: &str, data: Value) -> bool {
    town.hears(page);
    town.says(page, action, data).await;
    town.hears(page).iter().any(|frame| frame["data"]["code"] == "forbidden")
}

#[tokio::test]
async fn who_joins_has_agreed() {
    let mut town = Town::with_channels(0).await;
    town.settings.terms = 2;
    let ada = town.arrive("Ada", &[]).await;
    assert!(must_agree(&town, &ada, "join-queue", json!({})).await);
    agrees(&town, &ada, 1).await.unwrap();
    assert!(must_agree(&town, &ada, "join-queue", json!({})).await, "an older version is not enough");
    let consent = agrees(&town, &ada, 2).await.unwrap();
    assert!(!must_agree(&town, &ada, "join-queue", json!({})).await && town.is_waiting(&ada));
    assert_eq!(town.caller(&ada.user).await.profile.consent, Some(consent));
    town.world.pass(SpanMs::seconds(9));
    assert_eq!(agrees(&town, &ada, 1).await, Ok(consent), "what is kept stays");
}

#[tokio::test]
async fn who_goes_on_has_agreed() {
    let mut town = Town::with_channels(0).await;
    let (ada, _, session) = town.meet().await;
    town.settings.terms = 1;
    town.world.pass(SpanMs::seconds(20));
    let next = json!({ "sessionId": session });
    assert!(must_agree(&town, &ada, "next", next.clone()).await);
    assert!(town.session_of(&ada).is_some(), "a refusal changes nothing");
    agrees(&town, &ada, 1).await.unwrap();
    assert!(!must_agree(&town, &ada, "next", next).await && town.is_waiting(&ada));
}

#[tokio::test]
async fn who_meets_again_has_agreed_and_so_has_the_other() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob, over) = town.meet().await;
    town.says(&bob, "end-call", json!({ "sessionId": over })).await;
    let again = json!({ "sessionId": over });
    assert!(!must_agree(&town, &bob, "rematch", again.clone()).await);
    town.settings.terms = 1;
    assert!(must_agree(&town, &ada, "rematch", again.clone()).await);
    agrees(&town, &ada, 1).await.unwrap();
    assert!(!must_agree(&town, &ada, "rematch", again.clone()).await);
    assert!(town.session_of(&ada).is_none(), "Bob asked before");
    agrees(&town, &bob, 1).await.unwrap();
    assert!(!must_agree(&town, &bob, "rematch", again).await && town.session_of(&ada).is_some());
}

#[tokio::test]
async fn who_rings_and_who_answers_has_agreed() {
    let mut town = Town::with_channels(0).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    for (one, other) in [(&ada, &bob), (&bob, &ada)] {
        let me = town.caller(&one.user).await.profile;
        app::ask_friend(&town.world, &town.settings, &me, &app::Wanted::User(other.user.clone())).await.unwrap();
    }
    town.settings.terms = 1;
    let ring = json!({ "to": bob.user.as_str() });
    assert!(must_agree(&town, &ada, "call-request", ring.clone()).await);
    agrees(&town, &ada, 1).await.unwrap();
    town.hears(&bob);
    assert!(!must_agree(&town, &ada, "call-request", ring).await);
    let call = json!({ "callId": town.hears(&bob).last().unwrap()["data"]["callId"] });
    assert!(must_agree(&town, &bob, "call-accepted", call.clone()).await);
    agrees(&town, &bob, 1).await.unwrap();
    assert!(!must_agree(&town, &bob, "call-accepted", call).await && town.session_of(&bob).is_some());
}

#[tokio::test]
async fn nobody_agrees_to_what_has_not_been_written() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    for (terms, newest) in [(0, 1), (1, 1), (3, 3)] {
        town.settings.terms = terms;
        for version in [0, newest + 1, u32::MAX] {
            assert_eq!(agrees(&town, &ada, version).await, Err(Code::InvalidRequest), "{version} of {terms}");
        }
        assert_eq!(agrees(&town, &ada, newest).await.map(|consent| consent.version), Ok(newest));
    }
}
