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

pub type Labels<'a> = &'a [(&'a str, &'a str)];

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
    error: Option<NameError>,
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
            error: None,
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
        self.family = (full, kind);
    }

    pub fn sample(&mut self, labels: Labels, value: Number) {
        if self.format == TextFormat::OtlpJson {
            self.otlp_point(labels, value);
            return;
        }
        let suffix = match self.family.1 {
            Kind::Counter => "_total",
            Kind::Info => "_info",
            Kind::Gauge | Kind::Histogram => "",
        };
        self.line(suffix, labels, None, value);
    }

    /// All samples of one histogram: cumulative buckets, sum and count.
    pub fn histogram(&mut self, labels: Labels, buckets: &Buckets) {
        if self.format == TextFormat::OtlpJson {
            self.otlp_histogram(labels, buckets);
            return;
        }
        let mut below = 0;
        for (index, count) in buckets.counts.iter().enumerate() {
            below += count;
            let mut bound = String::new();
            match BOUNDS_US.get(index) {
                Some(us) => {
                    push_scaled(&mut bound, *us, 6);
                    // OpenMetrics knows one spelling of a bound only.
                    if self.format == TextFormat::OpenMetrics && !bound.as_bytes().contains(&b'.') {
                        bound.push_str(".0");
                    }
                }
                None => bound.push_str("+Inf"),
            }
            self.line("_bucket", labels, Some(&bound), Number::Int(below));
        }
        self.line("_sum", labels, None, Number::Micros(buckets.sum_us));
        self.line("_count", labels, None, Number::Int(below));
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

    fn otlp_point(&mut self, labels: Labels, value: Number) {
        if matches!(value, Number::Float(value) if !value.is_finite()) {
            return;
        }
        self.otlp_begin_point(labels);
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
        self.otlp_begin_point(labels);
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

    fn otlp_begin_point(&mut self, labels: Labels) {
        self.out.push_str(if self.has_points { ",{\"attributes\":[" } else { "{\"attributes\":[" });
        self.has_points = true;
        for (index, (name, value)) in labels.iter().enumerate() {
            self.out.push_str(if index > 0 { "," } else { "" });
            push_attribute(&mut self.out, name, value);
        }
        self.out.push_str("],\"startTimeUnixNano\":");
        push_nanoseconds(&mut self.out, self.times_us.0);
        self.out.push_str(",\"timeUnixNano\":");
        push_nanoseconds(&mut self.out, self.times_us.1);
    }

    fn line(&mut self, suffix: &str, labels: Labels, bound: Option<&str>, value: Number) {
        self.out.push_str(&self.family.0);
        self.out.push_str(suffix);
        let mut before = "{";
        for (name, text) in labels.iter().copied().chain(bound.map(|bound| ("le", bound))) {
            self.check(is_label_name(name), name);
            for piece in [before, name, "=\""] {
                self.out.push_str(piece);
            }
            push_escaped(&mut self.out, text, true);
            self.out.push('"');
            before = ",";
        }
        self.out.push_str(if before == "," { "} " } else { " " });
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

    fn check(&mut self, holds: bool, name: &str) {
        if !holds && self.error.is_none() {
            self.error = Some(NameError { name: name.to_owned() });
        }
    }
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
