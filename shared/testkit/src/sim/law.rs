//! The laws by the names of the reliability catalogue, and what it is to break one.

use std::fmt;

macro_rules! laws {
    ($($name:ident $words:literal)*) => {
        /// What must hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Law {
            $(#[doc = $words] $name,)*
        }

        impl Law {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// What it says.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)*
                }
            }
        }
    };
}

laws! {
    M1 "nobody leaves a live session but by its end"
    M2 "a session that is not over and its two users name each other"
    M3 "nobody meets themself"
    M4 "a ticket has its hints, and a hint its ticket"
    M5 "a ticket is never used again"
    M6 "who asked and did not cancel waits, is in a call, or was told an error; no other page is queued or called"
    M7 "two who may meet do not wait beside each other: not for 2 s from their first moment, not for 5 s at all"
    M8 "every change of a fenced row is decided on what stands there"
    M9 "the hard rules of matching hold at the moment of the match, and who is banned neither waits nor talks"
    M10 "without faults nobody is passed over for a worse partner more than three times"
    M11 "who was told that they left the queue has left it"
    M12 "one `next` ends one session and makes one ticket, and one that is refused does nothing"
    M13 "two meet again only if both have asked for it on the page that speaks, and neither took it back, within 2 min of the end"
    S1 "a session goes from pending over active to ended, and never changes after that"
    S2 "a session is over by its time, and soon after a side is lost for good, 10 s later at most"
    S3 "both learn of the end"
    S4 "nobody is held by a session that is over"
    S5 "an end that is meant for one session ends no other"
    S6 "what is said of a session or in a room reaches its people only"
    S7 "a line is said once, the same to all, and nothing is said after the end"
    S8 "a session that is not confirmed ends after 10 s, and who was put back keeps their place"
    C1 "a connection is one person's for ever, and the newest speaks, in the call as well"
    C2 "a late $disconnect silences nobody but its own connection"
    C3 "who waits without a page is gone from the queue after 90 s"
    C4 "nothing is posted to a socket before its $connect has returned"
    C5 "only a connection that is known to be gone falls silent"
    C6 "a ticket opens one socket"
    A5 "who is online has the blocks and the ban of their profile"
    A1 "a chain of refresh tokens has one live one: it is what is given, and what any other brings that is still taken"
    A2 "nobody is logged out who shows the live token, or the one before it while its grace lasts"
    A3 "an old token is not taken, and ends its chain, as a log-out does"
    A4 "a link opens one session, where it was asked for; whoever else shows it uses nothing up"
    A6 "an address is one person's for as long as there is that person"
    A7 "who asks for a link is sent one, once the faults are over"
    R1 "a room and its people name each other, nobody sits past its capacity or twice, and the last one takes it along"
    R2 "who is in a room sees who is there"
    R3 "a seat whose page is gone is free again"
    K1 "a channel is leased to one live session"
    K2 "every channel comes back to the pool"
    K3 "the way into a channel and its ICE servers go to the two of its session, each in their role, while they last"
    E1 "what is recorded has happened, and what has happened is recorded, unless a crash or the stream prevents it"
    D1 "everything but the pool expires"
    D2 "a row that has expired is as good as none"
    D3 "an own write that is repeated is recognised"
}

/// A law that was broken, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub law: Law,
    /// By what.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is broken ({}): {}", self.law, self.law.words(), self.what)
    }
}

/// Kept, or broken.
pub(super) type Kept = Result<(), Broken>;

/// A law, checked.
pub(super) fn law(law: Law, kept: bool, what: impl FnOnce() -> String) -> Kept {
    if kept { Ok(()) } else { Err(Broken { law, what: what() }) }
}
