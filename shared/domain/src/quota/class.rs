//! Which quotas stand before which routes and actions.

use super::{
    CANDIDATES, COOKIES, DEVICE, FRAMES, FRIEND_REQUESTS, GUESTS, GUESTS_OF_SLOWED, IDLE, INVITATIONS, INVITED,
    INVITED_BY, LINKS, LINKS_SENT, LINKS_SENT_A_DAY, LOGINS, MAILS_OF_ALL, MODERATION, NETWORK, NEW_DEVICES,
    NEW_DEVICES_OF_ALL, PUBLIC, Quota, READS, REDEMPTIONS, REPORTS, REPORTS_OF_DEVICE, REPORTS_OF_NETWORK, RINGS,
    ROOM_TRIES, ROOM_TRIES_OF_ALL, ROOM_TRIES_OF_DEVICE, ROOMS, SEARCHES, SUBSCRIBES, TICKETS, TURN_ASKS, UPGRADES,
    WHOLES, WRITES,
};

/// What stands before a route or an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Coming in, as a guest or by mail.
    SignIn,
    /// Staying in and going out.
    Cookie,
    /// The way to a socket.
    Ticket,
    /// Opening the socket.
    Upgrade,
    /// Reading what is small.
    Read,
    /// Changing what is small.
    Write,
    /// All of one's own at once.
    Whole,
    /// Searching people.
    Search,
    /// Asking somebody to be friends.
    Befriend,
    /// Being woken.
    Push,
    /// Reporting somebody.
    Report,
    /// Servers for a call.
    Turn,
    /// Moderating.
    Moderate,
    /// What anybody asks and somebody reads something for.
    Public,
    /// What anybody asks and nobody reads anything for.
    Idle,
    /// A frame.
    Frame,
    /// A frame that signals to one recipient.
    Signal,
    /// A frame of chat: a line is also counted by its number (`limits::LINES_AT_ONCE`).
    Chat,
    /// A frame that looks for somebody: the way on has its cool-down, too (`limits::NEXT_COOL_DOWNS`).
    Queue,
    /// A frame that rings.
    Ring,
    /// Making a room.
    Host,
    /// A frame that comes into a room.
    Enter,
}

impl Class {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::SignIn,
        Self::Cookie,
        Self::Ticket,
        Self::Upgrade,
        Self::Read,
        Self::Write,
        Self::Whole,
        Self::Search,
        Self::Befriend,
        Self::Push,
        Self::Report,
        Self::Turn,
        Self::Moderate,
        Self::Public,
        Self::Idle,
        Self::Frame,
        Self::Signal,
        Self::Chat,
        Self::Queue,
        Self::Ring,
        Self::Host,
        Self::Enter,
    ];

    /// What is counted at the door, before any use case.
    #[must_use]
    pub const fn at_door(self) -> &'static [Quota] {
        match self {
            Self::SignIn | Self::Cookie => &[COOKIES],
            Self::Ticket => &[TICKETS, DEVICE, NETWORK],
            Self::Upgrade => &[UPGRADES],
            Self::Read | Self::Search => &[READS, DEVICE, NETWORK],
            Self::Write | Self::Befriend | Self::Push | Self::Report | Self::Turn | Self::Host => {
                &[WRITES, DEVICE, NETWORK]
            }
            Self::Whole => &[WHOLES, DEVICE, NETWORK],
            Self::Moderate => &[MODERATION, DEVICE, NETWORK],
            Self::Public => &[PUBLIC],
            Self::Idle => &[IDLE],
            Self::Frame | Self::Signal | Self::Chat | Self::Queue | Self::Ring | Self::Enter => &[FRAMES],
        }
    }

    /// What the use cases behind it count besides.
    #[must_use]
    pub const fn behind(self) -> &'static [Quota] {
        match self {
            Self::SignIn => &[
                LOGINS,
                NEW_DEVICES,
                NEW_DEVICES_OF_ALL,
                GUESTS,
                GUESTS_OF_SLOWED,
                LINKS,
                MAILS_OF_ALL,
                LINKS_SENT,
                LINKS_SENT_A_DAY,
                REDEMPTIONS,
            ],
            Self::Search => &[SEARCHES],
            Self::Befriend => &[FRIEND_REQUESTS, INVITATIONS, MAILS_OF_ALL, INVITED, INVITED_BY],
            Self::Push => &[SUBSCRIBES],
            Self::Report => &[REPORTS, REPORTS_OF_DEVICE, REPORTS_OF_NETWORK],
            Self::Turn => &[TURN_ASKS],
            Self::Signal => &[CANDIDATES],
            Self::Ring => &[RINGS],
            Self::Host => &[ROOMS],
            Self::Enter => &[ROOM_TRIES, ROOM_TRIES_OF_DEVICE, ROOM_TRIES_OF_ALL],
            Self::Cookie
            | Self::Ticket
            | Self::Upgrade
            | Self::Read
            | Self::Write
            | Self::Whole
            | Self::Moderate
            | Self::Public
            | Self::Idle
            | Self::Frame
            | Self::Chat
            | Self::Queue => &[],
        }
    }
}
