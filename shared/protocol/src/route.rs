//! Every REST route once: its method, its path, who may knock, what is counted before it, and which function answers.

use domain::quota::Class;

/// Who may knock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Anybody, from anywhere; nothing of a person is read or written.
    Open,
    /// Our own page, and what is no browser: the route reads or writes a cookie, so that every foreign `Origin` is refused.
    Home,
    /// Who holds an access token; pages of the allowed origins as well. A ban keeps nobody from what is their own.
    Bearer,
    /// Who holds the deployment's token for metrics, and no page.
    Operator,
    /// As [`Door::Bearer`], and no ban holds: what lets people meet.
    Member,
    /// As [`Door::Member`], and the profile says that they moderate.
    Moderator,
}

impl Door {
    /// Whether it asks for an access token, and for no cookie.
    #[must_use]
    pub const fn is_bearer(self) -> bool {
        match self {
            Self::Bearer | Self::Member | Self::Moderator => true,
            Self::Open | Self::Home | Self::Operator => false,
        }
    }
}

/// A route as it stands in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is called in logs and counters.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path under `/api`; `{...}` stands for one segment.
    pub path: &'static str,
    /// Who may knock.
    pub door: Door,
    /// What is counted before it.
    pub class: Class,
}

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident { $($route:ident: $method:ident $path:literal $door:ident $class:ident;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the routes are those of docs/PROTOCOL.md")]
        pub enum $name { $($route),* }

        impl Answers for $name {
            const ALL: &'static [Self] = &[$(Self::$route),*];

            fn entry(self) -> Entry {
                match self {
                    $(Self::$route => Entry {
                        name: concat!(stringify!($method), " ", $path),
                        method: stringify!($method),
                        path: $path, door: Door::$door, class: Class::$class,
                    },)*
                }
            }
        }
    )*};
}

/// The routes that one function answers.
pub trait Answers: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// How a route stands in the table.
    fn entry(self) -> Entry;

    /// The route of a request, and the segment that stands for `{...}`.
    fn find<'a>(method: &str, path: &'a str) -> Option<(Self, &'a str)> {
        let path = path.strip_prefix("/api")?;
        Self::ALL.iter().filter(|route| route.entry().method == method).find_map(|route| {
            let segment = matched(route.entry().path, path)?;
            Some((*route, segment))
        })
    }
}

/// Every route of all functions.
pub fn entries() -> impl Iterator<Item = Entry> {
    AuthRoute::ALL.iter().map(|route| route.entry()).chain(ApiRoute::ALL.iter().map(|route| route.entry()))
}

/// Whether pages of the allowed origins may ask for this path: some route of it takes an access token.
#[must_use]
pub fn is_shared(path: &str) -> bool {
    let Some(path) = path.strip_prefix("/api") else { return false };
    entries().any(|entry| entry.door.is_bearer() && matched(entry.path, path).is_some())
}

routes! {
    /// What `functions/auth` answers.
    AuthRoute {
        Login: POST "/login" Home SignIn;
        Signup: POST "/signup" Home SignIn;
        VerifyLink: POST "/auth/magic/verify" Home SignIn;
        Token: POST "/auth/token" Home SignIn;
        Refresh: POST "/auth/refresh" Home Cookie;
        Logout: POST "/auth/logout" Home Cookie;
        LogoutAll: POST "/auth/logout-all" Home Cookie;
        Verify: GET "/auth/verify" Bearer Read;
        SocketTicket: POST "/auth/ws-ticket" Member Ticket;
        Keys: GET "/.well-known/jwks.json" Open Idle;
    }

    /// What `functions/api` answers.
    ApiRoute {
        ReadMe: GET "/users/me" Bearer Read;
        WriteMe: PUT "/users/me" Bearer Write;
        ListBlocks: GET "/blocks" Bearer Read;
        Block: POST "/blocks" Bearer Write;
        Unblock: DELETE "/blocks/{blockId}" Bearer Write;
        Erase: DELETE "/users/me" Bearer Whole;
        Export: GET "/users/me/export" Bearer Whole;
        CallHistory: GET "/users/me/call-history" Bearer Read;
        Search: GET "/users/search" Member Search;
        AskFriend: POST "/send-friend-request" Member Befriend;
        AnswerFriend: POST "/respond-friend-request" Bearer Write;
        Friends: GET "/get-friends" Bearer Read;
        PartFriend: DELETE "/friends/{userId}" Bearer Write;
        PushKey: GET "/push/key" Bearer Read;
        Subscribe: POST "/push/subscribe" Bearer Push;
        Unsubscribe: POST "/push/unsubscribe" Bearer Write;
        Consent: POST "/consent" Bearer Write;
        Report: POST "/reports" Bearer Report;
        Sanctions: GET "/sanctions" Bearer Read;
        Appeal: POST "/appeals" Bearer Write;
        Reports: GET "/reports" Moderator Moderate;
        NextReport: GET "/reports/next" Moderator Moderate;
        ReportStats: GET "/reports/stats" Moderator Moderate;
        Moderate: POST "/reports/moderate" Moderator Moderate;
        Audit: GET "/reports/audit" Moderator Moderate;
        Appeals: GET "/appeals" Moderator Moderate;
        AnswerAppeal: POST "/appeals/answer" Moderator Moderate;
        TurnCredentials: POST "/turn/credentials" Member Turn;
        CreateRoom: POST "/create-room" Member Host;
        Room: GET "/room/{roomId}" Open Public;
        Status: GET "/status" Moderator Moderate;
        Health: GET "/health" Open Idle;
        Ready: GET "/health/ready" Open Public;
        Metrics: GET "/metrics" Operator Public;
    }
}

/// The segment of `path` at the `{...}` of `pattern`, empty where the pattern has none; `None` when they differ.
fn matched<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, _)) = pattern.split_once('{') else { return (pattern == path).then_some("") };
    path.strip_prefix(before).filter(|segment| !segment.is_empty() && !segment.contains('/'))
}
