//! Which URLs a specifier without a certain extension asks for, in which order.
//! Pure arithmetic on the path: whether one of them exists is found out by whoever asks.

use crate::url::Url;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModuleKind {
    Som,
    Js,
    Json,
}

impl ModuleKind {
    pub const fn text(self) -> &'static str {
        match self {
            ModuleKind::Som => "som",
            ModuleKind::Js => "js",
            ModuleKind::Json => "json",
        }
    }

    /// By the extension of the path, which is case-sensitive.
    pub fn of_path(path: &str) -> Option<ModuleKind> {
        if path.ends_with(".som") {
            Some(ModuleKind::Som)
        } else if path.ends_with(".js") || path.ends_with(".mjs") {
            Some(ModuleKind::Js)
        } else if path.ends_with(".json") {
            Some(ModuleKind::Json)
        } else {
            None
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsToSom {
    Off,
    /// `./a.js`, then `./a.som`.
    Fallback,
    Prefer,
}

#[derive(Clone, Debug)]
pub struct Probing {
    /// With their dots, lower case.
    pub extensions: Vec<String>,
    pub allow_js: bool,
    pub allow_json: bool,
    pub js_to_som: JsToSom,
    /// The path as it is written comes last.
    pub probe_exact: bool,
}

impl Default for Probing {
    fn default() -> Probing {
        Probing {
            extensions: vec![".som".to_owned(), ".js".to_owned(), ".json".to_owned()],
            allow_js: true,
            allow_json: true,
            js_to_som: JsToSom::Fallback,
            probe_exact: false,
        }
    }
}

impl Probing {
    /// The `index`th URL to ask for; `None` when there are no more.
    pub fn candidate(&self, url: &Url, is_probed: bool, index: usize) -> Option<String> {
        let path = url.path();
        if !is_probed || url.is_opaque() {
            let is_allowed = ModuleKind::of_path(path).is_none_or(|kind| self.allows(kind));
            return (index == 0 && is_allowed).then(|| url.as_str().to_owned());
        }
        if path.ends_with(".js") {
            return self.js_candidate(url, index);
        }
        if let Some(kind) = ModuleKind::of_path(path) {
            return (index == 0 && self.allows(kind)).then(|| url.as_str().to_owned());
        }
        let mut extensions = self.extensions.iter().filter(|extension| self.allows_extension(extension));
        let count = extensions.clone().count();
        let nth = index.checked_rem(count).and_then(|nth| extensions.nth(nth));
        let is_directory = path.is_empty() || path.ends_with('/');
        let round = index.checked_div(count).unwrap_or(usize::MAX) + usize::from(is_directory);
        let tail = match (round, nth) {
            (0, Some(extension)) => extension.clone(),
            (1, Some(extension)) => {
                let mut tail = String::from(if is_directory { "index" } else { "/index" });
                tail.push_str(extension);
                tail
            }
            _ => {
                let is_next = index == if is_directory { count } else { 2 * count };
                return (self.probe_exact && is_next).then(|| url.as_str().to_owned());
            }
        };
        Some(url.with_path_tail(&tail))
    }

    fn js_candidate(&self, url: &Url, index: usize) -> Option<String> {
        let exact = || url.as_str().to_owned();
        let som = || url.with_path_end(3, ".som");
        match (self.js_to_som, self.allow_js, index) {
            (JsToSom::Off, true, 0) => Some(exact()),
            (JsToSom::Fallback, true, 0) | (JsToSom::Prefer, true, 1) => Some(exact()),
            (JsToSom::Fallback, true, 1) | (JsToSom::Prefer, true, 0) => Some(som()),
            (JsToSom::Fallback | JsToSom::Prefer, false, 0) => Some(som()),
            _ => None,
        }
    }

    fn allows(&self, kind: ModuleKind) -> bool {
        match kind {
            ModuleKind::Som => true,
            ModuleKind::Js => self.allow_js,
            ModuleKind::Json => self.allow_json,
        }
    }

    fn allows_extension(&self, extension: &str) -> bool {
        ModuleKind::of_path(extension).is_none_or(|kind| self.allows(kind))
    }
}
