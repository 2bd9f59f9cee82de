//! Hunts mutants: each must break a law within a number of steps.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::fault::{Fault, Faults};
use super::law::Law;
use super::mutant::Mutant;
use super::plant::Plant;
use super::{Plan, run};

/// A mutant must be dead after so many steps.
pub const STEPS_MAX: u64 = 1_000_000;
/// What is written and read at the doors alone.
const AT_THE_DOORS: [&str; 4] = ["link", "account", "request", "family"];
/// And what of it guests do as well.
const IN_CALLS: [&str; 2] = ["split/family+profile/last first", "expiry ignored/family"];
/// What so many lives show is what can be broken.
const LIVES_WATCHED: u64 = 128;
/// And so many at the doors.
const DOORS_WATCHED: u64 = 32;
/// And so many with rooms.
const ROOMS_WATCHED: u64 = 32;

/// Mutants that change nothing which people of the simulator live to see, and why.
pub const EQUIVALENT: [(&str, &str); 10] = [
    (
        "expiry ignored/session",
        "only who asks to meet somebody again names so old a call, and is refused for its end, which is two minutes away at most",
    ),
    ("unguarded/account+family+link+profile/account", "the link of the address fences its account"),
    ("expiry ignored/request", "a request that is over makes a link that is over"),
    (
        "split/family+profile/first first",
        "a profile without its family is nobody's, for nobody was given a token of it, and it expires",
    ),
    ("unarmed/enforce", "who bans carries it out at once; app's stories/reports.rs plays that nobody did"),
    (
        "unarmed/room",
        "once the faults are over every socket that closes is told of; app's stories/rooms.rs and room_laws.rs play that none is",
    ),
    (
        "unarmed/seat",
        "a look takes out who should have been back; app's stories/rooms.rs plays that they go after 30 s, and room_doors.rs that they do so where the timer is lost",
    ),
    ("unguarded/session over+user freed/user freed", HOURS_LATER),
    ("unguarded/session over+user freed/user freed 2", HOURS_LATER),
    ("unguarded/hint+session over+user freed+user waiting/user freed", HOURS_LATER),
];
const HOURS_LATER: &str = "a session that is not over holds both its people until one of them is forgotten, hours later, \
     and the other is not: app's stories/old_timers.rs plays that";

/// What became of a mutant.
#[derive(Debug, Clone)]
pub struct Hunt {
    /// Which.
    pub mutant: Mutant,
    /// The law that killed it, the seed, and the step in that run.
    pub killed: Option<(Law, u64, u64)>,
    /// How many steps it lived altogether.
    pub steps: u64,
}

/// Every mutant that can be made of ordinary runs, and one bug for each law besides.
#[must_use]
pub fn mutants() -> BTreeSet<Mutant> {
    let lives = (0..LIVES_WATCHED).map(Plan::life).chain((0..DOORS_WATCHED).map(Plan::doors));
    let seen = |plan: Plan| run(&Plan { mutable: true, ..plan }).seen;
    let rooms = (0..ROOMS_WATCHED).map(Plan::rooms).flat_map(seen).filter(|mutant| is_of_rooms(&mutant.to_string()));
    let watched = lives.flat_map(seen).chain(rooms);
    let planted = Plant::ALL.into_iter().map(Mutant::Planted);
    watched.chain(planted).chain([Mutant::OwnWriteUnknown]).collect()
}

/// Whether there is nothing of it where there are no rooms.
fn is_of_rooms(name: &str) -> bool {
    name.contains("room") || name == "unarmed/seat" || ["planted/Unseen", "planted/SeatForEver"].contains(&name)
}

