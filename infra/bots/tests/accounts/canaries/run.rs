//! A full run: two people come in by mail, meet, talk, become friends, ring each other, and go; every field bears a canary.

use std::time::Duration;

use anyhow::Context;
use bots::{Answer, Page, Person, Request, newest_link};
use protocol::action::Action;
use serde_json::{Value, json};

use super::ledger::{Ledger, Reach};

/// Before that, `next` is refused.
const COOL_DOWN: Duration = Duration::from_secs(2);

/// Two people and their pages.
pub struct Cast {
    pub ada: Person,
    pub bob: Person,
    pub first: Page,
    pub second: Page,
}

/// Everybody comes in, each in another way.
pub async fn arrive(ledger: &mut Ledger) -> anyhow::Result<Cast> {
    // The pool of channels is empty at first, and ready says so.
    while ledger.ask(Request::get("/api/health/ready")).await?.status != 200 {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    for path in ["/api/health", "/api/health/ready", "/api/.well-known/jwks.json"] {
        ledger.done(Request::get(path)).await?;
    }
    let device = ledger.plant("made-up device", "zq7-made-up-device");
    let email = ledger.plant("e-mail", "zq7-ada-mail@canary.example");
    let name = ledger.plant("nickname", "Zq7 name of Ada");
    let signup = Request::post("/api/signup", &json!({ "email": email, "name": name, "deviceId": device }));
    let ada = come_in(ledger, signup, &email).await?;

    let email = ledger.plant("e-mail", "zq7-bob-mail@canary.example");
    let name = ledger.plant("nickname", "Zq7 name of Bob");
    let wish = json!({ "email": email, "nickname": name, "tags": [tag(ledger)], "deviceId": device });
    let bob = come_in(ledger, Request::post("/api/login", &wish), &email).await?;

    let guest = ledger.done(Request::post("/api/auth/token", &json!({ "deviceId": device }))).await?;
    let guest = Person::welcomed(ledger.port, &guest)?;
    let of_guest = json!({ "userId": guest.user_id });
    let refresh = Request::post("/api/auth/refresh", &of_guest).header("cookie", &guest.cookie);
    let cookie = ledger.done(refresh).await?.cookie().context("a cookie")?.to_owned();
    ledger.done(Request::post("/api/auth/logout", &of_guest).header("cookie", &cookie)).await?;
    ledger.ask(Request::get("/api/auth/verify").bearer(&guest.token)).await?;

    let (first, second) = (ledger.open(&ada).await?, ledger.open(&bob).await?);
    Ok(Cast { ada, bob, first, second })
}

/// Comes in by mail, having shown the link to another browser and typed a wrong code.
pub async fn come_in(ledger: &mut Ledger, asks: Request, email: &str) -> anyhow::Result<Person> {
    let mark = ledger.done(asks).await?.cookie().context("no mark")?.to_owned();
    let link = newest_link(ledger.port, email, 1).await?;
    ledger.plant("link", &link);
    ledger.plant("link", link.rsplit('.').next().unwrap_or_default());
    let show = |shown: Value| Request::post("/api/auth/magic/verify", &shown);
    let elsewhere = ledger.done(show(json!({ "token": link }))).await?;
    ledger.told("code", &elsewhere.body["code"])?;
    let wrong = ledger.plant("wrong code", "ZQ7ZQ7ZQ");
    ledger.ask(show(json!({ "email": email, "code": wrong })).header("cookie", &mark)).await?;
    let welcome = ledger.done(show(json!({ "token": link })).header("cookie", &mark)).await?;
    ledger.ask(show(json!({ "token": link })).header("cookie", &mark)).await?;
    let person = Person::welcomed(ledger.port, &welcome)?;
    ledger.plant("user id", &person.user_id);
    Ok(person)
}

fn tag(ledger: &mut Ledger) -> String {
    ledger.reaching(Reach::Events, "tag", "zq7-tag-of-both")
}

/// Two strangers meet over their common tag, with signaling through our own socket; all that passes between them.
pub async fn meet(ledger: &mut Ledger, cast: &mut Cast) -> anyhow::Result<String> {
    let Cast { ada, first, second, .. } = cast;
    let language = ledger.reaching(Reach::Events, "language", "zq7-language");
    let region = ledger.reaching(Reach::Events, "region", "zq7-region");
    let tag = tag(ledger);
    let wish = json!({ "tags": [&tag], "language": language, "region": region });
    ledger.say(first, Action::JoinQueue, json!({ "userId": ada.user_id, "interests": [tag] })).await?;
    ledger.say(first, Action::Ping, json!({})).await?;
    ledger.say(first, Action::LeaveQueue, json!({})).await?;
    ledger.say(first, Action::JoinQueue, wish.clone()).await?;
    ledger.say(second, Action::JoinQueue, wish).await?;
    let (to_first, to_second) = (first.hear("matched").await?, second.hear("matched").await?);
    for matched in [&to_first, &to_second] {
        let servers = matched["iceServers"].as_array().context("no servers")?;
        let passwords = servers.iter().filter_map(|server| server["credential"].as_str());
        for secret in matched["signaling"]["url"].as_str().into_iter().chain(passwords) {
            ledger.plant("way into the channel", secret);
        }
    }
    let id = to_first["sessionId"].as_str().context("no session")?.to_owned();
    for asked in [json!({}), json!({ "sessionId": id })] {
        let servers = ledger.done(Request::post("/api/turn/credentials", &asked).bearer(&ada.token)).await?;
        ledger.told("TURN name", &servers.body["username"])?;
        ledger.told("TURN password", &servers.body["credential"])?;
    }
    let print = ledger.plant("fingerprint", &["A7"; 32].join(":"));
    for page in [&mut *first, &mut *second] {
        let received = json!({ "sessionId": id, "status": "received", "sha256": print });
        ledger.say(page, Action::ConnectionStatus, received).await?;
    }
    ledger.say(first, Action::Fingerprint, json!({ "sessionId": id, "sha256": print })).await?;
    relay(ledger, cast, &id).await?;
    talk(ledger, cast, &id).await?;
    Ok(id)
}

/// Their descriptions and candidates hold network addresses.
async fn relay(ledger: &mut Ledger, Cast { first, second, .. }: &mut Cast, id: &str) -> anyhow::Result<()> {
    let details = json!({ "sessionId": id });
    ledger.say(first, Action::GetMatchDetails, details).await?;
    let mut epoch = first.hear("match-details").await?["epoch"].clone();
    let fails = json!({ "sessionId": id, "status": "signaling-failed", "epoch": epoch });
    ledger.say(first, Action::ConnectionStatus, fails).await?;
    if let Ok(signaling) = first.hear("signaling").await {
        epoch = signaling["epoch"].clone();
    }
    let (v4, v6) = (ledger.plant("address", "198.51.100.217"), ledger.plant("address", "2001:db8:7a7:a7a::7"));
    let (host, ufrag) = (ledger.plant("mDNS name", "zq7-host.local"), ledger.plant("ufrag", "zq7ufrag"));
    let sdp = format!("v=0\r\no=- 7 2 IN IP4 {v4}\r\ns=-\r\nc=IN IP6 {v6}\r\na=ice-ufrag:{ufrag}\r\n");
    let candidate = format!("candidate:1 1 udp 2122260223 {v4} 50000 typ srflx raddr {host} rport 9 ufrag {ufrag}");
    let told = |data: Value| json!({ "sessionId": id, "epoch": epoch, "n": 1, "data": data });
    ledger.say(second, Action::SendOffer, told(json!({ "type": "offer", "sdp": sdp }))).await?;
    ledger.say(first, Action::SendAnswer, told(json!({ "type": "answer", "sdp": sdp }))).await?;
    let candidate = json!({ "candidate": candidate, "sdpMid": ufrag, "sdpMLineIndex": 0, "usernameFragment": ufrag });
    ledger.say(first, Action::SendCandidate, told(candidate)).await?;
    first.hear("offer").await?;
    second.hear("candidate").await?;
    Ok(())
}

async fn talk(ledger: &mut Ledger, Cast { first, second, .. }: &mut Cast, id: &str) -> anyhow::Result<()> {
    for page in [&mut *first, &mut *second] {
        let connected = json!({ "sessionId": id, "status": "connected", "connectionTimeMs": 120 });
        ledger.say(page, Action::ConnectionStatus, connected).await?;
    }
    let words = ledger.plant("words", "zq7 what one says to the other");
    ledger.say(first, Action::SendMessage, json!({ "sessionId": id, "n": 1, "message": words })).await?;
    second.hear("message").await?;
    ledger.say(second, Action::SendReaction, json!({ "sessionId": id, "emoji": "👋" })).await?;
    ledger.say(first, Action::ExtendSession, json!({ "sessionId": id })).await?;
    ledger.say(second, Action::ExtendSession, json!({ "sessionId": id })).await?;
    tokio::time::sleep(COOL_DOWN).await;
    ledger.say(second, Action::Next, json!({ "sessionId": id })).await?;
    first.hear("session-ended").await?;
    ledger.say(second, Action::LeaveQueue, json!({})).await?;
    ledger.say(first, Action::Rematch, json!({ "sessionId": id })).await
}

/// They become friends, and ring each other.
pub async fn befriend(ledger: &mut Ledger, cast: &mut Cast, met: &str) -> anyhow::Result<()> {
    let Cast { ada, bob, first, second } = cast;
    let invited = ledger.plant("invited e-mail", "zq7-carl-mail@canary.example");
    let wanted = [json!({ "sessionId": met }), json!({ "toUserId": bob.user_id }), json!({ "toEmail": invited })];
    for wanted in wanted {
        ledger.done(Request::post("/api/send-friend-request", &wanted).bearer(&ada.token)).await?;
    }
    let asked = ledger.done(Request::get("/api/get-friends").bearer(&bob.token)).await?;
    let request = asked.body["incoming"][0]["requestId"].clone();
    let accept = json!({ "requestId": request, "action": "accept" });
    ledger.done(Request::post("/api/respond-friend-request", &accept).bearer(&bob.token)).await?;

    for (action, by_friend) in [(Action::CallRejected, true), (Action::CallCancel, false), (Action::CallAccepted, true)]
    {
        ledger.say(first, Action::CallRequest, json!({ "to": bob.user_id, "mode": "audio" })).await?;
        let call = second.hear("call-request").await?["callId"].clone();
        let page = if by_friend { &mut *second } else { &mut *first };
        ledger.say(page, action, json!({ "callId": call })).await?;
    }
    first.hear("matched").await?;
    let session = second.hear("matched").await?["sessionId"].clone();
    ledger.say(first, Action::EndCall, json!({ "sessionId": session })).await?;
    second.hear("session-ended").await?;
    Ok(())
}

/// They look at what is kept of them, part, and are erased.
pub async fn leave(ledger: &mut Ledger, Cast { ada, bob, .. }: &mut Cast) -> anyhow::Result<()> {
    let renamed = ledger.plant("nickname", "Zq7 another name");
    let own = json!({ "nickname": renamed, "tags": [tag(ledger)], "language": "zq7-language", "region": "zq7-region",
                      "hideIp": true, "findable": true });
    let own = Request::raw("PUT", "/api/users/me", own.to_string());
    ledger.done(own.bearer(&ada.token)).await?;
    ledger.done(Request::get("/api/users/search?q=zq7%20another%20name").bearer(&bob.token)).await?;
    for path in ["/api/auth/verify", "/api/users/me", "/api/users/me/export", "/api/users/me/call-history"] {
        ledger.done(Request::get(path).bearer(&ada.token)).await?;
    }
    wake(ledger, ada).await?;
    let block = Request::post("/api/blocks", &json!({ "userId": ada.user_id })).bearer(&bob.token);
    let block = ledger.done(block).await?.body["blockId"].as_str().context("a block")?.to_owned();
    ledger.done(Request::get("/api/blocks").bearer(&bob.token)).await?;
    let delete = |path: String, token: &str| Request::raw("DELETE", &path, String::new()).bearer(token);
    ledger.done(delete(format!("/api/blocks/{block}"), &bob.token)).await?;
    // Again friends of a kind, for there to be somebody to part from.
    let again = Request::post("/api/send-friend-request", &json!({ "toUserId": bob.user_id })).bearer(&ada.token);
    ledger.done(again).await?;
    ledger.done(delete(format!("/api/friends/{}", bob.user_id), &ada.token)).await?;
    let refreshed: Answer = ledger.done(with_cookie("/api/auth/refresh", &bob.cookie)).await?;
    ledger.ask(with_cookie("/api/auth/refresh", &bob.cookie)).await?;
    let cookie = refreshed.cookie().context("a cookie")?.to_owned();
    ledger.done(with_cookie("/api/auth/logout-all", &cookie)).await?;
    ledger.done(delete("/api/users/me".into(), &ada.token)).await?;
    ledger.ask(delete("/api/users/me".into(), &ada.token)).await?;
    Ok(())
}

/// A browser is to be woken, and is not any more: nobody rings meanwhile, for a push would go to the internet.
async fn wake(ledger: &mut Ledger, ada: &Person) -> anyhow::Result<()> {
    let endpoint = ledger.plant("endpoint", "https://fcm.googleapis.com/fcm/send/zq7-browser-of-ada");
    let p256dh = ledger.plant("browser's key", &format!("{:z<87}", "BZq7-key"));
    let auth = ledger.plant("browser's secret", &format!("{:z<22}", "zq7-secret"));
    ledger.done(Request::get("/api/push/key").bearer(&ada.token)).await?;
    let subscribe = json!({ "endpoint": endpoint, "keys": { "p256dh": p256dh, "auth": auth } });
    ledger.done(Request::post("/api/push/subscribe", &subscribe).bearer(&ada.token)).await?;
    let kept = ledger.done(Request::get("/api/users/me/export").bearer(&ada.token)).await?;
    assert_eq!(kept.body["pushes"][0]["service"], "https://fcm.googleapis.com", "{}", kept.text);
    assert_eq!(kept.body["pushes"].as_array().map(Vec::len), Some(1));
    let unsubscribe = json!({ "endpoint": endpoint });
    ledger.done(Request::post("/api/push/unsubscribe", &unsubscribe).bearer(&ada.token)).await?;
    Ok(())
}

fn with_cookie(path: &str, cookie: &str) -> Request {
    Request::post(path, &json!({})).header("cookie", cookie)
}
