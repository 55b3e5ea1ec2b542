//! `docs/claims.md`: the claims as a page for readers.
//! It must never say more of a claim than the table does.

use std::fmt::Write as _;

use super::table::{self, Claim};

pub const PLACE: &str = "docs/claims.md";

pub fn of(claims: &[Claim]) -> String {
    let mut text = String::from(
        "# Claims\n\n\
         The claims of [module-system.md](spec/module-system.md), section 11, each with what shows it. Written by\n\
         `cargo xtask claims --update` from `tests/claims.txt`; the gate checks that every row, test and place to mutate is\n\
         there. `cargo xtask claims` applies ten of the mutations, chosen at random, each to a copy of the checkout, and\n\
         expects the row's tests to turn red; `--all` and `--row S-14` choose otherwise, `--seed N` repeats a choice.\n\n\
         - *shown*: the tests run in the gate and pass; the mutation turns at least one of them red\n\
         - *open*: nothing shows it yet; the number is the plan's\n\
         - T test, B benchmark, D document, R review\n\n",
    );
    let count = |wanted: &str| claims.iter().filter(|claim| state(claims, claim) == wanted).count();
    let _ = writeln!(
        text,
        "{} shown, {} open, {} by measurement or review.\n",
        count("shown"),
        count("open"),
        count("review")
    );
    text.push_str("| Id | claim | check | result | shown by | mutation |\n|---|---|---|---|---|---|\n");
    for claim in claims {
        let tests: Vec<String> = claim.tests.iter().map(table::Test::shown).collect();
        let mutation = claim.mutation.as_ref().map_or_else(String::new, |mutation| {
            format!("`{}`: `{}` becomes `{}`", mutation.file, line(&mutation.before), line(&mutation.after))
        });
        let _ = writeln!(
            text,
            "| {} | {} | {}: {} | {} | {} | {} |",
            claim.id,
            cell(&claim.text),
            claim.kind,
            cell(&claim.check),
            cell(&result(claim)),
            cell(&tests.join("; ")),
            cell(&mutation)
        );
    }
    text
}

/// What is to be said of a claim.
pub fn result(claim: &Claim) -> String {
    let note = claim.note.as_ref().map_or_else(String::new, |note| format!(" ({note})"));
    match (&claim.open, &claim.same_as) {
        (Some(open), _) => format!("open: {open}"),
        (None, Some(other)) => format!("as {other}{note}"),
        (None, None) if claim.tests.is_empty() => claim.note.clone().unwrap_or_default(),
        (None, None) => format!("shown{note}"),
    }
}

fn state<'a>(claims: &'a [Claim], claim: &'a Claim) -> &'static str {
    let claim = match &claim.same_as {
        Some(other) => claims.iter().find(|row| row.id == *other).unwrap_or(claim),
        None => claim,
    };
    match claim {
        Claim { open: Some(_), .. } => "open",
        claim if claim.tests.is_empty() => "review",
        _ => "shown",
    }
}

/// On one line: a table has no room for more.
fn line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ").replace('`', "'")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
