//! The table of shares, and the committed one: `SCORE.md` lists by name what does not pass yet, so
//! that one program lost cannot hide behind another one gained. It must be what this run gives, to the letter.
//! It must never round a share up.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::corpus::{self, Case, Folder};
use crate::findings::Precision;

pub struct Score {
    /// Per folder: how many pass, how many there are.
    shares: Vec<(Folder, usize, usize)>,
    /// Wrong programs that need no type checker: how many there are, how many are reported at the right place, and
    /// how many with exactly one diagnostic for each mistake.
    precision: [usize; 3],
    /// Wrong programs of modules: how many there are, and how many are reported at the right place.
    of_modules: [usize; 2],
    /// What does not pass, with the reason.
    open: BTreeMap<String, String>,
}

impl Score {
    pub fn of(results: &[(&Case, Result<(), String>)], precision: &[Precision]) -> Score {
        let shares = Folder::ALL.map(|folder| {
            let inside = || results.iter().filter(move |(case, _)| case.folder == folder);
            (folder, inside().filter(|(_, result)| result.is_ok()).count(), inside().count())
        });
        let is_of_modules = |case: &Case| case.folder == Folder::Errors && case.name.contains("-module-");
        let of_modules = || results.iter().filter(|(case, _)| is_of_modules(case));
        let of_modules = [of_modules().count(), of_modules().filter(|(_, result)| result.is_ok()).count()];
        let open = results.iter().filter_map(|(case, result)| {
            let why = result.as_ref().err()?;
            Some((case.name.clone(), why.clone()))
        });
        let count = |is: fn(&Precision) -> bool| precision.iter().filter(|one| is(one)).count();
        let precision = [precision.len(), count(|one| one.is_at_place), count(|one| one.is_alone)];
        Score { shares: shares.to_vec(), precision, of_modules, open: open.collect() }
    }

    /// Every place is right, and 95 of 100 mistakes stand alone.
    pub fn is_precise(&self) -> bool {
        let [all, at_place, alone] = self.precision;
        at_place == all && alone * 100 >= all * 95
    }

    pub fn committed() -> Result<String, String> {
        corpus::text(&place())
    }

    pub fn passed(&self) -> usize {
        self.shares.iter().map(|(_, passed, _)| passed).sum()
    }

    pub fn table(&self) -> String {
        let mut text = String::from("| folder | passed | all | share |\n|---|---|---|---|\n");
        for (folder, passed, all) in &self.shares {
            let _ = writeln!(text, "| {} | {passed} | {all} | {} |", folder.name(), share(*passed, *all));
        }
        let [of_modules, placed] = self.of_modules;
        let _ = writeln!(
            text,
            "\nOf `errors`, what the graph of modules shows, through `system.compile(entry)`: {of_modules} programs,\n\
             the place is right in {placed} ({}).",
            share(placed, of_modules)
        );
        let [all, at_place, alone] = self.precision;
        let _ = writeln!(
            text,
            "\nOf `errors`, what needs no type checker (lexical, syntax, SOM3003, SOM3304, SOM3313; strict): {all} programs,\n\
             the place is right in {at_place} ({}), exactly one diagnostic for each mistake in {alone} ({}).",
            share(at_place, all),
            share(alone, all)
        );
        text
    }

    /// What does not pass now and is not listed as such in the committed score.
    pub fn lost_since(&self, committed: &str) -> Vec<(&str, &str)> {
        let listed = |name: &str| committed.lines().any(|line| line.strip_prefix("- ") == Some(name));
        let lost = self.open.iter().filter(|(name, _)| !listed(name));
        lost.map(|(name, why)| (name.as_str(), why.as_str())).collect()
    }

    pub fn write(&self) -> Result<(), String> {
        std::fs::write(place(), self.text()).map_err(|e| format!("cannot write {}: {e}", place().display()))
    }

    /// What `SCORE.md` holds when this score is committed.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# Conformance\n\nWritten by `cargo xtask conformance --update`, compared by `cargo xtask test`.\n",
        );
        text.push_str(
            "Programs of `run` are printed as ES modules for the newest target and for ES2020 and as CommonJS, and all\n\
             three must print the same. `types-ok` and the type errors need the type checker.\n\n",
        );
        text.push_str(&self.table());
        text.push_str("\n## Not passing yet\n\n");
        for name in self.open.keys() {
            let _ = writeln!(text, "- {name}");
        }
        text
    }
}

fn share(part: usize, all: usize) -> String {
    let tenths = (part * 1000).checked_div(all).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn place() -> PathBuf {
    corpus::place().join("SCORE.md")
}