/// Where a mutant is most easily seen.
fn ground(mutant: &Mutant, seed: u64) -> Plan {
    let name = mutant.to_string();
    if is_of_rooms(&name) {
        return among_rooms(&name, seed);
    }
    if AT_THE_DOORS.iter().any(|row| name.contains(row)) && !IN_CALLS.contains(&name.as_str()) {
        // What is renewed once an hour, or has expired, is seen after a night.
        let nights = name.contains("profile") || name.contains("expire");
        let often = if nights { Faults::NONE.with(Fault::Night) } else { Faults::NONE };
        return Plan { often, ..Plan::doors(seed) };
    }
    match mutant {
        // A look that is missed is told from one that is late soon after the faults or never, where many come and go
        // and where matches fail.
        Mutant::Blind { .. } => {
            let often = Faults::NONE.with(Fault::PostFailed);
            Plan { users: Some(12), watched_for: 15, often, ..Plan::new(seed, 1_000) }
        }
        // A row outlives its day only where people sleep long, and timers die.
        Mutant::ExpiryIgnored { row } if row == "voice" => Plan { users: Some(12), ..Plan::long_nights(seed) },
        Mutant::ExpiryIgnored { .. } | Mutant::InTheWay { .. } => Plan::long_nights(seed),
        // A match is confirmed late, while its confirm timer looks: few people on few rows, and posts that fail.
        Mutant::Unguarded { shape, clause }
            if shape == "hint+session over+user waiting" && clause == "session over" =>
        {
            Plan { users: Some(6), often: Faults::NONE.with(Fault::PostFailed), ..Plan::new(seed, 16_000) }
        }
        // The session's own clause hides it, where the other write is not of a call as well; it shows at once or never.
        Mutant::Unguarded { shape, clause }
            if shape.starts_with("session ") && shape.ends_with("+user in session") && clause == "user in session" =>
        {
            let often = if shape.contains("active") { Faults::NONE } else { Faults::NONE.with(Fault::EventRepeated) };
            Plan { users: Some(12), watched_for: 1, often, ..Plan::new(seed, 16_000) }
        }
        Mutant::Unguarded { shape, .. } | Mutant::Split { shape, .. } => {
            // Where both are put back, neither has heard of the match; where hints go with a connection, it was lost.
            let often = match shape.as_str() {
                "hint+session over+user waiting" => Faults::NONE.with(Fault::PostFailed),
                "no hint+user waiting" => Faults::NONE.with(Fault::GoneThoughOpen),
                _ => return Plan::life(seed),
            };
            Plan { often, ..Plan::life(seed) }
        }
        // Only who talks for five minutes misses new ICE servers, or the end, and that is after the faults.
        Mutant::Unarmed { timer } if timer == "ice-servers" => Plan::new(seed, 100),
        Mutant::Unarmed { timer } if timer == "deadline" => Plan { users: Some(16), ..Plan::new(seed, 100) },
        Mutant::Unarmed { .. } => Plan::life(seed),
        Mutant::NotArmedAgain | Mutant::Unfenced | Mutant::OwnWriteUnknown => Plan::life(seed),
        // A `next` that comes again meets another call.
        Mutant::Planted(Plant::NextUnnamed) => {
            Plan { often: Faults::NONE.with(Fault::EventRepeated), ..Plan::life(seed) }
        }
        // It shows at the moment of the match, where rows are read as they were before a block.
        Mutant::Planted(Plant::PastABlock) => {
            let often = Faults::NONE.with(Fault::StaleRow);
            Plan { users: Some(6), watched_for: 1, often, ..Plan::new(seed, 16_000) }
        }
        // What is recorded and did not happen shows before, where it is recorded.
        Mutant::Planted(Plant::BanSparesTheCall) => {
            Plan { often: Faults::NONE.with(Fault::JournalOutage), ..Plan::life(seed) }
        }
        Mutant::Planted(Plant::OtherSalt | Plant::NoGrace | Plant::OldTaken | Plant::AddressMoves) => Plan::doors(seed),
        Mutant::Planted(_) => Plan::life(seed),
    }
}

fn among_rooms(name: &str, seed: u64) -> Plan {
    let nights = name.contains("expire") || name.contains("expiry");
    let often = if nights { Faults::NONE.with(Fault::Night) } else { Faults::NONE };
    // The last one goes while somebody comes: where few are.
    let users = name.contains("no room").then_some(6);
    Plan { often, users, ..Plan::rooms(seed) }
}

/// Hunts one mutant; one that is made for a law must break that one.
#[must_use]
pub fn hunt(mutant: &Mutant) -> Hunt {
    let mut steps = 0;
    for seed in 0.. {
        let plan = ground(mutant, seed);
        let outcome = run(&plan.clone().with(mutant.clone()));
        steps += outcome.steps;
        let broken = outcome.broken.map(|(at, broken)| (broken.law, seed, at));
        let wanted = |law: Law| if let Mutant::Planted(plant) = mutant { law == plant.law() } else { true };
        // What is late only because it was held up is not broken by the bug.
        let innocent = || run(&Plan { harmless: true, ..plan.clone().with(mutant.clone()) }).broken.is_none();
        let killed = broken.filter(|(law, ..)| wanted(*law)).filter(|_| innocent());
        if killed.is_some() || steps >= STEPS_MAX {
            return Hunt { mutant: mutant.clone(), killed, steps };
        }
    }
    unreachable!("there are more seeds than steps")
}

/// Hunts many on every processor; `told` hears of each.
#[must_use]
pub fn hunt_all(mutants: &[Mutant], told: impl Fn(&Hunt) + Sync) -> Vec<Hunt> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
            let hunt = hunt(mutant);
            told(&hunt);
            done.lock().unwrap_or_else(PoisonError::into_inner).push(hunt);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}
