//! Decisions: a snapshot and a command in, a [`crate::Decision`] out.

mod agree;
mod arrive;
mod bar;
mod befriend;
mod confirm;
mod end;
mod extend;
mod fall_back;
mod follow;
mod hand_over;
mod lose;
mod mirror;
mod moderate;
mod pair;
mod reach;
mod rematch;
mod report;
mod ring;
mod room;
mod seek;
mod speak;

pub use agree::{agree, rewrite};
pub use arrive::{Arrival, arrive};
pub use bar::{ban, block, erase, expel, sign_out, unblock};
pub use befriend::{Acquaintance, answer, befriend, part};
pub use confirm::{Confirmation, confirm, decline, received};
pub use end::{Ending, Member, deadline, end, grace, skip};
pub use extend::extend;
pub use fall_back::fall_back;
pub use follow::{Noted, follow};
pub use hand_over::{Estate, hand_over, inherit, readdress, reassign};
pub use lose::lose;
pub use moderate::{Case, Hearing, Reply, Verdict, answer_appeal, appeal, appoint, read_appeals, rule, take};
pub use pair::{NoMatch, Pair, PairIds, pair};
pub use reach::{reach, reached};
pub use rematch::{Again, Rematch, rematch};
pub use report::report;
pub use ring::{accept, hang_up, ring};
pub use room::{
    Departure, Entering, RoomOp, compares_password, depart, enter, govern, look_into, overstayed, raise_hand,
    relay_in_room, show_screen, speaker_in_room, stray,
};
pub use seek::{fence, leave, missed_look, sign_of_life, silence, wait, widen};
pub use speak::{Speech, may_say, missed_end, participant, relay, speaker};
