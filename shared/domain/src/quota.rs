//! What may be asked how often: every limit that is counted, in one table, and which of them stand before what.

mod class;

use crate::time::{SpanMs, TimeMs};

pub use class::Class;

/// Who is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One open socket. Sockets are counted too: each wants a ticket, and tickets are a person's.
    Connection,
    /// One person.
    Person,
    /// All people of one device.
    Device,
    /// One address of IPv4, one /64 of IPv6.
    Network,
    /// Whoever reads mails at one address.
    Mailbox,
    /// All.
    Everyone,
}

impl Scope {
    /// The scope as events spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Person => "person",
            Self::Device => "device",
            Self::Network => "network",
            Self::Mailbox => "mailbox",
            Self::Everyone => "everyone",
        }
    }
}

/// How it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Each time by one atomic write.
    Each,
    /// So many are taken at once by one atomic write and spent in memory; what an instance has not spent when the window
    /// ends is lost. So there are never too many, and sometimes fewer.
    Leases(u32),
    /// By each instance for itself, in memory: for what reads and writes nothing.
    Here,
}

/// What becomes of who asks while the limiter does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenDown {
    /// Nobody passes.
    Closed,
    /// A tenth passes, counted by each instance for itself.
    Open,
}

/// Which choice of a deployment a limit grows with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grows {
    /// None.
    Never,
    /// `LoginsPerMinute`: how many people are expected behind one address.
    Logins,
    /// `NewDevicesPerHour`.
    Devices,
}

/// What a deployment has chosen.
#[derive(Debug, Clone, Copy)]
pub struct Chosen {
    /// How many sign-ins one network may make in a minute.
    pub logins_per_minute: u32,
    /// How many devices one network is given in an hour.
    pub new_devices_per_hour: u32,
}

/// What a deployment has that chooses nothing; the numbers of the table are meant for it.
pub const CHOSEN_DEFAULT: Chosen = Chosen { logins_per_minute: 20, new_devices_per_hour: 100 };

/// So many times within a window; windows follow each other from the beginning of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What is counted.
    pub what: &'static str,
    /// Who is counted together.
    pub scope: Scope,
    /// How many are admitted within a window,
    pub max: u32,
    /// so many of them at its very beginning; the rest come evenly.
    pub at_once: u32,
    /// How long a window is.
    pub within: SpanMs,
    /// How it is counted.
    pub counting: Counting,
    /// What holds while the limiter does not answer.
    pub when_down: WhenDown,
    /// What the numbers grow with.
    pub grows: Grows,
    /// What people are told.
    pub over: &'static str,
}

/// While the limiter does not answer an instance admits one of so many by itself.
const ALONE: u32 = 10;

impl Quota {
    const fn new(what: &'static str, scope: Scope, max: u32, seconds: u64, over: &'static str) -> Self {
        Self {
            what,
            scope,
            max,
            at_once: max,
            within: SpanMs::seconds(seconds),
            counting: Counting::Each,
            when_down: WhenDown::Closed,
            grows: Grows::Never,
            over,
        }
    }

    const fn open(self) -> Self {
        Self { when_down: WhenDown::Open, ..self }
    }

    const fn in_leases(self, units: u32) -> Self {
        Self { counting: Counting::Leases(units), ..self }
    }

    const fn here(self) -> Self {
        Self { counting: Counting::Here, ..self }.open()
    }

    const fn at_once(self, at_once: u32) -> Self {
        Self { at_once, ..self }
    }

    const fn grows(self, grows: Grows) -> Self {
        Self { grows, ..self }
    }

    /// The same quota as a deployment has it.
    #[must_use]
    pub fn chosen(self, chosen: Chosen) -> Self {
        let (by, of) = match self.grows {
            Grows::Never => return self,
            Grows::Logins => (chosen.logins_per_minute, CHOSEN_DEFAULT.logins_per_minute),
            Grows::Devices => (chosen.new_devices_per_hour, CHOSEN_DEFAULT.new_devices_per_hour),
        };
        let grown = |number: u32| u32::try_from(u64::from(number) * u64::from(by) / u64::from(of)).unwrap_or(u32::MAX);
        Self { max: grown(self.max), at_once: grown(self.at_once), ..self }
    }

    /// The number of the window of a moment.
    #[must_use]
    pub const fn window(&self, now: TimeMs) -> u64 {
        now.0 / self.within.0
    }

