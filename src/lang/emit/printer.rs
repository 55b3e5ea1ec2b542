//! The state of one printing run: the text so far, the indentation, and how each name is spelled.
//! Must never know what a construct looks like.

use super::class::Setup;
use super::{EmitOptions, Format, Linkage, Module, Target};
use crate::ast::{Expr, Ident, IdentId, Pattern, PropertyKey};
use crate::builtin::GLOBALS;
use crate::name::Name;
use crate::scope::{Symbol, SymbolId, SymbolKind};

pub struct Printer<'p, 'a> {
    pub module: &'p Module<'p, 'a>,
    pub options: &'p EmitOptions<'p>,
    pub linkage: Option<&'p dyn Linkage>,
    pub out: String,
    indent: usize,
    /// Where in `out` the current statement, arrow body or default export begins: there `{`, `function` and
    /// `class` would be read as something else.
    pub statement_start: usize,
    pub arrow_start: usize,
    pub default_start: usize,
    /// The name that a class without one gets from what it is stored in, if it begins at that place of `out`.
    pub naming: (usize, &'a str),
    /// Chains under way: left operands, and objects of members and calls.
    pub spine: Vec<Expr<'a>>,
    /// Inside the head of a `for`, where `in` needs parentheses.
    pub no_in: bool,
    /// By symbol: a spelling other than its own.
    spellings: Vec<Option<Box<str>>>,
    /// Namespaces around the current place, with the name of the object that each fills.
    pub namespaces: Vec<(SymbolId, String)>,
    /// Namespaces whose object exists by now.
    pub made: Vec<SymbolId>,
    /// An `await` was printed in the current function.
    pub saw_await: bool,
    /// In a constructor: what has to follow `super(...)`.
    pub after_super: Option<Setup<'a>>,
    /// Where the computed keys of lowered classes begin that are parameters by now.
    pub moved_keys: Vec<u32>,
    /// The module exports something, so others may reach into its namespaces.
    pub has_exports: bool,
    /// Run-time functions that the text calls, to be written at its end.
    pub helpers: Helpers,
}

#[derive(Default)]
pub struct Helpers {
    pub specifier: Option<String>,
    pub default_of: Option<String>,
    pub star: Option<String>,
}

/// Prints one piece after the other. Without a loop: a list of them is more code than the calls are.
macro_rules! pieces {
    ($printer:expr; $($piece:expr),+) => {{ $($printer.p($piece);)+ }};
}
pub(super) use pieces;

const INDENT: &str = "                                ";

impl<'p, 'a> Printer<'p, 'a> {
    pub fn new(module: &'p Module<'p, 'a>, options: &'p EmitOptions<'p>, linkage: Option<&'p dyn Linkage>) -> Self {
        let mut printer = Printer {
            module,
            options,
            linkage,
            out: String::with_capacity(module.source.len() + module.source.len() / 4 + 64),
            indent: 0,
            statement_start: usize::MAX,
            arrow_start: usize::MAX,
            default_start: usize::MAX,
            naming: (usize::MAX, ""),
            spine: Vec::new(),
            no_in: false,
            spellings: Vec::new(),
            namespaces: Vec::new(),
            made: Vec::new(),
            saw_await: false,
            after_super: None,
            moved_keys: Vec::new(),
            has_exports: false,
            helpers: Helpers::default(),
        };
        printer.spell_symbols();
        printer
    }

    fn spell_symbols(&mut self) {
        let symbols = &self.module.scopes.symbols;
        self.spellings = Vec::with_capacity(symbols.len());
        for (index, symbol) in symbols.iter().enumerate() {
            let linked = self.linkage.and_then(|linkage| linkage.symbol(SymbolId(index as u32)));
            let spelling = match linked {
                Some(text) => Some(text.into()),
                None if self.must_rename(symbol) => Some(self.unused(self.text(symbol.name), true).into_boxed_str()),
                None => None,
            };
            self.spellings.push(spelling);
        }
    }

    /// A word that JavaScript does not take as a name, or a global that the text reaches by its Tajik name.
    fn must_rename(&self, symbol: &Symbol) -> bool {
        if symbol.is_type_only {
            return false;
        }
        if self.module.scopes.words.is_js_reserved(symbol.name) {
            return true;
        }
        match self.text(symbol.name) {
            // What lowered fields, CommonJS exports and namespaces call.
            "Object" => {
                let has_namespace = || self.module.scopes.symbols.iter().any(|s| s.kind == SymbolKind::Namespace);
                return self.is_lowering() || self.is_commonjs() || has_namespace();
            }
            "module" | "exports" | "require" | "__filename" | "__dirname" if self.is_commonjs() => return true,
            _ => {}
        }
        let Some(global) = self.module.scopes.words.global(symbol.name) else { return false };
        let reads = |(index, other): (usize, &crate::builtin::Global)| {
            self.module.scopes.globals_read >> index & 1 == 1 && other.js.split('.').next() == Some(global.som)
        };
        GLOBALS.iter().take(crate::builtin::TAJIK_GLOBALS).enumerate().any(reads)
    }

