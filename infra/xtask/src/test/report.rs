//! What happened, as a table of time per stage and one closing line.

use std::time::Duration;

use super::counts::Counts;

/// How a stage ended.
#[derive(Debug)]
pub enum Outcome {
    /// It ran, with these counts.
    Ran(Counts),
    /// It could not be run, for this reason.
    Skipped(String),
}

/// All rows so far.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    outcome: Outcome,
    time: Duration,
}

impl Report {
    /// Adds a stage and says how it ended.
    pub fn add(&mut self, name: &'static str, outcome: Outcome, time: Duration) {
        let seconds = time.as_secs_f64();
        match &outcome {
            Outcome::Ran(counts) if counts.failed == 0 => println!("   {name}: passed, {seconds:.1} s"),
            Outcome::Ran(_) => println!("   {name}: FAILED, {seconds:.1} s"),
            Outcome::Skipped(reason) => println!("   {name}: SKIPPED: {reason}"),
        }
        self.rows.push(Row { name, outcome, time });
    }

    /// Whether a stage ran and nothing in it failed.
    pub fn succeeded(&self, name: &str) -> bool {
        self.rows
            .iter()
            .any(|row| row.name == name && matches!(row.outcome, Outcome::Ran(counts) if counts.failed == 0))
    }

    /// Whether anything failed.
    pub fn failed(&self) -> bool {
        self.sum().failed > 0
    }

    /// Prints the table and, alone and last, the closing line.
    pub fn print(&self) {
        println!("\n{}\n", self.table());
        println!("{}", closing(self.sum()));
    }

    fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        self.rows.iter().for_each(|row| sum += row.counts());
        sum
    }

    fn table(&self) -> String {
        let head = format!("{:12} {:>7} {:>7} {:>8} {:>9}", "stage", "passed", "failed", "skipped", "time");
        let rows = self.rows.iter().map(Row::line);
        let total = Row::columns("total", self.sum(), self.rows.iter().map(|row| row.time).sum());
        [head].into_iter().chain(rows).chain([total]).collect::<Vec<_>>().join("\n")
    }
}

impl Row {
    fn counts(&self) -> Counts {
        match self.outcome {
            Outcome::Ran(counts) => counts,
            Outcome::Skipped(_) => Counts { skipped: 1, ..Counts::default() },
        }
    }

    fn line(&self) -> String {
        let columns = Self::columns(self.name, self.counts(), self.time);
        match &self.outcome {
            Outcome::Ran(counts) if counts.failed > 0 => format!("{columns}  FAILED"),
            Outcome::Ran(_) => columns,
            Outcome::Skipped(reason) => format!("{columns}  SKIPPED: {reason}"),
        }
    }

    fn columns(name: &str, counts: Counts, time: Duration) -> String {
        let seconds = time.as_secs();
        let clock = format!("{}:{:02}.{}", seconds / 60, seconds % 60, time.subsec_millis() / 100);
        format!("{name:12} {:>7} {:>7} {:>8} {clock:>9}", counts.passed, counts.failed, counts.skipped)
    }
}

fn closing(sum: Counts) -> String {
    let skipped = if sum.skipped > 0 { format!(", {} skipped", sum.skipped) } else { String::new() };
    format!("{} passed, {} failed{skipped}", sum.passed, sum.failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_names_the_skipped_only_when_there_are_some() {
        assert_eq!(closing(Counts { passed: 3, failed: 0, skipped: 0 }), "3 passed, 0 failed");
        assert_eq!(closing(Counts { passed: 3, failed: 1, skipped: 2 }), "3 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn the_table_shows_each_stage_its_time_and_the_sum() {
        let mut report = Report::default();
        report.add("fmt", Outcome::Ran(Counts::success()), Duration::from_millis(1_250));
        report.add("rust", Outcome::Ran(Counts { passed: 40, failed: 2, skipped: 1 }), Duration::from_secs(75));
        report.add("browser", Outcome::Skipped("rust did not succeed".to_owned()), Duration::ZERO);
        let wanted = "\
stage         passed  failed  skipped      time
fmt                1       0        0    0:01.2
rust              40       2        1    1:15.0  FAILED
browser            0       0        1    0:00.0  SKIPPED: rust did not succeed
total             41       2        2    1:16.2";
        assert_eq!(report.table(), wanted);
        assert!(
            report.failed() && report.succeeded("fmt") && !report.succeeded("rust") && !report.succeeded("browser")
        );
    }
}
