//! How a JavaScript text uses a name: where it reads it, and whether something else of that name could stand in
//! between. Works on tokens; where they leave a doubt it says so, and the caller does without.

use somon_lang::source::Span;
use somon_lang::word::is_one_of;

use super::token::{Kind, NONE, Token, tokens};
use crate::sorted::SortedSet;

/// One place that reads a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    pub span: Span,
    pub form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// Behind `new`: a call has to be put in brackets.
    New,
    /// `{ name }` in an object.
    Shorthand,
}

/// Every word of the text once, in no order.
pub fn words(source: &str, take: &mut dyn FnMut(&str)) {
    let Ok(tokens) = tokens(source) else { return };
    for token in tokens.iter().filter(|token| token.kind == Kind::Word) {
        take(text(source, token));
    }
}

/// The reads of `name` outside `hidden`; `None` when the text may declare it again somewhere, or when what stands
/// there cannot be told.
pub fn uses(source: &str, name: &str, hidden: &[Span]) -> Option<Vec<Use>> {
    let tokens = tokens(source).ok()?;
    let parents = parents(&tokens);
    let reader = Reader { source, tokens: &tokens, parents: &parents };
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        let Some(token) = tokens.get(index).filter(|token| token.kind == Kind::Word) else { continue };
        let is_hidden = hidden.iter().any(|span| span.start <= token.start && token.end <= span.end);
        if is_hidden || text(source, token) != name || reader.is_property(index) {
            continue;
        }
        if let Some(form) = reader.form(index)? {
            found.push(Use { span: Span::new(token.start, token.end), form });
        }
    }
    Some(found)
}

/// The names that the text may assign to after their declaration. In doubt it does.
pub fn assigned<'s>(source: &'s str, tokens: &[Token]) -> SortedSet<&'s str> {
    let parents = parents(tokens);
    let reader = Reader { source, tokens, parents: &parents };
    let mut found = SortedSet::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word || reader.is_property(index) {
            continue;
        }
        let (before, after) = (reader.before(index), reader.text(index + 1));
        let is_declared = is_one_of(before, "let const var");
        let is_step = is_one_of(before, "++ --") || is_one_of(after, "++ --");
        let is_loop = before == "(" && is_one_of(after, "of in");
        if is_step || is_loop || (!is_declared && is_assignment(after)) || reader.is_in_target(index) {
            found.insert(text(source, token));
        }
    }
    found
}

struct Reader<'r> {
    source: &'r str,
    tokens: &'r [Token],
    parents: &'r [u32],
}

