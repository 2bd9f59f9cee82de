//! What has been planted, what has been driven, and what was refused.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use bots::{Answer, Page, Person, Request};
use protocol::action::Action;
use protocol::route::{self, Answers, ApiRoute, AuthRoute, Entry};
use serde_json::{Value, json};

/// How far something may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nowhere: neither into logs nor onto the stream.
    Nowhere,
    /// Onto the stream, where docs/PROTOCOL.md names it: tags, language, region.
    Events,
}

/// The ledger of one run.
pub struct Ledger {
    pub port: u16,
    planted: BTreeMap<String, (String, Reach)>,
    driven: BTreeSet<String>,
    refused: Vec<(String, String)>,
}

impl Ledger {
    pub fn of(port: u16) -> Self {
        Self { port, planted: BTreeMap::new(), driven: BTreeSet::new(), refused: Vec::new() }
    }

    /// Notes a canary and gives it back.
    pub fn plant(&mut self, what: &str, canary: &str) -> String {
        self.reaching(Reach::Nowhere, what, canary)
    }

    pub fn reaching(&mut self, reach: Reach, what: &str, canary: &str) -> String {
        assert!(canary.len() >= 8, "{what} {canary:?} is found by chance");
        self.planted.insert(canary.to_lowercase(), (what.to_owned(), reach));
        canary.to_owned()
    }

    /// Notes a secret that was told.
    pub fn told(&mut self, what: &str, secret: &Value) -> anyhow::Result<String> {
        let secret = secret.as_str().with_context(|| format!("no {what}"))?;
        Ok(self.plant(what, secret))
    }

    /// Asks, and notes how it went.
    pub async fn ask(&mut self, request: Request) -> anyhow::Result<Answer> {
        let (method, path) = request.line();
        let (path, asked) = (path.split('?').next().unwrap_or_default().to_owned(), format!("{request:?}"));
        let entry = entry(method, &path);
        let answer = request.send(self.port).await?;
        if answer.status >= 400 {
            self.refused.push((asked, format!("{} {:?}", answer.text, answer.headers)));
        } else if let Some(entry) = entry {
            self.driven.insert(format!("{} {}", entry.method, entry.path));
        }
        for cookie in &answer.cookies {
            let value = cookie.split(';').next().and_then(|pair| pair.split_once('=')).map_or("", |(_, value)| value);
            // `<root>.<leaf>` at the end of a refresh token, and each of them; elsewhere the last part is all there is.
            let last = value.rmatch_indices('.').map(|(at, _)| &value[at + 1..]).take(2);
            let root = value.rsplit('.').nth(1).filter(|_| value.matches('.').count() >= 2);
            for secret in last.chain([value]).chain(root).filter(|it| !it.is_empty()) {
                self.plant("cookie", secret);
            }
        }
        for name in ["accessToken", "ticket", "deviceId"] {
            if let Some(secret) = answer.body[name].as_str() {
                self.plant(name, secret);
                // Of a token, the signature is what opens something.
                self.plant(name, secret.rsplit('.').next().unwrap_or_default());
            }
        }
        Ok(answer)
    }

    /// The same, of what must not be refused.
    pub async fn done(&mut self, request: Request) -> anyhow::Result<Answer> {
        let asked = format!("{request:?}");
        let answer = self.ask(request).await?;
        ensure!(answer.status < 300, "{asked} was answered by {answer:?}");
        Ok(answer)
    }

    /// A page of somebody, who has said hello.
    pub async fn open(&mut self, person: &Person) -> anyhow::Result<Page> {
        let ticket = Request::post("/api/auth/ws-ticket", &json!({})).bearer(&person.token);
        let ticket = self.done(ticket).await?.body["ticket"].as_str().context("no ticket")?.to_owned();
        let mut page = Page::open(self.port, &ticket).await?;
        self.say(&mut page, Action::Hello, json!({})).await?;
        page.hear("connected").await?;
        Ok(page)
    }

    /// Says something that must not be refused.
    pub async fn say(&mut self, page: &mut Page, action: Action, data: Value) -> anyhow::Result<()> {
        page.say_raw(json!({ "action": action.name(), "id": "said", "data": data }).to_string()).await?;
        page.hear("ack").await.with_context(|| format!("{} {data}", action.name()))?;
        self.driven.insert(action.name().to_owned());
        Ok(())
    }

    /// Says something that must be.
    pub async fn blunder(&mut self, page: &mut Page, frame: String) -> anyhow::Result<()> {
        page.say_raw(frame.clone()).await?;
        let error = page.hear("error").await.with_context(|| frame.clone())?;
        self.refused.push((frame, error.to_string()));
        Ok(())
    }

    /// What of the routes and the actions has not been driven.
    pub fn undriven(&self) -> Vec<String> {
        let routes = route::entries().map(|entry| format!("{} {}", entry.method, entry.path));
        let all = routes.chain(Action::ALL.iter().map(|action| action.name().to_owned()));
        all.filter(|name| !self.driven.contains(name)).collect()
    }

    /// The canaries that are in a text, where nothing of this reach may be.
    pub fn found_in(&self, text: &str, allowed: Option<Reach>) -> Vec<String> {
        let text = text.to_lowercase();
        let caught =
            self.planted.iter().filter(|(canary, (_, reach))| Some(*reach) != allowed && text.contains(*canary));
        caught.map(|(canary, (what, _))| format!("{what} {canary:?}")).collect()
    }

    /// The canaries that refusals repeat.
    pub fn repeated(&self) -> Vec<String> {
        let repeated = |(asked, told): &(String, String)| {
            let found = self.found_in(told, None);
            (!found.is_empty()).then(|| format!("{asked} was told {told}: {found:?}"))
        };
        self.refused.iter().filter_map(repeated).collect()
    }

    pub fn refusals(&self) -> usize {
        self.refused.len()
    }
}

fn entry(method: &str, path: &str) -> Option<Entry> {
    let auth = AuthRoute::find(method, path).map(|(route, _)| route.entry());
    auth.or_else(|| ApiRoute::find(method, path).map(|(route, _)| route.entry()))
}
