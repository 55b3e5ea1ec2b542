//! JavaScript modules of the graph: what they import and export, and where that stands in their text.
//! The text is foreign: everything but imports, exports and specifiers stays as it is.

mod reference;
mod statement;
mod token;

use somon_lang::source::Span;

pub use reference::{Form, Use, uses, words};
pub use statement::read;

/// Why a text is no module that can be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In bytes.
    pub offset: u32,
    pub reason: &'static str,
}

/// What is known of a module beside its table and its text.
#[derive(Clone, Debug)]
pub struct JavaScript {
    /// Names that imports bind and exports name; symbols of the table are indexes into it.
    pub locals: Vec<String>,
    /// Sorted by their start, the outer before the inner.
    pub places: Vec<Place>,
}

/// A part of the text that is written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub span: Span,
    pub what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The string of an import, by its index.
    Specifier(u32),
    /// The attributes of an import: what is imported is JavaScript by then.
    Attributes,
    /// A whole import, re-export or list of exports, which a bundle leaves out.
    Statement,
    /// The words before a declaration, which a bundle leaves out.
    Export,
    /// `export default` before an expression.
    Default,
    /// Where the name of a default function or class would stand.
    DefaultName,
    /// A whole dynamic import, by its index.
    Dynamic(u32),
}

/// The text with every place replaced for which there is a text. Replaced places hide those inside them.
pub fn rewrite(source: &str, places: &[(Span, String)]) -> String {
    let mut out = String::with_capacity(source.len());
    let mut at = 0usize;
    for (span, text) in places {
        let start = span.start as usize;
        if start < at {
            continue;
        }
        out.push_str(source.get(at..start).unwrap_or(""));
        out.push_str(text);
        at = span.end as usize;
    }
    out.push_str(source.get(at..).unwrap_or(""));
    out
}
