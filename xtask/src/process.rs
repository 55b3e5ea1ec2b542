//! Starting other programs: with the terminal, with their output kept, or both; always under a
//! time limit. It must never leave the children of a program it stopped.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that any one program may run when nothing shorter is asked for.
pub const LIMIT_DEFAULT: Duration = Duration::from_secs(30 * 60);

/// How a program ended, with what it printed on standard output when that was kept.
pub struct Ended {
    pub stdout: String,
    pub fault: Option<String>,
}

/// Runs a program on the terminal; an error says which program failed and how.
pub fn run(command: &mut Command) -> Result<(), String> {
    run_within(command, LIMIT_DEFAULT)
}

pub fn run_within(command: &mut Command, limit: Duration) -> Result<(), String> {
    let shown = show(command);
    let mut child = start(command.stdin(Stdio::null()), &shown)?;
    wait(&mut child, &shown, limit)
}

/// Runs a program with its standard output both printed line by line and kept.
pub fn run_and_keep(command: &mut Command) -> Result<Ended, String> {
    let shown = show(command);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = start(command, &shown)?;
    let pipe = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let mut kept = String::new();
        let Some(pipe) = pipe else { return kept };
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!(lines.read_until(b'\n', &mut line), Ok(n) if n > 0) {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            kept.push_str(&text);
            line.clear();
        }
        kept
    });
    let ended = wait(&mut child, &shown, LIMIT_DEFAULT);
    let stdout = reader.join().unwrap_or_default();
    Ok(Ended { stdout, fault: ended.err() })
}

/// Runs a program whose output goes to a file; the end of it is part of the error.
pub fn run_logged(command: &mut Command, log: &Path, limit: Duration) -> Result<(), String> {
    let shown = show(command);
    let unusable = |e| format!("cannot write {}: {e}", log.display());
    let out = std::fs::OpenOptions::new().create(true).append(true).open(log).map_err(unusable)?;
    let err = out.try_clone().map_err(unusable)?;
    command.stdin(Stdio::null()).stdout(out).stderr(err);
    let mut child = start(command, &shown)?;
    wait(&mut child, &shown, limit).map_err(|fault| {
        let text = std::fs::read(log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n    ");
        format!("{fault}; {} ends with\n    {last}", log.display())
    })
}

/// What a program prints on standard output, trimmed; `None` when it is missing or fails.
pub fn answer(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn start(command: &mut Command, shown: &str) -> Result<Child, String> {
    command.spawn().map_err(|e| format!("cannot start `{shown}`: {e}"))
}

fn wait(child: &mut Child, shown: &str, limit: Duration) -> Result<(), String> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("`{shown}` ended with {status}")),
            Ok(None) if begun.elapsed() >= limit => {
                stop_family(child);
                return Err(format!("`{shown}` was stopped after {} s", limit.as_secs()));
            }
            Ok(None) => std::thread::sleep(pause),
            Err(e) => return Err(format!("cannot wait for `{shown}`: {e}")),
        }
        pause = (pause * 2).min(Duration::from_millis(100));
    }
}

/// Stops a program and everything it started: a test runner that hangs has a browser below it.
fn stop_family(child: &mut Child) {
    let table = answer("ps", &["-A", "-o", "pid=,ppid="]).unwrap_or_default();
    let pairs: Vec<(&str, &str)> = table
        .lines()
        .filter_map(|line| line.trim().split_once(char::is_whitespace))
        .map(|(pid, parent)| (pid, parent.trim()))
        .collect();
    let mut family = vec![child.id().to_string()];
    let mut next = 0;
    while let Some(parent) = family.get(next).cloned() {
        family.extend(pairs.iter().filter(|pair| pair.1 == parent).map(|pair| pair.0.to_owned()));
        next += 1;
    }
    let _ = Command::new("kill").arg("-9").args(&family).stderr(Stdio::null()).status();
    let _ = child.kill();
    let _ = child.wait();
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(command.get_args().take(6).map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_past_its_limit_is_stopped_with_its_children() {
        let mark = format!("{}", 4000 + std::process::id() % 1000);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("sleep {mark}.25 & wait")]);
        let fault = run_within(&mut shell, Duration::from_millis(300));
        assert!(fault.is_err_and(|text| text.contains("was stopped")));
        let alive = answer("ps", &["-A", "-o", "args="]).unwrap_or_default();
        assert!(!alive.lines().any(|line| line == format!("sleep {mark}.25")));
    }

    #[test]
    fn output_is_kept_and_failure_is_told() {
        let ended = run_and_keep(Command::new("sh").args(["-c", "echo one; echo two; exit 3"]));
        let ended = ended.unwrap_or(Ended { stdout: String::new(), fault: None });
        assert_eq!(ended.stdout, "one\ntwo\n");
        assert!(ended.fault.is_some());
    }
}
