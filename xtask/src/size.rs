//! What a page loads of the package, per part: raw, gzip and brotli, against `size.snap`.
//! It must never let a part grow unseen: growth past the tolerance needs a new snapshot.

use crate::counts::Counts;
use crate::ledger::Outcome;
use crate::toolbox::Toolbox;
use crate::{package, process, project};

/// In percent of the committed size.
const GROWTH_MAX: u64 = 1;
/// Gzipped, in bytes.
const BUDGETS: [(&str, u64); 2] = [("wasm", 200 * 1024), ("glue and facade", 15 * 1024)];

#[derive(Debug, PartialEq, Eq)]
struct Part {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Each part is one test: not grown. What is over its budget is said.
pub fn compare(tools: &Toolbox, update: bool) -> Result<Outcome, String> {
    let parts = measure(tools)?;
    let snapshot = project::root().join("size.snap");
    if update {
        std::fs::write(&snapshot, show(&parts)).map_err(|e| format!("cannot write {}: {e}", snapshot.display()))?;
    }
    let committed = parse(&project::read(&snapshot)?);
    let mut outcome = Outcome::default();
    for part in &parts {
        if let Some(excess) = over_budget(part) {
            println!("{}: {} bytes gzipped, {excess} over its budget", part.name, part.gzip);
        }
        let fault = judge(part, committed.iter().find(|old| old.name == part.name));
        let counts = Counts { passed: u64::from(fault.is_none()), failed: 0 };
        outcome.add(&part.name, counts, fault);
    }
    Ok(outcome)
}

/// Compression is node's: what servers and browsers use has the same two libraries.
fn measure(tools: &Toolbox) -> Result<Vec<Part>, String> {
    let mut node = tools.with_npm("node")?;
    node.arg(project::root().join("xtask/size.mjs")).arg(package::folder());
    let ended = process::run_and_keep(&mut node)?;
    if let Some(fault) = ended.fault {
        return Err(fault);
    }
    let parts = parse(&ended.stdout);
    if parts.is_empty() { Err("no part was measured".to_owned()) } else { Ok(parts) }
}

/// How far a part is over its budget. Said in every run, but no failure while the snapshot itself is over:
/// what must not happen unseen is growth.
fn over_budget(part: &Part) -> Option<u64> {
    let (_, most) = BUDGETS.iter().find(|(name, _)| *name == part.name)?;
    part.gzip.checked_sub(*most).filter(|excess| *excess > 0)
}

fn judge(part: &Part, old: Option<&Part>) -> Option<String> {
    let Some(old) = old else {
        return Some("not in size.snap; `cargo xtask size --update` adds it".to_owned());
    };
    let most = old.gzip.saturating_add(old.gzip.saturating_mul(GROWTH_MAX) / 100);
    (part.gzip > most).then(|| {
        format!(
            "grew from {} to {} bytes gzipped; if that is worth it, `cargo xtask size --update`",
            old.gzip, part.gzip
        )
    })
}

/// Lines of `name: raw gzip brotli`; others are comments.
fn parse(text: &str) -> Vec<Part> {
    let part = |line: &str| {
        let (name, sizes) = line.split_once(':')?;
        let mut sizes = sizes.split_whitespace().map(|size| size.parse().ok());
        let (raw, gzip, brotli) = (sizes.next()??, sizes.next()??, sizes.next()??);
        Some(Part { name: name.trim().to_owned(), raw, gzip, brotli })
    };
    text.lines().filter_map(part).collect()
}

fn show(parts: &[Part]) -> String {
    let mut text = String::from("# part: raw gzip brotli (bytes); rewritten by `cargo xtask size --update`\n");
    for Part { name, raw, gzip, brotli } in parts {
        text.push_str(&format!("{name}: {raw} {gzip} {brotli}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(gzip: u64) -> Part {
        Part { name: "wasm".to_owned(), raw: 3 * gzip, gzip, brotli: gzip - 1 }
    }

    #[test]
    fn a_snapshot_reads_back() {
        assert_eq!(parse(&show(&[part(10), part(20)])), [part(10), part(20)]);
    }

    #[test]
    fn growth_and_budget_are_kept() {
        assert_eq!(judge(&part(101_000), Some(&part(100_000))), None);
        assert!(judge(&part(101_001), Some(&part(100_000))).is_some());
        assert_eq!(judge(&part(204_801), Some(&part(204_801))), None);
        assert_eq!(over_budget(&part(204_801)), Some(1));
        assert_eq!(over_budget(&part(204_800)), None);
        assert!(judge(&part(100), None).is_some());
    }
}
