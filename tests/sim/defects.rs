//! The reference's defects in options, resolution, loading and bundling (`docs/spec/module-system.md`, section 10),
//! a test each, named after its id. R4 and R12 are about `package.json`, which nothing reads; L10 to L12 are about
//! breakers and stand with them; L9 stands with the deadlines, L21 and the G rows with the graph, L22 with the package.

use somon_modules::error::ErrorCode;
use somon_modules::record::is_error;
use somon_ops::config::Value;
use somon_system::System;
use somon_system::event::Request;
use somon_system::outcome::{Bundle, Outcome};
use somon_system::sim::{Network, Reply, World, profile};

use crate::support::{BASE, bundle, bundle_code, compilation, error, load, map, network, number, settle, text, world};

fn id(name: &str) -> String {
    [BASE, name].concat()
}

fn group(name: &str, key: &str, value: Value) -> Value {
    map(&[(name, map(&[(key, value)]))])
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| text(item)).collect())
}

/// Paths of the problems, and the message of all.
fn problems(options: &Value) -> (Vec<String>, String) {
    match System::new(options, &profile(BASE)) {
        Ok(_) => (Vec::new(), String::new()),
        Err(error) => (error.problems.iter().map(|problem| problem.path.clone()).collect(), error.message),
    }
}

fn bundled(world: &mut World, request: Request) -> Bundle {
    match settle(world, request) {
        Ok(Outcome::Bundle(bundle)) => bundle,
        other => panic!("settled with {other:?}"),
    }
}

fn asked(world: &World, name: &str) -> usize {
    world.requests.iter().filter(|url| **url == id(name)).count()
}

#[test]
fn c1_the_seeds_own_constructor_example_needs_no_base() {
    let options = map(&[("circuitBreakers", Value::Bool(true)), ("loading", map(&[("externals", list(&["axios"]))]))]);
    assert!(System::new(&options, &profile("somon:///")).is_ok());
}

#[test]
fn c2_unknown_keys_are_problems_at_any_depth_with_the_nearest_known_one() {
    let options = map(&[
        ("production", Value::Bool(true)),
        ("resourceLimits", map(&[("maxMemory", number(1))])),
        ("loading", map(&[("maxmodules", number(1))])),
    ]);
    let (paths, message) = problems(&options);
    assert_eq!(paths, ["production", "resourceLimits.maxMemory", "loading.maxmodules"]);
    assert!(message.contains("resourceLimits.maxMemoryBytes") && message.contains("loading.maxModules"), "{message}");
}

#[test]
fn c3_types_are_strict() {
    let options = map(&[
        ("metrics", text("yes")),
        ("circuitBreakers", number(1)),
        ("loading", map(&[("cache", text("no"))])),
        ("resolution", map(&[("paths", list(&[]))])),
        ("resourceLimits", Value::Null),
    ]);
    assert_eq!(
        problems(&options).0,
        ["metrics", "circuitBreakers", "loading.cache", "resolution.paths", "resourceLimits"]
    );
}

#[test]
fn c4_wrong_externals_are_a_problem_with_their_path() {
    for value in [text("axios"), Value::List(vec![number(1)])] {
        assert_eq!(problems(&group("loading", "externals", value.clone())).0, ["loading.externals"]);
        let request = Request::Bundle { entry: "./a".to_owned(), options: map(&[("externals", value)]) };
        let refused = error(&mut world(&Value::Undefined, Network::default()), request);
        assert_eq!((refused.code, refused.problems[0].path.as_str()), (ErrorCode::ConfigInvalid, "externals"));
    }
}

#[test]
fn c5_c7_there_is_no_port_whatever_its_value() {
    for value in [number(18_099), text("eighty")] {
        let (paths, message) = problems(&map(&[("managementPort", value)]));
        assert_eq!(paths, ["managementPort"]);
        assert!(message.contains("createHandler"), "{message}");
    }
}

#[test]
fn c6_what_is_declared_is_accepted() {
    let limits = map(&[("maxMemoryBytes", number(1_048_576))]);
    let options = map(&[("resourceLimits", limits), ("operationTimeout", number(1000))]);
    assert!(problems(&options).0.is_empty());
}

#[test]
fn c8_undefined_means_the_default_and_null_is_a_problem() {
    assert!(problems(&group("resolution", "baseUrl", Value::Undefined)).0.is_empty());
    assert_eq!(problems(&group("resolution", "baseUrl", Value::Null)).0, ["resolution.baseUrl"]);
}

