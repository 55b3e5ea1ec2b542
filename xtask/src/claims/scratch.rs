//! A copy of the checkout with build output of its own, where an edit may do harm and tests are run.
//! It must never be the checkout itself.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::table::{Mutation, Test};
use crate::toolbox::Toolbox;
use crate::{counts, process, project, tool_cache};

pub struct Scratch<'t> {
    root: PathBuf,
    tools: &'t Toolbox,
    /// The package as it is without a mutation, once it was needed.
    sound: RefCell<Option<PathBuf>>,
}

/// How a run of tests came out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    Green,
    Red,
    NotBuilt,
}

impl<'t> Scratch<'t> {
    /// The files that git knows or would add, with the changes of the checkout; what is the same stays, so that
    /// little is built again.
    pub fn copy(root: &Path, tools: &'t Toolbox) -> Result<Scratch<'t>, String> {
        tool_cache::make_folder(root)?;
        let listed = process::answer("git", &["ls-files", "--cached", "--others", "--exclude-standard"])
            .ok_or("git lists no files here")?;
        let mut kept = Vec::new();
        for name in listed.lines() {
            let from = project::root().join(name);
            if let Ok(bytes) = std::fs::read(&from) {
                write_if_other(&root.join(name), &bytes)?;
                kept.push(name.to_owned());
            }
        }
        println!("a copy of {} with {} files in {}", super::head(), kept.len(), root.display());
        let scratch = Scratch { root: root.to_owned(), tools, sound: RefCell::default() };
        scratch.link_dependencies()?;
        Ok(scratch)
    }

    /// Gives the text as it was: the checkout may be at work on the next one.
    pub fn apply(&self, mutation: &Mutation) -> Result<String, String> {
        let place = self.root.join(&mutation.file);
        let text = project::read(&place)?;
        println!("   {}\n   - {}\n   + {}", mutation.file, mutation.before.trim(), mutation.after.trim());
        write(&place, text.replacen(&mutation.before, &mutation.after, 1).as_bytes())?;
        Ok(text)
    }

    pub fn restore(&self, mutation: &Mutation, text: &str) -> Result<(), String> {
        write(&self.root.join(&mutation.file), text.as_bytes())
    }

    /// Runs just these tests; red as soon as one of them is. `must_run`: nothing is mutated, so every name must fit a
    /// test, and the package is built once for all.
    pub fn run(&self, tests: &[Test], must_run: bool) -> Result<Seen, String> {
        let mut suites: Vec<&str> = Vec::new();
        for test in tests {
            if let Test::Native { suite, .. } = test
                && !suites.contains(&suite.as_str())
            {
                suites.push(suite);
            }
        }
        for suite in suites {
            let paths = tests.iter().filter_map(|test| match test {
                Test::Native { suite: of, path } if of == suite => Some(path.as_str()),
                _ => None,
            });
            let seen = self.native(suite, &paths.collect::<Vec<_>>(), must_run)?;
            if seen != Seen::Green {
                return Ok(seen);
            }
        }
        let mut tarball = if must_run { self.sound.borrow().clone() } else { None };
        for test in tests {
            let Test::Package { file, name } = test else { continue };
            if tarball.is_none() {
                match self.build_package() {
                    Some(built) => tarball = Some(built),
                    None => return Ok(Seen::NotBuilt),
                }
                if must_run {
                    self.sound.borrow_mut().clone_from(&tarball);
                }
            }
            let Some(tarball) = &tarball else { continue };
            if !self.package(tarball, file, name, must_run)? {
                return Ok(Seen::Red);
            }
        }
        Ok(Seen::Green)
    }

    fn native(&self, suite: &str, paths: &[&str], must_run: bool) -> Result<Seen, String> {
        let base = ["test", "--quiet", "--package", "somon-tests", "--test", suite];
        if process::run(self.cargo(&base).arg("--no-run")).is_err() {
            return Ok(Seen::NotBuilt);
        }
        let ended = process::run_and_keep(self.cargo(&base).args(["--", "--exact"]).args(paths))?;
        let counts = counts::of_libtest(&ended.stdout);
        if must_run && counts.total() != paths.len() as u64 {
            return Err(format!("{} tests ran of {paths:?} in {suite}", counts.total()));
        }
        // A test that took its whole process down, or that was stopped, failed as well.
        Ok(if ended.fault.is_none() && counts.failed == 0 { Seen::Green } else { Seen::Red })
    }

    fn cargo(&self, words: &[&str]) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.args(words).current_dir(&self.root).env_remove("CARGO_MANIFEST_DIR");
        cargo
    }

    fn build_package(&self) -> Option<PathBuf> {
        process::run(&mut self.cargo(&["run", "--quiet", "--package", "xtask", "--", "build"])).ok()?;
        project::files_with(&self.root.join("target/package/release"), ".tgz").pop()
    }

    fn package(&self, tarball: &Path, file: &str, name: &str, must_run: bool) -> Result<bool, String> {
        let mut node = self.tools.with_npm("node")?;
        let pattern = format!("^{}$", escaped(name));
        node.args(["--test", "--test-timeout=120000", "--test-reporter=tap", "--test-name-pattern", &pattern]);
        node.arg(self.root.join("tests/package").join(file)).current_dir(&self.root).env("SOMON_TARBALL", tarball);
        node.env("SOMON_CHROMIUM", self.tools.chromium.clone()?);
        let bin = self.tools.npm.clone()?.join(".bin");
        for (variable, program) in [("SOMON_DENO", "deno"), ("SOMON_BUN", "bun"), ("SOMON_WORKERD", "workerd")] {
            node.env(variable, bin.join(program));
        }
        let ended = process::run_and_keep(&mut node)?;
        // Those that the pattern leaves out are told as skipped.
        let passed = ended.stdout.lines().any(|line| is_passed(line, name));
        let failed = ended.fault.is_some();
        if must_run && !passed && !failed {
            return Err(format!("no test `{name}` ran in {file}"));
        }
        Ok(!failed)
    }

    fn link_dependencies(&self) -> Result<(), String> {
        let link = self.root.join("node_modules");
        let Ok(modules) = &self.tools.npm else { return Ok(()) };
        if std::fs::read_link(&link).ok().as_deref() != Some(modules) {
            let _ = std::fs::remove_file(&link);
            std::os::unix::fs::symlink(modules, &link).map_err(|e| format!("cannot link {}: {e}", link.display()))?;
        }
        Ok(())
    }
}

fn is_passed(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("ok ") && line.contains(name) && !line.contains("# SKIP")
}

/// A name as a regular expression that fits it alone.
fn escaped(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn write_if_other(place: &Path, bytes: &[u8]) -> Result<(), String> {
    if std::fs::read(place).ok().as_deref() == Some(bytes) {
        return Ok(());
    }
    if let Some(folder) = place.parent() {
        tool_cache::make_folder(folder)?;
    }
    write(place, bytes)
}

fn write(place: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(place, bytes).map_err(|e| format!("cannot write {}: {e}", place.display()))
}
