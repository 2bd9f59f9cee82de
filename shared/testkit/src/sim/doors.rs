//! How people come in by mail and stay in: browsers with cookies and tabs, mailboxes, a scanner that opens every link, and a
//! thief of cookies.

use std::collections::BTreeMap;

use domain::account::MagicLink;
use domain::id::{Token, UserId};
use domain::row::Row;
use domain::time::{SpanMs, TimeMs};
use serde_json::Value;

use super::errand::{Answer, Errand};
use super::law::Law;
use super::town::{Event, Town};
use super::world::Inner;

/// `Timeout` of `AuthFunction` in `cloudformation.yaml`: what has not answered by then is ended, and acts no more. Twice this
/// is less than the grace of a refresh token, so that no answer that is still on its way, and no second tab, is taken for a
/// thief.
pub const ANSWERS_WITHIN: SpanMs = SpanMs::seconds(4);
/// A page gives a request up this long after that.
const PATIENCE: SpanMs = SpanMs(ANSWERS_WITHIN.0 + 300);
/// Every person has so many browsers.
const BROWSERS: usize = 2;
/// Without faults a mail takes no longer than this, the errands that were left over included.
const MAILED_WITHIN: SpanMs = SpanMs::seconds(120);
/// People look at a browser this often.
const LOOKS_EVERY: SpanMs = SpanMs::seconds(1);

/// A knock at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Knock {
    /// A page wants another access token; the number of its request.
    Refresh { user: UserId, cookie: String, request: u64 },
    /// Somebody who has copied a cookie does.
    Thief { user: UserId, cookie: String },
    /// A page logs out.
    LogOut { user: UserId, cookie: String },
    /// A link is asked for in a browser that will keep this mark.
    AskLink { email: String, nonce: Token },
    /// A link is opened, or typed as its code.
    Redeem { link: String, email: Option<String>, nonce: Option<Token> },
    /// A scanner opens it.
    Scan { link: String },
}

impl Knock {
    /// Its name in the counts.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Refresh { .. } => "refresh",
            Self::Thief { .. } => "steal a cookie",
            Self::LogOut { .. } => "log out",
            Self::AskLink { .. } => "ask for a link",
            Self::Redeem { email: None, .. } => "open a link",
            Self::Redeem { email: Some(_), .. } => "type a code",
            Self::Scan { .. } => "scan a link",
        }
    }

    /// The chain and the token that are shown.
    pub fn shown(&self) -> Option<(&UserId, &str, &str)> {
        let (Self::Refresh { user, cookie, .. } | Self::Thief { user, cookie } | Self::LogOut { user, cookie }) = self
        else {
            return None;
        };
        let (family, token) = cookie.split_once('.')?;
        Some((user, family, token))
    }
}

/// A browser: its cookies, and the request on its way.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    signed_in: Option<(UserId, String)>,
    nonce: Option<Token>,
    request: u64,
    busy_until: TimeMs,
}

/// Everything about doors.
#[derive(Debug, Default)]
pub struct Doors {
    browsers: Vec<Browser>,
    /// Links as they lie in the mailboxes, the newest last.
    letters: BTreeMap<String, Vec<String>>,
    /// Codes that were shown elsewhere, by the address.
    codes: BTreeMap<String, String>,
}

