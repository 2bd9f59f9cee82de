//! How many tests passed, failed and were left out, from what the test programs say.

use std::ops::AddAssign;

use anyhow::Context;
use serde_json::Value;

/// Numbers of tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that were not run.
    pub skipped: u64,
}

impl Counts {
    /// A stage that is one test, and passed.
    pub const fn success() -> Self {
        Self { passed: 1, failed: 0, skipped: 0 }
    }

    /// A stage that failed as a whole.
    pub const fn failure() -> Self {
        Self { passed: 0, failed: 1, skipped: 0 }
    }

    /// A stage that is one test.
    pub const fn one(passed: bool) -> Self {
        if passed { Self::success() } else { Self::failure() }
    }

    /// A program that failed without naming a failed test still failed, and one that ran no test proved nothing.
    pub fn of_program(mut self, succeeded: bool) -> Self {
        if self.failed == 0 && (!succeeded || self.passed == 0) {
            self.failed = 1;
        }
        self
    }

    /// Sums the lines `test result: ok. 3 passed; 0 failed; 1 ignored; ...` that cargo test prints.
    pub fn of_cargo(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines().filter_map(|line| line.trim_start().strip_prefix("test result: ")) {
            let number = |word: &str| -> u64 {
                let before = line.split(word).next().unwrap_or_default();
                before
                    .rsplit([' ', ';', '.'])
                    .find(|part| !part.is_empty())
                    .and_then(|part| part.parse().ok())
                    .unwrap_or(0)
            };
            sum += Self { passed: number(" passed"), failed: number(" failed"), skipped: number(" ignored") };
        }
        sum
    }

    /// Reads vitest's JSON report.
    ///
    /// # Errors
    /// When it is no such report.
    pub fn of_vitest(report: &str) -> anyhow::Result<Self> {
        let report: Value = serde_json::from_str(report).context("vitest's report is no JSON")?;
        let number = |key: &str| report[key].as_u64();
        let suites_failed = number("numFailedTestSuites").unwrap_or(0);
        let passed = number("numPassedTests").context("vitest's report has no numPassedTests")?;
        let failed = number("numFailedTests").context("vitest's report has no numFailedTests")?;
        let skipped = number("numPendingTests").unwrap_or(0) + number("numTodoTests").unwrap_or(0);
        // A file that does not even load has no failed test, but a failed suite.
        Ok(Self { passed, failed: if failed == 0 { suites_failed } else { failed }, skipped })
    }

    /// Reads Playwright's JSON report. A flaky test counts as failed: it would hide what happens now and then.
    ///
    /// # Errors
    /// When it is no such report.
    pub fn of_playwright(report: &str) -> anyhow::Result<Self> {
        let report: Value = serde_json::from_str(report).context("Playwright's report is no JSON")?;
        let stats = &report["stats"];
        let number = |key: &str| stats[key].as_u64();
        let passed = number("expected").context("Playwright's report has no stats.expected")?;
        let failed = number("unexpected").unwrap_or(0) + number("flaky").unwrap_or(0);
        Ok(Self { passed, failed, skipped: number("skipped").unwrap_or(0) })
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn the_results_of_all_rust_test_programs_are_summed() {
        let output = "running 2 tests\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            a test result: ok. 9 passed; 9 failed\n";
        assert_eq!(Counts::of_cargo(output), counts(15, 2, 1));
    }

    #[test]
    fn a_program_that_fails_without_a_failed_test_failed() {
        assert_eq!(counts(3, 0, 0).of_program(false), counts(3, 1, 0));
        assert_eq!(counts(3, 2, 0).of_program(false), counts(3, 2, 0));
        assert_eq!(counts(3, 0, 0).of_program(true), counts(3, 0, 0));
    }

    #[test]
    fn a_program_that_ran_no_test_failed() {
        assert_eq!(counts(0, 0, 5).of_program(true), counts(0, 1, 5));
    }

    #[test]
    fn the_reports_of_vitest_and_playwright_are_read() {
        let vitest = r#"{"numPassedTests":7,"numFailedTests":1,"numPendingTests":2,"numTodoTests":1}"#;
        assert_eq!(Counts::of_vitest(vitest).expect("a report"), counts(7, 1, 3));
        let unloaded = r#"{"numPassedTests":7,"numFailedTests":0,"numFailedTestSuites":1}"#;
        assert_eq!(Counts::of_vitest(unloaded).expect("a report"), counts(7, 1, 0));
        let playwright = r#"{"stats":{"expected":5,"unexpected":1,"flaky":1,"skipped":2}}"#;
        assert_eq!(Counts::of_playwright(playwright).expect("a report"), counts(5, 2, 2));
    }

    #[test]
    fn another_json_is_no_report() {
        assert!(Counts::of_vitest("{}").is_err());
        assert!(Counts::of_playwright("{}").is_err());
        assert!(Counts::of_vitest("nonsense").is_err());
    }
}
