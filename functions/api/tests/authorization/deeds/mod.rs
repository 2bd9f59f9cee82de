//! What can be done, by any route or frame.

pub mod friends;
pub mod guests;
pub mod link;
pub mod me;
pub mod open;
pub mod people;
pub mod push;
pub mod queue;
pub mod ring;
pub mod room;
pub mod safety;
pub mod sign_in;
pub mod talk;
pub mod turn;
