//! The claims of the project against the tests that show them: applies the mutation of a claim to a copy of the
//! checkout, runs the tests that it names and expects them to turn red.
//! It must never change the checkout itself, nor take a build that fails for a test that does.

mod page;
mod scratch;
mod table;

use std::time::{SystemTime, UNIX_EPOCH};

use crate::counts::Counts;
use crate::ledger::Outcome;
use crate::provide::{self, Needs};
use crate::{process, project};
use scratch::{Scratch, Seen};
use table::Claim;

/// How many claims are tried when none is named.
const PICKED: usize = 10;

/// Which claims are to be tried.
pub enum Choice {
    All,
    Row(String),
    /// Ten by chance, from this seed or from the clock.
    Random(Option<u64>),
}

/// Mutates and expects red; true when every claim was held by its tests.
pub fn mutate(choice: &Choice) -> Result<bool, String> {
    let claims = table::read()?;
    let chosen = choose(&claims, choice)?;
    let needs_package = chosen.iter().any(|claim| claim.tests.iter().any(table::Test::is_of_package));
    let tools = provide::provide(if needs_package { Needs::TEST } else { Needs::BUILD });
    let scratch = Scratch::copy(&project::target().join("claims"), &tools)?;
    // All of them as they are first: between two mutations then lies one build, not two.
    println!("\n== without a mutation");
    let mut verdicts = Vec::new();
    for claim in &chosen {
        let is_green = scratch.run(&claim.tests, true)? == Seen::Green;
        verdicts.push((*claim, if is_green { None } else { Some(Verdict::RedBefore) }));
    }
    for (claim, verdict) in verdicts.iter_mut().filter(|(_, verdict)| verdict.is_none()) {
        println!("\n== {} {}", claim.id, claim.text);
        let seen = try_one(&scratch, claim)?;
        println!("== {}: {seen}", claim.id);
        *verdict = Some(seen);
    }
    let escaped: Vec<String> = verdicts
        .iter()
        .filter_map(|(claim, verdict)| verdict.as_ref().map(|verdict| (claim, verdict)))
        .filter(|(_, verdict)| **verdict != Verdict::Held)
        .map(|(claim, verdict)| format!("{}: {verdict}", claim.id))
        .collect();
    println!("\n{} of {} mutations turned their tests red", chosen.len() - escaped.len(), chosen.len());
    escaped.iter().for_each(|line| println!("  {line}"));
    Ok(escaped.is_empty())
}

/// Checks the table itself: all claims there, their tests and the places of their mutations too, the page up to date.
pub fn check() -> Result<Outcome, String> {
    let claims = table::read()?;
    let mut outcome = Outcome::default();
    for claim in &claims {
        let problems = claim.problems(&claims);
        problems.iter().for_each(|problem| println!("{}: {problem}", claim.id));
        let failed = u64::from(!problems.is_empty());
        outcome.counts += Counts { passed: 1 - failed, failed };
    }
    let place = project::root().join(page::PLACE);
    if std::fs::read_to_string(&place).unwrap_or_default() != page::of(&claims) {
        outcome.faults.push(format!("{} is not up to date: run `cargo xtask claims --update`", page::PLACE));
    }
    Ok(outcome)
}

/// Rewrites the page.
pub fn update() -> Result<bool, String> {
    let text = page::of(&table::read()?);
    std::fs::write(project::root().join(page::PLACE), text)
        .map_err(|e| format!("cannot write {}: {e}", page::PLACE))?;
    Ok(true)
}

#[derive(PartialEq)]
enum Verdict {
    Held,
    RedBefore,
    StillGreen,
    NotBuilt,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Verdict::Held => "the mutation turned it red",
            Verdict::RedBefore => "its tests fail without a mutation",
            Verdict::StillGreen => "ITS TESTS STAY GREEN under the mutation",
            Verdict::NotBuilt => "the mutation does not build, so it shows nothing",
        })
    }
}

fn try_one(scratch: &Scratch, claim: &Claim) -> Result<Verdict, String> {
    let Some(mutation) = &claim.mutation else { return Err(format!("{} has no mutation", claim.id)) };
    let original = scratch.apply(mutation)?;
    let seen = scratch.run(&claim.tests, false);
    scratch.restore(mutation, &original)?;
    Ok(match seen? {
        Seen::Red => Verdict::Held,
        Seen::Green => Verdict::StillGreen,
        Seen::NotBuilt => Verdict::NotBuilt,
    })
}

fn choose<'c>(claims: &'c [Claim], choice: &Choice) -> Result<Vec<&'c Claim>, String> {
    let mut able: Vec<&Claim> = claims.iter().filter(|claim| claim.mutation.is_some()).collect();
    match choice {
        Choice::All => {}
        Choice::Row(id) => {
            let origin = claims.iter().find(|claim| claim.id == *id).ok_or_else(|| format!("there is no row {id}"))?;
            let id = origin.same_as.as_deref().unwrap_or(id);
            able.retain(|claim| claim.id == id);
            if able.is_empty() {
                return Err(format!("{id} has no mutation: {}", page::result(origin)));
            }
        }
        Choice::Random(seed) => {
            let clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_secs());
            let mut state = seed.unwrap_or_else(clock);
            println!("seed {state}; `--seed {state}` chooses the same claims");
            while able.len() > PICKED {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                able.remove((state >> 33) as usize % able.len());
            }
        }
    }
    Ok(able)
}

/// The commit, for the copy's own record.
fn head() -> String {
    process::answer("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned())
}
