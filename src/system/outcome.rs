//! What operations settle with when they succeed. Plain data; must never refer into the system's state.

use std::rc::{Rc, Weak};

pub use somon_modules::error::{ErrorCode, Finding, ImportStep, Problem, SomonError};
pub use somon_modules::probe::ModuleKind;
pub use somon_modules::record::Record;
pub use somon_modules::resident::Statistics;

#[derive(Clone, Debug)]
pub enum Outcome {
    /// Of `Load`.
    Module(LoadedModule),
    /// Of `Compile`.
    Compilation(Compilation),
    /// Of `Bundle` and `Run`.
    Bundle(Bundle),
    Prefetched(Prefetched),
    Resolved(ResolvedModule),
    Refreshed(Refreshed),
}

#[derive(Clone, Debug)]
pub struct LoadedModule {
    /// The request URL, or `external:<name>`.
    pub id: Rc<str>,
    /// Where it really came from: the base of its own imports.
    pub url: Rc<str>,
    /// `None`: an external.
    pub kind: Option<ModuleKind>,
    pub source: Rc<str>,
    /// In source order, without duplicates.
    pub dependencies: Vec<Dependency>,
    /// Sorted.
    pub exports: Vec<String>,
    /// A copy past its time, since the origin fails.
    pub is_stale: bool,
    /// Under which the answer may be kept.
    pub token: Option<u32>,
}

#[derive(Clone, Debug)]
pub struct Dependency {
    pub specifier: String,
    pub kind: DependencyKind,
    pub id: Rc<str>,
    pub line: u32,
    pub column: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DependencyKind {
    Static,
    Reexport,
    Dynamic,
}

impl DependencyKind {
    pub const fn text(self) -> &'static str {
        match self {
            DependencyKind::Static => "static",
            DependencyKind::Reexport => "reexport",
            DependencyKind::Dynamic => "dynamic",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Compilation {
    /// In evaluation order. A module with errors is not among them.
    pub modules: Vec<CompiledModule>,
    /// Set also on failure, when it could be resolved.
    pub entry_point: Option<Rc<str>>,
    /// Ids in evaluation order.
    pub dependencies: Vec<Rc<str>>,
    /// All severities, in the order they are reported.
    pub findings: Vec<Finding>,
    pub truncated: bool,
    /// What it was made of; weak, so that the cache may drop it.
    pub records: Vec<Weak<Record>>,
}

#[derive(Clone, Debug)]
pub struct CompiledModule {
    pub id: Rc<str>,
    pub kind: ModuleKind,
    pub code: Rc<str>,
    pub map: Option<String>,
    pub is_stale: bool,
}

#[derive(Clone, Debug)]
pub struct Bundle {
    pub code: String,
    pub map: Option<String>,
    pub file_name: String,
    /// In evaluation order.
    pub modules: Vec<BundledModule>,
    /// Names in order of first appearance.
    pub externals: Vec<String>,
    /// Warnings and notes; a bundle has no errors.
    pub findings: Vec<Finding>,
    pub truncated: bool,
    /// What it was made of; weak, so that the cache may drop it.
    pub records: Vec<Weak<Record>>,
}

#[derive(Clone, Debug)]
pub struct BundledModule {
    pub id: Rc<str>,
    /// Relative to the entry's directory, or `host/path`.
    pub key: String,
    /// Of its source.
    pub bytes: u32,
    pub is_stale: bool,
}

#[derive(Clone, Debug)]
pub struct Prefetched {
    /// Sorted.
    pub ids: Vec<Rc<str>>,
    /// URLs that gave no module, sorted, and the failures.
    pub failed: Vec<(Rc<str>, Box<SomonError>)>,
}

#[derive(Clone, Debug)]
pub struct ResolvedModule {
    /// The URL, or `external:<name>`.
    pub id: Rc<str>,
    /// Where the answer came from.
    pub url: Rc<str>,
    /// `None`: an external.
    pub kind: Option<ModuleKind>,
    /// The URLs that were asked for, in order.
    pub candidates: Vec<String>,
}

/// Ids, each list sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    pub changed: Vec<Rc<str>>,
    pub removed: Vec<Rc<str>>,
    pub unchanged: Vec<Rc<str>>,
    /// Nobody can say at the moment.
    pub failed: Vec<Rc<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Change,
    Remove,
    Add,
}

impl ChangeKind {
    pub const fn text(self) -> &'static str {
        match self {
            ChangeKind::Change => "change",
            ChangeKind::Remove => "remove",
            ChangeKind::Add => "add",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    pub url: Rc<str>,
    /// What imports it, however far; sorted.
    pub dependents: Vec<Rc<str>>,
}

/// What is known of a resident module.
#[derive(Clone, Debug)]
pub struct ModuleInfo {
    pub id: Rc<str>,
    pub url: Rc<str>,
    /// `None`: an external.
    pub kind: Option<ModuleKind>,
    pub bytes: usize,
    /// `sha256-...` of the bytes as they came.
    pub hash: String,
    pub etag: Option<String>,
    /// As the server wrote it.
    pub last_modified: Option<String>,
    pub fetched_us_ago: u64,
    /// The next operation asks the server again.
    pub is_stale: bool,
    pub has_errors: bool,
    /// A caller named it.
    pub is_entry: bool,
    pub dependencies: Vec<Dependency>,
    /// Sorted.
    pub exports: Vec<String>,
}

impl ModuleInfo {
    pub fn of_external(id: Rc<str>) -> ModuleInfo {
        ModuleInfo {
            url: id.clone(),
            id,
            kind: None,
            bytes: 0,
            hash: String::new(),
            etag: None,
            last_modified: None,
            fetched_us_ago: 0,
            is_stale: false,
            has_errors: false,
            is_entry: false,
            dependencies: Vec::new(),
            exports: Vec::new(),
        }
    }
}

/// Valid without errors.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    pub errors: Vec<ValidationIssue>,
    pub warnings: Vec<ValidationIssue>,
}

#[derive(Clone, Debug)]
pub struct ValidationIssue {
    pub code: ErrorCode,
    /// The importing module.
    pub url: Rc<str>,
    pub message: String,
    /// The import, when it is one.
    pub place: Option<ImportStep>,
}
