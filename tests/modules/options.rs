//! Options: every problem at once, each with its path, what was given and what would be right.

use somon_modules::error::ErrorCode;
use somon_ops::config::{self, Effect, Kind, Value};
use somon_system::System;
use somon_system::sim::profile;

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

fn problems(options: &Value) -> Vec<(String, String, bool)> {
    match System::new(options, &profile("https://h/")) {
        Ok(_) => Vec::new(),
        Err(error) => {
            assert_eq!(error.code, ErrorCode::ConfigInvalid);
            error.problems.into_iter().map(|problem| (problem.path, problem.message, problem.is_unknown_key)).collect()
        }
    }
}

#[test]
fn one_error_lists_every_problem() {
    let options = map(&[
        (
            "loading",
            map(&[
                ("maxModuls", Value::Number(5.0)),
                ("concurrency", Value::Number(65.0)),
                ("fetchTimeout", Value::Number(100.5)),
                ("cache", Value::Null),
                ("maxDepth", Value::Undefined),
            ]),
        ),
        ("resolution", Value::Bool(true)),
        ("managementPort", Value::Number(1.0)),
    ]);
    let found = problems(&options);
    let paths: Vec<(&str, bool)> = found.iter().map(|(path, _, unknown)| (path.as_str(), *unknown)).collect();
    let expected = [
        ("loading.maxModuls", true),
        ("loading.concurrency", false),
        ("loading.fetchTimeout", false),
        ("loading.cache", false),
        ("resolution", false),
        ("managementPort", true),
    ];
    assert_eq!(paths, expected);
    assert!(found[0].1.ends_with("did you mean loading.maxModules?"), "{}", found[0].1);
    assert!(found[1].1.ends_with("a whole number from 1 to 64"), "{}", found[1].1);
    assert!(found[5].1.contains("createHandler"), "{}", found[5].1);
}

#[test]
fn urls_among_the_options_are_checked_too() {
    let options = map(&[("resolution", map(&[("baseUrl", Value::String("not a url".to_owned()))]))]);
    assert_eq!(problems(&options)[0].0, "resolution.baseUrl");
    let sources = map(&[("loading", map(&[("sources", map(&[("main.som", Value::String(String::new()))]))]))]);
    assert_eq!(problems(&sources)[0].0, "loading.sources");
}

#[test]
fn the_table_names_each_key_once_and_no_group_as_a_key_that_is_no_switch() {
    for table in [config::SYSTEM, config::LOAD, config::COMPILE, config::BUNDLE, config::RUN] {
        for (index, key) in table.iter().enumerate() {
            let group = [key.path, "."].concat();
            let is_switch = matches!(key.kind, Kind::Other { accepts, .. } if accepts(&Value::Bool(true)));
            assert!(is_switch || !table.iter().any(|other| other.path.starts_with(&group)), "{}", key.path);
            assert!(!table.iter().take(index).any(|other| other.path == key.path), "{}", key.path);
        }
    }
    let later = config::SYSTEM.iter().filter(|key| matches!(key.effect, Effect::Later(_))).count();
    assert!(later < config::SYSTEM.len());
}

#[test]
fn rules_name_codes_and_severities() {
    let with = |code: &str, rule: Value| map(&[("compilation", map(&[("rules", map(&[(code, rule)]))]))]);
    let text = |text: &str| Value::String(text.to_owned());
    assert_eq!(problems(&with("SOM3601", text("off"))), []);
    for (code, rule) in
        [("SOM3601", text("loud")), ("3601", text("off")), ("SOM36011", text("off")), ("SOM3601", Value::Null)]
    {
        let found = problems(&with(code, rule));
        assert_eq!(found.len(), 1, "{code}");
        assert!(found[0].0.starts_with("compilation.rules"), "{found:?}");
    }
}
