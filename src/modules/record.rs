//! One version of one module: its text and what the graph and the linker need of it without the tree.
//! Must never hold the tree: JavaScript is printed from the same text parsed again.

use std::rc::Rc;

use somon_lang::arena::with_arena;
use somon_lang::compile::read;
use somon_lang::diagnostic::{Diagnostic, Mode, Severity};
use somon_lang::spelled::Spelled;
use somon_lang::table::ModuleTable;

use crate::javascript::{self, Fault, JavaScript, Place};
use crate::probe::ModuleKind;

pub const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

#[derive(Clone, Debug)]
pub struct Record {
    /// The request URL.
    pub id: Rc<str>,
    /// The response URL: the base of its imports.
    pub url: Rc<str>,
    /// URLs of redirects on the way, `url` not included.
    pub hops: Vec<String>,
    pub kind: ModuleKind,
    pub source: Rc<str>,
    /// The bytes began with a byte order mark, which `source` has not.
    pub has_mark: bool,
    /// `None` for JSON.
    pub table: Option<ModuleTable>,
    /// Empty but for SomonScript.
    pub spelled: Spelled,
    pub diagnostics: Vec<Diagnostic>,
    pub has_errors: bool,
    /// Of a JavaScript module.
    pub javascript: Option<Box<JavaScript>>,
}

impl Record {
    pub fn som(id: Rc<str>, url: Rc<str>, hops: Vec<String>, source: Rc<str>) -> Record {
        let (table, spelled, diagnostics) = with_arena(|arena| {
            let read = read(arena, &source);
            (read.table(), Spelled::new(&read.names, &read.scopes), read.diagnostics)
        });
        let has_errors = diagnostics.iter().any(is_error);
        Record {
            id,
            url,
            hops,
            kind: ModuleKind::Som,
            source,
            has_mark: false,
            table: Some(table),
            spelled,
            diagnostics,
            has_errors,
            javascript: None,
        }
    }

    pub fn js(id: Rc<str>, url: Rc<str>, hops: Vec<String>, source: Rc<str>) -> Result<Record, Fault> {
        let (table, javascript) = javascript::read(&source)?;
        let mut record = Record::json(id, url, hops, source);
        record.kind = ModuleKind::Js;
        record.table = Some(table);
        record.javascript = Some(Box::new(javascript));
        Ok(record)
    }

    pub fn json(id: Rc<str>, url: Rc<str>, hops: Vec<String>, source: Rc<str>) -> Record {
        let kind = ModuleKind::Json;
        Record {
            id,
            url,
            hops,
            kind,
            source,
            has_mark: false,
            table: None,
            spelled: Spelled::default(),
            diagnostics: Vec::new(),
            has_errors: false,
            javascript: None,
        }
    }

    /// The bytes as they were received.
    pub fn bytes(&self) -> [&[u8]; 2] {
        [if self.has_mark { BYTE_ORDER_MARK } else { &[] }, self.source.as_bytes()]
    }

    /// What the cache is charged for it, by one rule for insertion and removal.
    pub fn charged_bytes(&self) -> usize {
        let hops: usize = self.hops.iter().map(String::capacity).sum();
        let table = self.table.as_ref().map_or(0, table_bytes);
        let diagnostics = self.diagnostics.capacity() * size_of::<Diagnostic>();
        let javascript = self.javascript.as_ref().map_or(0, |javascript| {
            let locals: usize = javascript.locals.iter().map(|local| local.capacity() + size_of::<String>()).sum();
            locals + javascript.places.capacity() * size_of::<Place>()
        });
        let spelled = self.spelled.charged_bytes();
        self.source.len() + self.id.len() + self.url.len() + hops + table + spelled + diagnostics + javascript + 256
    }
}

fn table_bytes(table: &ModuleTable) -> usize {
    let edges: usize = table.imports.iter().map(|edge| edge.specifier.capacity() + size_of_val(edge)).sum();
    let exports: usize = table.exports.iter().map(|export| export.name.capacity() + size_of_val(export)).sum();
    let fields = table.classes.iter().flat_map(|class| &class.fields);
    let classes: usize = fields.map(|(name, _)| name.capacity() + 32).sum();
    edges
        + exports
        + classes
        + table.classes.capacity() * 48
        + table.bindings.capacity() * 64
        + table.stars.capacity() * 4
}

pub fn is_error(diagnostic: &Diagnostic) -> bool {
    severity(diagnostic) == Some(Severity::Error)
}

/// The severity in default mode; `None` when nothing is to be said.
pub fn severity(diagnostic: &Diagnostic) -> Option<Severity> {
    diagnostic.severity_in(Mode::default())
}
