//! What people live through, played on the use cases and a world in memory: one program, for each costs a link.
#![cfg(test)]

mod bars;
mod coming_in;
mod conduct;
mod consent;
mod counted;
mod friends_and_calls;
mod hard_rules;
mod hidden_addresses;
mod honest_numbers;
mod late_match;
mod laws;
mod leaving_for_good;
mod limits;
mod longer_calls;
mod meeting_again;
mod moderating;
mod moderators;
mod old_timers;
mod own_turn;
mod people_come_and_go;
mod pool;
mod reports;
mod room_doors;
mod room_laws;
mod rooms;
mod side_by_side;
mod town;
mod two_strangers_meet;
mod waking;
