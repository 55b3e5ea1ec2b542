//! `paths`: alternatives for bare specifiers, each of them searched as a relative one is.
//! Must never decide by the order of declaration; the more exact key wins.

use somon_lang::gather::gather;
use somon_ops::config::Value;

use crate::url::Url;

#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// The best match first.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    before: String,
    /// `None`: the key has no star.
    after: Option<String>,
    targets: Vec<String>,
}

impl Paths {
    /// `Err` is the key that is wrong.
    pub fn parse(paths: &Value) -> Result<Paths, &str> {
        let Value::Map(entries) = paths else { return Err("") };
        let mut list = Vec::with_capacity(entries.len());
        for (key, targets) in entries {
            let Value::List(items) = targets else { return Err(key) };
            let mut targets = Vec::with_capacity(items.len());
            for item in items {
                match item {
                    Value::String(target) if target.matches('*').count() <= key.matches('*').count() => {
                        targets.push(target.clone());
                    }
                    _ => return Err(key),
                }
            }
            let (before, after) = match key.split_once('*') {
                Some((_, after)) if after.as_bytes().contains(&b'*') => return Err(key),
                Some((before, after)) => (before.to_owned(), Some(after.to_owned())),
                None => (key.clone(), None),
            };
            list.push(Entry { before, after, targets });
        }
        let rank =
            |entry: &Entry| (entry.after.is_some(), entry.before.len(), entry.after.as_ref().map_or(0, String::len));
        somon_lang::order::sort(&mut list, &|a, b| {
            let ((a_star, a_before, a_after), (b_star, b_before, b_after)) = (rank(a), rank(b));
            // Exact keys, then the longest start, then the longest end.
            (a_star, b_before, b_after, &a.before, &a.after).cmp(&(b_star, a_before, a_after, &b.before, &b.after))
        });
        Ok(Paths { entries: list })
    }

    /// The URLs to search, in order; `None`: no key matches. Targets that leave the base's origin or `root` are
    /// passed over.
    pub fn targets(&self, specifier: &str, base: &Url, root: Option<&str>) -> Option<Vec<Url>> {
        let (entry, star) = self.entries.iter().find_map(|entry| entry.star(specifier).map(|star| (entry, star)))?;
        let url = |target: &String| {
            let url = base.join(&target.replacen('*', star, 1)).ok()?;
            let is_inside = root.is_none_or(|root| url.as_str().starts_with(root));
            (is_inside && url.origin() == base.origin()).then_some(url)
        };
        Some(gather(entry.targets.iter().filter_map(url)))
    }
}

impl Entry {
    /// What the star stands for; empty for an exact key.
    fn star<'s>(&self, specifier: &'s str) -> Option<&'s str> {
        let rest = specifier.strip_prefix(self.before.as_str())?;
        match &self.after {
            None => rest.is_empty().then_some(rest),
            Some(after) => rest.strip_suffix(after.as_str()),
        }
    }
}
