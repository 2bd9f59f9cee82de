//! Two that run side by side: which has its turn next at every call of the store, and after how many turns each breaks off.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use domain::time::TimeMs;
use ports::Ambient;
use ports::fake::rows::Rows;
use proptest::prelude::*;

use crate::town::Town;

/// How two run side by side.
#[derive(Debug, Clone)]
pub struct Weave {
    turns: Vec<bool>,
    /// After how many turns each breaks off.
    pub dies_after: [Option<usize>; 2],
}

impl Weave {
    /// Two of whom neither breaks off, by whose turn it is.
    pub fn of(turns: Vec<bool>) -> Self {
        Self { turns, dies_after: [None, None] }
    }
}

/// One of the two.
pub type Flight<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Every way in which two run side by side; one in five breaks off.
pub fn weaves() -> impl Strategy<Value = Weave> {
    let dies = || prop::option::weighted(0.2, 1_usize..24);
    (prop::collection::vec(any::<bool>(), 0..40), [dies(), dies()])
        .prop_map(|(turns, dies_after)| Weave { turns, dies_after })
}

/// Runs two side by side, turn by turn, and looks at the rows after every one.
pub fn weave(town: &Town, flights: [Flight<'_>; 2], weave: &Weave, check: impl Fn(&Rows, &Rows, TimeMs)) {
    let world = &town.world;
    let mut flights = flights.map(Some);
    let (mut turns, mut taken) = (weave.turns.iter().cycle(), [0_usize; 2]);
    world.inner().in_turns = true;
    while flights.iter().any(Option::is_some) {
        let wanted = usize::from(*turns.next().unwrap_or(&true));
        let at = if flights[wanted].is_some() { wanted } else { 1 - wanted };
        let before = world.inner().rows.clone();
        let Some(flight) = &mut flights[at] else { continue };
        let over = flight.as_mut().poll(&mut Context::from_waker(Waker::noop())) != Poll::Pending;
        taken[at] += 1;
        if over || weave.dies_after[at] == Some(taken[at]) {
            flights[at] = None;
        }
        let after = world.inner().rows.clone();
        check(&before, &after, world.now());
    }
    world.inner().in_turns = false;
}
