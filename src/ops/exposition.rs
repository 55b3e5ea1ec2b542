//! The text formats that scrapers read: Prometheus 0.0.4 and OpenMetrics 1.0.
//! Must never print a sample outside its family, a name that breaks the grammar, or a timestamp.

use crate::buckets::{BOUNDS_US, Buckets};
use crate::json::push_string;
use crate::number::{push_f64, push_scaled, push_u64};
use crate::otlp::{push_attribute, push_nanoseconds};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    Prometheus,
    OpenMetrics,
    /// The same families as the metrics of an OTLP body, comma-separated.
    OtlpJson,
}

impl TextFormat {
    pub const fn content_type(self) -> &'static str {
        match self {
            TextFormat::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            TextFormat::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            TextFormat::OtlpJson => "application/json",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Samples end in `_total`.
    Counter,
    Gauge,
    Histogram,
    /// A gauge of 1 whose labels are what it says; samples end in `_info`.
    Info,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(u64),
    /// Printed as seconds.
    Micros(u64),
    Float(f64),
}

/// What most samples have of them is shorter.
const HEAD_BYTES: usize = 128;

pub type Labels<'a> = &'a [(&'a str, &'a str)];

/// Labels as the format writes them.
#[derive(Default)]
pub struct LabelText(String);

/// A prefix, metric or label that is no name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    pub name: String,
}

pub struct Exposition<'a> {
    format: TextFormat,
    prefix: &'a str,
    out: String,
    /// Name of the family being written, and its kind.
    family: (String, Kind),
    /// That name as its samples have it.
    sample_name: String,
    /// Bounds of the buckets with what follows them; the same in every histogram.
    bounds: Vec<String>,
    error: Option<NameError>,
    /// The name of a label that was looked at last.
    checked: String,
    /// Since when it was counted, and now; microseconds since 1970. For OTLP only.
    times_us: (u64, u64),
    has_points: bool,
}

impl<'a> Exposition<'a> {
    pub fn new(format: TextFormat, prefix: &'a str) -> Self {
        let out = String::with_capacity(8 * 1024);
        Exposition {
            format,
            prefix,
            out,
            family: (String::new(), Kind::Gauge),
            sample_name: String::new(),
            bounds: Vec::new(),
            error: None,
            checked: String::new(),
            times_us: (0, 0),
            has_points: false,
        }
    }

    pub fn at(mut self, started_us: u64, now_us: u64) -> Self {
        self.times_us = (started_us, now_us);
        self
    }

    /// Begins a family; its samples follow. `name` has neither prefix nor suffix (`_total`, `_info`).
    pub fn family(&mut self, name: &str, kind: Kind, help: &str) {
        let mut full = String::with_capacity(self.prefix.len() + name.len() + 1);
        full.push_str(self.prefix);
        full.push('_');
        full.push_str(name);
        self.check(is_metric_name(&full), &full);
        if self.format == TextFormat::OtlpJson {
            self.otlp_family(full, kind, help);
            return;
        }
        let suffix = match (self.format, kind) {
            (TextFormat::Prometheus, Kind::Counter) => "_total",
            (TextFormat::Prometheus, Kind::Info) => "_info",
            _ => "",
        };
        let type_name = match (self.format, kind) {
            (_, Kind::Counter) => "counter",
            (_, Kind::Histogram) => "histogram",
            (TextFormat::OpenMetrics, Kind::Info) => "info",
            (_, Kind::Gauge | Kind::Info) => "gauge",
        };
        for (word, is_help) in [("# HELP ", true), ("# TYPE ", false)] {
            self.out.push_str(word);
            self.out.push_str(&full);
            self.out.push_str(suffix);
            self.out.push(' ');
            if is_help {
                push_escaped(&mut self.out, help, self.format == TextFormat::OpenMetrics);
            } else {
                self.out.push_str(type_name);
            }
            self.out.push('\n');
        }
        self.sample_name.clear();
        self.sample_name.push_str(&full);
        self.sample_name.push_str(match kind {
            Kind::Counter => "_total",
            Kind::Info => "_info",
            Kind::Gauge | Kind::Histogram => "",
        });
        self.family = (full, kind);
    }