    /// When the window of a moment is over.
    #[must_use]
    pub const fn ends_at(&self, now: TimeMs) -> TimeMs {
        TimeMs((self.window(now) + 1) * self.within.0)
    }

    /// How many may have been admitted within the window of a moment by then.
    #[must_use]
    pub fn max_at(&self, now: TimeMs) -> u32 {
        let come = u64::from(self.max - self.at_once) * (now.0 % self.within.0) / self.within.0;
        self.at_once.saturating_add(u32::try_from(come).unwrap_or(u32::MAX))
    }

    /// How many one write takes.
    #[must_use]
    pub const fn lease(&self) -> u32 {
        match self.counting {
            Counting::Each | Counting::Here => 1,
            Counting::Leases(units) => units,
        }
    }

    /// How many an instance admits within a window without the limiter.
    #[must_use]
    pub fn alone(&self) -> u32 {
        match self.counting {
            Counting::Here => self.max,
            Counting::Each | Counting::Leases(_) => (self.max / ALONE).max(1),
        }
    }

    /// How long who was refused waits: until there is another lease, or another window.
    #[must_use]
    pub fn wait(&self, now: TimeMs) -> SpanMs {
        let rest = self.ends_at(now).since(now);
        let coming = u64::from(self.max - self.at_once);
        match (u64::from(self.lease()) * self.within.0).checked_div(coming) {
            Some(wait) => SpanMs(wait.max(1000).min(rest.0)),
            None => rest,
        }
    }
}