#[test]
fn c9_an_empty_specifier_has_its_own_code() {
    let mut world = world(&Value::Undefined, Network::default());
    assert_eq!(error(&mut world, load("")).code, ErrorCode::ResolveEmpty);
    assert_eq!(error(&mut world, bundle("")).code, ErrorCode::ResolveEmpty);
}

fn refused(options: &Value, specifier: &str) -> Option<ErrorCode> {
    let system = System::new(options, &profile(BASE)).expect("the options are right");
    system.resolve(specifier, None).err().map(|error| error.code)
}

#[test]
fn r1_r3_no_chain_of_dots_leaves_the_origin_and_the_root_holds() {
    let system = System::new(&Value::Undefined, &profile(BASE)).expect("the options are right");
    assert_eq!(system.resolve("/etc/passwd.som", None).expect("a URL"), "https://h/etc/passwd.som");
    assert_eq!(system.resolve("../../../../etc/passwd.som", None).expect("a URL"), "https://h/etc/passwd.som");
    let rooted = group("resolution", "root", text("https://h/app/"));
    assert_eq!(refused(&rooted, "/etc/passwd.som"), Some(ErrorCode::ResolveOutsideRoot));
    assert_eq!(refused(&Value::Undefined, "file:///etc/passwd"), Some(ErrorCode::ResolveScheme));
}

#[test]
fn r2_a_sibling_whose_name_begins_alike_is_outside() {
    let rooted = group("resolution", "root", text("https://h/app/"));
    assert_eq!(refused(&rooted, "../application/x.som"), Some(ErrorCode::ResolveOutsideRoot));
}

fn with_paths(entries: &[(&str, &[&str])]) -> Value {
    let entries = entries.iter().map(|(key, targets)| ((*key).to_owned(), list(targets))).collect();
    group("resolution", "paths", Value::Map(entries))
}

#[test]
fn r5_a_pattern_needs_its_slash() {
    let options = with_paths(&[("@lib/*", &["./lib/*"])]);
    assert_eq!(refused(&options, "@libutil"), Some(ErrorCode::ResolveBare));
    assert_eq!(refused(&options, "@lib/util"), None);
}

#[test]
fn r6_r7_exact_keys_win_over_stars_wherever_they_stand() {
    let options = with_paths(&[("*", &["./any/*"]), ("util", &["./exact"]), ("a-*-z", &["./middle/*"])]);
    let system = System::new(&options, &profile(BASE)).expect("the options are right");
    assert_eq!(system.resolve("util", None).expect("found"), id("exact.som"));
    assert_eq!(system.resolve("a-b-z", None).expect("found"), id("middle/b.som"));
    assert_eq!(system.resolve("other", None).expect("found"), id("any/other.som"));
}

#[test]
fn r8_dots_alone_are_bare_and_the_error_says_what_to_write() {
    for specifier in [".", ".."] {
        let refused = error(&mut world(&Value::Undefined, Network::default()), load(specifier));
        assert_eq!(refused.code, ErrorCode::ResolveBare);
        assert!(refused.message.contains("\"./\""), "{}", refused.message);
    }
}

#[test]
fn r9_a_slash_at_the_end_means_the_index_alone() {
    let mut world = world(&Value::Undefined, network(&[("d.som", "")]));
    assert_eq!(error(&mut world, load("./d/")).code, ErrorCode::ResolveNotFound);
    assert_eq!(asked(&world, "d.som"), 0);
}

#[test]
fn r10_switched_off_kinds_are_not_asked_for() {
    let off = map(&[("allowJs", Value::Bool(false)), ("resolveJsonModule", Value::Bool(false))]);
    let mut world = world(&map(&[("resolution", off)]), network(&[("a.js", ""), ("a.json", "{}")]));
    for specifier in ["./a", "./a.json"] {
        assert_eq!(error(&mut world, load(specifier)).code, ErrorCode::ResolveNotFound, "{specifier}");
    }
    assert_eq!(asked(&world, "a.js") + asked(&world, "a.json"), 0);
}

#[test]
fn r11_js_means_som_where_only_that_is_there() {
    let mut world = world(
        &Value::Undefined,
        network(&[("main.som", "ворид { б } аз \"./b.js\"; чоп.сабт(б);"), ("b.som", "содир собит б = 1;")]),
    );
    assert!(bundle_code(&mut world, "./main").contains("console.log"));
}

#[test]
fn r13_what_is_no_module_is_no_empty_module() {
    let mut network = Network::default();
    network.set(&id("x.txt"), Reply::text("").header("content-type", "image/png"));
    assert_eq!(error(&mut world(&Value::Undefined, network), load("https://h/app/x.txt")).code, ErrorCode::LoadMime);
}