    pub fn respell(&mut self, symbol: SymbolId, text: String) {
        if let Some(slot) = self.spellings.get_mut(symbol.0 as usize) {
            *slot = Some(text.into_boxed_str());
        }
    }

    /// `base`, with as many `_` at the end as make it a name that the text does not use.
    pub fn unused(&self, base: &str, always: bool) -> String {
        let mut text = base.to_owned();
        if always {
            text.push('_');
        }
        while self.module.names.is_spelled(&text) {
            text.push('_');
        }
        text
    }

    pub fn text(&self, name: Name) -> &'a str {
        self.module.names.text(name)
    }

    /// What is printed next is stored under `name`.
    pub fn name_next(&mut self, name: &'a str) {
        self.naming = (self.out.len(), name);
    }

    pub fn name_next_by(&mut self, key: &PropertyKey<'a>) {
        match key {
            PropertyKey::Word(word) => self.name_next(self.text(word.name)),
            PropertyKey::String(string) => self.name_next(string.value),
            _ => {}
        }
    }

    /// The same, where the place may be a plain name.
    pub fn name_next_of(&mut self, target: &Pattern<'a>) {
        if let Pattern::Ident(ident) = target {
            self.name_next(self.text(ident.name));
        }
    }

    pub fn symbol_of(&self, ident: IdentId) -> Option<SymbolId> {
        self.module.scopes.of(ident)
    }

    pub fn symbol(&self, id: SymbolId) -> Option<&'p Symbol> {
        self.module.scopes.symbol(id)
    }

    pub fn is_lowering(&self) -> bool {
        self.options.target == Target::Es2020
    }

    pub fn is_commonjs(&self) -> bool {
        self.options.format == Format::CommonJs && self.linkage.is_none()
    }

    pub fn p(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Starts a line of its own.
    pub fn line(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let mut left = self.indent * 2;
        while left > 0 {
            let take = left.min(INDENT.len());
            self.out.push_str(INDENT.get(..take).unwrap_or(INDENT));
            left -= take;
        }
    }

    /// Braces around lines; `{}` when there are none.
    pub fn braced(&mut self, body: impl FnOnce(&mut Self)) {
        self.p("{");
        let start = self.out.len();
        self.indent += 1;
        body(self);
        self.indent -= 1;
        if self.out.len() != start {
            self.line();
        }
        self.p("}");
    }

    pub fn indented(&mut self, body: impl FnOnce(&mut Self)) {
        self.indent += 1;
        body(self);
        self.indent -= 1;
    }

    /// How a name is spelled, if not as it is: for declarations and uses alike.
    pub fn spelling(&self, ident: IdentId) -> Option<&str> {
        let symbol = self.symbol_of(ident)?;
        self.spellings.get(symbol.0 as usize)?.as_deref()
    }

    pub fn symbol_text(&self, id: SymbolId) -> &str {
        match self.spellings.get(id.0 as usize) {
            Some(Some(text)) => text,
            _ => self.symbol(id).map_or("", |symbol| self.text(symbol.name)),
        }
    }

    /// The name of a declaration.
    pub fn binding(&mut self, ident: &Ident) {
        let text = match self.symbol_of(ident.id).and_then(|id| self.spellings.get(id.0 as usize)) {
            Some(Some(text)) => text,
            _ => self.module.names.text(ident.name),
        };
        self.out.push_str(text);
    }

    /// The namespace object through which a name of another part is reached.
    pub fn object_of(&self, ident: IdentId) -> Option<&str> {
        let through = &self.module.scopes.through_namespace;
        let at = through.binary_search_by_key(&ident, |(id, _)| *id).ok()?;
        let (_, namespace) = through.get(at)?;
        self.namespaces.iter().rev().find(|(symbol, _)| symbol == namespace).map(|(_, object)| object.as_str())
    }

    /// Whether a use of the name is printed as something that is no plain name.
    pub fn is_qualified(&self, ident: &Ident) -> bool {
        if self.spelling(ident.id).is_some_and(|text| text.contains(['.', '[', '('])) {
            return true;
        }
        !self.module.scopes.through_namespace.is_empty() && self.object_of(ident.id).is_some()
    }

    /// A name as an operand.
    pub fn ident(&mut self, ident: &Ident) {
        if !self.module.scopes.through_namespace.is_empty()
            && let Some(object) = self.object_of(ident.id).map(str::to_owned)
        {
            self.p(&object);
            self.p(".");
            self.p(self.text(ident.name));
            return;
        }
        if self.symbol_of(ident.id).is_some() {
            return self.binding(ident);
        }
        let text = match self.module.scopes.words.global(ident.name) {
            Some(global) => global.js,
            None => self.text(ident.name),
        };
        self.out.push_str(text);
    }

    /// Whether a symbol exists at run time and is wanted.
    pub fn is_value(&self, id: SymbolId) -> bool {
        self.symbol(id).is_some_and(|symbol| !symbol.is_type_only)
    }

    pub fn is_hoisted_function(&self, id: SymbolId) -> bool {
        self.symbol(id).is_some_and(|symbol| symbol.kind == SymbolKind::Function)
    }
}
