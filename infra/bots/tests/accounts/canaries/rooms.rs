//! Two sit in a room: its link, its name and its password, and what is said there.

use bots::Request;
use protocol::action::Action;
use serde_json::json;

use super::ledger::Ledger;
use super::run::Cast;

/// They come in, by a wrong password first, talk, and leave.
pub async fn gather(ledger: &mut Ledger, cast: &mut Cast) -> anyhow::Result<()> {
    let Cast { ada, first, second, .. } = cast;
    let name = ledger.plant("room's name", "Zq7 name of a room");
    let password = ledger.plant("room's password", "zq7-open-sesame");
    let wish = json!({ "name": name, "capacity": 3, "password": password });
    let made = ledger.done(Request::post("/api/create-room", &wish).bearer(&ada.token)).await?;
    let room = ledger.told("room's id", &made.body["roomId"])?;
    ledger.done(Request::get(&format!("/api/room/{room}"))).await?;
    let print = ledger.plant("fingerprint", &["B7"; 32].join(":"));
    let known_as = ledger.plant("nickname", "Zq7 name in a room");
    let wrong = ledger.plant("wrong password", "zq7-open-barley");
    for (page, password) in [(&mut *first, &password), (&mut *second, &password)] {
        let enter = json!({ "roomId": room, "name": known_as, "password": password, "sha256": print });
        ledger.say(page, Action::JoinRoom, enter).await?;
    }
    let seen = second.hear("participant").await?;
    ledger.told("alias", &seen["ownPeerId"])?;
    ledger.told("alias", &seen["peers"][0]["peerId"])?;
    ledger.say(second, Action::JoinRoom, json!({ "roomId": room, "password": wrong })).await?;
    let words = ledger.plant("words", "zq7 what one says to all");
    ledger.say(second, Action::SendMessage, json!({ "roomId": room, "n": 1, "message": words })).await?;
    first.hear("message").await?;
    ledger.say(second, Action::RaiseHand, json!({ "roomId": room })).await?;
    ledger.say(second, Action::ShareScreen, json!({ "roomId": room, "shown": true })).await?;
    ledger.say(first, Action::RoomAdmin, json!({ "roomId": room, "op": "mute-all" })).await?;
    for page in [first, second] {
        ledger.say(page, Action::LeaveRoom, json!({ "roomId": room })).await?;
    }
    Ok(())
}
