//! Structured logs: which entries are kept, how they are spelt, and the last of them for who asks.
//! Must never write them anywhere itself, nor format what nobody will read.

mod entry;

use std::collections::VecDeque;

pub use entry::{Entry, LogError, LogResult, Scope};

use crate::breaker::OptionProblem;
use entry::Spelling;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
    /// As a threshold only: nothing is logged.
    Off,
}

impl Level {
    pub const ALL: [Level; 7] =
        [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal, Level::Off];

    pub const fn text(self) -> &'static str {
        match self {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
            Level::Fatal => "fatal",
            Level::Off => "off",
        }
    }

    pub fn parse(text: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.text() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Pretty,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LogOptions {
    pub level: Level,
    pub format: Format,
    /// How many entries to keep for later.
    pub ring: u32,
    /// Share of what is below `warn` that is logged: by trace, so that an operation is logged whole or not at all.
    pub sample: f64,
    /// Keys to hide, besides the usual ones.
    pub redact: Vec<String>,
    pub include_stack: bool,
    pub timestamp: bool,
    pub flat: bool,
}

impl Default for LogOptions {
    fn default() -> Self {
        LogOptions {
            level: Level::Info,
            format: Format::Json,
            ring: 0,
            sample: 1.0,
            redact: Vec::new(),
            include_stack: false,
            timestamp: true,
            flat: false,
        }
    }
}

pub const RING_MAX: u32 = 10_000;
/// Whatever their number, kept entries take no more than this.
const RING_BYTES_MAX: usize = 4 * 1024 * 1024;

impl LogOptions {
    pub fn problems(&self) -> Vec<OptionProblem> {
        let mut problems = Vec::new();
        if self.ring > RING_MAX {
            problems.push(OptionProblem { key: "ring", message: "must be an integer from 0 to 10000" });
        }
        if !(0.0..=1.0).contains(&self.sample) {
            problems.push(OptionProblem { key: "sample", message: "must be from 0 to 1" });
        }
        problems
    }
}

/// An entry that is to be written to the sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub level: Level,
    pub epoch_ms: u64,
    pub text: String,
    /// The entry as JSON, where the text is something else.
    object: Option<String>,
}

impl Line {
    fn bytes(&self) -> usize {
        self.text.len() + self.object.as_ref().map_or(0, String::len)
    }

    pub fn json(&self) -> &str {
        self.object.as_deref().unwrap_or(&self.text)
    }
}

/// One per system. Whoever speaks passes its [`Scope`]; a change here reaches all of them.
pub struct Logger {
    options: LogOptions,
    /// Whether entries carry trace ids.
    tracing: bool,
    ring: VecDeque<Line>,
    ring_bytes: usize,
    /// What is owed to entries without a trace, of which a share is kept as well.
    owed: f64,
}

impl Logger {
    pub fn new(options: LogOptions) -> Result<Self, Vec<OptionProblem>> {
        let problems = options.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Logger { options, tracing: true, ring: VecDeque::new(), ring_bytes: 0, owed: 0.0 })
    }

    /// Worth asking before an entry is put together.
    pub fn is_enabled(&self, level: Level) -> bool {
        level >= self.options.level && level != Level::Off
    }

    pub fn set_level(&mut self, level: Level) {
        self.options.level = level;
    }

    pub fn set_tracing(&mut self, tracing: bool) {
        self.tracing = tracing;
    }

    pub fn options(&self) -> &LogOptions {
        &self.options
    }

    /// The line to write, if this entry is one to be kept.
    pub fn log(&mut self, entry: &Entry, wall_now_ms: u64) -> Option<Line> {
        if !self.is_enabled(entry.level) || !self.is_sampled(entry) {
            return None;
        }
        let spelling = Spelling {
            timestamp_ms: self.options.timestamp.then_some(wall_now_ms),
            include_stack: self.options.include_stack,
            flat: self.options.flat,
            redact: &self.options.redact,
        };
        let entry = &Entry { trace: entry.trace.filter(|_| self.tracing), ..entry.clone() };
        let json = entry::json(entry, &spelling);
        let (text, object) = match self.options.format {
            Format::Json => (json, None),
            Format::Pretty => (entry::pretty(entry, &spelling), Some(json)),
        };
        let line = Line { level: entry.level, epoch_ms: wall_now_ms, text, object };
        self.keep(&line);
        Some(line)
    }

    /// Kept entries of at least this level, not older than that, oldest first.
    pub fn kept(&self, level: Level, since_epoch_ms: u64) -> impl Iterator<Item = &Line> {
        self.ring.iter().filter(move |line| line.level >= level && line.epoch_ms >= since_epoch_ms)
    }

    fn is_sampled(&mut self, entry: &Entry) -> bool {
        if entry.level >= Level::Warn || self.options.sample >= 1.0 {
            return true;
        }
        if let Some(context) = entry.trace {
            return context.trace.fraction() < self.options.sample;
        }
        self.owed += self.options.sample;
        let is_due = self.owed >= 1.0;
        self.owed -= f64::from(u8::from(is_due));
        is_due
    }

    fn keep(&mut self, line: &Line) {
        if self.options.ring == 0 {
            return;
        }
        self.ring_bytes += line.bytes();
        self.ring.push_back(line.clone());
        while self.ring.len() > self.options.ring as usize || self.ring_bytes > RING_BYTES_MAX {
            let Some(oldest) = self.ring.pop_front() else { break };
            self.ring_bytes = self.ring_bytes.saturating_sub(oldest.bytes());
        }
    }
}
