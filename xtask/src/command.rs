//! The table of commands: what each is called, takes and does.
//! It must never do a command's work itself.

use std::path::PathBuf;

use crate::claims::{self, Choice};
use crate::ledger::Ledger;
use crate::provide::{self, Needs};
use crate::toolbox::Toolbox;
use crate::{bench, conformance, doctor, full_run, lint, native_tests, package, package_tests};
use crate::{play, size, wasm_tests};

struct Command {
    name: &'static str,
    options: &'static [&'static str],
    about: &'static str,
    run: fn(&Options) -> Result<bool, String>,
}

const COMMANDS: [Command; 11] = [
    Command {
        name: "play",
        options: &["--open"],
        about: "build the package and serve the playground; --open opens it",
        run: |options| play::play(options.has("--open")),
    },
    Command { name: "build", options: &[], about: "build the npm package into pkg/ and pack it", run: |_| build() },
    Command {
        name: "test",
        options: &[],
        about: "every test: native, wasm in Node and Chromium, the packed package everywhere",
        run: |_| test(),
    },
    Command {
        name: "ci",
        options: &["--full"],
        about: "the gate: test, plus sizes and longer runs; --full adds soak runs and records them",
        run: |options| ci(options.has("--full")),
    },
    Command { name: "lint", options: &[], about: "formatting and clippy", run: |_| lint_only() },
    Command {
        name: "conformance",
        options: &["--update"],
        about: "the conformance table; --update rewrites the committed one",
        run: |options| conformance_only(options.has("--update")),
    },
    Command {
        name: "bench",
        options: &bench::NAMES,
        about: "measure the built package: all of it, or what is named",
        run: |options| bench::bench(|name| options.has(name)),
    },
    Command {
        name: "claims",
        options: &["--all", "--row ID", "--seed N", "--update"],
        about: "mutates the code of ten claims and expects red; --update rewrites docs/claims.md",
        run: claims_only,
    },
    Command {
        name: "size",
        options: &["--update"],
        about: "sizes per part against size.snap; --update rewrites it",
        run: |options| size_only(options.has("--update")),
    },
    Command {
        name: "doctor",
        options: &[],
        about: "what is installed and in which version",
        run: |_| doctor::doctor(),
    },
    Command {
        name: "help",
        options: &[],
        about: "this list",
        run: |_| {
            help();
            Ok(true)
        },
    },
];

pub struct Options(Vec<String>);

impl Options {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|option| option == name)
    }

    /// The word after an option.
    fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|option| option == name)?;
        self.0.get(at + 1).map(String::as_str)
    }
}

/// Runs the command line; false when something that was run failed.
pub fn run(words: &[String]) -> Result<bool, String> {
    let (name, options) = words.split_first().map_or(("help", &[][..]), |(n, o)| (n.as_str(), o));
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        help();
        return Err(format!("there is no command `{name}`"));
    };
    if let Some(unknown) = unknown_option(command, options) {
        return Err(format!("`{name}` does not know `{unknown}`; it takes {:?}", command.options));
    }
    (command.run)(&Options(options.to_vec()))
}

/// An option is a word; one that is listed with a second word takes the word after it.
fn unknown_option<'o>(command: &Command, options: &'o [String]) -> Option<&'o String> {
    let mut left = options.iter();
    while let Some(option) = left.next() {
        let listed = command.options.iter().find(|listed| listed.split(' ').next() == Some(option));
        match listed {
            None => return Some(option),
            Some(listed) if listed.contains(' ') && left.next().is_none() => return Some(option),
            Some(_) => {}
        }
    }
    None
}

fn help() {
    println!("cargo xtask COMMAND");
    for command in &COMMANDS {
        let usage = [&[command.name], command.options].concat().join(" ");
        println!("  {usage:<24} {}", command.about);
    }
}

fn build() -> Result<bool, String> {
    let mut ledger = Ledger::new();
    let tools = provide::provide(Needs::BUILD);
    let _ = ledger.step("package", || package::build(&tools));
    Ok(ledger.close_without_counts())
}

fn lint_only() -> Result<bool, String> {
    let tools = provide::provide(Needs::BUILD);
    let mut ledger = Ledger::new();
    ledger.tests("lint", || lint::lint(&tools));
    Ok(ledger.close_without_counts())
}

fn conformance_only(update: bool) -> Result<bool, String> {
    let mut ledger = Ledger::new();
    ledger.tests("conformance", || conformance::table(update));
    Ok(ledger.close())
}

fn claims_only(options: &Options) -> Result<bool, String> {
    if options.has("--update") {
        return claims::update();
    }
    let seed = options.value("--seed").map(|seed| seed.parse().map_err(|_| format!("`{seed}` is no seed")));
    claims::mutate(&match options.value("--row") {
        Some(row) => Choice::Row(row.to_owned()),
        None if options.has("--all") => Choice::All,
        None => Choice::Random(seed.transpose()?),
    })
}

fn size_only(update: bool) -> Result<bool, String> {
    let tools = provide::provide(Needs::BUILD);
    let mut ledger = Ledger::new();
    if ledger.step("package", || package::build(&tools)).is_ok() {
        ledger.tests("sizes", || size::compare(&tools, update));
    }
    Ok(ledger.close_without_counts())
}

fn test() -> Result<bool, String> {
    let tools = provide::provide(Needs::TEST);
    let mut ledger = Ledger::new();
    let _ = test_stages(&mut ledger, &tools, native_tests::Effort::Quick);
    Ok(ledger.close())
}

fn ci(full: bool) -> Result<bool, String> {
    let tools = provide::provide(Needs::TEST);
    let mut ledger = Ledger::new();
    let built = test_stages(&mut ledger, &tools, native_tests::Effort::Gate);
    if built.is_ok() {
        ledger.tests("sizes", || size::compare(&tools, false));
    }
    if full {
        full_run::run(&mut ledger, &tools, built);
    }
    Ok(ledger.close())
}

/// The stages of `test`; gives the tarball of the package.
fn test_stages(ledger: &mut Ledger, tools: &Toolbox, effort: native_tests::Effort) -> Result<PathBuf, String> {
    ledger.tests("lint", || lint::lint(tools));
    ledger.tests("claims", claims::check);
    ledger.tests("native tests", || native_tests::run(effort));
    ledger.tests("wasm tests in Node", || wasm_tests::in_node(tools));
    ledger.tests("wasm tests in Chromium", || wasm_tests::in_chromium(tools));
    let package = ledger.step("package", || package::build(tools));
    let trap = ledger.step("package that can trap", || package::build_trap(tools));
    let playground = ledger.step("playground", || play::build(tools, package.as_ref().map_err(String::clone)?));
    ledger.tests("package tests", || {
        // Tests whose subject was not built fail one by one, and the others still run.
        package_tests::run(
            tools,
            package.as_ref().map_err(String::clone)?,
            &[("SOMON_TRAP_TARBALL", trap.ok()), ("SOMON_PLAYGROUND", playground.ok())],
            effort,
        )
    });
    ledger.tests("conformance", || conformance::table(false));
    package
}
