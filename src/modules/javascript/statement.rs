//! Imports and exports of a JavaScript module, read from its tokens.
//! Must never look into other code than that: what stands between is somebody else's.

use somon_lang::builtin::BuiltinSet;
use somon_lang::scope::SymbolId;
use somon_lang::source::Span;
use somon_lang::table::{ExportEntry, Exported, ImportBinding, ImportEdge, ImportKind, Imported, ModuleTable};
use somon_lang::word::is_one_of;

use super::reference;
use super::token::{Kind, NONE, Token, tokens};
use super::{Fault, JavaScript, Place, What};
use crate::sorted::SortedMap;

pub fn read(source: &str) -> Result<(ModuleTable, JavaScript), Fault> {
    let tokens = tokens(source)?;
    let table = ModuleTable {
        imports: Vec::new(),
        bindings: Vec::new(),
        exports: Vec::new(),
        stars: Vec::new(),
        top_level_await: None,
        computed_imports: Vec::new(),
        declared_members: BuiltinSet::EMPTY,
        classes: Vec::new(),
    };
    let module = JavaScript { locals: Vec::new(), places: Vec::new() };
    let mut reader = Reader { source, tokens, at: 0, table, module, symbol_of: SortedMap::new(), dynamic: Vec::new() };
    reader.module()?;
    Ok((reader.table, reader.module))
}

struct Reader<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    table: ModuleTable,
    module: JavaScript,
    symbol_of: SortedMap<String, SymbolId>,
    /// Dynamic imports, which come behind the static ones: the whole call and its string.
    dynamic: Vec<(Span, Span, String)>,
}

