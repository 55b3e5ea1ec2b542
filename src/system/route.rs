//! The `route` style: a module's URL as the path by which a handler serves it compiled, relative to the importer's.
//! Must never need to know where the handler's routes begin: all of them are below one directory.

use somon_modules::url::Url;

use crate::finish::relative;

/// What stands before the scheme and the host of another origin, or of a place above the root.
pub const ELSEWHERE: &str = "~/";

/// `a/b.js` below the root, `~/https/host/path.js` elsewhere; `None` for what no route can name.
pub fn path_of(id: &str, root: &Url) -> Option<String> {
    let url = Some(Url::known(id)).filter(|url| !url.is_opaque() && url.suffix().is_empty())?;
    let mut path = String::new();
    match id.strip_prefix(root.as_str()) {
        Some(rest) => path.push_str(rest),
        None => {
            path.push_str(ELSEWHERE);
            path.push_str(url.scheme());
            path.push('/');
            path.push_str(url.authority());
            path.push_str(url.path());
        }
    }
    if path.ends_with(".som") {
        path.truncate(path.len() - 4);
        path.push_str(".js");
    } else if path.ends_with(".json") {
        path.push_str(".js");
    } else if !path.ends_with(".js") {
        return None;
    }
    Some(path)
}

/// How `from` names `to` in its output; the address itself where there is no route.
pub fn specifier(from: &str, to: &str, root: &Url) -> String {
    let below = |path: String| ["somon:///", &path].concat();
    let paths = path_of(from, root).map(below).zip(path_of(to, root).map(below));
    paths.and_then(|(from, to)| relative(&Url::known(&from), &Url::known(&to))).unwrap_or_else(|| to.to_owned())
}
