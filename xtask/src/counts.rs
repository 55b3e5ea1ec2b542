//! Reads how many tests ran from what the test runners print.
//! It must never guess: a runner whose closing line is missing has run nothing.

use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl Counts {
    pub fn total(self) -> u64 {
        self.passed.saturating_add(self.failed)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
    }
}

/// The sum of all `test result: ok. 3 passed; 0 failed; ...` lines (libtest, wasm-bindgen-test). A test that was
/// ignored did not show what it is there to show, so it counts as failed.
pub fn of_libtest(output: &str) -> Counts {
    let mut sum = Counts::default();
    for line in output.lines() {
        let Some((_, result)) = line.split_once("test result: ") else { continue };
        let failed = before(result, " failed").saturating_add(before(result, " ignored"));
        sum += Counts { passed: before(result, " passed"), failed };
    }
    sum
}

/// The closing lines of node's TAP report; what was skipped or cancelled counts as failed, too.
pub fn of_node_tap(report: &str) -> Counts {
    let closing = |name: &str| -> u64 {
        report
            .lines()
            .filter_map(|line| line.strip_prefix("# ")?.strip_prefix(name)?.trim().parse().ok())
            .next_back()
            .unwrap_or(0)
    };
    let failed = ["fail ", "cancelled ", "skipped ", "todo "].map(closing).iter().sum();
    Counts { passed: closing("pass "), failed }
}

/// The closing line of the conformance run: `338 programs pass, 0 lost`.
pub fn of_conformance(output: &str) -> Option<Counts> {
    output.lines().rev().find_map(|line| {
        let (passed, failed) = line.trim().strip_suffix(" lost")?.split_once(" programs pass, ")?;
        Some(Counts { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
    })
}

/// The number that ends right before the given word.
fn before(text: &str, word: &str) -> u64 {
    let number = text.find(word).and_then(|end| text.get(..end));
    number.and_then(|head| head.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_lines_are_added_up_and_ignored_tests_are_failed_ones() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\n\
                      test result: FAILED. 10 passed; 3 failed; 0 ignored\n";
        assert_eq!(of_libtest(output), Counts { passed: 12, failed: 4 });
        assert_eq!(of_libtest("nothing ran"), Counts::default());
    }

    #[test]
    fn a_skipped_node_test_is_a_failed_one() {
        let report = "ok 1 - a\n# tests 6\n# suites 0\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 2\n# todo 0\n";
        assert_eq!(of_node_tap(report), Counts { passed: 3, failed: 3 });
        assert_eq!(of_node_tap(""), Counts::default());
    }

    #[test]
    fn the_closing_line_is_found() {
        let counts = Counts { passed: 7, failed: 1 };
        assert_eq!(of_conformance("x\n7 programs pass, 1 lost\n"), Some(counts));
        assert_eq!(of_conformance("7 passed, 1 failed"), None);
    }
}