impl Reader<'_> {
    fn text(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| text(self.source, token))
    }

    fn is_property(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|before| is_one_of(self.text(before), ". ?."))
    }

    /// The bracket around a token.
    fn parent(&self, index: usize) -> Option<usize> {
        self.parents.get(index).copied().filter(|parent| *parent != NONE).map(|parent| parent as usize)
    }

    /// The token behind the partner of a bracket.
    fn behind(&self, open: usize) -> &str {
        self.text(self.close_of(open) + 1)
    }

    fn close_of(&self, open: usize) -> usize {
        self.tokens.get(open).map_or(0, |token| token.pair as usize)
    }

    fn before(&self, index: usize) -> &str {
        index.checked_sub(1).map_or("", |before| self.text(before))
    }

    fn is_function_body(&self, open: usize) -> bool {
        if self.text(open) != "{" {
            return false;
        }
        match self.before(open) {
            "=>" => true,
            ")" => {
                let params = self.tokens.get(open - 1).map_or(0, |token| token.pair as usize);
                let word = self.before(params);
                !is_one_of(word, "if while for switch with catch await")
            }
            // Fields and static blocks of a class belong to no function of ours.
            _ => false,
        }
    }

    /// How the name at `index` is read; `None` inside for no read, outside for doubt.
    fn form(&self, index: usize) -> Option<Option<Form>> {
        let (before, after) = (self.before(index), self.text(index + 1));
        let is_declared = is_one_of(before, "let const var function class import as #");
        let is_function = before == "*" && self.before(index - 1) == "function";
        if is_declared || is_function || after == "=>" || is_assignment(after) {
            return None;
        }
        if is_one_of(after, "++ --") || is_one_of(before, "++ --") || is_one_of(before, "break continue") {
            return None;
        }
        let parent = self.parent(index);
        let is_in_braces = parent.is_some_and(|parent| self.text(parent) == "{");
        if after == ":" {
            return match before {
                "?" | "case" => Some(Some(Form::Plain)),
                // A key or a label.
                "{" | "," | ";" | "}" if is_in_braces || before == ";" || before == "}" => Some(None),
                "" => Some(None),
                _ => None,
            };
        }
        if after == "(" && self.behind(index + 1) == "{" {
            return None;
        }
        // Parameters and patterns, however far around.
        let mut around = parent;
        while let Some(open) = around {
            let (behind, word) = (self.behind(open), self.before(open));
            let is_parameters = self.text(open) == "("
                && (behind == "=>" || (behind == "{" && !is_one_of(word, "if while for switch with await")));
            let is_target = self.text(open) != "(" && is_one_of(behind, "= of in");
            let is_declaration = self.text(open) != "(" && is_one_of(word, "let const var");
            if is_parameters || is_target || is_declaration || (self.text(open) == "(" && word == "catch") {
                return None;
            }
            around = self.parent(open);
            // Inside a body, what stands around it binds other names.
            if self.is_function_body(open) || (self.text(open) == "{" && !self.is_value(open)) {
                break;
            }
        }
        if is_in_braces && is_one_of(before, "{ ,") && is_one_of(after, ", }") {
            let open = parent?;
            if self.is_value(open) {
                return Some(Some(Form::Shorthand));
            }
            let word = self.before(open);
            let is_block = matches!(word, ")" | "=>" | "try" | "finally" | "else" | "do" | ";" | "}" | "{" | "");
            return if is_block { Some(Some(Form::Plain)) } else { None };
        }
        if self.is_class_member(index, parent) {
            return None;
        }
        Some(Some(if before == "new" { Form::New } else { Form::Plain }))
    }

    fn is_value(&self, open: usize) -> bool {
        self.tokens.get(open).is_some_and(|token| token.is_value)
    }

    /// A field without a value stands as a word alone.
    fn is_class_member(&self, index: usize, parent: Option<usize>) -> bool {
        let Some(open) = parent.filter(|open| self.text(*open) == "{") else { return false };
        let is_first = is_one_of(self.before(index), "{ ; } static");
        let is_last = is_one_of(self.text(index + 1), "; }");
        // `class A {`, `class A extends B {`
        let is_class = (1..=4).any(|back| open.checked_sub(back).is_some_and(|at| self.text(at) == "class"));
        is_first && is_last && is_class
    }

    /// Inside a pattern that is assigned to or looped over, but not declared.
    fn is_in_target(&self, index: usize) -> bool {
        let mut around = self.parent(index);
        while let Some(open) = around {
            if self.text(open) == "(" {
                return false;
            }
            let is_target = is_one_of(self.behind(open), "= of in");
            if is_target && !is_one_of(self.before(open), "let const var") {
                return true;
            }
            around = self.parent(open);
        }
        false
    }
}

fn is_assignment(text: &str) -> bool {
    let is_comparison = is_one_of(text, "== === != !== <= >= =>");
    text.ends_with('=') && !is_comparison
}

fn text<'s>(source: &'s str, token: &Token) -> &'s str {
    source.get(token.start as usize..token.end as usize).unwrap_or("")
}

/// Of each token the bracket around it.
fn parents(tokens: &[Token]) -> Vec<u32> {
    let mut open: Vec<u32> = Vec::new();
    let mut parents = Vec::with_capacity(tokens.len());
    for (index, token) in (0u32..).zip(tokens) {
        let is_bracket = token.kind == Kind::Punctuator && token.pair != NONE;
        if is_bracket && token.pair < index {
            open.pop();
        }
        parents.push(open.last().copied().unwrap_or(NONE));
        if is_bracket && token.pair > index {
            open.push(index);
        }
    }
    parents
}
