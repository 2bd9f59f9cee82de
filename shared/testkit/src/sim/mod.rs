//! The simulator: the real use cases on one store in memory, their futures polled in seeded random order, with every
//! fault of the catalogue, and every law checked after every write. Then the faults stop, and everything must heal.

mod errand;
mod fault;
mod heal;
mod laws;
mod lens;
mod mutant;
mod pages;
mod person;
mod town;
mod world;

pub use fault::{Fault, Fired, Mix};
pub use mutant::Mutant;

use domain::time::TimeMs;

use crate::model::trace::Step;
use town::Town;
use world::World;

/// Monday, 2 March 2026, noon UTC.
const NOON: TimeMs = TimeMs(1_772_452_800_000);

/// One run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Decides everything.
    pub seed: u64,
    /// How many steps are taken before the faults stop.
    pub steps: u64,
    /// A bug to plant.
    pub mutant: Option<Mutant>,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The run.
    pub seed: u64,
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
    /// A number made of everything that happened: equal for equal runs.
    pub trace: u64,
    /// The first broken law, and at which step.
    pub broken: Option<(u64, String)>,
}

/// Runs one seed.
#[must_use]
pub fn run(plan: Plan) -> Outcome {
    let world = World::of_seed(plan.seed, NOON);
    let settings = town::settings(&world);
    let mut town = Town::found(&world, &settings);
    world.inner().mutant = plan.mutant;
    town.live(plan.steps);
    if town.broken().is_none() {
        heal::heal(&mut town);
    }
    town.outcome(plan.seed)
}

/// What one seed commits before the faults stop, in the words of the model.
#[must_use]
pub fn trace(plan: Plan) -> Vec<Result<Step, String>> {
    let world = World::of_seed(plan.seed, NOON);
    let settings = town::settings(&world);
    let mut town = Town::found(&world, &settings);
    let mut inner = world.inner();
    (inner.mutant, inner.watched) = (plan.mutant, Some(Vec::new()));
    drop(inner);
    town.live(plan.steps);
    world.inner().watched.take().unwrap_or_default()
}
