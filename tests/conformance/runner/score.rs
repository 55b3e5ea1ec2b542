//! The table of shares, and the committed one: `SCORE.md` lists by name what does not pass yet, so
//! that one program lost cannot hide behind another one gained. It must be what this run gives, to the letter.
//! It must never round a share up.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::corpus::{self, Case, Folder};

pub struct Score {
    /// Per folder: how many pass, how many there are.
    shares: Vec<(Folder, usize, usize)>,
    /// What does not pass, with the reason.
    open: BTreeMap<String, String>,
}

impl Score {
    pub fn of(results: &[(&Case, Result<(), String>)]) -> Score {
        let shares = Folder::ALL.map(|folder| {
            let inside = || results.iter().filter(move |(case, _)| case.folder == folder);
            (folder, inside().filter(|(_, result)| result.is_ok()).count(), inside().count())
        });
        let open = results.iter().filter_map(|(case, result)| {
            let why = result.as_ref().err()?;
            Some((case.name.clone(), why.clone()))
        });
        Score { shares: shares.to_vec(), open: open.collect() }
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
            let tenths = (passed * 1000).checked_div(*all).unwrap_or(0);
            let _ = writeln!(text, "| {} | {passed} | {all} | {}.{} % |", folder.name(), tenths / 10, tenths % 10);
        }
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

fn place() -> PathBuf {
    corpus::place().join("SCORE.md")
}
