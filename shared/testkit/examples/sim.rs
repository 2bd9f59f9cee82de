//! The simulator by hand: `cargo xtask sim` hands its arguments on as `--name value`.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use testkit::sim::{
    Done, EQUIVALENT, Fault, Faults, Fired, Hunt, Mutant, Outcome, Plan, hunt_all, mutants, run, shrink,
};

/// Without a seed it goes on for so many steps.
const STEPS: u64 = 1_000_000_000;
/// A line of progress comes so often, in steps.
const PROGRESS: u64 = 20_000_000;

/// What can be asked.
const KNOWN: [&str; 9] =
    ["--steps", "--seed", "--town", "--users", "--faults", "--always", "--often", "--mutant", "--mutants"];

fn main() -> ExitCode {
    match Asked::read(std::env::args().skip(1)).and_then(|asked| asked.obey()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Asked(BTreeMap<String, String>);

impl Asked {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut asked = BTreeMap::new();
        while let Some(name) = words.next() {
            let known = KNOWN.contains(&name.as_str());
            let value = words.next().filter(|_| known).ok_or_else(|| format!("{name} is not understood"))?;
            asked.insert(name, value);
        }
        Ok(Self(asked))
    }

    fn number<N: std::str::FromStr>(&self, name: &str) -> Result<Option<N>, String> {
        let value = self.0.get(name).map(|value| value.parse());
        value.transpose().map_err(|_| format!("{name} needs a number"))
    }

    fn faults(&self, name: &str, otherwise: Faults) -> Result<Faults, String> {
        self.0.get(name).map_or(Ok(otherwise), |names| Faults::parse(names))
    }

    fn obey(&self) -> Result<ExitCode, String> {
        if let Some(wanted) = self.0.get("--mutants") {
            return Ok(hunted(wanted));
        }
        let mutant = self.0.get("--mutant");
        let mutant =
            mutant.map(|name| Mutant::named(name).ok_or_else(|| format!("{name} is no mutant"))).transpose()?;
        let (seed, steps): (Option<u64>, Option<u64>) = (self.number("--seed")?, self.number("--steps")?);
        let users = self.number("--users")?;
        let life = match self.0.get("--town").map_or("calls", String::as_str) {
            "calls" => Plan::life,
            "doors" => Plan::doors,
            "rooms" => Plan::rooms,
            other => return Err(format!("{other} is no town: it is calls, rooms or doors")),
        };
        let always = self.faults("--always", Faults::NONE)?;
        let named = self.0.get("--faults").map(|names| Faults::parse(names)).transpose()?;
        let asked = |plan: Plan| {
            let faults = named.unwrap_or(plan.faults);
            Plan { users, faults, always, mutant: mutant.clone(), ..plan }
        };
        let Some(seed) = seed else {
            if self.0.contains_key("--often") {
                return Err("--often goes with --seed: every life of a search has its own".to_owned());
            }
            return Ok(search(|seed| asked(life(seed)), steps.unwrap_or(STEPS)));
        };
        let life = asked(life(seed));
        let often = self.faults("--often", if steps.is_none() { life.often } else { Faults::NONE })?;
        Ok(replay(&Plan { steps: steps.unwrap_or(life.steps), often, told: true, ..life }))
    }
}

/// Runs one plan and tells its story.
fn replay(plan: &Plan) -> ExitCode {
    let outcome = run(plan);
    tell(&outcome);
    println!("{} steps, {} people, {} matches", outcome.steps, outcome.users, outcome.matches);
    match outcome.broken {
        Some((at, broken)) => {
            println!("step {at}: {broken}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

/// Hunts every mutant whose name holds `wanted`, and prints the table.
fn hunted(wanted: &str) -> ExitCode {
    let is_equivalent = |mutant: &Mutant| EQUIVALENT.iter().any(|(name, _)| *name == mutant.to_string());
    let wanted: Vec<Mutant> = mutants().into_iter().filter(|mutant| mutant.to_string().contains(wanted)).collect();
    let mut hunts = hunt_all(&wanted, |hunt| println!("{}", row(hunt)));
    hunts.sort_by_key(|hunt| hunt.steps);
    println!("\n law     steps     seed  mutant");
    hunts.iter().for_each(|hunt| println!("{}", row(hunt)));
    let (dead, alive): (Vec<&Hunt>, Vec<&Hunt>) = hunts.iter().partition(|hunt| hunt.killed.is_some());
    let wrong = |hunt: &&&Hunt| is_equivalent(&hunt.mutant) == hunt.killed.is_some();
    println!("{} mutants, {} killed, {} alive", hunts.len(), dead.len(), alive.len());
    EQUIVALENT.iter().for_each(|(name, reason)| println!("equivalent: {name}: {reason}"));
    let wrong: Vec<&&Hunt> = dead.iter().chain(&alive).filter(wrong).collect();
    wrong.iter().for_each(|hunt| println!("not as it should be: {}", hunt.mutant));
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn row(hunt: &Hunt) -> String {
    let Hunt { mutant, killed, steps } = hunt;
    match killed {
        Some((law, seed, _)) => format!("{:>4} {steps:>9} {seed:>8}  {mutant}", format!("{law:?}")),
        None => format!("none {steps:>9}        -  {mutant}"),
    }
}

/// Prints a story as far as somebody reads it.
fn tell(outcome: &Outcome) {
    let mut out = std::io::stdout().lock();
    let head = ["          ms #flight".to_owned()];
    for line in head.iter().chain(&outcome.story) {
        if writeln!(out, "{line}").is_err() {
            return;
        }
    }
}

/// Runs seed after seed on every processor, until the steps are taken or a law breaks.
fn search(life: impl Fn(u64) -> Plan + Sync, steps: u64) -> ExitCode {
    let (next, over, all) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::new(All::default()));
    let work = || {
        while !over.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let outcome = run(&life(seed));
            let mut all = all.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if all.add(outcome) || all.steps >= steps {
                over.store(true, Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let all = all.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    println!("{}\n{}\n{}", all.line(), all.fired.table(), all.done.table());
    all.broken.as_ref().map_or(ExitCode::SUCCESS, explain)
}

#[derive(Default)]
struct All {
    steps: u64,
    seeds: u64,
    matches: u64,
    ended: u64,
    fired: Fired,
    done: Done,
    broken: Option<Outcome>,
}

impl All {
    /// Adds a run; whether it broke a law.
    fn add(&mut self, outcome: Outcome) -> bool {
        let told = self.steps / PROGRESS;
        self.steps += outcome.steps;
        self.seeds += 1;
        self.matches += outcome.matches;
        self.ended += outcome.ended;
        self.fired.add(&outcome.fired);
        self.done.add(&outcome.done);
        if self.steps / PROGRESS > told {
            println!("{}", self.line());
        }
        if outcome.broken.is_some() {
            self.broken.get_or_insert(outcome);
        }
        self.broken.is_some()
    }

    fn line(&self) -> String {
        let rarest = Fault::ALL.into_iter().min_by_key(|fault| self.fired.of(*fault));
        let rarest = rarest.map_or_else(String::new, |fault| format!("{fault:?} {}", self.fired.of(fault)));
        let Self { steps, seeds, matches, ended, .. } = self;
        format!("{steps} steps, {seeds} seeds, {matches} matches, {ended} ended, rarest fault {rarest}")
    }
}

/// Makes a failing run small, tells it, and says how to have it again.
fn explain(outcome: &Outcome) -> ExitCode {
    let Some((at, broken)) = &outcome.broken else { return ExitCode::SUCCESS };
    println!("seed {} at step {at}: {broken}\nshrinking ...", outcome.plan.seed);
    let small = shrink(&outcome.plan);
    tell(&small);
    if let Some((at, broken)) = &small.broken {
        println!("step {at}: {broken}");
    }
    println!("replay: {}", Plan { users: Some(small.users), ..small.plan.clone() }.command());
    ExitCode::FAILURE
}