#[test]
fn r14_specifiers_are_rewritten_on_the_path_alone() {
    let files = [
        ("main.som", "ворид \"./a.somewhere/b\"; ворид \"./c.som?v=1#x\"; ворид \"./d/\";"),
        ("a.somewhere/b.som", ""),
        ("c.som?v=1#x", ""),
        ("d/index.som", ""),
    ];
    let compiled = compilation(&mut world(&Value::Undefined, network(&files)), "./main");
    let main = compiled.modules.iter().find(|module| *module.id == *id("main.som")).expect("it is compiled");
    assert_eq!(&*main.code, "import \"./a.somewhere/b.js\";\nimport \"./c.js?v=1#x\";\nimport \"./d/index.js\";\n");
}

#[test]
fn r15_urls_are_specifiers_and_ids() {
    let mut world = world(&Value::Undefined, network(&[("x.som", "")]));
    settle(&mut world, load("https://h/app/x.som")).expect("it loads");
    assert!(world.system.module(&id("x.som")).is_some());
}

#[test]
fn r16_spaces_are_refused_everywhere_alike() {
    for options in [Value::Undefined, group("loading", "externals", list(&["axios"]))] {
        assert_eq!(refused(&options, " axios"), Some(ErrorCode::ResolveInvalidUrl));
    }
}

#[test]
fn l1_circles_and_self_imports_compile_under_warn_and_ignore() {
    let files = [
        ("a.som", "ворид { б } аз \"./b\"; содир функсия а() { бозгашт б(); }"),
        ("b.som", "ворид { а } аз \"./a\"; ворид \"./b\"; содир функсия б() { бозгашт 1; }"),
    ];
    for strategy in ["warn", "ignore"] {
        let options = group("loading", "circularDependencyStrategy", text(strategy));
        let mut world = world(&options, network(&files));
        let compiled = compilation(&mut world, "./a");
        assert_eq!(compiled.modules.len(), 2);
        assert!(!compiled.findings.iter().any(|finding| is_error(&finding.diagnostic)));
        bundle_code(&mut world, "./a");
    }
}

#[test]
fn l2_re_exports_are_edges() {
    let files = [
        ("a.som", "содир { б } аз \"./b\"; содир * аз \"./c\";"),
        ("b.som", "содир собит б = 1;"),
        ("c.som", "содир собит в = 2;"),
    ];
    let bundle = bundled(&mut world(&Value::Undefined, network(&files)), bundle("./a"));
    assert_eq!(bundle.modules.len(), 3);
}

#[test]
fn l4_no_import_is_skipped() {
    let up = "ворид \"../../../../../../x\";";
    let refused = error(&mut world(&Value::Undefined, network(&[("a.som", up)])), bundle("./a"));
    assert_eq!(refused.code, ErrorCode::ResolveNotFound);
}

#[test]
fn l5_the_least_recently_used_goes_first() {
    let options = map(&[("loading", map(&[("maxCacheSize", number(3)), ("httpCache", text("session"))]))]);
    let mut world = world(&options, network(&[("m1.som", ""), ("m2.som", ""), ("m3.som", ""), ("m4.som", "")]));
    for name in ["./m1", "./m2", "./m3", "./m1", "./m4"] {
        settle(&mut world, load(name)).expect("it loads");
    }
    let resident: Vec<String> = world.system.modules().iter().map(|info| info.id.replace(BASE, "")).collect();
    assert_eq!(resident, ["m1.som", "m3.som", "m4.som"]);
}

#[test]
fn l6_a_graph_larger_than_the_cache_compiles_whole() {
    let files = [
        ("a.som", "ворид \"./b\"; ворид \"./c\";"),
        ("b.som", "ворид \"./d\";"),
        ("c.som", "ворид \"./e\";"),
        ("d.som", ""),
        ("e.som", "ворид \"./f\";"),
        ("f.som", ""),
    ];
    let mut world = world(&group("loading", "maxCacheSize", number(2)), network(&files));
    assert_eq!(compilation(&mut world, "./a").modules.len(), 6);
    assert_eq!(bundled(&mut world, bundle("./a")).modules.len(), 6);
    assert_eq!(world.system.figures().cached_modules, 2);
}

#[test]
fn l7_failures_are_no_entries() {
    let mut world = world(&Value::Undefined, Network::default());
    for _ in 0..3 {
        error(&mut world, load("./none.som"));
    }
    let figures = world.system.figures();
    assert_eq!((figures.cached_modules, figures.cached_bytes, figures.recounted_bytes), (0, 0, 0));
}

