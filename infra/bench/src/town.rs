//! People on a counted world: idle with an open page, waiting, in a call.

use anyhow::Context;
use app::Settings;
use domain::credential::{Card, Connection};
use domain::decide;
use domain::id::{ConnectionId, TicketId, UserId};
use domain::profile::{Tag, Wish};
use domain::row::{Key, Row};
use domain::time::{SpanMs, TimeMs};
use domain::timer::Timer;
use domain::user::User;
use ports::{Ambient, Commit, Store};
use serde_json::{Value, json};
use testkit::budget::Counted;

use crate::people::People;

/// Monday, 2 March 2026, noon UTC.
const NOON: TimeMs = TimeMs(1_772_452_800_000);

/// A world and the people in it, by their numbers.
#[derive(Debug)]
pub struct Town {
    /// The world, which counts.
    pub world: Counted,
    settings: Settings,
    people: Vec<(UserId, ConnectionId, Wish)>,
}

impl Town {
    /// A town in a world in which nobody is yet.
    pub fn at_noon(world: Counted) -> Self {
        world.world.inner().now = NOON;
        Self { world, settings: Settings::default(), people: Vec::new() }
    }

    /// How many people there are.
    pub fn size(&self) -> usize {
        self.people.len()
    }

    /// Somebody comes online with an open page; gives their number.
    ///
    /// # Errors
    /// None in practice.
    pub fn settle(&mut self, wish: Wish) -> anyhow::Result<usize> {
        let number = self.people.len();
        let now = self.world.now();
        let id = ConnectionId::parse(&format!("c{number}="))?;
        let arriving = People::user(number, &wish, now)?;
        let card = Card {
            nickname: arriving.nickname.clone(),
            tags: arriving.tags.clone(),
            language: arriving.language.clone(),
            hide_ip: arriving.hide_ip,
            agreed: None,
            standing: arriving.standing.clone(),
        };
        let connection = Connection {
            id: id.clone(),
            user: arriving.id.clone(),
            device: arriving.device.clone(),
            family: domain::id::Token::derived(&["family", &number.to_string()]).into(),
            card,
            issued_at: now,
            opened_at: now,
        };
        let user = User { connection: Some(id.clone()), connected_at: now, ..arriving };
        let mut inner = self.world.world.inner();
        inner.open.insert(id.clone());
        self.people.push((user.id.clone(), id, wish));
        for row in [Row::User(user), Row::Connection(connection)] {
            inner.rows.insert(row.key(), row);
        }
        drop(inner);
        Ok(number)
    }

    /// Puts a ticket down for somebody who has not looked around; not counted.
    ///
    /// # Errors
    /// They are not idle.
    pub async fn put_down(&self, number: usize) -> anyhow::Result<()> {
        let user = self.user(number)?;
        let wish = self.people[number].2.clone();
        let (_, decision) = decide::wait(&user, wish, TicketId::parse(&format!("t{number}"))?, self.world.now())?;
        let commit = self.world.world.commit(&decision.changes).await?;
        anyhow::ensure!(commit == Commit::Committed, "a ticket was refused");
        Ok(())
    }

    /// Somebody joins the queue.
    ///
    /// # Errors
    /// A port failed.
    pub async fn join(&self, number: usize) -> anyhow::Result<()> {
        let wish = &self.people[number].2;
        let mut data =
            json!({ "tags": wish.tags.iter().map(Tag::as_str).collect::<Vec<_>>(), "mode": wish.mode.as_str() });
        data["userId"] = self.people[number].0.as_str().into();
        if let Some(language) = &wish.language {
            data["language"] = language.as_str().into();
        }
        if let Some(region) = &wish.region {
            data["region"] = region.as_str().into();
        }
        self.say(number, "join-queue", data).await
    }

    /// Somebody's page says something.
    ///
    /// # Errors
    /// A port failed.
    pub async fn say(&self, number: usize, action: &str, data: Value) -> anyhow::Result<()> {
        let frame = json!({ "action": action, "data": data }).to_string();
        Ok(app::message(&self.world, &self.settings, &self.people[number].1, &frame).await?)
    }

    /// The timer of somebody who waits fires; nothing for who does not wait.
    ///
    /// # Errors
    /// A port failed.
    pub async fn look(&self, number: usize) -> anyhow::Result<()> {
        let user = self.user(number)?;
        let Some(waiting) = user.waiting() else { return Ok(()) };
        let timer = Timer::Widen { user: user.id.clone(), ticket: waiting.ticket.clone() };
        Ok(app::tick(&self.world, &self.settings, &timer, waiting.look_at).await?)
    }

    /// A timer fires that was sent as this message; only those of the queue are heeded.
    ///
    /// # Errors
    /// A port failed.
    pub async fn fires(&self, message: &str) -> anyhow::Result<()> {
        let (timer, due_at) = protocol::timer::decode(message)?;
        if matches!(timer, Timer::Widen { .. }) {
            app::tick(&self.world, &self.settings, &timer, due_at).await?;
        }
        Ok(())
    }

    /// Every timer that is due fires.
    ///
    /// # Errors
    /// A port failed.
    pub async fn timers_fire(&self) -> anyhow::Result<()> {
        while let Some(message) = self.world.world.due_timer() {
            let (timer, due_at) = protocol::timer::decode(&message)?;
            app::tick(&self.world, &self.settings, &timer, due_at).await?;
        }
        Ok(())
    }

    /// Time passes; frames and records that nobody looks at go.
    pub fn pass(&self, span: SpanMs) {
        self.world.world.pass(span);
        let mut inner = self.world.world.inner();
        inner.posted.clear();
        inner.recorded.clear();
    }

    /// Where somebody is.
    ///
    /// # Errors
    /// Nobody has this number.
    pub fn user(&self, number: usize) -> anyhow::Result<User> {
        let (id, ..) = self.people.get(number).context("nobody has this number")?;
        match self.world.world.inner().rows.get(&Key::User(id.clone())) {
            Some(Row::User(user)) => Ok(user.clone()),
            Some(_) | None => anyhow::bail!("somebody has no row"),
        }
    }

    /// What somebody looks for.
    pub fn wish(&self, number: usize) -> &Wish {
        &self.people[number].2
    }

    /// Those who wait.
    ///
    /// # Errors
    /// None in practice.
    pub fn waiting(&self) -> anyhow::Result<Vec<usize>> {
        let mut waiting = Vec::new();
        for number in 0..self.size() {
            if self.user(number)?.waiting().is_some() {
                waiting.push(number);
            }
        }
        Ok(waiting)
    }
}
