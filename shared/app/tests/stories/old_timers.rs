//! Timers that come hours late, as from the dead letters, when people have been forgotten and have come back.

use crate::town::Town;
use domain::limits::LIVE_ROW_LIFE;
use domain::row::{Key, Row};
use domain::session::{EndReason, Phase};
use domain::time::SpanMs;
use domain::timer::Timer;
use serde_json::json;

#[tokio::test]
async fn a_call_that_nobody_ended_ends_and_leaves_alone_who_is_in_another() {
    for deadline in [true, false] {
        let mut town = Town::with_channels(2).await;
        let (ada, _, _) = town.meet().await;
        let old = town.session_of(&ada).unwrap();
        town.world.inner().timers.clear();
        town.world.pass(LIVE_ROW_LIFE);
        town.world.pass(SpanMs::seconds(60));

        let issued = town.ticket(&ada.user).await;
        let ada = town.open_with(&ada.user, &issued).await;
        let cleo = town.arrive("Cleo", &["go"]).await;
        for page in [&ada, &cleo] {
            town.says(page, "join-queue", json!({ "tags": ["go"] })).await;
        }
        let present = town.session_of(&ada).unwrap();
        assert_ne!(present.id, old.id);

        let timer = if deadline { Timer::Deadline(old.id.clone()) } else { old.confirm_timer() };
        app::tick(&town.world, &town.settings, &timer, old.ends_at).await.unwrap();
        let Some(Row::Session(ended)) = town.world.inner().rows.get(&Key::Session(old.id.clone())).cloned() else {
            panic!("the old call is gone");
        };
        assert!(matches!(ended.phase, Phase::Ended { reason: EndReason::Timeout, .. }), "{timer:?}");
        assert_eq!(town.session_of(&ada).map(|session| session.id), Some(present.id), "{timer:?}");
    }
}
