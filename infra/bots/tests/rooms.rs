//! Many rooms at once with plain clients, whose people join, leave, drop out and come back, and say things twice and in any
//! order.
#![cfg(test)]

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use aws::{Aws, Credentials, Place};
use bots::{Page, Person, Request, Stack};
use domain::id::{RoomId, UserId};
use domain::row::{Key, Row};
use fastrand::Rng;
use futures_util::{StreamExt, TryStreamExt, stream};
use ports::{Consistency, Store};
use serde_json::{Value, json};

type Outcome = anyhow::Result<()>;

const ROOMS: usize = 200;
const PEOPLE: usize = 4;
/// So many rooms are lived in at a time.
const SIDE_BY_SIDE: usize = 8;
/// What people of one room do.
const ACTS: usize = 14;
/// After so many looks at the list, with a silence after each, everybody sees the same.
const LOOKS: usize = 5;

/// Somebody of a room, and their page while it is open.
struct Guest {
    person: Person,
    page: Option<Page>,
    inside: bool,
    /// The newest telling of who is there.
    seen: Value,
    said: u32,
}

struct Party {
    room: String,
    guests: Vec<Guest>,
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_rooms_of_four_converge_leak_nothing_and_leave_nothing() -> Outcome {
    let aws_port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let stack = Stack::start_at(aws_port, "").await?;
    let parties: Vec<Party> = stream::iter(0..ROOMS)
        .map(async |number| live(&stack, u64::try_from(number)?).await.with_context(|| format!("room {number}")))
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let world = world(&stack, aws_port).await?;
    for party in parties {
        let id = RoomId::parse(&party.room)?;
        ensure!(world.get(&Key::Room(id), Consistency::Strong).await?.is_none(), "{} is still there", party.room);
        let gone = Request::get(&format!("/api/room/{}", party.room)).send(stack.port).await?;
        assert_eq!((gone.status, &gone.body["error"]["code"]), (404, &json!("not_found")));
        for guest in party.guests {
            let user = world.get(&Key::User(UserId::parse(&guest.person.user_id)?), Consistency::Strong).await?;
            let Some(Row::User(user)) = user else { continue };
            ensure!(user.room().is_none(), "{} is still in a room", user.id);
        }
    }
    Ok(())
}

/// One room from its first to its last hour.
async fn live(stack: &Stack, seed: u64) -> anyhow::Result<Party> {
    let mut chance = Rng::with_seed(seed);
    let mut guests = Vec::new();
    for n in 0..PEOPLE {
        let person = Person::sign_in(stack.port, &format!("P{n}"), &[]).await?;
        let (page, _) = person.open().await?;
        guests.push(Guest { person, page: Some(page), inside: false, seen: Value::Null, said: 0 });
    }
    let made = Request::post("/api/create-room", &json!({ "capacity": PEOPLE }));
    let made = made.bearer(&guests[0].person.token).send(stack.port).await?;
    let room = made.body["roomId"].as_str().with_context(|| format!("no room: {made:?}"))?.to_owned();
    let mut party = Party { room, guests };
    party.guests[0].joins(&party.room).await?;
    for _ in 0..ACTS {
        let who = chance.usize(0..PEOPLE);
        party.act(who, &mut chance).await?;
    }
    party.agrees().await?;
    for at in 0..PEOPLE {
        party.leaves(at).await?;
    }
    Ok(party)
}

impl Party {
    /// Somebody does something; the last one stays, for a room goes with its last one.
    async fn act(&mut self, who: usize, chance: &mut Rng) -> Outcome {
        let people = self.guests.iter().filter(|guest| guest.inside).count();
        let room = self.room.clone();
        let guest = &mut self.guests[who];
        match (guest.inside, chance.u8(0..10)) {
            (false, _) => guest.joins(&room).await,
            (true, 0..2) if people > 1 => self.leaves(who).await,
            (true, 2..5) => guest.comes_back(&room, chance.bool()).await,
            (true, 5..8) => guest.talks(&room, chance).await,
            (true, _) => self.signals(who, chance).await,
        }
    }

    async fn leaves(&mut self, who: usize) -> Outcome {
        let guest = &mut self.guests[who];
        if guest.inside {
            guest.page()?.ask("leave-room", json!({ "roomId": self.room })).await?;
            guest.inside = false;
        }
        Ok(())
    }

    /// An offer to each of the others, some of them twice, the last first.
    async fn signals(&mut self, who: usize, chance: &mut Rng) -> Outcome {
        self.guests[who].listens(&self.room).await?;
        let guest = &mut self.guests[who];
        let peers: Vec<Value> = guest.seen["peers"].as_array().cloned().unwrap_or_default();
        for peer in peers.iter().rev() {
            for _ in 0..chance.u8(1..3) {
                let data = json!({ "type": "offer", "sdp": format!("v=0\r\ns={}\r\n", self.room) });
                let offer = json!({ "roomId": self.room, "to": peer["peerId"], "epoch": 1, "n": 1, "data": data });
                guest.page()?.say("send-offer", offer).await?;
            }
        }
        Ok(())
    }

