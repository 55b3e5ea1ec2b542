//! Diagnostics as data: a code, a span and arguments. Words are made at the edge, from one table.
//! Must never hold a finished sentence.

mod code;

pub use code::Code;

use crate::source::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
    Info,
    Hint,
}

/// One finding about one place of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub span: Span,
    /// Values of the placeholders in the code's message and hint.
    pub arguments: Vec<(&'static str, Argument)>,
    pub related: Vec<Related>,
    /// Replaces the severity of the table, where a rule says so.
    pub severity: Option<Severity>,
    pub fix: Option<Fix>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Source text, a name, a number: shown as it is.
    Text(String),
    /// An entry of `terms` in the catalogue, translated with the message.
    Term(&'static str, &'static str),
    /// A term whose own text has a placeholder.
    TermWith(&'static str, &'static str, String),
}

/// A second place that belongs to the finding (the opening bracket, the first declaration).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    pub span: Span,
    pub arguments: Vec<(&'static str, Argument)>,
}

/// An edit that is certainly right: replace each span by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub edits: Vec<(Span, String)>,
}

impl Diagnostic {
    pub fn new(code: Code, span: Span) -> Diagnostic {
        Diagnostic { code, span, arguments: Vec::new(), related: Vec::new(), severity: None, fix: None }
    }

    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Diagnostic {
        self.arguments.push((name, Argument::Text(value.into())));
        self
    }

    /// `table` and `entry` name an entry of `terms` in the catalogue.
    pub fn term(mut self, name: &'static str, table: &'static str, entry: &'static str) -> Diagnostic {
        self.arguments.push((name, Argument::Term(table, entry)));
        self
    }

    pub fn related(mut self, span: Span) -> Diagnostic {
        self.related.push(Related { span, arguments: Vec::new() });
        self
    }
}
