//! Diagnostics as data: a code, a span and arguments. Words are made at the edge, from one table.
//! Must never hold a finished sentence.

mod code;
mod frame;
mod lookalike;
mod message;
mod render;
mod severity;
mod suggest;
mod texts;

pub use code::Code;
pub use lookalike::look_alike;
pub use render::{Place, Rendered, RenderedEdit, RenderedFix, RenderedRelated, place, render};
pub use severity::{DIAGNOSTICS_MAX, MODULE_ERRORS_MAX, Mode, Rule, Settled, settle};
pub use suggest::nearest;
pub use texts::Texts;

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
    /// Where older compilers kept silent: weighs less in the default mode.
    pub is_new_place: bool,
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
    /// An entry of the terms `related`; the code has one of its own.
    pub label: Option<&'static str>,
}

/// An edit that is certainly right: replace each span by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub edits: Vec<(Span, String)>,
}

impl Diagnostic {
    pub fn new(code: Code, span: Span) -> Diagnostic {
        Diagnostic {
            code,
            span,
            arguments: Vec::new(),
            related: Vec::new(),
            severity: None,
            fix: None,
            is_new_place: false,
        }
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

    /// A term whose own text has a placeholder, filled with `value`.
    pub fn term_with(
        mut self,
        name: &'static str,
        table: &'static str,
        entry: &'static str,
        value: impl Into<String>,
    ) -> Diagnostic {
        self.arguments.push((name, Argument::TermWith(table, entry, value.into())));
        self
    }

    /// Adds " Did you mean ...?" where the text has a place for it and there is a candidate.
    pub fn did_you_mean(self, candidate: Option<&str>) -> Diagnostic {
        match candidate {
            Some(candidate) => self.term_with("didYouMean", "didYouMean", "one", candidate),
            None => self,
        }
    }

    pub fn related(mut self, span: Span) -> Diagnostic {
        self.related.push(Related { span, arguments: Vec::new(), label: None });
        self
    }

    /// `label` is an entry of the terms `related`.
    pub fn related_as(mut self, label: &'static str, span: Span) -> Diagnostic {
        self.related.push(Related { span, arguments: Vec::new(), label: Some(label) });
        self
    }

    /// An edit that is certainly right; its title is the hint.
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.fix.get_or_insert(Fix { edits: Vec::new() }).edits.push((span, text.into()));
        self
    }

    pub fn in_new_place(mut self) -> Diagnostic {
        self.is_new_place = true;
        self
    }
}
