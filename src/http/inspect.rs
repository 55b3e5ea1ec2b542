//! The resident modules and their graph as JSON.
//! Must never resolve or ask for anything: what is not resident is not there.

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_modules::graph;
use somon_modules::sorted::SortedMap;
use somon_ops::json::push_string;
use somon_system::outcome::ModuleInfo;

use crate::code;
use crate::error::Refusal;
use crate::exchange::Exchange;
use crate::message::Answer;
use crate::service::Service;
use crate::write::{Object, list, push_safe};

const PAGE_MAX: usize = 1000;

impl Service {
    /// In order of their ids, a page at a time; `cursor` is the id that the page before ended with.
    pub(crate) fn modules(&self, exchange: &Exchange) -> Result<Answer, Box<Refusal>> {
        let limit = match exchange.query("limit") {
            None => PAGE_MAX,
            Some(text) => {
                let limit = text.parse::<usize>().ok().filter(|limit| (1..=PAGE_MAX).contains(limit));
                limit.ok_or_else(|| Refusal::new(code::INVALID_QUERY, "`limit` must be from 1 to 1000"))?
            }
        };
        let all = self.system().modules();
        let after = exchange.query("cursor");
        let mut rest = all.iter().filter(|module| after.is_none_or(|cursor| &*module.id > cursor));
        let page = gather(rest.by_ref().take(limit));
        let mut body = String::new();
        let mut object = Object::begin(&mut body);
        list(object.key("modules"), page.iter(), |out, module| push_module(out, module));
        object.number("total", all.len() as u64);
        if let (Some(last), true) = (page.last(), rest.next().is_some()) {
            object.text("cursor", &last.id);
        }
        object.end();
        Ok(Answer::json(200, body))
    }

    /// What the entry reaches.
    pub(crate) fn graph(&self, exchange: &Exchange) -> Result<Answer, Box<Refusal>> {
        let Some(entry) = exchange.query("entry").filter(|entry| !entry.is_empty()) else {
            return Err(Refusal::new(code::INVALID_QUERY, "`entry` names a resident module"));
        };
        let all = self.system().modules();
        let mut place_of: SortedMap<Rc<str>, usize> = SortedMap::new();
        for (place, module) in all.iter().enumerate() {
            place_of.insert(module.id.clone(), place);
        }
        let resolved = self.system().resolve(entry, None).ok();
        let start = [Some(entry), resolved.as_deref()].into_iter().flatten().find_map(|id| place_of.get(id).copied());
        let Some(start) = start else {
            return Err(Refusal::new(code::NOT_FOUND, "the entry is not resident"));
        };
        // Numbers in the order in which a reader meets the modules.
        let mut number_of: Vec<Option<u32>> = vec![None; all.len()];
        let mut reached: Vec<&ModuleInfo> = Vec::new();
        let mut stack = vec![start];
        while let Some(place) = stack.pop() {
            let (Some(module), Some(number)) = (all.get(place), number_of.get_mut(place)) else { continue };
            if number.is_some() {
                continue;
            }
            *number = Some(reached.len() as u32);
            reached.push(module);
            for to in module.dependencies.iter().rev() {
                if let Some(place) = place_of.get(&to.id) {
                    stack.push(*place);
                }
            }
        }
        let number = |id: &Rc<str>| number_of.get(*place_of.get(id)?).copied().flatten();
        let edges =
            gather(reached.iter().map(|module| gather(module.dependencies.iter().filter_map(|to| number(&to.id)))));
        let mut body = String::new();
        let mut object = Object::begin(&mut body);
        object.safe("entry", reached.first().map_or("", |module| &module.id));
        list(object.key("modules"), reached.iter(), |out, module| push_safe(out, &module.id));
        let dependencies =
            reached.iter().flat_map(|module| module.dependencies.iter().map(move |dependency| (module, dependency)));
        list(object.key("edges"), dependencies, |out, (module, dependency)| {
            let mut object = Object::begin(out);
            object.safe("from", &module.id);
            object.safe("to", &dependency.id);
            object.text("kind", dependency.kind.text());
            object.safe("specifier", &dependency.specifier);
            object.end();
        });
        list(object.key("cycles"), graph::cycles(&edges, &[0]).iter(), |out, cycle| {
            let ids = cycle.path.iter().filter_map(|number| reached.get(*number as usize));
            list(out, ids, |out, module| push_safe(out, &module.id));
        });
        let warnings = self.system().validate().warnings;
        let is_reached = |url: &Rc<str>| number(url).is_some();
        list(object.key("warnings"), warnings.iter().filter(|issue| is_reached(&issue.url)), |out, issue| {
            let mut object = Object::begin(out);
            object.text("code", issue.code.text());
            object.safe("url", &issue.url);
            object.safe("message", &issue.message);
            object.end();
        });
        object.end();
        Ok(Answer::json(200, body))
    }
}

fn push_module(out: &mut String, module: &ModuleInfo) {
    let mut object = Object::begin(out);
    object.safe("id", &module.id);
    object.text("type", module.kind.map_or("external", |kind| kind.text()));
    object.number("size", module.bytes as u64);
    object.text("hash", &module.hash);
    if let Some(etag) = &module.etag {
        object.text("etag", etag);
    }
    object.flag("stale", module.is_stale);
    list(object.key("dependencies"), module.dependencies.iter(), |out, dependency| push_string(out, &dependency.id));
    object.end();
}