#[test]
fn l8_a_changed_source_is_noticed() {
    let mut world = world(&Value::Undefined, network(&[("a.som", "чоп.сабт(1);")]));
    assert!(bundle_code(&mut world, "./a").contains("(1)"));
    world.network.set(&id("a.som"), Reply::text("чоп.сабт(2);"));
    assert!(bundle_code(&mut world, "./a").contains("(2)"));
}

#[test]
fn l13_nothing_in_a_path_makes_an_external() {
    let files = [
        ("node_modules/a/z.som", "содир собит а = 1;"),
        ("main.som", "ворид { а } аз \"./node_modules/a/z\"; чоп.сабт(а);"),
    ];
    let bundle = bundled(&mut world(&Value::Undefined, network(&files)), bundle("./main"));
    assert!(bundle.externals.is_empty());
    assert_eq!(bundle.modules.len(), 2);
}

#[test]
fn l14_without_a_cache_a_module_is_read_once_for_each_operation() {
    let mut lattice = Network::default();
    for level in 0..21u32 {
        for side in ["l", "r"] {
            let next = level + 1;
            let source =
                if level < 20 { format!("ворид \"./l{next}\"; ворид \"./r{next}\";") } else { String::new() };
            lattice.set(&id(&format!("{side}{level}.som")), Reply::text(&source));
        }
    }
    lattice.set(&id("main.som"), Reply::text("ворид \"./l0\"; ворид \"./r0\";"));
    let mut world = world(&group("loading", "cache", Value::Bool(false)), lattice);
    bundle_code(&mut world, "./main");
    assert_eq!(world.requests.len(), 43);
    bundle_code(&mut world, "./main");
    assert_eq!(world.requests.len(), 86);
}

#[test]
fn l15_a_deep_chain_meets_the_limit_and_not_the_end_of_the_stack() {
    let mut chain = Network::default();
    for index in 0..3000u32 {
        chain.set(&id(&format!("m{index}.som")), Reply::text(&format!("ворид \"./m{}.som\";", index + 1)));
    }
    chain.set(&id("m3000.som"), Reply::text(""));
    assert_eq!(error(&mut world(&Value::Undefined, chain.clone()), bundle("./m0.som")).code, ErrorCode::LimitDepth);
    let raised = group("loading", "maxDepth", number(3001));
    assert_eq!(bundled(&mut world(&raised, chain), bundle("./m0.som")).modules.len(), 3001);
}

#[test]
fn l16_an_error_in_the_depth_names_the_way() {
    let files = [("a.som", "ворид \"./b\";"), ("b.som", "\nворид \"./none.som\";")];
    let refused = error(&mut world(&Value::Undefined, network(&files)), bundle("./a"));
    assert!(refused.message.contains("imported by https://h/app/b.som:2:7"), "{}", refused.message);
    let chain: Vec<&str> = refused.import_chain.iter().map(|step| step.specifier.as_str()).collect();
    assert_eq!(chain, ["./b", "./none.som"]);
}

#[test]
fn l17_every_error_of_every_module_is_told() {
    let files = [("a.som", "ворид \"./b\"; собит = 1;\nсобит = 2;"), ("b.som", "собит = 3;")];
    let compiled = compilation(&mut world(&Value::Undefined, network(&files)), "./a");
    let urls: Vec<&str> =
        compiled.findings.iter().map(|finding| finding.url.strip_prefix(BASE).unwrap_or("")).collect();
    assert_eq!(urls, ["b.som", "a.som", "a.som"]);
}

#[test]
fn l18_wrong_json_is_an_error_with_its_place() {
    let refused = error(&mut world(&Value::Undefined, network(&[("d.json", "{bad")])), load("./d.json"));
    assert_eq!(refused.code, ErrorCode::LoadJson);
    assert!(refused.message.contains("1:2"), "{}", refused.message);
}

#[test]
fn l19_what_cannot_be_parsed_is_never_silent() {
    let refused = error(&mut world(&Value::Undefined, network(&[("a.som", "собит = ;")])), load("./a"));
    assert_eq!(refused.code, ErrorCode::Parse);
    assert!(!refused.diagnostics.is_empty());
}