    /// Labels that several samples share.
    pub fn labels(&mut self, labels: Labels) -> LabelText {
        let mut text = String::with_capacity(HEAD_BYTES);
        if self.format == TextFormat::OtlpJson {
            push_attributes(&mut text, labels);
        } else {
            self.push_labels(&mut text, labels);
        }
        LabelText(text)
    }

    pub fn sample(&mut self, labels: Labels, value: Number) {
        self.sample_with(&LabelText::default(), labels, value);
    }

    /// With labels of its own behind those that it shares.
    pub fn sample_with(&mut self, shared: &LabelText, labels: Labels, value: Number) {
        if self.format == TextFormat::OtlpJson {
            self.otlp_point(shared, labels, value);
            return;
        }
        let mut out = std::mem::take(&mut self.out);
        out.push_str(&self.sample_name);
        let from = out.len();
        out.push_str(&shared.0);
        self.push_labels(&mut out, labels);
        self.out = out;
        self.push_value(from, value);
    }

    /// All samples of one histogram: cumulative buckets, sum and count.
    pub fn histogram(&mut self, labels: Labels, buckets: &Buckets) {
        if self.format == TextFormat::OtlpJson {
            self.otlp_histogram(labels, buckets);
            return;
        }
        // All but the bound is the same in every line.
        let shared = self.labels(labels);
        let before = if shared.0.is_empty() { "{le=\"" } else { ",le=\"" };
        let head = [&*self.family.0, "_bucket", &shared.0, before].concat();
        if self.bounds.is_empty() {
            self.bounds = bounds(self.format);
        }
        let mut below = 0;
        for (bound, count) in self.bounds.iter().zip(&buckets.counts) {
            below += count;
            self.out.push_str(&head);
            self.out.push_str(bound);
            push_u64(&mut self.out, below);
            self.out.push('\n');
        }
        for (suffix, value) in [("_sum", Number::Micros(buckets.sum_us)), ("_count", Number::Int(below))] {
            self.sample_name.clear();
            self.sample_name.push_str(&self.family.0);
            self.sample_name.push_str(suffix);
            self.sample_with(&shared, &[], value);
        }
    }

