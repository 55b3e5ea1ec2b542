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
use findings::Precision;

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
    let precision: Vec<Precision> = results.iter().filter_map(|(_, precision)| *precision).collect();
    let results: Vec<(&Case, Result<(), String>)> =
        cases.iter().zip(results.into_iter().map(|(result, _)| result)).collect();
    if std::env::var_os("SOMON_CONFORMANCE_WHY").is_some() {
        for (case, result) in &results {
            if let Err(why) = result {
                println!("{}: {why}", case.name);
            }
        }
    }
    let score = score::Score::of(&results, &precision);
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
    if !score.is_precise() {
        println!(
            "mistakes that need no type checker are reported at a wrong place, or too often with others beside them"
        );
    }
    println!("{} programs pass, {} lost", score.passed(), lost.len());
    Ok(is_recorded && score.is_precise())
}

/// Whether one program behaves as the corpus says; if not, why in one line. For a wrong program also how precisely.
fn judge(case: &Case) -> (Result<(), String>, Option<Precision>) {
    match case.folder {
        Folder::Errors => match (corpus::text(&case.source), corpus::text(&case.expected)) {
            (Ok(source), Ok(expected)) => {
                let is_folder = case.source.ends_with(findings::MAIN);
                if findings::is_of_modules(&expected) || is_folder {
                    let graph =
                        compiler::check_graph(&case.source).and_then(|found| findings::compare(&expected, &found));
                    // What a text says of its own exports, it says alone as well.
                    let is_of_text = !is_folder && case.name.contains("export");
                    let alone =
                        if is_of_text { findings::compare(&expected, &compiler::check(&source)) } else { Ok(()) };
                    return (graph.and(alone), None);
                }
                let reported = compiler::check(&source);
                (findings::compare(&expected, &reported), findings::precision(&expected, &reported))
            }
            (Err(fault), _) | (_, Err(fault)) => (Err(fault), None),
        },
        _ => (runs(case), None),
    }
}

fn runs(case: &Case) -> Result<(), String> {
    let expected = corpus::text(&case.expected)?;
    if case.folder == Folder::Modules {
        return javascript::prints(&case.name, "mjs", &compiler::bundle(&case.source)?, &expected);
    }
    let source = corpus::text(&case.source)?;
    javascript::prints(&case.name, "mjs", &compiler::compile(&source)?, &expected)?;
    let as_form = |form: &'static str| move |fault: String| format!("as {form}: {fault}");
    if let Some(es2020) = compiler::compile_es2020(&source).map_err(as_form("es2020"))? {
        let name = format!("{}-es2020", case.name);
        javascript::prints(&name, "mjs", &es2020, &expected).map_err(as_form("es2020"))?;
    }
    let Some(commonjs) = compiler::compile_commonjs(&source).map_err(as_form("commonjs"))? else {
        return Ok(());
    };
    javascript::prints(&case.name, "cjs", &commonjs, &expected).map_err(as_form("commonjs"))
}
