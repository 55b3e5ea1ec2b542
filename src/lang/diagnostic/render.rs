//! Findings to what a user sees: words, lines and UTF-16 columns, the code frame.
//! The only place where byte spans become outside positions.

use super::message::{fill, message_and_hint};
use super::{Code, Diagnostic, Settled, Severity, Texts};
use crate::source::{LineIndex, Span};

/// A diagnostic in its outside form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    pub hint: Option<String>,
    pub place: Place,
    pub frame: String,
    pub related: Vec<RenderedRelated>,
    pub fix: Option<RenderedFix>,
}

/// Lines and columns from 1, offsets from 0, all but lines in UTF-16 units; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub start: u32,
    pub end: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedRelated {
    pub message: String,
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedFix {
    pub title: String,
    pub edits: Vec<RenderedEdit>,
}

/// Replace the UTF-16 units from `start` to `end` by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedEdit {
    pub start: u32,
    pub end: u32,
    pub text: String,
}

impl Severity {
    pub const fn text(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Hint => "hint",
        }
    }
}

/// The settled findings of one text in words.
pub fn render(source: &str, settled: &[Settled], texts: &Texts) -> Vec<Rendered> {
    if settled.is_empty() {
        return Vec::new();
    }
    let lines = LineIndex::new(source);
    settled.iter().map(|one| render_one(&lines, one, texts)).collect()
}

fn render_one(lines: &LineIndex, settled: &Settled, texts: &Texts) -> Rendered {
    let diagnostic = &settled.diagnostic;
    let (message, hint) = message_and_hint(diagnostic, texts);
    let fix = diagnostic.fix.as_ref().map(|fix| RenderedFix {
        title: hint.clone(),
        edits: fix.edits.iter().map(|(span, text)| edit(lines, *span, text)).collect(),
    });
    Rendered {
        code: diagnostic.code,
        severity: settled.severity,
        message,
        hint: (!hint.is_empty()).then_some(hint),
        place: place(lines, diagnostic.span),
        frame: super::frame::frame(lines, diagnostic.span),
        related: related(lines, diagnostic, texts),
        fix,
    }
}

fn related(lines: &LineIndex, diagnostic: &Diagnostic, texts: &Texts) -> Vec<RenderedRelated> {
    let one = |related: &super::Related| {
        let label = related.label.unwrap_or(diagnostic.code.related_label());
        let words = texts.term("related", label).unwrap_or("");
        RenderedRelated { message: fill(words, &related.arguments, texts), place: place(lines, related.span) }
    };
    diagnostic.related.iter().map(one).collect()
}

fn edit(lines: &LineIndex, span: Span, text: &str) -> RenderedEdit {
    let place = place(lines, span);
    RenderedEdit { start: place.start, end: place.end, text: text.to_owned() }
}

/// A span as the outside counts it.
pub fn place(lines: &LineIndex, span: Span) -> Place {
    let (start, end) = (lines.position(span.start), lines.position(span.end.max(span.start)));
    Place {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start: start.offset,
        end: end.offset,
    }
}
