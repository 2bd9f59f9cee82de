//! The simulator: the real use cases on one store in memory, their futures polled in seeded random order, with every
//! fault of the catalogue, and the laws of `laws` checked after every write, post and record. Then the faults stop, and
//! everything must heal: what is bounded in time (M7, M10, C3, S2, S3, S8, K3, what pages believe) is judged then.

mod act;
mod belief;
mod bent;
mod course;
mod doors;
mod errand;
mod fault;
mod flying;
mod heal;
mod hunt;
mod law;
mod laws;
mod lens;
mod mutant;
mod nature;
mod pages;
mod pause;
mod person;
mod plant;
mod post;
mod roommate;
mod shrink;
mod story;
mod town;
mod world;

pub use act::Done;
pub use doors::ANSWERS_WITHIN;
pub use fault::{Fault, Faults, Fired, Mix};
pub use hunt::{EQUIVALENT, Hunt, hunt, hunt_all, mutants};
pub use law::{Broken, Law};
pub use mutant::Mutant;
pub use nature::{RECEIVED_MAX, VISIBLE_AFTER};
pub use plant::Plant;
pub use shrink::shrink;

use std::collections::BTreeSet;

use domain::time::TimeMs;

use crate::model::trace::Step;
use town::Town;
use world::World;

/// Monday, 2 March 2026, noon UTC.
const NOON: TimeMs = TimeMs(1_772_452_800_000);

/// One run. Equal plans are equal runs, step for step.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides everything.
    pub seed: u64,
    /// How many steps are taken before the faults stop.
    pub steps: u64,
    /// For how many seconds it is watched then: a whole call, its overtime, and the longest bound after the worst
    /// clock.
    pub watched_for: u64,
    /// How many people live in the town; the seed says so where this does not.
    pub users: Option<usize>,
    /// Whether it is about coming in and staying in, and about no calls.
    pub doors: bool,
    /// Whether there are rooms as well.
    pub rooms: bool,
    /// What may break.
    pub faults: Faults,
    /// What breaks whenever it can.
    pub always: Faults,
    /// What breaks again and again, whatever the seed says.
    pub often: Faults,
    /// A bug to plant.
    pub mutant: Option<Mutant>,
    /// Whether the bug is not planted after all, and only holds up what it would: the control of a hunt.
    pub harmless: bool,
    /// Whether the story is kept.
    pub told: bool,
    /// Whether the mutants are noted that could be made of it.
    pub mutable: bool,
}

impl Plan {
    /// A run under every fault.
    #[must_use]
    pub const fn new(seed: u64, steps: u64) -> Self {
        let (faults, always, often) = (Faults::ALL, Faults::NONE, Faults::NONE);
        Self {
            seed,
            steps,
            watched_for: 420,
            users: None,
            doors: false,
            rooms: false,
            faults,
            always,
            often,
            mutant: None,
            harmless: false,
            told: false,
            mutable: false,
        }
    }

    /// The life of a seed: after a short one most are still strangers; every fourth has many nights and storms.
    #[must_use]
    pub fn life(seed: u64) -> Self {
        match seed % 4 {
            1 => Self::new(seed, 500),
            2 => Self::new(seed, 4_000),
            3 => Self::long_nights(seed),
            _ => Self::new(seed, 16_000),
        }
    }

    /// A life at the doors; in every second one all clocks are right.
    #[must_use]
    pub fn doors(seed: u64) -> Self {
        let faults = if seed.is_multiple_of(2) { Self::in_time() } else { Faults::ALL };
        Self { doors: true, faults, watched_for: 0, ..Self::new(seed, 4_000) }
    }

    /// Every fault, but that all clocks are right.
    #[must_use]
    pub fn in_time() -> Faults {
        Faults::ALL.without(Fault::ClockSkew).without(Fault::ClockBack)
    }

    /// A life in which people meet in rooms as well; it is watched until whoever is gone without a word has been missed.
    #[must_use]
    pub fn rooms(seed: u64) -> Self {
        Self { rooms: true, watched_for: 720, ..Self::new(seed, 6_000) }
    }

    /// A life in which rows outlive their day, and timers die.
    #[must_use]
    pub fn long_nights(seed: u64) -> Self {
        Self { often: Faults::NONE.with(Fault::Night).with(Fault::Storm), ..Self::new(seed, 4_000) }
    }

    /// The command that replays it.
    #[must_use]
    pub fn command(&self) -> String {
        let Self { seed, steps, .. } = self;
        let users = self.users.map_or_else(String::new, |users| format!(" --users {users}"));
        let set = |name: &str, set: Faults, default: Faults| {
            if set == default { String::new() } else { format!(" --{name} '{}'", set.names()) }
        };
        let faults = set("faults", self.faults, if self.doors { Self::doors(*seed).faults } else { Faults::ALL });
        let (always, often) = (set("always", self.always, Faults::NONE), set("often", self.often, Faults::NONE));
        let mutant = self.mutant.as_ref().map_or_else(String::new, |mutant| format!(" --mutant '{mutant}'"));
        let doors = if self.doors {
            " --town doors"
        } else if self.rooms {
            " --town rooms"
        } else {
            ""
        };
        format!("cargo xtask sim --seed {seed} --steps {steps}{doors}{users}{faults}{always}{often}{mutant}")
    }

    /// The run with a bug planted.
    #[must_use]
    pub fn with(self, mutant: Mutant) -> Self {
        Self { mutant: Some(mutant), ..self }
    }
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The run.
    pub plan: Plan,
    /// How many people lived in the town.
    pub users: usize,
    /// How many steps were taken, healing included.
    pub steps: u64,
    /// How many matches were made.
    pub matches: u64,
    /// How many of them both pages confirmed.
    pub confirmed: u64,
    /// How many sessions ended.
    pub ended: u64,
    /// How often each fault struck.
    pub fired: Fired,
    /// How often what was asked, and what was refused.
    pub done: Done,
    /// A number made of everything that happened: equal for equal runs.
    pub trace: u64,
    /// The first broken law, and at which step.
    pub broken: Option<(u64, Broken)>,
    /// The mutants that could be made of it, where they were noted.
    pub seen: BTreeSet<Mutant>,
    /// What happened, where it was kept.
    pub story: Vec<String>,
}

/// Runs one seed.
#[must_use]
pub fn run(plan: &Plan) -> Outcome {
    let world = World::of_plan(plan, NOON);
    let settings = town::settings(&world);
    let mut town = Town::found(&world, &settings, plan);
    world.inner().story = plan.told.then(Vec::new);
    world.inner().seen = plan.mutable.then(Default::default);
    town.live(plan.steps);
    if !town.is_broken() && plan.doors {
        town.ask_once_more();
    } else if !town.is_broken() {
        heal::heal(&mut town, plan.watched_for);
    }
    town.outcome(plan)
}

/// What one run commits before the faults stop, in the words of the model.
#[must_use]
pub fn trace(plan: &Plan) -> Vec<Result<Step, String>> {
    let world = World::of_plan(plan, NOON);
    let settings = town::settings(&world);
    let mut town = Town::found(&world, &settings, plan);
    world.inner().watched = Some(Vec::new());
    town.live(plan.steps);
    world.inner().watched.take().unwrap_or_default()
}