    pub fn finish(mut self) -> Result<String, NameError> {
        if self.format == TextFormat::OpenMetrics {
            self.out.push_str("# EOF\n");
        }
        if self.format == TextFormat::OtlpJson && !self.family.0.is_empty() {
            self.out.push_str("]}}");
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.out),
        }
    }

    fn otlp_family(&mut self, name: String, kind: Kind, help: &str) {
        self.out.push_str(if self.family.0.is_empty() { "{\"name\":" } else { "]}},{\"name\":" });
        push_string(&mut self.out, &name);
        self.out.push_str(",\"description\":");
        push_string(&mut self.out, help);
        self.out.push_str(match kind {
            Kind::Counter => ",\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":true,\"dataPoints\":[",
            Kind::Gauge | Kind::Info => ",\"gauge\":{\"dataPoints\":[",
            Kind::Histogram => ",\"histogram\":{\"aggregationTemporality\":2,\"dataPoints\":[",
        });
        self.family = (name, kind);
        self.has_points = false;
    }

    fn otlp_point(&mut self, shared: &LabelText, labels: Labels, value: Number) {
        if matches!(value, Number::Float(value) if !value.is_finite()) {
            return;
        }
        self.otlp_begin_point(shared, labels);
        match value {
            Number::Int(value) => {
                self.out.push_str(",\"asInt\":\"");
                push_u64(&mut self.out, value);
                self.out.push('"');
            }
            Number::Micros(value) => {
                self.out.push_str(",\"asDouble\":");
                push_scaled(&mut self.out, value, 6);
            }
            Number::Float(value) => {
                self.out.push_str(",\"asDouble\":");
                push_f64(&mut self.out, value);
            }
        }
        self.out.push('}');
    }

    fn otlp_histogram(&mut self, labels: Labels, buckets: &Buckets) {
        self.otlp_begin_point(&LabelText::default(), labels);
        self.out.push_str(",\"count\":\"");
        push_u64(&mut self.out, buckets.count());
        self.out.push_str("\",\"sum\":");
        push_scaled(&mut self.out, buckets.sum_us, 6);
        self.out.push_str(",\"bucketCounts\":[");
        for (index, count) in buckets.counts.iter().enumerate() {
            self.out.push_str(if index > 0 { ",\"" } else { "\"" });
            push_u64(&mut self.out, *count);
            self.out.push('"');
        }
        self.out.push_str("],\"explicitBounds\":[");
        for (index, us) in BOUNDS_US.iter().enumerate() {
            self.out.push_str(if index > 0 { "," } else { "" });
            push_scaled(&mut self.out, *us, 6);
        }
        self.out.push_str("]}");
    }

    fn otlp_begin_point(&mut self, shared: &LabelText, labels: Labels) {
        self.out.push_str(if self.has_points { ",{\"attributes\":[" } else { "{\"attributes\":[" });
        self.has_points = true;
        self.out.push_str(&shared.0);
        self.out.push_str(if shared.0.is_empty() || labels.is_empty() { "" } else { "," });
        push_attributes(&mut self.out, labels);
        self.out.push_str("],\"startTimeUnixNano\":");
        push_nanoseconds(&mut self.out, self.times_us.0);
        self.out.push_str(",\"timeUnixNano\":");
        push_nanoseconds(&mut self.out, self.times_us.1);
    }

    /// `labels_from`: where the labels of the sample begin.
    fn push_value(&mut self, labels_from: usize, value: Number) {
        self.out.push_str(if self.out.len() > labels_from { "} " } else { " " });
        match value {
            Number::Int(value) => push_u64(&mut self.out, value),
            Number::Micros(value) => push_scaled(&mut self.out, value, 6),
            Number::Float(value) if value.is_nan() => self.out.push_str("NaN"),
            Number::Float(value) => {
                if !push_f64(&mut self.out, value) {
                    self.out.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
                }
            }
        }
        self.out.push('\n');
    }

    /// Behind others, if there are any.
    fn push_labels(&mut self, out: &mut String, labels: Labels) {
        for (name, text) in labels {
            self.check_label(name);
            let before = if out.ends_with('"') { "," } else { "{" };
            for piece in [before, name, "=\""] {
                out.push_str(piece);
            }
            push_escaped(out, text, true);
            out.push('"');
        }
    }

    /// The names of labels are few, and most samples have that of the one before.
    fn check_label(&mut self, name: &str) {
        if self.checked.is_empty() || self.checked != name {
            self.check(is_label_name(name), name);
            self.checked.clear();
            self.checked.push_str(name);
        }
    }

    fn check(&mut self, holds: bool, name: &str) {
        if !holds && self.error.is_none() {
            self.error = Some(NameError { name: name.to_owned() });
        }
    }
}

fn push_attributes(out: &mut String, labels: Labels) {
    for (index, (name, value)) in labels.iter().enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        push_attribute(out, name, value);
    }
}

fn bounds(format: TextFormat) -> Vec<String> {
    let mut bounds: Vec<String> = Vec::with_capacity(BOUNDS_US.len() + 1);
    for us in BOUNDS_US {
        let mut bound = String::new();
        push_scaled(&mut bound, us, 6);
        // OpenMetrics knows one spelling of a bound only.
        if format == TextFormat::OpenMetrics && !bound.as_bytes().contains(&b'.') {
            bound.push_str(".0");
        }
        bound.push_str("\"} ");
        bounds.push(bound);
    }
    bounds.push("+Inf\"} ".to_owned());
    bounds
}

/// `[a-zA-Z_:][a-zA-Z0-9_:]*`
pub fn is_metric_name(name: &str) -> bool {
    is_name(name, b':')
}

/// `[a-zA-Z_][a-zA-Z0-9_]*`
pub fn is_label_name(name: &str) -> bool {
    is_name(name, b'_')
}

fn is_name(name: &str, more: u8) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == more;
    name.as_bytes().first().is_some_and(|first| is_letter(*first))
        && name.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit())
}

/// What needs no escape goes over in one piece.
fn push_escaped(out: &mut String, text: &str, with_quotes: bool) {
    // Almost no text has one of them.
    let has = |byte| text.as_bytes().contains(&byte);
    if !(has(b'\\') || has(b'\n') || with_quotes && has(b'"')) {
        out.push_str(text);
        return;
    }
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'"' if with_quotes => "\\\"",
            _ => continue,
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(escaped);
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}