#[test]
fn l20_loading_at_once_is_counted_like_any_load() {
    let options = group("loading", "sources", map(&[("somon:///a.som", text(""))]));
    let mut world = world(&options, Network::default());
    let now = Request::LoadNow { specifier: "somon:///a.som".to_owned(), referrer: None };
    settle(&mut world, now).expect("a source");
    let format = somon_ops::exposition::TextFormat::Prometheus;
    let page = world.call(|system, moment| system.prometheus(moment, format)).expect("the page");
    assert!(page.contains("loads_total{outcome=\"hit\"} 1"), "{page}");
}

#[test]
fn b1_what_the_entry_does_not_reach_takes_no_part() {
    let mut world = world(&Value::Undefined, network(&[("bad.som", "собит = ;"), ("a.som", "чоп.сабт(1);")]));
    error(&mut world, load("./bad"));
    assert_eq!(bundled(&mut world, bundle("./a")).modules.len(), 1);
    assert_eq!(compilation(&mut world, "./a").modules.len(), 1);
}

#[test]
fn b2_the_externals_of_one_call_are_not_the_next_ones() {
    let files = [("a.som", "ворид { б } аз \"./b\"; чоп.сабт(б);"), ("b.som", "содир собит б = 1;")];
    let mut world = world(&Value::Undefined, network(&files));
    let request = Request::Bundle { entry: "./a".to_owned(), options: map(&[("externals", list(&["./b"]))]) };
    let first = bundled(&mut world, request);
    assert_eq!((first.modules.len(), first.externals.len()), (1, 1));
    let second = bundled(&mut world, bundle("./a"));
    assert_eq!((second.modules.len(), second.externals.len()), (2, 0));
}

#[test]
fn b6_b7_missing_exports_are_errors_the_default_too() {
    let files = [("a.som", "ворид д, { нест } аз \"./b\"; чоп.сабт(д, нест);"), ("b.som", "содир собит б = 1;")];
    let refused = error(&mut world(&Value::Undefined, network(&files)), bundle("./a"));
    let codes: Vec<u16> = refused.diagnostics.iter().map(|finding| finding.diagnostic.code as u16).collect();
    assert_eq!((refused.code, codes), (ErrorCode::CompileFailed, vec![4007, 4007]));
}

#[test]
fn b11_b12_texts_of_strings_are_left_alone() {
    let source = "собит а = \"require('./s1')\", б = \"require(x)\", в = 'ворид \"./нест\"';\nчоп.сабт(а, б, в);";
    let code = bundle_code(&mut world(&Value::Undefined, network(&[("a.som", source)])), "./a");
    assert!(code.contains("require('./s1')") && code.contains("require(x)") && code.contains("./нест"), "{code}");
}

#[test]
fn b13_any_file_name_gives_a_program() {
    let mut network = network(&[("a.som", "ворид { б } аз \"./it's \u{201C}b\u{201D}\"; чоп.сабт(б);")]);
    let url =
        somon_modules::url::Url::parse(BASE).and_then(|base| base.join("./it's \u{201C}b\u{201D}.som")).expect("a URL");
    network.set(url.as_str(), Reply::text("содир собит б = 1;"));
    let compiled = compilation(&mut world(&Value::Undefined, network), "./a");
    assert_eq!(compiled.modules.len(), 2, "{:?}", compiled.findings);
}

#[test]
fn b15_an_await_at_the_top_is_refused_where_the_form_has_none() {
    let files = [("a.som", "ворид \"./b\"; чоп.сабт(1);"), ("b.som", "интизор 1;\nсодир собит б = 1;")];
    let with = |key: &str, value: &str| {
        let options = map(&[(key, text(value))]);
        let request = Request::Compile { entry: "./a".to_owned(), options };
        match settle(&mut world(&Value::Undefined, network(&files)), request) {
            Ok(Outcome::Compilation(compilation)) => compilation,
            other => panic!("settled with {other:?}"),
        }
    };
    for (key, value) in [("format", "commonjs"), ("target", "es2020")] {
        let found = with(key, value);
        let places: Vec<(u16, &str)> = found
            .findings
            .iter()
            .map(|finding| (finding.diagnostic.code as u16, finding.url.strip_prefix(BASE).unwrap_or("")))
            .collect();
        assert_eq!(places, [(6012, "b.som")], "{value}");
        assert_eq!(found.modules.len(), 1, "what cannot be written is not");
    }
    assert!(with("target", "es2022").findings.is_empty());
    let options = map(&[("target", text("es2020"))]);
    let request = Request::Bundle { entry: "./a".to_owned(), options };
    assert_eq!(error(&mut world(&Value::Undefined, network(&files)), request).code, ErrorCode::CompileFailed);
}
