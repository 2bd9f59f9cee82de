//! Limits hold whatever instances take and spend, in whatever order; and something stands before everything.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};

use domain::pace::{Pace, Paces};
use domain::quota::{ALL, Chosen, Class, Counting, FRAMES, Grows, LOGINS, Quota, READS, Scope, WRITES, WhenDown};
use domain::time::{SpanMs, TimeMs};
use proptest::prelude::*;

/// So many instances may each hold a lease before anybody is refused for it.
const INSTANCES: u32 = 40;
const NOON: TimeMs = TimeMs(1_772_452_800_000);

/// One step of some instance.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Somebody asks.
    Ask,
    /// The oldest answer of the counter arrives; the one after it first, if so.
    Answer { swapped: bool },
    /// The oldest request reaches the counter.
    Count,
    /// Time passes.
    Pass(SpanMs),
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let step = prop_oneof![
        8 => Just(Step::Ask),
        4 => Just(Step::Count),
        4 => any::<bool>().prop_map(|swapped| Step::Answer { swapped }),
        1 => (0_u64..40_000).prop_map(|ms| Step::Pass(SpanMs(ms))),
    ];
    proptest::collection::vec((0_usize..4, step), 0..600)
}

/// What is on its way between an instance and the counter.
#[derive(Debug, Clone, Copy)]
struct Asked {
    units: u32,
    at: TimeMs,
    given: Option<bool>,
}

#[derive(Default)]
struct Instance {
    paces: Paces,
    asked: Vec<Asked>,
}

/// The counter, the instances, and how many passed in each window.
struct Scene {
    quota: Quota,
    now: TimeMs,
    counts: BTreeMap<u64, u32>,
    passed: BTreeMap<u64, u32>,
}

impl Scene {
    fn key(&self, at: TimeMs) -> String {
        self.quota.window(at).to_string()
    }

    /// Who asked then has passed.
    fn pass(&mut self, at: TimeMs) {
        *self.passed.entry(self.quota.window(at)).or_default() += 1;
    }

    fn take(&mut self, instance: &mut Instance, step: Step) {
        match step {
            Step::Pass(span) => self.now = self.now + span,
            Step::Ask => match instance.paces.ask(&self.quota, &self.key(self.now), self.now) {
                Pace::Admitted => self.pass(self.now),
                Pace::Refused(wait) => assert!(wait.whole_seconds_up() >= 1),
                Pace::Lease(units) => instance.asked.push(Asked { units, at: self.now, given: None }),
            },
            Step::Count => {
                let Some(asked) = instance.asked.iter_mut().find(|asked| asked.given.is_none()) else { return };
                let count = self.counts.entry(self.quota.window(asked.at)).or_default();
                let fits = *count + asked.units <= self.quota.max_at(asked.at);
                *count += if fits { asked.units } else { 0 };
                asked.given = Some(fits);
            }
            Step::Answer { swapped } => self.answer(instance, usize::from(swapped)),
        }
    }

    fn answer(&mut self, instance: &mut Instance, passed_over: usize) {
        let answered: Vec<usize> =
            (0..instance.asked.len()).filter(|index| instance.asked[*index].given.is_some()).collect();
        let Some(index) = answered.get(passed_over).or(answered.first()) else { return };
        let asked = instance.asked.remove(*index);
        let key = self.key(asked.at);
        if asked.given == Some(true) {
            instance.paces.leased(&self.quota, &key, asked.units, asked.at);
            self.pass(asked.at);
        } else if asked.units > 1 {
            instance.asked.push(Asked { units: 1, at: asked.at, given: None });
        } else if instance.paces.refused(&self.quota, &key, asked.at) == Pace::Admitted {
            self.pass(asked.at);
        }
    }
}

fn quotas() -> impl Strategy<Value = Quota> {
    let counting = prop_oneof![Just(Counting::Each), (1_u32..9).prop_map(Counting::Leases)];
    (counting, 1_u32..30, 0_u32..30).prop_map(|(counting, at_once, more)| Quota {
        counting,
        at_once,
        max: at_once + more,
        ..READS
    })
}

