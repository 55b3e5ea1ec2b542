//! The facade's types are written by hand; here they are held against the tables of the component.

use std::collections::BTreeMap;

use somon_modules::error::ErrorCode;
use somon_ops::config::{self, Effect, Key};

/// Members of an interface by name, with the text of their types.
type Members = BTreeMap<String, String>;

#[test]
fn every_error_code_is_in_the_union_and_nothing_else() {
    let types = types();
    let start = types.find("export type ErrorCode =").expect("the union is there");
    let union = types[start..].split(';').next().unwrap_or_default();
    let written: Vec<&str> = union.split('"').skip(1).step_by(2).collect();
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.text()).collect();
    assert_eq!(sorted(&written), sorted(&codes));
}

#[test]
fn every_option_with_an_effect_has_a_type_and_every_type_is_an_option() {
    let interfaces = interfaces(&types());
    let tables: [(&str, &[Key], &[&str]); 9] = [
        ("ModuleSystemOptions", config::SYSTEM, &[]),
        ("CompileOptions", config::TEXT, &[]),
        ("GraphOptions", config::COMPILE, &[]),
        // The entry is no option to the component.
        ("BundleOptions", config::BUNDLE, &["entryPoint"]),
        ("RunOptions", config::RUN, &[]),
        ("LoadOptions", config::LOAD, &[]),
        ("CallOptions", config::CALL, &[]),
        ("WatchOptions", config::WATCH, &[]),
        ("HandlerOptions", config::HANDLER, &[]),
    ];
    let mut wrong = Vec::new();
    for (interface, table, besides) in tables {
        for key in table.iter().filter(|key| !matches!(key.effect, Effect::Later(_))) {
            if !has(&interfaces, interface, key.path) {
                wrong.push(format!("{interface} lacks {}", key.path));
            }
        }
        let mut paths = Vec::new();
        leaves(&interfaces, interface, "", &mut paths);
        for path in paths {
            let is_option =
                |key: &Key| key.path == path || key.path.strip_prefix(&*path).is_some_and(|r| r.starts_with('.'));
            // What stands below an option of any shape is that option's own business.
            let is_below = |key: &Key| path.strip_prefix(key.path).is_some_and(|rest| rest.starts_with('.'));
            if !besides.contains(&&*path) && !table.iter().any(|key| is_option(key) || is_below(key)) {
                wrong.push(format!("{interface} has {path}, which is no option"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn types() -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../pkg-config/src/types");
    let files = std::fs::read_dir(folder).expect("the facade's types").map(|entry| entry.expect("an entry").path());
    let text: String = files.map(|file| std::fs::read_to_string(file).expect("a text")).collect();
    // Comments would be taken for members.
    let mut bare = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("/**") {
        bare.push_str(&rest[..start]);
        rest = rest[start..].split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// All interfaces of the text; what one extends is taken in.
fn interfaces(types: &str) -> BTreeMap<String, Members> {
    let mut all: BTreeMap<String, Members> = BTreeMap::new();
    let mut parents: BTreeMap<String, String> = BTreeMap::new();
    for part in types.split("export interface ").skip(1) {
        let (head, body) = part.split_once('{').expect("an interface has a body");
        let (name, parent) = head.trim().split_once(" extends ").unwrap_or((head.trim(), ""));
        all.insert(name.to_owned(), members(body));
        parents.insert(name.to_owned(), parent.trim().to_owned());
    }
    for (name, parent) in parents {
        let inherited = all.get(&parent).cloned().unwrap_or_default();
        all.entry(name).or_default().extend(inherited);
    }
    all
}

/// The members of a body, up to the brace that closes it.
fn members(body: &str) -> Members {
    let mut found = Members::new();
    let (mut depth, mut member) = (0, String::new());
    for sign in body.chars() {
        match sign {
            '{' | '(' => depth += 1,
            '}' | ')' if depth > 0 => depth -= 1,
            '}' => break,
            _ => {}
        }
        if sign == ';' && depth == 0 {
            if let Some((name, kind)) = member.split_once(':') {
                found.insert(name.trim().trim_end_matches('?').to_owned(), kind.trim().to_owned());
            }
            member.clear();
        } else {
            member.push(sign);
        }
    }
    if let Some((name, kind)) = member.trim_end_matches('}').split_once(':') {
        found.insert(name.trim().trim_end_matches('?').to_owned(), kind.trim().to_owned());
    }
    found
}

/// What stands below a type: members written in place, and those of interfaces that it names.
fn below(interfaces: &BTreeMap<String, Members>, kind: &str) -> Members {
    let mut found = Members::new();
    // A function's parameters are no options.
    if kind.contains("=>") && !kind.contains('{') {
        return found;
    }
    if let Some((_, body)) = kind.split_once('{').filter(|(before, _)| !before.contains("=>")) {
        found.extend(members(body));
    }
    let outside = kind.split('{').next().unwrap_or_default();
    let words = outside
        .split(|sign: char| !sign.is_alphanumeric())
        .chain(kind.rsplit('}').next().unwrap_or_default().split(' '));
    for members in words.filter_map(|word| interfaces.get(word)) {
        found.extend(members.clone());
    }
    found
}

fn has(interfaces: &BTreeMap<String, Members>, interface: &str, path: &str) -> bool {
    let mut here = interfaces.get(interface).cloned().unwrap_or_default();
    for name in path.split('.') {
        let Some(kind) = here.get(name).cloned() else { return false };
        here = below(interfaces, &kind);
    }
    true
}

fn leaves(interfaces: &BTreeMap<String, Members>, interface: &str, before: &str, paths: &mut Vec<String>) {
    for (name, kind) in interfaces.get(interface).cloned().unwrap_or_default() {
        let path = if before.is_empty() { name } else { format!("{before}.{name}") };
        let inside = below(interfaces, &kind);
        if inside.is_empty() {
            paths.push(path);
            continue;
        }
        for (name, kind) in inside {
            // Two levels are as deep as options go.
            let deeper = below(interfaces, &kind);
            let path = format!("{path}.{name}");
            if deeper.is_empty() {
                paths.push(path)
            } else {
                paths.extend(deeper.keys().map(|name| format!("{path}.{name}")))
            }
        }
    }
}

fn sorted<'t>(words: &[&'t str]) -> Vec<&'t str> {
    let mut words = words.to_vec();
    words.sort_unstable();
    words
}
