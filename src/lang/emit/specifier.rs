//! How specifiers are spelled in the output of one file, and the run-time form for computed ones.

use super::printer::Printer;
use crate::ast::{BinaryOp, Expr};

/// The `js` style: `.som` becomes `.js`, and a relative path without an extension gets one.
pub fn to_js(specifier: &str) -> Option<String> {
    if let Some(stem) = specifier.strip_suffix(".som") {
        return Some([stem, ".js"].concat());
    }
    if !(specifier.starts_with("./") || specifier.starts_with("../")) {
        return None;
    }
    let segment = specifier.rsplit('/').next().unwrap_or("");
    let known = [".js", ".mjs", ".cjs", ".json", ".node"];
    let is_directory = matches!(segment, "" | "." | "..");
    if is_directory || segment.contains(['?', '#']) || known.iter().any(|extension| segment.ends_with(extension)) {
        return None;
    }
    // A dot elsewhere in the name (`./ном.дуюм`) may be part of it: only a `.som` file of that name can be meant
    // where nothing else is known, unless it looks like an extension in Latin letters.
    let has_extension = segment.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty() && !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    (!has_extension).then(|| [specifier, ".js"].concat())
}

impl<'a> Printer<'_, 'a> {
    pub fn specifier(&mut self, specifier: &str) {
        match (self.options.specifiers)(specifier) {
            Some(text) => self.quoted(&text, false),
            None => self.quoted(specifier, false),
        }
    }

    /// A specifier that is computed: its literal end is rewritten here, what cannot be seen at run time.
    pub fn computed_specifier(&mut self, specifier: Expr<'a>) {
        if !self.options.rewrites_computed || self.linkage.is_some() {
            return self.expr(specifier, 2);
        }
        match specifier.unwrapped() {
            Expr::Template(template) if !tail(template).is_empty() => {
                let start = self.out.len();
                self.template(template, false);
                self.rewrite_tail(start, '`');
            }
            Expr::Binary(binary)
                if binary.op == BinaryOp::Add && matches!(binary.right.unwrapped(), Expr::String(_)) =>
            {
                let start = self.out.len();
                self.expr(specifier, 2);
                self.rewrite_tail(start, '"');
            }
            _ => {
                let name = match self.helpers.specifier.clone() {
                    Some(name) => name,
                    None => self.unused("__somon_specifier", false),
                };
                self.p(&name);
                self.p("(");
                self.expr(specifier, 2);
                self.p(")");
                self.helpers.specifier = Some(name);
            }
        }
    }

    fn rewrite_tail(&mut self, start: usize, quote: char) {
        let text = self.out.split_off(start);
        match text.strip_suffix(quote).and_then(|inner| inner.strip_suffix(".som")) {
            Some(stem) => {
                self.p(stem);
                self.p(".js");
                self.out.push(quote);
            }
            None => self.p(&text),
        }
    }
}

fn tail<'a>(template: &crate::ast::Template<'a>) -> &'a str {
    template.quasis.last().and_then(|quasi| quasi.cooked).unwrap_or("")
}