impl Town<'_> {
    /// People get their browsers.
    pub(super) fn open_doors(&mut self, people: usize) {
        self.doors.browsers = vec![Browser::default(); people * BROWSERS];
        for browser in 0..self.doors.browsers.len() {
            let after = self.soon(LOOKS_EVERY.0);
            self.plan(after, Event::Knock(browser));
        }
    }

    /// Somebody looks at a browser.
    pub(super) fn knock(&mut self, at: usize) {
        self.plan(LOOKS_EVERY, Event::Knock(at));
        let now = self.now();
        if self.doors.browsers[at].busy_until > now {
            return;
        }
        let chance = self.world.inner().chance.u32(0..100);
        match (self.doors.browsers[at].signed_in.clone(), chance) {
            (Some((user, cookie)), 0..40) => {
                let browser = &mut self.doors.browsers[at];
                (browser.request, browser.busy_until) = (browser.request + 1, now + PATIENCE);
                let refresh = Knock::Refresh { user, cookie, request: browser.request };
                // Two tabs at once, or one.
                for _ in 0..1 + chance % 2 {
                    self.send(at, refresh.clone(), 300);
                }
            }
            (Some((user, cookie)), 40..42) => self.send(at, Knock::LogOut { user, cookie }, 100),
            (Some((user, cookie)), 42..44) => self.send(at, Knock::Thief { user, cookie }, 90_000),
            (None, 0..20) => self.ask_for_link(at),
            (None, 20..90) => self.open_letter(at, chance),
            (_, 97..99) => self.scan(at),
            _ => {}
        }
    }

    fn send(&mut self, at: usize, knock: Knock, within: u64) {
        let after = self.soon(within);
        self.plan(after, Event::Invoke(Errand::Knock(at, knock)));
    }

    fn ask_for_link(&mut self, at: usize) {
        self.sequence += 1;
        let fresh = Token::derived(&["nonce", &self.sequence.to_string()]);
        let nonce = self.doors.browsers[at].nonce.clone().unwrap_or(fresh);
        self.send(at, Knock::AskLink { email: address(at), nonce }, 100);
    }

    /// The newest link is opened in this browser, by some twice; or the code is typed that another one showed.
    fn open_letter(&mut self, at: usize, chance: u32) {
        let (email, nonce) = (address(at), self.doors.browsers[at].nonce.clone());
        if let (Some(code), true) = (self.doors.codes.get(&email).cloned(), nonce.is_some()) {
            self.doors.codes.remove(&email);
            return self.send(at, Knock::Redeem { link: code, email: Some(email), nonce }, 100);
        }
        let Some(link) = self.doors.letters.get(&email).and_then(|letters| letters.last()).cloned() else { return };
        for _ in 0..1 + chance % 3 / 2 {
            self.send(at, Knock::Redeem { link: link.clone(), email: None, nonce: nonce.clone() }, 300);
        }
    }

    fn scan(&mut self, at: usize) {
        let letters = self.doors.letters.get(&address(at));
        if let Some(link) = letters.and_then(|letters| letters.last()).cloned() {
            self.send(at, Knock::Scan { link }, 100);
        }
    }

    /// The faults stop, and after a day and a night everybody asks for a link.
    pub(super) fn ask_once_more(&mut self) {
        self.calm();
        let morning = self.now() + SpanMs::seconds(30 * 3600);
        self.world.inner().now = morning;
        self.doors.letters.clear();
        for at in (0..self.doors.browsers.len()).step_by(BROWSERS) {
            self.ask_for_link(at);
        }
        self.live_until(morning + MAILED_WITHIN);
        let without = (0..self.doors.browsers.len()).map(address).find(|email| !self.doors.letters.contains_key(email));
        if let Some(email) = without {
            self.world.inner().breaks(Law::A7, format!("{email} gets no mail"));
        }
    }

    /// A mail arrives.
    pub(super) fn mailed(&mut self, email: &str, text: &str) {
        let link = text.split_once("/sign-in#").and_then(|(_, rest)| rest.split_whitespace().next());
        if let Some(link) = link {
            self.doors.letters.entry(email.to_owned()).or_default().push(link.to_owned());
        }
    }

    /// A knock was answered; the answer is on its way to the browser.
    pub(super) fn let_in(&mut self, at: usize, knock: &Knock, answer: Answer, flight: u64) {
        let kept = {
            let mut inner = self.world.inner();
            let Inner { laws, rows, now, .. } = &mut *inner;
            laws.doors.answered(flight, knock, &answer, rows, *now)
        };
        self.world.inner().keeps(kept);
        let after = self.soon(150);
        self.plan(after, Event::Told(at, knock.clone(), answer));
    }

    /// The browser hears the answer.
    pub(super) fn told(&mut self, at: usize, knock: &Knock, answer: Answer) {
        let browser = &mut self.doors.browsers[at];
        match (knock, answer) {
            (Knock::Refresh { user, request, .. }, answer) if *request == browser.request => {
                browser.busy_until = TimeMs(0);
                if let Answer::Refreshed(cookie) = answer {
                    browser.signed_in = Some((user.clone(), cookie));
                } else if matches!(answer, Answer::Refused) {
                    browser.signed_in = None;
                }
            }
            (Knock::LogOut { .. }, Answer::Done) => browser.signed_in = None,
            (Knock::AskLink { nonce, .. }, Answer::Done) => browser.nonce = Some(nonce.clone()),
            (Knock::Redeem { .. }, Answer::Entered(user, cookie)) => {
                browser.signed_in = Some((user, cookie));
                browser.nonce = None;
            }
            (Knock::Redeem { .. }, Answer::Code(code)) => drop(self.doors.codes.insert(address(at), code)),
            (_, _) => {}
        }
    }
}

/// The address of who owns a browser.
fn address(browser: usize) -> String {
    format!("person-{}@example.org", browser / BROWSERS)
}

/// A link's row.
pub(super) fn as_link(row: Option<&Row>) -> Option<&MagicLink> {
    if let Some(Row::MagicLink(link)) = row { Some(link) } else { None }
}

/// The errand of a message, by its name.
pub(super) fn errand_name(message: &str) -> String {
    let read: Value = serde_json::from_str(message).unwrap_or_default();
    read.as_object().and_then(|errand| errand.keys().next().cloned()).unwrap_or_default()
}
