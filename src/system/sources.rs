//! The texts of `loading.sources`, by URL.

use std::rc::Rc;

use somon_lang::index::{Hash, Index};

#[derive(Clone, Default)]
pub struct Sources {
    list: Vec<(Rc<str>, Rc<str>)>,
    by_url: Index,
}

impl Sources {
    pub fn get(&self, url: &str) -> Option<&Rc<str>> {
        let at = self.by_url.find(Hash::of(url), &|at| is_it(&self.list, at, url))?;
        self.list.get(at as usize).map(|(_, text)| text)
    }

    /// The last one of a URL counts.
    pub fn insert(&mut self, url: Rc<str>, text: Rc<str>) {
        self.by_url.insert(Hash::of(&url), self.list.len() as u32, &|at| is_it(&self.list, at, &url));
        self.list.push((url, text));
    }
}

fn is_it(list: &[(Rc<str>, Rc<str>)], at: u32, url: &str) -> bool {
    list.get(at as usize).is_some_and(|(known, _)| **known == *url)
}
