//! Figures: printed for people, kept as JSON.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;
use serde_json::Value;

use crate::machine::Machine;

/// The names of figures are filled up to this width.
const NAME_WIDTH: usize = 68;

/// A figure that is within this ratio of its last value has not moved.
const MOVED: f64 = 1.1;

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Aim {
    /// Greater is better.
    AtLeast(f64),
    /// Less is better.
    AtMost(f64),
}

/// One measured number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Of what.
    pub of: String,
    /// How much.
    pub value: f64,
    /// Of which unit.
    pub unit: &'static str,
    /// What it should be.
    pub aim: Option<Aim>,
}

/// Figures that belong together.
#[derive(Debug, Serialize)]
pub struct Section {
    /// Its name on the command line.
    pub name: &'static str,
    /// The machine as it was before.
    pub machine: Machine,
    /// What was done, for who reads the figures.
    pub about: String,
    /// The figures.
    pub figures: Vec<Figure>,
}

impl Section {
    /// A section without figures yet; its head is printed, and each figure as it comes.
    pub fn new(name: &'static str, about: impl Into<String>) -> Self {
        let section = Self { name, machine: Machine::now(), about: about.into(), figures: Vec::new() };
        println!("\n{name}: {}", section.about);
        let Machine { processor, cores, load, .. } = &section.machine;
        let busy = if section.machine.is_busy() { "; BUSY with other work: trust the ratios only" } else { "" };
        println!("{cores} cores, {processor}, load average {load}{busy}");
        section
    }

    /// Adds a figure.
    pub fn add(&mut self, of: impl Into<String>, value: f64, unit: &'static str) {
        self.put(Figure { of: of.into(), value, unit, aim: None });
    }

    /// Adds a figure that has an aim.
    pub fn aim(&mut self, of: impl Into<String>, value: f64, unit: &'static str, aim: Aim) {
        self.put(Figure { of: of.into(), value, unit, aim: Some(aim) });
    }

    fn put(&mut self, figure: Figure) {
        println!("{figure}");
        self.figures.push(figure);
    }

    /// Says what has moved since the figures in `<folder>/<name>.json` were measured, and writes these in their place.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep(&self, folder: &Path) -> anyhow::Result<()> {
        let file = folder.join(self.name).with_extension("json");
        for (figure, ratio) in self.moved(&fs::read_to_string(&file).unwrap_or_default()) {
            println!("  since the last run x {ratio:<8.2} {}", figure.of);
        }
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let json = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&file, json).with_context(|| format!("{} cannot be written", file.display()))
    }
}

impl Section {
    /// The figures that are not what they were in an earlier report, each with its ratio.
    fn moved<'a>(&'a self, earlier: &str) -> Vec<(&'a Figure, f64)> {
        let earlier: Value = serde_json::from_str(earlier).unwrap_or_default();
        let before =
            |of: &str| earlier["figures"].as_array()?.iter().find(|figure| figure["of"] == of)?["value"].as_f64();
        let ratio = |figure: &'a Figure| Some((figure, figure.value / before(&figure.of)?));
        let has_moved = |ratio: f64| ratio.is_finite() && !(1.0 / MOVED..=MOVED).contains(&ratio);
        self.figures.iter().filter_map(ratio).filter(|(_, ratio)| has_moved(*ratio)).collect()
    }
}

/// Prints every figure that has an aim once more, those of all sections together.
pub fn sum_up(sections: &[Section]) {
    println!("\nall aims");
    let aimed = || sections.iter().flat_map(|section| &section.figures).filter(|figure| figure.aim.is_some());
    for figure in aimed() {
        println!("{figure}");
    }
    let missed = aimed().filter(|figure| !figure.is_reached()).count();
    println!("{} aims reached, {missed} missed", aimed().count() - missed);
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, value, unit, .. } = self;
        write!(f, "  {of:NAME_WIDTH$} {:>12} {unit:12} {}", number(*value), self.verdict())
    }
}

impl Figure {
    fn is_reached(&self) -> bool {
        match self.aim {
            None => true,
            Some(Aim::AtLeast(aim)) => self.value >= aim,
            Some(Aim::AtMost(aim)) => self.value <= aim,
        }
    }

    fn verdict(&self) -> String {
        let aim = match self.aim {
            None => return String::new(),
            Some(Aim::AtLeast(aim)) => format!("aim >= {}", number(aim)),
            Some(Aim::AtMost(aim)) => format!("aim <= {}", number(aim)),
        };
        format!("{} {aim}", if self.is_reached() { "ok    " } else { "MISSED" })
    }
}

/// The middle one of an odd number of values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value below which so many percent lie.
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut values = values.to_owned();
    values.sort_by(f64::total_cmp);
    let place = |values: &[f64]| (0..values.len()).find(|place| at_least(place + 1, values.len(), percent));
    place(&values).map_or(f64::NAN, |place| values[place])
}

fn at_least(part: usize, whole: usize, percent: f64) -> bool {
    let number = |count: usize| u32::try_from(count).map_or(f64::INFINITY, f64::from);
    100.0 * number(part) >= percent * number(whole)
}

/// Four digits that count, in groups of three.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 4,
    };
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.split_at(usize::from(whole.starts_with('-')));
    let groups: Vec<&str> = whole.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    format!("{sign}{}{rest}", groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        let written = [1_234_567.8, 999.6, 12.34, 1.5, 0.012_34, -1_000.0].map(number);
        assert_eq!(written, ["1,234,568", "1,000", "12.3", "1.50", "0.0123", "-1,000"]);
    }

    #[test]
    fn an_aim_is_reached_or_missed() {
        let verdict = |aim| Figure { of: String::new(), value: 5.0, unit: "", aim: Some(aim) }.verdict();
        let aims = [Aim::AtLeast(5.0), Aim::AtLeast(5.1), Aim::AtMost(5.0), Aim::AtMost(4.9)];
        let reached = aims.map(|aim| verdict(aim).starts_with("ok"));
        assert_eq!(reached, [true, false, true, false]);
    }

    #[test]
    fn what_has_moved_is_told_with_its_ratio() {
        let figure = |of: &str, value| Figure { of: of.into(), value, unit: "", aim: None };
        let figures = vec![figure("same", 10.4), figure("more", 30.0), figure("new", 1.0)];
        let section = Section { name: "", machine: Machine::now(), about: String::new(), figures };
        let earlier =
            r#"{"figures":[{"of":"same","value":10.0},{"of":"more","value":10.0},{"of":"gone","value":1.0}]}"#;
        let moved: Vec<_> = section.moved(earlier).into_iter().map(|(figure, ratio)| (&figure.of, ratio)).collect();
        assert_eq!(moved, [(&"more".to_owned(), 3.0)]);
        assert!(section.moved("").is_empty());
    }

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        let found = [50.0, 95.0, 99.0, 100.0].map(|percent| percentile(&values, percent));
        assert_eq!(found, [100.0, 190.0, 198.0, 200.0]);
        assert!(percentile(&[], 50.0).is_nan());
    }

    #[test]
    fn the_median_is_no_average() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