proptest! {
    #[test]
    fn never_more_pass_than_a_window_has(quota in quotas(), steps in steps()) {
        let mut scene = Scene { quota, now: NOON, counts: BTreeMap::new(), passed: BTreeMap::new() };
        let mut instances: [Instance; 4] = Default::default();
        for (instance, step) in steps {
            scene.take(&mut instances[instance], step);
            for (window, passed) in &scene.passed {
                prop_assert!(passed <= scene.counts.get(window).unwrap_or(&0), "spent before it was taken");
                prop_assert!(*passed <= quota.max, "{passed} in window {window}");
            }
        }
    }

    #[test]
    fn one_instance_that_asks_one_by_one_is_given_all(quota in quotas()) {
        let mut scene = Scene { quota: Quota { at_once: quota.max, ..quota }, now: NOON, counts: BTreeMap::new(), passed: BTreeMap::new() };
        let mut instance = Instance::default();
        for _ in 0..quota.max + 20 {
            for step in [Step::Ask, Step::Count, Step::Answer { swapped: false }, Step::Count, Step::Answer { swapped: false }] {
                scene.take(&mut instance, step);
            }
        }
        prop_assert_eq!(scene.passed.values().sum::<u32>(), quota.max);
    }

    #[test]
    fn a_window_fills_evenly_from_what_it_has_at_once(ms in 0_u64..1_200_000) {
        let (now, next) = (NOON + SpanMs(ms), NOON + SpanMs(ms + 1));
        let max = FRAMES.max_at(now);
        prop_assert!((FRAMES.at_once..=FRAMES.max).contains(&max));
        prop_assert!(FRAMES.window(next) != FRAMES.window(now) || FRAMES.max_at(next) >= max);
        prop_assert!((1..=600).contains(&FRAMES.wait(now).whole_seconds_up()));
    }
}

#[test]
fn an_instance_alone_admits_a_tenth_and_no_more() {
    let mut paces = Paces::default();
    for now in [NOON, NOON + WRITES.within] {
        let key = WRITES.window(now).to_string();
        let passed = (0..1000).filter(|_| paces.alone(&WRITES, &key, now) == Pace::Admitted).count();
        assert_eq!(passed, 12);
    }
}

#[test]
fn an_instance_that_knows_too_much_forgets_and_admits_nobody_more() {
    let mut paces = Paces::default();
    paces.leased(&READS, "ada", 10, NOON);
    assert_eq!(paces.ask(&READS, "ada", NOON), Pace::Admitted);
    for number in 0..domain::limits::PACES_MAX {
        paces.leased(&READS, &number.to_string(), 2, NOON);
    }
    assert_eq!(paces.ask(&READS, "ada", NOON), Pace::Lease(10), "what was left is lost");
}

#[test]
fn something_stands_before_everything_and_everything_before_something() {
    let mut used = Vec::new();
    for class in Class::ALL {
        assert!(!class.at_door().is_empty(), "{class:?}");
        used.extend(class.at_door().iter().chain(class.behind()));
    }
    let mut names = BTreeSet::new();
    for quota in ALL {
        assert!(used.contains(&quota), "{} stands before nothing", quota.what);
        assert!(names.insert((quota.what, quota.scope.as_str(), quota.within)), "{} is there twice", quota.what);
        assert!(quota.max > 0 && quota.at_once <= quota.max && quota.within.0 >= 1000 && !quota.over.is_empty());
        // What one instance holds must not be what somebody lacks whom many instances serve.
        assert!(quota.at_once / quota.lease() >= INSTANCES || quota.counting == Counting::Each, "{}", quota.what);
    }
}

#[test]
fn what_signs_in_or_sends_mail_is_closed_without_a_limiter() {
    for class in [Class::SignIn, Class::Cookie] {
        for quota in class.at_door().iter().chain(class.behind()) {
            assert_eq!(quota.when_down, WhenDown::Closed, "{}", quota.what);
        }
    }
    assert!(Class::Ticket.at_door().iter().any(|quota| quota.when_down == WhenDown::Closed));
    for class in [Class::Read, Class::Frame, Class::Chat, Class::Queue, Class::Ring] {
        assert!(class.at_door().iter().all(|quota| quota.when_down == WhenDown::Open), "{class:?}");
    }
}

#[test]
fn what_is_counted_by_address_grows_with_the_deployment() {
    for quota in ALL.iter().filter(|quota| quota.scope == Scope::Network) {
        assert_ne!(quota.grows, Grows::Never, "{}", quota.what);
    }
    let at = |logins_per_minute| LOGINS.chosen(Chosen { logins_per_minute, new_devices_per_hour: 1 }).max;
    assert_eq!([at(1), at(9), at(20), at(10_000), at(u32::MAX)], [1, 9, 20, 10_000, u32::MAX]);
}
