//! Compiles every program of the conformance corpus, runs what can be run in Node, and prints the
//! table of shares; compares it with the committed `SCORE.md`, or rewrites that with `--update`.
//! It must never treat one program differently from another.

mod compiler;
mod corpus;
mod findings;
mod javascript;
mod score;

use std::process::ExitCode;

use corpus::{Case, Folder};

fn main() -> ExitCode {
    let update = std::env::args().any(|word| word == "--update");
    match run(update) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(update: bool) -> Result<bool, String> {
    let cases = corpus::read()?;
    let results = javascript::in_parallel(&cases, judge);
    let results: Vec<(&Case, Result<(), String>)> = cases.iter().zip(results).collect();
    if std::env::var_os("SOMON_CONFORMANCE_WHY").is_some() {
        for (case, result) in &results {
            if let Err(why) = result {
                println!("{}: {why}", case.name);
            }
        }
    }
    let score = score::Score::of(&results);
    print!("{}", score.table());
    if update {
        score.write()?;
        println!("{} programs pass, 0 lost", score.passed());
        return Ok(true);
    }
    let committed = score::Score::committed()?;
    let lost = score.lost_since(&committed);
    for (name, why) in &lost {
        println!("no longer passes: {name}: {why}");
    }
    let is_recorded = score.text() == committed;
    if lost.is_empty() && !is_recorded {
        println!("SCORE.md is not what this run gives: `cargo xtask conformance --update` records it");
    }
    println!("{} programs pass, {} lost", score.passed(), lost.len());
    Ok(is_recorded)
}

/// Whether one program behaves as the corpus says; if not, why in one line.
fn judge(case: &Case) -> Result<(), String> {
    match case.folder {
        Folder::Run => {
            let source = corpus::text(&case.source)?;
            let expected = corpus::text(&case.expected)?;
            javascript::prints(&case.name, "mjs", &compiler::compile(&source)?, &expected)?;
            let as_form = |form: &'static str| move |fault: String| format!("as {form}: {fault}");
            let es2020 = compiler::compile_es2020(&source).map_err(as_form("es2020"))?;
            let name = format!("{}-es2020", case.name);
            javascript::prints(&name, "mjs", &es2020, &expected).map_err(as_form("es2020"))?;
            let Some(commonjs) = compiler::compile_commonjs(&source).map_err(as_form("commonjs"))? else {
                return Ok(());
            };
            javascript::prints(&case.name, "cjs", &commonjs, &expected).map_err(as_form("commonjs"))
        }
        Folder::Modules => {
            let code = compiler::bundle(&case.source)?;
            javascript::prints(&case.name, "mjs", &code, &corpus::text(&case.expected)?)
        }
        Folder::Errors => {
            let source = corpus::text(&case.source)?;
            findings::compare(&corpus::text(&case.expected)?, &compiler::check(&source))
        }
    }
}
