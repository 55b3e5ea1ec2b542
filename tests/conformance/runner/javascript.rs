//! Runs finished programs in Node and compares what they print.
//! It must never wait for a program longer than the limit.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(20);

/// Whether a program prints exactly what is expected.
pub fn prints(name: &str, ending: &str, code: &str, expected: &str) -> Result<(), String> {
    let printed = run(name, ending, code)?;
    if printed == expected {
        return Ok(());
    }
    let (line, (is, should)) = (1..)
        .zip(printed.lines().chain(["(end)"]).zip(expected.lines().chain(["(end)"])))
        .find(|(_, (is, should))| is != should)
        .unwrap_or((0, ("another end", "the expected end")));
    Err(format!("line {line} is `{is}`, not `{should}`"))
}

/// Calls `work` for each item on as many threads as there are cores; results in order.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(item);
                    if let Ok(mut done) = done.lock() {
                        done.push((index, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn run(name: &str, ending: &str, code: &str) -> Result<String, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/conformance").join(format!("{name}.{ending}"));
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    std::fs::write(&file, code).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
    let mut node = Command::new("node");
    node.arg(&file).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = node.spawn().map_err(|e| format!("cannot start node: {e}"))?;
    let stdout = child.stdout.take().map(reader);
    let stderr = child.stderr.take().map(reader);
    let begun = Instant::now();
    let in_time = loop {
        match child.try_wait() {
            Ok(Some(_)) => break true,
            Ok(None) if begun.elapsed() < LIMIT => std::thread::sleep(Duration::from_millis(3)),
            _ => break false,
        }
    };
    if !in_time {
        let _ = child.kill();
        let _ = child.wait();
    }
    let text = |thread: Option<std::thread::JoinHandle<String>>| thread.and_then(|t| t.join().ok()).unwrap_or_default();
    let (printed, complaint) = (text(stdout), text(stderr));
    if !in_time {
        return Err(format!("still ran after {} s", LIMIT.as_secs()));
    }
    // A program may end with an error on purpose; only one that printed nothing is given as such.
    match complaint.lines().find(|line| line.contains("Error")) {
        Some(error) if printed.is_empty() => Err(error.to_owned()),
        _ => Ok(printed),
    }
}

fn reader(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
