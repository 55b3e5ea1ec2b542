//! The table of claims, `tests/claims.txt`: what is claimed, which tests show it, which small edit must turn them red.
//! It must never accept a test that is not there, or an edit whose place is not there exactly once.

use std::path::PathBuf;

use crate::project;

pub const PLACE: &str = "tests/claims.txt";
pub const COUNT: usize = 105;

pub struct Claim {
    /// `S-14`
    pub id: String,
    /// T, B, D, R: test, benchmark, document, review.
    pub kind: String,
    pub text: String,
    /// What has to hold.
    pub check: String,
    pub tests: Vec<Test>,
    pub mutation: Option<Mutation>,
    /// Another row has the tests.
    pub same_as: Option<String>,
    /// Why nothing shows it yet.
    pub open: Option<String>,
    /// Why its words are not what is checked, or why no edit can show it.
    pub note: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Test {
    /// A test binary of the test crate, and the path of a test in it.
    Native { suite: String, path: String },
    /// A file of `tests/package`, and the name of a test in it.
    Package { file: String, name: String },
}

pub struct Mutation {
    /// Below the root.
    pub file: String,
    pub before: String,
    pub after: String,
}

impl Test {
    pub fn is_of_package(&self) -> bool {
        matches!(self, Test::Package { .. })
    }

    pub fn shown(&self) -> String {
        match self {
            Test::Native { suite, path } => format!("`{suite}` {path}"),
            Test::Package { file, name } => format!("`{file}` {name}"),
        }
    }

    fn problem(&self) -> Option<String> {
        let (file, wanted) = match self {
            Test::Native { suite, path } => {
                let names: Vec<&str> = path.split("::").collect();
                let (name, modules) = names.split_last()?;
                let module = if modules.is_empty() { "main".to_owned() } else { modules.join("/") };
                (PathBuf::from(suite).join(module).with_extension("rs"), format!("fn {name}("))
            }
            Test::Package { file, name } => (PathBuf::from("package").join(file), name.clone()),
        };
        let text = project::read(&project::root().join("tests").join(&file)).unwrap_or_default();
        (!text.contains(&wanted)).then(|| format!("no test `{wanted}` in tests/{}", file.display()))
    }
}

impl Mutation {
    fn problem(&self) -> Option<String> {
        let text = match project::read(&project::root().join(&self.file)) {
            Ok(text) => text,
            Err(fault) => return Some(fault),
        };
        match text.matches(&self.before).count() {
            1 if self.before != self.after => None,
            1 => Some("the mutation changes nothing".to_owned()),
            count => Some(format!("the text to mutate is {count} times in {}: {}", self.file, self.before)),
        }
    }
}

impl Claim {
    /// What is wrong with the row.
    pub fn problems(&self, all: &[Claim]) -> Vec<String> {
        let mut problems: Vec<String> = self.tests.iter().filter_map(Test::problem).collect();
        problems.extend(self.mutation.as_ref().and_then(Mutation::problem));
        if let Some(other) = &self.same_as
            && !all.iter().any(|claim| claim.id == *other && claim.same_as.is_none())
        {
            problems.push(format!("{other} has no tests of its own"));
        }
        let says = [self.open.is_some(), self.same_as.is_some(), !self.tests.is_empty()];
        match says.iter().filter(|said| **said).count() {
            0 if self.note.is_none() => problems.push("neither a test nor a reason".to_owned()),
            2.. => problems.push("more than one of tests, another row, open".to_owned()),
            _ => {}
        }
        if !self.tests.is_empty() && self.mutation.is_none() && self.note.is_none() {
            problems.push("tests without a mutation, and no note that says why".to_owned());
        }
        problems
    }
}

/// All claims in their order.
pub fn read() -> Result<Vec<Claim>, String> {
    let claims = parse(&project::read(&project::root().join(PLACE))?)?;
    let is_complete = claims.len() == COUNT
        && claims.iter().enumerate().all(|(index, claim)| claim.id == format!("S-{:02}", index + 1));
    if is_complete { Ok(claims) } else { Err(format!("{PLACE} must have the rows S-01 to S-{COUNT} in order")) }
}

/// Blocks parted by empty lines; the first line of each is `S-14 | T | claim | check`.
fn parse(text: &str) -> Result<Vec<Claim>, String> {
    let mut claims: Vec<Claim> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let wrong = || format!("{PLACE}:{}: {line}", number + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with("S-") {
            let cells: Vec<&str> = line.split(" | ").collect();
            let [id, kind, text, check] = cells[..] else { return Err(wrong()) };
            let [id, kind, text, check] = [id, kind, text, check].map(str::to_owned);
            let (tests, mutation, same_as, open, note) = (Vec::new(), None, None, None, None);
            claims.push(Claim { id, kind, text, check, tests, mutation, same_as, open, note });
            continue;
        }
        let claim = claims.last_mut().ok_or_else(wrong)?;
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let own = || rest.to_owned();
        match word {
            "native" => {
                let (suite, path) = rest.split_once(' ').ok_or_else(wrong)?;
                claim.tests.push(Test::Native { suite: suite.to_owned(), path: path.to_owned() });
            }
            "package" => {
                let (file, name) = rest.split_once(' ').ok_or_else(wrong)?;
                claim.tests.push(Test::Package { file: file.to_owned(), name: name.to_owned() });
            }
            "in" => claim.mutation = Some(Mutation { file: own(), before: String::new(), after: String::new() }),
            "-" | "+" => {
                let mutation = claim.mutation.as_mut().ok_or_else(wrong)?;
                let side = if word == "-" { &mut mutation.before } else { &mut mutation.after };
                if !side.is_empty() {
                    side.push('\n');
                }
                side.push_str(rest);
            }
            "see" => claim.same_as = Some(own()),
            "open" => claim.open = Some(own()),
            "note" => claim.note = Some(own()),
            _ => return Err(wrong()),
        }
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str =
        "S-01 | T | one | holds\nnative ops a::b\nin src/x.rs\n- a\n-   b\n+ c\n\nS-02 | D | two | is\nopen plan 8\n";

    #[test]
    fn a_block_is_a_claim() {
        let claims = parse(ROWS).unwrap_or_default();
        let [one, two] = &claims[..] else { panic!("{} claims", claims.len()) };
        let mutation = one.mutation.as_ref().map(|m| (m.before.as_str(), m.after.as_str()));
        assert_eq!(mutation, Some(("a\n  b", "c")));
        assert_eq!((one.tests.len(), two.open.as_deref()), (1, Some("plan 8")));
        assert!(parse("native ops a::b\n").is_err());
    }

    #[test]
    fn what_is_not_there_is_told() {
        let claims = parse(ROWS).unwrap_or_default();
        let problems = claims.first().map(|claim| claim.problems(&claims).len());
        assert_eq!(problems, Some(2), "the test, and the file to mutate");
    }
}
