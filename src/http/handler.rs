//! The options of one handler, checked and turned into what its routes ask for.
//! Must never hold a default that the table of options has.

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_modules::error::Problem;
use somon_modules::policy::{AllowedOrigins, OriginPattern, Policy};
use somon_modules::url::Url;
use somon_ops::config::{self, HANDLER, Options, Value};
use somon_system::System;

use crate::auth::Auth;
use crate::cors::{Cors, Origins};
use crate::event::Tokens;

pub struct Handler {
    /// Empty, or with a slash before and none after.
    pub base_path: String,
    pub auth: Auth,
    pub public_read: bool,
    pub cors: Cors,
    pub body_bytes_max: usize,
    pub cache_control: String,
    pub passes_through: bool,
    pub modules: Option<Modules>,
}

/// What the module routes serve.
pub struct Modules {
    pub root: Url,
    pub policy: Rc<Policy>,
    /// Other origins that have routes.
    pub origins: Vec<OriginPattern>,
    /// Absolute, without their extension: what may be bundled.
    pub entries: Option<Vec<String>>,
    pub cors: Cors,
    pub is_dev: bool,
}

impl Handler {
    pub fn new(options: &Value, system: &System) -> Result<Handler, Vec<Problem>> {
        let mut problems = config::check(options, HANDLER);
        let read = Options::new(options, HANDLER);
        let text = |path: &str| read.text(path).map(str::to_owned);
        let mut auth = Auth { asks: read.given("auth") == Some(&Value::Function), ..Auth::default() };
        auth.add(&Tokens { both: text("auth.token"), read: text("auth.readToken"), write: text("auth.writeToken") });
        let base_path = read.text("basePath").unwrap_or("");
        let modules = read.given("modules").and_then(|_| modules(&read, system, &mut problems));
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Handler {
            base_path: base_path.trim_end_matches('/').to_owned(),
            auth,
            public_read: read.bool("publicRead"),
            cors: cors(&read, "cors.origins", "cors.maxAge"),
            body_bytes_max: usize::try_from(read.integer("maxBodyBytes")).unwrap_or(usize::MAX),
            cache_control: read.text("cacheControl").unwrap_or("public, max-age=0, must-revalidate").to_owned(),
            passes_through: read.bool("passThrough"),
            modules,
        })
    }
}

fn modules(read: &Options, system: &System, problems: &mut Vec<Problem>) -> Option<Modules> {
    let (base, policy) = system.reach();
    let root =
        read.text("modules.root").map_or(Ok(base.clone()), |root| base.join(root)).and_then(|url| url.join("./"));
    let Some(root) = root.ok().filter(|root| is_below(root, policy)) else {
        problems.push(problem("modules.root", "must be a URL, below `resolution.root` if there is one"));
        return None;
    };
    let patterns: Vec<OriginPattern> =
        gather(read.texts("modules.origins").into_iter().filter_map(OriginPattern::parse));
    if patterns.len() < read.texts("modules.origins").len() {
        problems.push(problem("modules.origins", "has an entry that is no origin"));
    }
    let policy = Policy {
        origins: AllowedOrigins::List(patterns.clone()),
        root: Some(root.as_str().to_owned()),
        ..policy.clone()
    };
    let entry = |name: &&str| root.join(name).ok().map(|url| bare(url.as_str()).to_owned());
    let entries = read.given("modules.entries").map(|_| gather(read.texts("modules.entries").iter().filter_map(entry)));
    Some(Modules {
        policy: Rc::new(policy),
        root,
        origins: patterns,
        entries,
        cors: cors(read, "modules.cors", "modules.cors"),
        is_dev: read.bool("modules.dev"),
    })
}

/// Without the extension that may be left out.
pub fn bare(url: &str) -> &str {
    url.strip_suffix(".som").unwrap_or(url)
}

fn is_below(root: &Url, policy: &Policy) -> bool {
    policy.root.as_deref().is_none_or(|outer| root.as_str().starts_with(outer))
}

fn cors(read: &Options, origins: &str, max_age: &str) -> Cors {
    let list = |texts: Vec<&str>| gather(texts.into_iter().map(|text| text.trim_end_matches('/').to_owned()));
    let origins = match read.given(origins) {
        Some(Value::String(_)) => Origins::Any,
        Some(Value::List(_)) => Origins::List(list(read.texts(origins))),
        _ => Origins::None,
    };
    let max_age = matches!(read.given(max_age), Some(Value::Number(_))).then(|| read.integer(max_age) as u32);
    Cors { origins, max_age }
}

fn problem(path: &str, rule: &str) -> Problem {
    let message = [path, " ", rule].concat();
    Problem { path: path.to_owned(), message, received: String::new(), is_unknown_key: false }
}