macro_rules! quotas {
    ($($(#[$doc:meta])* $name:ident = $quota:expr;)*) => {
        $($(#[$doc])* pub const $name: Quota = $quota;)*

        /// The whole table.
        pub const ALL: &[Quota] = &[$($name),*];
    };
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const SLOWLY: &str = "That is a lot at once; wait a moment.";
const CROWDED: &str = "A lot comes from your network just now; wait a moment.";
const SIGN_INS: &str = "Too many sign-ins from here; wait a moment.";
const BUSY: &str = "Very many people come just now; wait a moment.";

quotas! {
    /// Guests of a network.
    LOGINS = Quota::new("login", Scope::Network, 20, 60, SIGN_INS).grows(Grows::Logins);
    /// Devices that a network is given; a page that keeps its device needs no new one.
    NEW_DEVICES = Quota::new("device", Scope::Network, 100, HOUR, SIGN_INS).grows(Grows::Devices);
    /// Devices that are given at all.
    NEW_DEVICES_OF_ALL = Quota::new("devices", Scope::Everyone, 100_000, HOUR, BUSY).in_leases(10).grows(Grows::Devices);
    /// Guests that a device makes.
    GUESTS = Quota::new("guest", Scope::Device, 60, HOUR, SIGN_INS);
    /// Guests that a device makes which a rule has slowed.
    GUESTS_OF_SLOWED = Quota::new("slowed guest", Scope::Device, 2, 600, SIGN_INS);
    /// Links by mail that a network asks for.
    LINKS = Quota::new("link", Scope::Network, 20, 60, "Too many mails asked for from here; wait a moment.")
        .grows(Grows::Logins);
    /// Links by mail and invitations that are asked for at all.
    MAILS_OF_ALL = Quota::new("mails", Scope::Everyone, 1000, 60, BUSY).in_leases(5).grows(Grows::Logins);
    /// Links that an address is sent, whoever asks for them: a mailbox is not a target.
    LINKS_SENT = Quota::new("mail", Scope::Mailbox, 3, 600, SLOWLY);
    /// And in a day.
    LINKS_SENT_A_DAY = Quota::new("mail", Scope::Mailbox, 10, DAY, SLOWLY);
    /// Links and codes that a network tries.
    REDEMPTIONS = Quota::new("redeem", Scope::Network, 20, 60, "Too many tries from here; wait a moment.")
        .grows(Grows::Logins);
    /// Whatever of a network reads or writes a cookie.
    COOKIES = Quota::new("cookie", Scope::Network, 1200, 60, CROWDED).grows(Grows::Logins);
    /// Tickets for the socket.
    TICKETS = Quota::new("ticket", Scope::Person, 60, 60, SLOWLY);
    /// What a person reads.
    READS = Quota::new("read", Scope::Person, 600, 60, SLOWLY).in_leases(10).open();
    /// What a person changes.
    WRITES = Quota::new("write", Scope::Person, 120, 60, SLOWLY).in_leases(3).open();
    /// What is shown or erased of all that a person has.
    WHOLES = Quota::new("whole", Scope::Person, 20, HOUR, SLOWLY);
    /// What a moderator asks.
    MODERATION = Quota::new("moderate", Scope::Person, 300, 60, SLOWLY).in_leases(5).open();
    /// Sockets that a network opens, or tries to.
    UPGRADES = Quota::new("upgrade", Scope::Network, 600, 60, CROWDED).in_leases(10).open().grows(Grows::Logins);
    /// What all people of a device ask with their tokens.
    DEVICE = Quota::new("of device", Scope::Device, 1200, 60, SLOWLY).in_leases(20).open();
    /// What a network asks with tokens.
    NETWORK = Quota::new("of network", Scope::Network, 3000, 60, CROWDED).in_leases(50).open().grows(Grows::Logins);
    /// What a network asks without one, and somebody reads for it.
    PUBLIC = Quota::new("public", Scope::Network, 600, 60, CROWDED).in_leases(10).open().grows(Grows::Logins);
    /// What a network asks without one, and nobody reads anything for.
    IDLE = Quota::new("idle", Scope::Network, 1200, 60, CROWDED).here().grows(Grows::Logins);
    /// Searches: the directory is not to be copied.
    SEARCHES = Quota::new("search", Scope::Person, 60, 60, "That is a lot of searching; wait a moment.");
    /// People whom somebody asks to be friends.
    FRIEND_REQUESTS =
        Quota::new("friend", Scope::Person, 50, DAY, "You have asked many people today; go on tomorrow.");
    /// Addresses that somebody invites.
    INVITATIONS = Quota::new("invite", Scope::Person, 10, DAY, "You have invited many people today; go on tomorrow.");
    /// Invitations that an address is sent.
    INVITED = Quota::new("invited", Scope::Mailbox, 10, DAY, SLOWLY);
    /// By the same person.
    INVITED_BY = Quota::new("invited by", Scope::Mailbox, 1, DAY, SLOWLY);
    /// Friends that somebody rings.
    RINGS = Quota::new("ring", Scope::Person, 20, 600, "You have rung often; wait a moment.");
    /// Browsers that somebody has woken.
    SUBSCRIBES = Quota::new("push", Scope::Person, 60, HOUR, "That was switched on often; wait a moment.");
    /// TURN servers that somebody asks for; what a call needs comes unasked.
    TURN_ASKS = Quota::new("turn", Scope::Person, 30, 600, "You have asked for servers often; wait a moment.");
    /// Rooms that somebody makes.
    ROOMS = Quota::new("room", Scope::Person, 20, HOUR, "You have made many rooms; use one of them, or wait a moment.");
    /// Passwords that somebody tries at the doors of rooms,
    ROOM_TRIES = Quota::new("room password", Scope::Person, 10, 600, TRIED_OFTEN);
    /// that all people of a device do,
    ROOM_TRIES_OF_DEVICE = Quota::new("room password", Scope::Device, 20, 600, TRIED_OFTEN);
    /// and that all try at one door.
    ROOM_TRIES_OF_ALL = Quota::new("room password", Scope::Everyone, 300, 600, "Too many passwords at this door; wait a moment.");
    /// Reports of a person,
    REPORTS = Quota::new("report", Scope::Person, 20, DAY, REPORTED_OFTEN);
    /// of all people of a device,
    REPORTS_OF_DEVICE = Quota::new("report", Scope::Device, 20, DAY, REPORTED_OFTEN);
    /// and of all people of a network: who makes ever new devices does not fill the moderators' queue.
    REPORTS_OF_NETWORK = Quota::new("report", Scope::Network, 100, DAY, REPORTED_OFTEN).grows(Grows::Logins);
    /// Frames of a socket: 1200 at once and 20 a second, more than any page sends in a call.
    FRAMES = Quota::new("frame", Scope::Connection, 13_200, 600, SLOWLY).at_once(1200).in_leases(30).open();
    /// Candidates that a socket has relayed to one recipient: as many as KVS takes of one socket.
    CANDIDATES = Quota::new("candidate", Scope::Connection, 20, 1, SLOWLY).open();
}

const TRIED_OFTEN: &str = "Too many passwords; ask whoever sent you the link.";
const REPORTED_OFTEN: &str = "You have reported many people today; block them instead, and tell us more tomorrow.";
