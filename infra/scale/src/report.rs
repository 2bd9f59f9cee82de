//! The tables of `docs/SCALE.md`.

use std::fmt::Write as _;

use crate::day::{Peak, sessions_a_day};
use crate::month::{self, Line};
use crate::quota::{Quota, by_break};

/// People a day that the tables have columns for.
pub const TOWNS: [(f64, &str); 3] =
    [(10_000.0, "10 thousand"), (1_000_000.0, "1 million"), (100_000_000.0, "100 million")];
/// Where the tables begin and end in the document.
pub const MARKS: [&str; 2] = ["<!-- model: written by `cargo xtask generate` -->\n", "<!-- end of the model -->\n"];

/// The document with the tables as they are now; `None` where it has no place for them.
pub fn renewed(document: &str) -> Option<String> {
    let [begin, end] = MARKS;
    let (head, rest) = document.split_once(begin)?;
    let (_, tail) = rest.split_once(end)?;
    Some(format!("{head}{begin}{}{end}{tail}", tables()))
}

/// All tables, in Markdown.
pub fn tables() -> String {
    format!("\n{}\n{}\n{}\n", peaks(), quotas(), months())
}

fn head(first: &str, last: Option<&str>) -> String {
    let columns: Vec<&str> = TOWNS.iter().map(|(_, name)| *name).chain(last).collect();
    format!("| {first} | {} |\n|---|{}\n", columns.join(" | "), "---|".repeat(columns.len()))
}

fn row(name: &str, cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().collect();
    format!("| {name} | {} |\n", cells.join(" | "))
}

fn each(value: impl Fn(f64) -> f64) -> impl Iterator<Item = String> {
    TOWNS.into_iter().map(move |(people, _)| number(value(people)))
}

fn peaks() -> String {
    let peak = |people| Peak { people };
    let mut table = head("people a day", None);
    table += &row("calls a day", each(sessions_a_day));
    table += &row("there at once, at the peak", each(|people| peak(people).online()));
    table += &row("calls that begin a second, at the peak", each(|people| peak(people).sessions()));
    table += &row("people who come a second, at the peak", each(|people| peak(people).visits()));
    table
}

/// How much of each quota is taken; what is more than all of it is bold.
fn quotas() -> String {
    let mut table = head("of the quota is taken", Some("used up at, people a day | and then"));
    table = table.replace("---|\n", "---|---|\n");
    for quota in by_break() {
        let taken = TOWNS.iter().map(|(people, _)| share(quota, *people));
        let last = [number(quota.reached_at()), quota.then.to_owned()];
        table += &row(quota.name, taken.chain(last));
    }
    table
}

fn share(quota: &Quota, people: f64) -> String {
    let share = (quota.load)(Peak { people }) / quota.limit;
    match share {
        1.0.. => format!("**{} ×**", number(share)),
        0.001.. => format!("{} %", number(100.0 * share)),
        _ => "0 %".to_owned(),
    }
}

fn months() -> String {
    let mut table = head("dollars a month", None);
    let towns: Vec<Vec<Line>> = TOWNS.iter().map(|(people, _)| month::lines(*people)).collect();
    let mut order: Vec<usize> = (0..towns[0].len()).collect();
    order.sort_by(|one, other| towns[2][*other].dollars.total_cmp(&towns[2][*one].dollars));
    for place in order {
        table += &row(&towns[0][place].name, towns.iter().map(|lines| number(lines[place].dollars)));
    }
    table += &row("**all before media**", each(month::total));
    let media: Vec<Vec<Line>> = TOWNS.iter().map(|(people, _)| month::media(*people)).collect();
    for place in 0..media[0].len() {
        table += &row(&media[0][place].name, media.iter().map(|lines| number(lines[place].dollars)));
    }
    let thousand = |people: f64| 1_000.0 * month::total(people) / (30.0 * sessions_a_day(people));
    let _ = write!(table, "{}", row("**per 1,000 sessions, before media**", each(thousand)));
    table
}

/// Three digits that count, in groups of three.
fn number(value: f64) -> String {
    if value < 100.0 {
        let digits = if value >= 10.0 {
            1
        } else if value >= 0.995 {
            2
        } else {
            3
        };
        return format!("{value:.digits$}");
    }
    let scale = 10_f64.powf((value.log10().floor() - 2.0).max(0.0));
    let whole = format!("{:.0}", (value / scale).round() * scale);
    let groups: Vec<&str> = whole.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_holds_the_tables_of_the_model() {
        let document = include_str!("../../../docs/SCALE.md");
        assert!(renewed(document).as_deref() == Some(document), "docs/SCALE.md is behind: run `cargo xtask generate`");
    }

    #[test]
    fn twice_the_people_take_twice_of_every_quota() {
        for quota in by_break() {
            let load = |people| (quota.load)(Peak { people });
            assert!((load(2e6) / load(1e6) - 2.0).abs() < 1e-9, "{} does not grow evenly", quota.name);
            assert!((load(quota.reached_at()) / quota.limit - 1.0).abs() < 1e-9, "{}", quota.name);
        }
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        assert_eq!(
            [0.0374, 3.21, 41.66, 417.3, 8_680.5, 4_166_667.0].map(number),
            ["0.037", "3.21", "41.7", "417", "8,680", "4,170,000"]
        );
    }
}
