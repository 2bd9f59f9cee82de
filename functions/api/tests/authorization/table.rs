//! The form of the matrix: who asks, for whose thing, and what they get.

use domain::refusal::Code;

use crate::deed::Deed;

/// Who asks. Each has a call, friends and blocks of their own; they differ in what they are to Ada, whose things are
/// the foreign ones, and in what they show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Shows nothing: no token, no cookie, a socket that no ticket has opened.
    Anonymous,
    /// A friend of Ada's: nobody is nearer to her.
    User,
    /// A stranger to Ada, whose token says that they moderate, and is well signed: no door believes it.
    OtherUser,
    /// Has had a call with Ada that is over. It is their own call, and they have no other.
    ExPartner,
    /// Ada blocks them.
    Blocked,
    /// Banned in the middle of what they did.
    Banned,
    /// Their profile says so.
    Moderator,
    /// Everything they show was good once: the token, the cookie, the link; a socket older than any can be.
    Expired,
    /// Comes from another deployment: its page, its tokens, by the same key; a socket that was refused.
    WrongEnvironment,
}

/// The columns.
pub const EVERYBODY: [Who; 9] = [
    Who::Anonymous,
    Who::User,
    Who::OtherUser,
    Who::ExPartner,
    Who::Blocked,
    Who::Banned,
    Who::Moderator,
    Who::Expired,
    Who::WrongEnvironment,
];

/// Whose thing is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    /// Their own; also where nothing is named.
    Own,
    /// Ada's.
    Foreign,
    /// Nobody's.
    Missing,
}

/// What somebody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// It is done; the HTTP status, for a frame 200.
    Done(u16),
    /// It is refused, and nothing is changed.
    Refused(Code),
    /// It is refused, and the chain of refresh tokens that was named is over: whoever shows an old token holds a copy.
    Ended(Code),
}

/// A line of the table.
pub struct Row {
    pub deed: &'static Deed,
    pub object: Object,
    /// Nothing is named: there are no other objects.
    pub alone: bool,
    pub cells: [Cell; 9],
}

/// Spells a table: for each route or action its deeds, for each deed its lines. A route without lines is no Rust.
macro_rules! table {
    ($($(#[$doc:meta])* $name:ident($kind:ident) {
        $($which:ident {$(
            $deed:path { $($object:ident [$($cell:tt)+])+ }
        )+})+
    })+) => {$(
        $(#[$doc])*
        pub fn $name(which: $kind) -> Vec<$crate::table::Row> {
            match which {$(
                $kind::$which => vec![$($(
                    $crate::table::Row {
                        deed: &$deed,
                        object: $crate::table::object!($object).0,
                        alone: $crate::table::object!($object).1,
                        cells: [$($crate::table::cell!($cell)),+],
                    },
                )+)+],
            )+}
        }
    )+};
}

macro_rules! object {
    (alone) => {
        ($crate::table::Object::Own, true)
    };
    (own) => {
        ($crate::table::Object::Own, false)
    };
    (foreign) => {
        ($crate::table::Object::Foreign, false)
    };
    (missing) => {
        ($crate::table::Object::Missing, false)
    };
}

macro_rules! cell {
    (ack) => {
        $crate::table::Cell::Done(200)
    };
    (200) => {
        $crate::table::Cell::Done(200)
    };
    (201) => {
        $crate::table::Cell::Done(201)
    };
    (202) => {
        $crate::table::Cell::Done(202)
    };
    (204) => {
        $crate::table::Cell::Done(204)
    };
    (400) => {
        $crate::table::Cell::Refused(domain::refusal::Code::InvalidRequest)
    };
    (401) => {
        $crate::table::Cell::Refused(domain::refusal::Code::Unauthorized)
    };
    (403) => {
        $crate::table::Cell::Refused(domain::refusal::Code::Forbidden)
    };
    (404) => {
        $crate::table::Cell::Refused(domain::refusal::Code::NotFound)
    };
    (409) => {
        $crate::table::Cell::Refused(domain::refusal::Code::Conflict)
    };
    (410) => {
        $crate::table::Cell::Refused(domain::refusal::Code::Gone)
    };
    (ban) => {
        $crate::table::Cell::Refused(domain::refusal::Code::Banned)
    };
    (end) => {
        $crate::table::Cell::Ended(domain::refusal::Code::Unauthorized)
    };
    (out) => {
        $crate::table::Cell::Refused(domain::refusal::Code::NotInSession)
    };
}

pub(crate) use {cell, object, table};
