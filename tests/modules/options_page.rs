//! `docs/options.md` is what the tables of options say, and nothing else. `SOMON_UPDATE=1` writes it.

use somon_ops::config::{self, Effect, Key, Kind};

const HEAD: &str = "# Options

Written from the tables in `src/ops/config/table.rs`; a test compares it. Every call checks its options as a whole: one
`CONFIG_INVALID` lists every problem in `errors`, each with its path, what was given and what would be right. An unknown
key is a problem, with the nearest known one. `undefined` means the default, `null` is a problem.

On workerd `loading.maxCacheMemory` is 24 MiB, `loading.maxFetches` 45,
`resourceLimits.maxMemoryBytes` 96 MiB. \"Not yet\" means that the key is accepted and has no effect so far.

After `yieldEveryMs` milliseconds of continuous work (256 KiB of text where the clock stands still, as on workerd) an
operation gives the event loop its turn: while it reads modules that are at hand, prints them, or links them. Not
interrupted are one module, the look at a whole graph between loading and output (exports, cycles, diagnostics), the
choice of names and the putting together of a bundle, and `loadModuleSync`, which has to answer at once. While a
page is hidden, browsers hold its timers back: an operation works on then.
";

const METHODS: [(&str, &[Key]); 9] = [
    ("new ModuleSystem(options)", config::SYSTEM),
    ("system.loadModule(specifier, referrer, options)", config::LOAD),
    ("system.compile(entry, options)", config::COMPILE),
    ("system.bundle({ entryPoint, ...options })", config::BUNDLE),
    ("system.run(entry, options)", config::RUN),
    ("system.resolveAsync, prefetch, refresh", config::CALL),
    ("system.watch(entry, options)", config::WATCH),
    ("system.createHandler(options)", config::HANDLER),
    ("compile(source, options)", config::TEXT),
];

#[test]
fn the_page_is_that_of_the_tables() {
    let mut page = String::from(HEAD);
    for (method, table) in METHODS {
        page.push_str(&format!("\n## `{method}`\n\n| key | values | default | |\n|---|---|---|---|\n"));
        for key in table.iter() {
            let (values, default) = shown(key.kind);
            let state = match key.effect {
                Effect::Later(what) => format!("not yet: {what}"),
                Effect::Now | Effect::Facade => String::new(),
            };
            page.push_str(&format!("| `{}` | {values} | {default} | {state} |\n", key.path));
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/options.md");
    if std::env::var_os("SOMON_UPDATE").is_some() {
        std::fs::write(file, &page).expect("the page is written");
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(committed, page, "run with SOMON_UPDATE=1");
}

fn shown(kind: Kind) -> (String, String) {
    let quoted = |words: &[&str]| {
        let words: Vec<String> =
            words.iter().filter(|word| !word.is_empty()).map(|word| format!("`\"{word}\"`")).collect();
        words.join(", ")
    };
    match kind {
        Kind::Bool(default) => ("boolean".to_owned(), format!("`{default}`")),
        Kind::Integer { min, max, default } => {
            let default = if default < min { String::new() } else { format!("`{default}`") };
            (format!("whole number, {min} to {max}"), default)
        }
        Kind::Ratio(default) => ("number, 0 to 1".to_owned(), format!("`{default}`")),
        Kind::Choice(words) => {
            let default = words.first().filter(|word| !word.is_empty()).map_or(String::new(), |word| quoted(&[word]));
            (quoted(words), default)
        }
        Kind::BoolOr { default, words } => (format!("boolean, {}", quoted(words)), format!("`{default}`")),
        Kind::Text => ("string".to_owned(), String::new()),
        Kind::TextList => ("list of strings".to_owned(), String::new()),
        Kind::Function => ("function".to_owned(), String::new()),
        Kind::Other { expected, .. } => (expected.replace('|', "\\|"), String::new()),
    }
}
