//! The reference page of the runtime configuration is written from its table; `SOMON_UPDATE=1` rewrites it.

use somon_ops::config::{Kind, RUNTIME, Setting};

const HEAD: &str = "# Runtime configuration

`system.getConfig()` gives these keys with their values, `system.updateConfig(patch)` changes some of them: all at once,
or, with anything wrong in it, none, and `CONFIG_INVALID` lists every problem in `errors`. A change takes effect at once.
`system.onConfigChange(key, listener)` tells of changes (`\"*\"` of all), `system.resetConfig()` goes back to the values of
the constructor. Over HTTP the same is `GET`, `PUT`, `PATCH` and `DELETE` on `/config`, and `/config/schema` is a JSON Schema.

Keys of `health` may also be nested: `{ health: { memoryWarn: 0.7 } }`. Each `...Warn` must be below its `...Fail`, and
`recoveryTimeout` not above `maxBackoffTime`. The version in the answer rises by one with each change that altered
something. After a trap of the component the last configuration goes on; it is not kept beyond the instance of the host.

This page is made from the table in `src/ops/config/runtime.rs`.

| key | values | default | from the option | what a change does |
|---|---|---|---|---|
";

#[test]
fn the_page_is_that_of_the_table() {
    let mut page = String::from(HEAD);
    for (key, setting) in RUNTIME.iter().zip(Setting::ALL) {
        let (values, default) = match key.kind {
            Kind::Bool(default) => ("`true`, `false`".to_owned(), default.to_string()),
            Kind::Integer { min, max, default } => (format!("{min} to {max}"), default.to_string()),
            Kind::Ratio(default) => ("0 to 1".to_owned(), default.to_string()),
            Kind::Choice(words) => {
                let shown: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                (shown.join(", "), words.first().copied().unwrap_or_default().to_owned())
            }
            _ => ("0".to_owned(), "0".to_owned()),
        };
        let option = match setting.option() {
            "" => "-".to_owned(),
            option => format!("`{option}`"),
        };
        page.push_str(&format!("| `{}` | {values} | `{default}` | {option} | {} |\n", key.path, setting.does()));
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    if std::env::var_os("SOMON_UPDATE").is_some() {
        std::fs::write(file, &page).expect("the page is written");
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(committed, page, "run with SOMON_UPDATE=1");
}