    /// Everybody who is inside comes to see everybody else who is, and nobody besides.
    async fn agrees(&mut self) -> Outcome {
        for _ in 1..LOOKS {
            if self.look().await.is_ok() {
                return Ok(());
            }
        }
        self.look().await
    }

    /// Asks for each who is there, once.
    async fn look(&mut self) -> Outcome {
        let mut aliases = BTreeSet::new();
        for guest in self.guests.iter_mut().filter(|guest| guest.inside) {
            let fresh = json!({ "roomId": self.room, "peerId": guest.seen["ownPeerId"] });
            guest.page()?.ask("join-room", fresh).await?;
            guest.listens(&self.room).await?;
            aliases.insert(guest.seen["ownPeerId"].as_str().context("no alias")?.to_owned());
        }
        for guest in self.guests.iter().filter(|guest| guest.inside) {
            let peers = guest.seen["peers"].as_array().context("no list")?;
            let own = guest.seen["ownPeerId"].as_str().map(str::to_owned);
            let seen: BTreeSet<String> =
                peers.iter().filter_map(|peer| peer["peerId"].as_str()).map(str::to_owned).collect();
            let all: BTreeSet<String> = seen.into_iter().chain(own).collect();
            ensure!(all == aliases, "{} sees {all:?} of {aliases:?}", guest.person.user_id);
        }
        Ok(())
    }
}

impl Guest {
    fn page(&mut self) -> anyhow::Result<&mut Page> {
        self.page.as_mut().context("no page")
    }

    async fn joins(&mut self, room: &str) -> Outcome {
        self.page()?.ask("join-room", json!({ "roomId": room })).await?;
        self.inside = true;
        self.listens(room).await
    }

    /// The page goes and comes back; the same one, or loaded anew.
    async fn comes_back(&mut self, room: &str, anew: bool) -> Outcome {
        self.listens(room).await?;
        if let Some(page) = self.page.take() {
            page.close().await?;
        }
        let (page, connected) = self.person.open().await?;
        self.page = Some(page);
        ensure!(connected["state"] == "in-room", "{connected}");
        ensure!(connected["room"]["ownPeerId"] == self.seen["ownPeerId"], "the place is another one");
        self.learns(&connected["room"]);
        if anew { self.joins(room).await } else { Ok(()) }
    }

    /// Lines in any order, some of them twice.
    async fn talks(&mut self, room: &str, chance: &mut Rng) -> Outcome {
        let mut lines: Vec<u32> = (self.said + 1..self.said + 4).collect();
        self.said += 3;
        lines.push(lines[chance.usize(0..3)]);
        chance.shuffle(&mut lines);
        for n in lines {
            self.page()?.say("send-message", json!({ "roomId": room, "n": n, "message": room })).await?;
        }
        Ok(())
    }

    /// Takes in what has come; all of it is of this room.
    async fn listens(&mut self, room: &str) -> Outcome {
        let heard = self.page()?.hear_all().await?;
        for frame in heard {
            let data = &frame["data"];
            if let Some(of) = data["roomId"].as_str() {
                ensure!(of == room, "{frame} is of another room");
            }
            match frame["event"].as_str().unwrap_or_default() {
                "participant" | "new-peer" | "peer-left" => self.learns(data),
                "message" => ensure!(data["message"] == room, "{frame} was said in another room"),
                "offer" => ensure!(data["data"]["sdp"].as_str().is_some_and(|sdp| sdp.contains(room)), "{frame}"),
                // Frames come in any order: who signals, or is signaled to, may have gone before.
                "error" => ensure!(data["code"] == "not_found" || data["code"] == "not_in_session", "{frame}"),
                _ => {}
            }
        }
        Ok(())
    }

    fn learns(&mut self, told: &Value) {
        if told["version"].as_u64() > self.seen["version"].as_u64() {
            self.seen = told.clone();
        }
    }
}

/// The rows of the stack.
async fn world(stack: &Stack, aws_port: u16) -> anyhow::Result<Aws> {
    let outputs = Request::get("/_local/outputs").header("accept", "application/json").send(stack.port).await?.body;
    let named = |name: &str| outputs[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
    let place = Place {
        region: "us-east-1".into(),
        endpoint: Some(format!("http://127.0.0.1:{aws_port}")),
        live_table: named("LiveTableName")?,
        ledger_table: named("LedgerTableName")?,
        ..Place::default()
    };
    Ok(Aws::at(place, Credentials::new("AKIDLOCAL", "local", None, None, "test")))
}