impl Reader<'_> {
    fn module(&mut self) -> Result<(), Fault> {
        let (mut is_module, mut commonjs) = (false, None);
        // Of each bracket around: whether it lies in a function, and whether an arrow's expression is under way in it.
        let mut around: Vec<(bool, bool)> = vec![(false, false)];
        while let Some(token) = self.tokens.get(self.at).copied() {
            let index = self.at;
            self.at += 1;
            if token.kind == Kind::Punctuator {
                self.follow(index, &token, &mut around);
            }
            let is_outer = around.len() == 1;
            if let Some(top) = around.last_mut()
                && top.1
                && token.is_on_new_line
                && self.begins_statement(index)
            {
                top.1 = false;
            }
            if token.kind != Kind::Word || self.is_property(index) {
                continue;
            }
            let is_in_function = around.last().is_some_and(|(function, arrow)| *function || *arrow);
            match self.text(index) {
                "import" if self.is(self.at, "(") => self.dynamic_import(index)?,
                "import" if self.is(self.at, ".") => is_module = true,
                "import" if is_outer => {
                    is_module = true;
                    self.import(index)?;
                }
                "export" if is_outer => {
                    is_module = true;
                    self.export(index)?;
                }
                "await" if !is_in_function && !self.is(self.at, ":") && self.table.top_level_await.is_none() => {
                    self.table.top_level_await = Some(self.span(index, index));
                }
                "module" if self.is(self.at, ".") && self.is(self.at + 1, "exports") => commonjs = Some(token),
                "exports" if self.is(self.at, ".") || self.is(self.at, "[") => commonjs = Some(token),
                "require" if self.is(self.at, "(") => commonjs = commonjs.or(Some(token)),
                _ => {}
            }
        }
        if let (Some(token), false) = (commonjs, is_module) {
            let reason = "a CommonJS module cannot be linked; list it in `externals`, or use its ES module build";
            return Err(Fault { offset: token.start, reason });
        }
        for (whole, span, specifier) in std::mem::take(&mut self.dynamic) {
            let edge = self.edge(specifier, ImportKind::Dynamic, span, false);
            self.place(span, What::Specifier(edge));
            self.place(whole, What::Dynamic(edge));
        }
        self.find_reassigned();
        somon_lang::order::sort(&mut self.module.places, &|a, b| {
            (a.span.start, b.span.end).cmp(&(b.span.start, a.span.end))
        });
        Ok(())
    }

    /// Which of the exported names may change after their declaration.
    fn find_reassigned(&mut self) {
        let assigned = reference::assigned(self.source, &self.tokens);
        for export in &mut self.table.exports {
            if let Exported::Local(symbol) = export.kind
                && let Some(local) = self.module.locals.get(symbol.0 as usize)
            {
                export.is_reassigned = assigned.contains(local.as_str());
            }
        }
    }

    /// Keeps count of the brackets around.
    fn follow(&self, index: usize, token: &Token, around: &mut Vec<(bool, bool)>) {
        let top = around.last().copied().unwrap_or_default();
        match self.text(index) {
            "=>" if !self.is(self.at, "{") => {
                if let Some(top) = around.last_mut() {
                    top.1 = true;
                }
            }
            "," | ";" => {
                if let Some(top) = around.last_mut() {
                    top.1 = false;
                }
            }
            _ if token.pair == NONE => {}
            _ if token.pair as usize > index => around.push((top.0 || top.1 || self.is_function_body(index), false)),
            _ if around.len() > 1 => {
                around.pop();
            }
            _ => {}
        }
    }

    fn is_function_body(&self, open: usize) -> bool {
        let before = open.checked_sub(1).map_or("", |before| self.text(before));
        match before {
            _ if !self.is(open, "{") => false,
            "=>" => true,
            ")" => {
                let parameters = self.tokens.get(open - 1).map_or(0, |token| token.pair as usize);
                let word = parameters.checked_sub(1).map_or("", |word| self.text(word));
                !is_one_of(word, "if while for switch with catch await")
            }
            _ => false,
        }
    }

    /// The index behind the bracket or template that opens at `index`.
    fn end_of(&self, index: usize) -> usize {
        let mut at = index;
        while let Some(token) = self.tokens.get(at)
            && token.pair != NONE
            && token.pair as usize > at
        {
            at = token.pair as usize;
        }
        at + 1
    }

    fn text(&self, index: usize) -> &str {
        let token = self.tokens.get(index);
        token.and_then(|token| self.source.get(token.start as usize..token.end as usize)).unwrap_or("")
    }

    fn is(&self, index: usize, text: &str) -> bool {
        self.text(index) == text
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn is_property(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|before| is_one_of(self.text(before), ". ?."))
    }

    /// From the token `first` to the token `last`.
    fn span(&self, first: usize, last: usize) -> Span {
        let start = self.tokens.get(first).map_or(self.source.len() as u32, |token| token.start);
        Span::new(start, self.tokens.get(last).map_or(self.source.len() as u32, |token| token.end))
    }

    fn fault(&self, index: usize, reason: &'static str) -> Fault {
        Fault { offset: self.span(index, index).start, reason }
    }

    fn place(&mut self, span: Span, what: What) {
        self.module.places.push(Place { span, what });
    }

    fn symbol(&mut self, name: &str) -> SymbolId {
        if let Some(id) = self.symbol_of.get(name) {
            return *id;
        }
        let id = SymbolId(self.module.locals.len() as u32);
        self.module.locals.push(name.to_owned());
        self.symbol_of.insert(name.to_owned(), id);
        id
    }

    fn edge(&mut self, specifier: String, kind: ImportKind, span: Span, is_json: bool) -> u32 {
        self.table.imports.push(ImportEdge { specifier, kind, span, is_json, is_type_only: false });
        self.table.imports.len() as u32 - 1
    }

    /// The name at the reader, an identifier or a string, and its index.
    fn outer_name(&mut self) -> Result<(String, usize), Fault> {
        let index = self.at;
        self.at += 1;
        let text = self.text(index);
        let name = match self.kind(index) {
            Some(Kind::Word) => text,
            Some(Kind::String) => text.get(1..text.len().saturating_sub(1)).unwrap_or(""),
            _ => return Err(self.fault(index, "a name is missing")),
        };
        if name.contains('\\') {
            return Err(self.fault(index, "names with escapes cannot be linked"));
        }
        Ok((name.to_owned(), index))
    }

    fn expect(&mut self, text: &str) -> Result<(), Fault> {
        if !self.is(self.at, text) {
            return Err(self.fault(self.at, "an import or export that cannot be read"));
        }
        self.at += 1;
        Ok(())
    }

    /// The string behind `from` and its attributes; the place of the whole statement is noted.
    fn source_of(&mut self, first: usize, kind: ImportKind) -> Result<u32, Fault> {
        let index = self.at;
        if self.kind(index) != Some(Kind::String) {
            return Err(self.fault(index, "a specifier is missing"));
        }
        let Some(specifier) = self.string(index) else {
            return Err(self.fault(index, "specifiers with escapes cannot be read"));
        };
        self.at += 1;
        let mut is_json = false;
        if (self.is(self.at, "with") || self.is(self.at, "assert")) && self.is(self.at + 1, "{") {
            let end = self.end_of(self.at + 1);
            is_json = (self.at + 2..end).any(|index| is_one_of(self.text(index), "\"json\" 'json'"));
            let span = self.span(self.at, end - 1);
            self.place(span, What::Attributes);
            self.at = end;
        }
        if self.is(self.at, ";") {
            self.at += 1;
        }
        let span = self.span(index, index);
        let edge = self.edge(specifier, kind, span, is_json);
        self.place(span, What::Specifier(edge));
        let whole = self.span(first, self.at - 1);
        self.place(whole, What::Statement);
        Ok(edge)
    }

    fn string(&self, index: usize) -> Option<String> {
        let text = self.text(index);
        let inner = text.get(1..text.len().checked_sub(1)?)?;
        (!inner.contains('\\')).then(|| inner.to_owned())
    }

    fn import(&mut self, first: usize) -> Result<(), Fault> {
        let mut bindings: Vec<(String, Imported, usize)> = Vec::new();
        if self.kind(self.at) == Some(Kind::Word) {
            let (name, index) = self.outer_name()?;
            bindings.push((name, Imported::Name("default".to_owned()), index));
            if self.is(self.at, ",") {
                self.at += 1;
            } else if !self.is(self.at, "from") {
                return Err(self.fault(self.at, "an import that cannot be read"));
            }
        }
        if self.is(self.at, "*") {
            self.at += 1;
            self.expect("as")?;
            let (name, index) = self.outer_name()?;
            bindings.push((name, Imported::Namespace, index));
        } else if self.is(self.at, "{") {
            self.at += 1;
            while !self.is(self.at, "}") {
                let (imported, index) = self.outer_name()?;
                let mut local = imported.clone();
                if self.is(self.at, "as") {
                    self.at += 1;
                    local = self.outer_name()?.0;
                }
                bindings.push((local, Imported::Name(imported), index));
                if !self.is(self.at, "}") {
                    self.expect(",")?;
                }
            }
            self.at += 1;
        }
        if self.kind(self.at) != Some(Kind::String) || !bindings.is_empty() || self.is(self.at - 1, "}") {
            self.expect("from")?;
        }
        let edge = self.source_of(first, ImportKind::Static)?;
        for (local, imported, index) in bindings {
            let (local, span) = (self.symbol(&local), self.span(index, index));
            self.table.bindings.push(ImportBinding { local, edge, imported, span, is_used: true });
        }
        Ok(())
    }

    fn export(&mut self, first: usize) -> Result<(), Fault> {
        if self.is(self.at, "*") {
            self.at += 1;
            let outer = if self.is(self.at, "as") {
                self.at += 1;
                Some(self.outer_name()?)
            } else {
                None
            };
            self.expect("from")?;
            let edge = self.source_of(first, ImportKind::Reexport)?;
            match outer {
                Some((name, index)) => self.add(name, index, Exported::Namespace { edge }),
                None => self.table.stars.push(edge),
            }
            return Ok(());
        }
        if self.is(self.at, "{") {
            return self.export_list(first);
        }
        if self.is(self.at, "default") {
            return self.export_default(first);
        }
        let span = self.span(first, first);
        self.place(span, What::Export);
        let word = self.text(self.at).to_owned();
        match word.as_str() {
            "const" | "let" | "var" => {
                self.at += 1;
                self.declarators()
            }
            "async" | "function" | "class" => self.declared_name(),
            _ => Err(self.fault(self.at, "an export that cannot be read")),
        }
    }

    fn add(&mut self, name: String, index: usize, kind: Exported) {
        let span = self.span(index, index);
        let entry = ExportEntry { name, span, kind, is_type_only: false, is_reassigned: false };
        self.table.exports.push(entry);
    }

    fn add_local(&mut self, name: String, index: usize) {
        let symbol = self.symbol(&name);
        self.add(name, index, Exported::Local(symbol));
    }

    fn export_list(&mut self, first: usize) -> Result<(), Fault> {
        let mut list: Vec<(String, String, usize)> = Vec::new();
        self.at += 1;
        while !self.is(self.at, "}") {
            let (local, mut index) = self.outer_name()?;
            let mut outer = local.clone();
            if self.is(self.at, "as") {
                self.at += 1;
                (outer, index) = self.outer_name()?;
            }
            list.push((local, outer, index));
            if !self.is(self.at, "}") {
                self.expect(",")?;
            }
        }
        self.at += 1;
        if self.is(self.at, "from") && self.kind(self.at + 1) == Some(Kind::String) {
            self.at += 1;
            let edge = self.source_of(first, ImportKind::Reexport)?;
            for (imported, outer, index) in list {
                self.add(outer, index, Exported::From { edge, imported });
            }
            return Ok(());
        }
        if self.is(self.at, ";") {
            self.at += 1;
        }
        let whole = self.span(first, self.at - 1);
        self.place(whole, What::Statement);
        for (local, outer, index) in list {
            let symbol = self.symbol(&local);
            self.add(outer, index, Exported::Local(symbol));
        }
        Ok(())
    }

    fn export_default(&mut self, first: usize) -> Result<(), Fault> {
        let default = self.at;
        self.at += 1;
        let mut at = self.at;
        let is_async = self.is(at, "async") && self.is(at + 1, "function");
        at += usize::from(is_async);
        let words = self.span(first, default);
        if !self.is(at, "function") && !self.is(at, "class") {
            self.place(words, What::Default);
            self.add("default".to_owned(), default, Exported::Default);
            return Ok(());
        }
        self.place(words, What::Export);
        at += 1;
        at += usize::from(self.is(at, "*"));
        let is_named = self.kind(at) == Some(Kind::Word) && !self.is(at, "extends");
        if is_named {
            let name = self.text(at).to_owned();
            let symbol = self.symbol(&name);
            self.add("default".to_owned(), default, Exported::Local(symbol));
        } else {
            let end = self.span(at - 1, at - 1).end;
            self.place(Span::new(end, end), What::DefaultName);
            self.add("default".to_owned(), default, Exported::Default);
        }
        Ok(())
    }

    fn declared_name(&mut self) -> Result<(), Fault> {
        let mut at = self.at + 1;
        while is_one_of(self.text(at), "function *") {
            at += 1;
        }
        self.at = at;
        let (name, index) = self.outer_name()?;
        self.add_local(name, index);
        Ok(())
    }

    /// The names that a list of declarations binds; the reader stays before the first initialiser's inside, so that
    /// what stands there is read as well.
    fn declarators(&mut self) -> Result<(), Fault> {
        let mut at = self.at;
        let mut resume = None;
        loop {
            if self.is(at, "{") || self.is(at, "[") {
                let end = self.end_of(at);
                self.pattern(at, end);
                at = end;
            } else {
                self.at = at;
                let (name, index) = self.outer_name()?;
                self.add_local(name, index);
                at = self.at;
            }
            resume = resume.or(Some(at));
            // Over the initialiser, brackets as a whole.
            let start = at;
            while let Some(token) = self.tokens.get(at) {
                let text = self.text(at);
                if text == ";" || text == "," || (at > start && token.is_on_new_line && self.begins_statement(at)) {
                    break;
                }
                at = if token.pair != NONE && token.pair as usize > at { self.end_of(at) } else { at + 1 };
            }
            if !self.is(at, ",") {
                break;
            }
            at += 1;
        }
        self.at = resume.unwrap_or(at);
        Ok(())
    }

    /// By the rule for missing semicolons: what stands on a new line cannot continue the expression before it.
    fn begins_statement(&self, index: usize) -> bool {
        let Some(last) = index.checked_sub(1) else { return false };
        let continues = |text: &str| is_one_of(text, "in instanceof");
        let begins = match self.kind(index) {
            Some(Kind::Word) => !continues(self.text(index)),
            Some(Kind::Number | Kind::String | Kind::Regex) => true,
            Some(Kind::Punctuator) => is_one_of(self.text(index), "{ ++ -- @"),
            Some(Kind::Template) | None => false,
        };
        let ends = match self.kind(last) {
            Some(Kind::Punctuator) => is_one_of(self.text(last), ") ] } ++ --"),
            Some(Kind::Template) => self.text(last).ends_with('`'),
            Some(Kind::Word) => {
                let words =
                    ["typeof", "new", "delete", "void", "await", "yield", "in", "instanceof", "async", "extends"];
                !words.contains(&self.text(last)) || self.is_property(last)
            }
            Some(Kind::Number | Kind::String | Kind::Regex) => true,
            None => false,
        };
        begins && ends
    }

    /// The names that a pattern binds: words that stand where a target stands. Defaults and computed keys are
    /// passed over.
    fn pattern(&mut self, open: usize, end: usize) {
        let mut at = open + 1;
        // Whether each bracket around is an object.
        let mut around = vec![self.is(open, "{")];
        while at + 1 < end {
            let text = self.text(at).to_owned();
            match text.as_str() {
                "{" => around.push(true),
                "[" if around.last() == Some(&true) && is_one_of(self.text(at - 1), "{ ,") => at = self.end_of(at) - 1,
                "[" => around.push(false),
                "}" | "]" => {
                    around.pop();
                }
                "=" => {
                    at += 1;
                    while at + 1 < end && !is_one_of(self.text(at), ", } ]") {
                        let is_open = self.tokens.get(at).is_some_and(|t| t.pair != NONE && t.pair as usize > at);
                        at = if is_open { self.end_of(at) } else { at + 1 };
                    }
                    continue;
                }
                _ if self.kind(at) == Some(Kind::Word) && !self.is(at + 1, ":") => self.add_local(text, at),
                _ => {}
            }
            at += 1;
        }
    }

    fn dynamic_import(&mut self, first: usize) -> Result<(), Fault> {
        let end = self.end_of(self.at);
        // A method of that name.
        if self.is(end, "{") {
            return Ok(());
        }
        let argument = self.at + 1;
        let is_alone = is_one_of(self.text(argument + 1), ") ,");
        let whole = self.span(first, end - 1);
        let is_literal = match self.kind(argument) {
            Some(Kind::String) => is_alone,
            Some(Kind::Template) => is_alone && self.text(argument).ends_with('`'),
            _ => false,
        };
        let span = self.span(argument, argument);
        match self.string(argument).filter(|_| is_literal) {
            Some(specifier) => self.dynamic.push((whole, span, specifier)),
            None => self.table.computed_imports.push(span),
        }
        Ok(())
    }
}
