//! One text to one JavaScript text: parse, analyse, settle the findings, print.
//! Never fails: what is wrong with the source is in the findings, and then there may be no code.

use bumpalo::Bump;

use crate::arena::with_arena;
use crate::ast::Program;
use crate::builtin::BuiltinSet;
use crate::diagnostic::{Code, Diagnostic, Mode, Settled, settle};
use crate::emit::{self, EmitOptions, Format, Module, Target, specifier};
use crate::index::Hasher;
use crate::name::Names;
use crate::parser::parse;
use crate::scope::{Scopes, analyse};
use crate::table::{ImportEdge, ModuleTable, exports_and_imports};

/// Compiles one text as a file of its own.
pub fn compile(source: &str, options: &CompileOptions) -> CompileResult {
    with_arena(|arena| compile_in(arena, source, options))
}

fn compile_in(arena: &Bump, source: &str, options: &CompileOptions) -> CompileResult {
    let read = read(arena, source);
    let table = read.table();
    let mut diagnostics = read.diagnostics;
    if let (Some(span), Some(name)) = (table.top_level_await, options.without_top_level_await()) {
        diagnostics.push(Diagnostic::new(Code::TopLevelAwait, span).text("format", name));
    }
    let findings = settle(diagnostics, options.mode);
    let mut code = String::new();
    let blocks = |finding: &Settled| {
        // Such an `await` is no early error of the language, but the form that was asked for cannot hold it.
        finding.blocks_output(options.mode) || finding.diagnostic.code == Code::TopLevelAwait
    };
    if !findings.iter().any(blocks) {
        let module = Module { program: &read.program, names: &read.names, scopes: &read.scopes, source };
        let style: &dyn Fn(&str) -> Option<String> = match options.specifier_style {
            SpecifierStyle::Js => &specifier::to_js,
            SpecifierStyle::Keep => &|_| None,
        };
        let emit_options = EmitOptions {
            target: options.target,
            format: options.format,
            specifiers: style,
            rewrites_computed: options.specifier_style == SpecifierStyle::Js,
            declared: table.declared_members,
            is_type_export: None,
            inherits_field: None,
        };
        code = emit::print(&module, &emit_options, None);
    }
    let mut exports: Vec<String> =
        table.exports.iter().filter(|entry| !entry.is_type_only).map(|entry| entry.name.clone()).collect();
    crate::order::sort_unique(&mut exports);
    let hash = hash(source, options, table.declared_members);
    CompileResult { code, findings, imports: table.imports, exports, hash }
}

/// A text with everything that is known about it before printing. The tree lives in `arena`.
pub fn read<'a>(arena: &'a Bump, source: &'a str) -> Read<'a> {
    let parsed = parse(arena, source);
    let mut diagnostics = parsed.diagnostics;
    let scopes = analyse(&parsed.program, &parsed.names, &mut diagnostics);
    Read { program: parsed.program, names: parsed.names, scopes, diagnostics }
}

pub struct Read<'a> {
    pub program: Program<'a>,
    pub names: Names<'a>,
    pub scopes: Scopes,
    pub diagnostics: Vec<Diagnostic>,
}

impl Read<'_> {
    pub fn table(&self) -> ModuleTable {
        exports_and_imports(&self.program, &self.names, &self.scopes)
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct CompileOptions<'o> {
    pub target: Target,
    pub format: Format,
    pub specifier_style: SpecifierStyle,
    pub mode: Mode<'o>,
}

impl CompileOptions<'_> {
    /// The name of the chosen form that has no `await` at its top level.
    fn without_top_level_await(&self) -> Option<&'static str> {
        match (self.format, self.target) {
            (Format::CommonJs, _) => Some("commonjs"),
            (_, Target::Es2020) => Some("es2020"),
            _ => None,
        }
    }
}

/// Styles that need the addresses of other modules are the business of who has a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpecifierStyle {
    #[default]
    Js,
    Keep,
}

#[derive(Clone, Debug)]
pub struct CompileResult {
    /// Empty when a finding blocks it.
    pub code: String,
    pub findings: Vec<Settled>,
    pub imports: Vec<ImportEdge>,
    /// Outer names that exist at run time, sorted.
    pub exports: Vec<String>,
    /// The same for the same source, options and version.
    pub hash: String,
}

/// What the output depends on, in 32 hexadecimal digits.
fn hash(source: &str, options: &CompileOptions, declared: BuiltinSet) -> String {
    let mut text = String::with_capacity(32);
    for seed in [1u8, 2] {
        let mut hasher = Hasher::default();
        hasher.write(&[seed, options.target as u8, options.format as u8, options.specifier_style as u8]);
        hasher.write(env!("CARGO_PKG_VERSION").as_bytes());
        for word in declared.words() {
            hasher.write(&word.to_le_bytes());
        }
        hasher.write(&(source.len() as u64).to_le_bytes());
        hasher.write(source.as_bytes());
        let value = hasher.finish();
        for digit in (0..16).rev() {
            let nibble = (value >> (digit * 4) & 15) as usize;
            text.push(b"0123456789abcdef".get(nibble).copied().unwrap_or(b'0') as char);
        }
    }
    text
}
