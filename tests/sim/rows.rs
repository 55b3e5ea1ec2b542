//! Every row of the tables in sections 2 and 3 of `docs/spec/module-system.md`, tried under its own name. A row of
//! the specification that is not tried here fails, and so does a trial of a row that is not there.

use somon_modules::error::ErrorCode;
use somon_ops::config::Value;
use somon_ops::exposition::TextFormat;
use somon_system::event::Request;
use somon_system::outcome::{ModuleKind, Outcome};
use somon_system::sim::{End, Network, Reply, World, profile};
use somon_system::{HostKind, HostProfile, System};

use crate::support::{BASE, bundle, compilation, error, load, map, network, number, settle, text, world};

/// Section, first cell of the row, trial.
const ROWS: &[(&str, &str, fn())] = &[
    ("2.6", "ends in `.som`, `.json`, `.mjs` (case-sensitive)", || {
        for name in ["./a.som", "./a.json", "./a.mjs"] {
            assert_eq!(asked(name), [&name[2..]]);
        }
        assert_eq!(asked("./a.SOM")[0], "a.SOM.som");
    }),
    ("2.6", "ends in `.js`", || assert_eq!(asked("./a.js"), ["a.js", "a.som"])),
    ("2.6", "empty (path ends in `/`)", || assert_eq!(asked("./d/"), ["d/index.som", "d/index.js", "d/index.json"])),
    ("2.6", "anything else", || {
        let all = ["a.som", "a.js", "a.json", "a/index.som", "a/index.js", "a/index.json"];
        assert_eq!(asked("./a"), all);
    }),
    ("2.7", "SomonScript", || {
        let types = [
            "text/somon",
            "text/x-somon",
            "application/somon",
            "application/x-somon",
            "text/plain",
            "application/octet-stream",
            "text/javascript",
            "",
        ];
        for media in types {
            assert_eq!(kind_of("a.som", media), Ok(ModuleKind::Som), "{media}");
        }
        assert_eq!(kind_of("a.som", "text/html"), Err(ErrorCode::LoadMime));
        assert_eq!(kind_of("a.som", "application/json"), Err(ErrorCode::LoadMime));
    }),
    ("2.7", "JavaScript", || {
        for media in ["text/javascript", "application/javascript", "text/plain", ""] {
            assert_eq!(kind_of("a.js", media), Ok(ModuleKind::Js), "{media}");
        }
        assert_eq!(kind_of("a.mjs", "text/javascript"), Ok(ModuleKind::Js));
        assert_eq!(kind_of("a.js", "text/x-somon"), Err(ErrorCode::LoadMime));
    }),
    ("2.7", "JSON", || {
        for media in ["application/json", "application/ld+json", "text/json", "text/plain", ""] {
            assert_eq!(kind_of("a.json", media), Ok(ModuleKind::Json), "{media}");
        }
    }),
    ("2.7", "anything else", || {
        for media in ["image/png", "text/css", "text/html"] {
            assert_eq!(kind_of("a.js", media), Err(ErrorCode::LoadMime), "{media}");
        }
    }),
    ("2.8", "`javascript:`, `about:`, `ws:`, `ftp:`, unknown schemes", || {
        for specifier in ["javascript:1", "about:blank", "ws://h/x", "ftp://h/x", "gopher://h/x"] {
            assert_eq!(refused(&Value::Undefined, specifier), Some(ErrorCode::ResolveScheme), "{specifier}");
        }
    }),
    ("2.8", "`file:`", || {
        assert_eq!(refused(&Value::Undefined, "file:///etc/passwd"), Some(ErrorCode::ResolveScheme));
        assert_eq!(
            refused(&resolution("allowFile", Value::Bool(true)), "file:///a.som"),
            Some(ErrorCode::ResolveScheme)
        );
    }),
    ("2.8", "`user:pass@host`", || {
        let system = System::new(&Value::Undefined, &profile(BASE)).expect("the options are right");
        let error = system.resolve("https://user:secret@h/x", None).expect_err("it is refused");
        assert_eq!(error.code, ErrorCode::ResolveCredentials);
        assert!(!error.message.contains("secret"));
    }),
    ("2.8", "origin not allowed", || {
        assert_eq!(refused(&Value::Undefined, "https://elsewhere/x.som"), Some(ErrorCode::ResolveOrigin));
    }),
    ("2.8", "same origin but above `root`", || {
        let options = resolution("root", text("https://h/app/"));
        assert_eq!(refused(&options, "../x.som"), Some(ErrorCode::ResolveOutsideRoot));
        assert_eq!(refused(&options, "./x.som"), None);
    }),
    ("2.8", "https page or referrer → http target (not localhost/127.0.0.1/[::1])", || {
        let any = resolution("allowedOrigins", text("any"));
        assert_eq!(refused(&any, "http://h/x.som"), Some(ErrorCode::ResolveScheme));
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            assert_eq!(refused(&any, &["http://", host, "/x.som"].concat()), None, "{host}");
        }
    }),
    ("2.8", "`data:` when not allowed or longer than `maxModuleBytes`", || {
        let data = "data:text/javascript,export%20default%201234567890";
        let schemes = resolution("allowedSchemes", Value::List(vec![text("https:")]));
        assert_eq!(refused(&schemes, data), Some(ErrorCode::ResolveScheme));
        let mut network = Network::default();
        network.set(data, Reply::text("export default 1234567890").header("content-type", "text/javascript"));
        let options = loading("maxModuleBytes", number(10));
        assert_eq!(error(&mut world(&options, network), load(data)).code, ErrorCode::LoadTooLarge);
    }),
    ("2.8", "relative import inside a `data:` or `blob:` module", || {
        let data = "data:text/javascript,import%20'./a.js'";
        let mut network = Network::default();
        network.set(data, Reply::text("import './a.js'").header("content-type", "text/javascript"));
        assert_eq!(error(&mut world(&Value::Undefined, network), bundle(data)).code, ErrorCode::ResolveInvalidUrl);
    }),
    (
        "2.8",
        "`blob:` of another origin than the entry's and `baseUrl`'s (one without an origin belongs to this process), or on a host that cannot fetch it (workerd)",
        || {
            assert_eq!(refused(&Value::Undefined, "blob:https://elsewhere/1"), Some(ErrorCode::ResolveScheme));
            for own in ["blob:https://h/1", "blob:null/1", "blob:nodedata:1"] {
                assert_eq!(refused(&Value::Undefined, own), None, "{own}");
                let on_edge = refused_on(HostKind::Workerd, &Value::Undefined, own);
                assert_eq!(on_edge, Some(ErrorCode::ResolveScheme), "{own}");
            }
        },
    ),
    (
        "2.8",
        "on edge hosts with `allowedOrigins:\"any\"`: IP literals in private, loopback, link-local ranges, and `*.internal`, `*.local`",
        || {
            let any = resolution("allowedOrigins", text("any"));
            for host in [
                "10.0.0.1",
                "127.0.0.1",
                "169.254.1.1",
                "192.168.0.1",
                "[fe80::1]",
                "[fd00::1]",
                "a.internal",
                "a.local",
            ] {
                let url = ["https://", host, "/x.som"].concat();
                assert_eq!(refused_on(HostKind::Workerd, &any, &url), Some(ErrorCode::ResolveOrigin), "{host}");
                assert_eq!(refused_on(HostKind::Node, &any, &url), None, "{host}");
            }
            let private = map(&[(
                "resolution",
                map(&[("allowedOrigins", text("any")), ("allowPrivateHosts", Value::Bool(true))]),
            )]);
            assert_eq!(refused_on(HostKind::Workerd, &private, "https://10.0.0.1/x.som"), None);
        },
    ),
    ("2.8", "redirect to a refused URL, https→http redirect, more than 20 redirects", || {
        for target in ["https://elsewhere/b.som", "http://h/app/b.som", "file:///b.som", "./a.som"] {
            let mut network = Network::default();
            network.set(&id("a.som"), Reply::redirect(target));
            let refused = error(&mut world(&Value::Undefined, network), load("./a.som"));
            assert_eq!(refused.code, ErrorCode::LoadRedirect, "{target}");
        }
    }),
    ("2.8", "backslash in a special-scheme specifier", || {
        assert_eq!(first(".\\util.som"), Err(ErrorCode::ResolveBare), "only ./ and ../ are paths");
        assert_eq!(first("./lib\\util.som"), Ok(id("lib/util.som")));
    }),
    ("2.8", "`%2e%2e`, `..` past the root", || {
        assert_eq!(first("./%2e%2e/x.som"), Ok("https://h/x.som".to_owned()));
        assert_eq!(first("../../../../x.som"), Ok("https://h/x.som".to_owned()));
    }),
    ("2.8 examples", "`./util`", || {
        assert_eq!(asked("./util")[..4], ["util.som", "util.js", "util.json", "util/index.som"])
    }),
    ("2.8 examples", "`../lib/a.js`", || assert_eq!(first("../lib/a.js"), Ok("https://h/lib/a.js".to_owned()))),
    ("2.8 examples", "`/lib/`", || assert_eq!(first("/lib/"), Ok("https://h/lib/index.som".to_owned()))),
    ("2.8 examples", "`./dir/` next to `dir.som`", || {
        let mut world = world(
            &Value::Undefined,
            network(&[("dir.som", "содир собит а = 1;"), ("dir/index.som", "содир собит б = 2;")]),
        );
        assert_eq!(loaded(&mut world, "./dir/").0, id("dir/index.som"));
    }),
    ("2.8 examples", "`./a.somewhere/b`", || assert_eq!(first("./a.somewhere/b"), Ok(id("a.somewhere/b.som")))),
    ("2.8 examples", "`./ф`", || assert_eq!(first("./ф"), Ok(id("%D1%84.som")))),
    ("2.8 examples", "`//cdn/x.som`", || {
        let any = resolution("allowedOrigins", text("any"));
        let system = System::new(&any, &profile(BASE)).expect("the options are right");
        assert_eq!(system.resolve("//cdn/x.som", None).expect("it is allowed"), "https://cdn/x.som");
    }),
    ("2.8 examples", "`https://esm.example/lodash`", || {
        let any = resolution("allowedOrigins", text("any"));
        let system = System::new(&any, &profile(BASE)).expect("the options are right");
        assert_eq!(system.resolve("https://esm.example/lodash", None).expect("exact"), "https://esm.example/lodash");
    }),
    ("2.8 examples", "`lodash`", || assert_eq!(first("lodash"), Err(ErrorCode::ResolveBare))),
    ("2.8 examples", "`data:application/json,{\"a\":1}`", || {
        let data = "data:application/json,{\"a\":1}";
        let mut network = Network::default();
        network.set(data, Reply::text("{\"a\":1}").header("content-type", "application/json"));
        assert_eq!(loaded(&mut world(&Value::Undefined, network), data).1, ModuleKind::Json);
    }),
    ("3.1", "`hit`", || {
        let mut world = world(&loading("httpCache", text("session")), network(&[("a.som", "")]));
        settle(&mut world, load("./a.som")).expect("it loads");
        settle(&mut world, load("./a.som")).expect("it loads");
        assert_eq!(loads(&mut world, "hit"), 1.0);
    }),
    ("3.1", "`revalidated`", || {
        let mut world = world(&Value::Undefined, network(&[("a.som", "")]));
        settle(&mut world, load("./a.som")).expect("it loads");
        settle(&mut world, load("./a.som")).expect("it loads");
        assert_eq!((loads(&mut world, "revalidated"), world.system.figures().parsed), (1.0, 1));
    }),
    ("3.1", "`joined`", || {
        let mut world = world(&Value::Undefined, network(&[("a.som", "")]));
        world.start_at(0, 1, load("./a.som"));
        world.start_at(10, 2, load("./a.som"));
        world.run();
        assert_eq!((loads(&mut world, "joined"), world.requests.len()), (1.0, 1));
    }),
    ("3.1", "`fetched`", || {
        let mut world = world(&Value::Undefined, network(&[("a.som", "")]));
        settle(&mut world, load("./a.som")).expect("it loads");
        assert_eq!(loads(&mut world, "fetched"), 1.0);
    }),
    ("3.1", "`error`", || {
        let mut world = world(&Value::Undefined, Network::default());
        assert_eq!(error(&mut world, load("./a.som")).code, ErrorCode::LoadHttp);
        assert_eq!(loads(&mut world, "error"), 1.0);
    }),
    ("3.1", "`aborted`", || {
        let mut world = world(&Value::Undefined, network(&[("a.som", "")]));
        world.abort_at(500, 1);
        assert_eq!(error(&mut world, load("./a.som")).code, ErrorCode::LoadAborted);
        assert_eq!((loads(&mut world, "error"), loads(&mut world, "fetched")), (0.0, 0.0), "counted apart");
    }),
    ("3.4", "`ignore`", || assert_eq!(circle("ignore"), (0, None))),
    ("3.4", "`warn` (default)", || {
        assert_eq!((circle("warn"), circle_codes(&Value::Undefined)), ((1, None), vec![5003]))
    }),
    ("3.4", "`error`", || assert_eq!(circle("error"), (1, Some(ErrorCode::Cycle)))),
    ("3.5", "`maxModules`", || at_edge("maxModules", 3, ErrorCode::LimitModules)),
    ("3.5", "`maxDepth`", || at_edge("maxDepth", 2, ErrorCode::LimitDepth)),
    ("3.5", "`maxModuleBytes`", || {
        // What the head announces does not matter.
        for announced in ["5", "900000"] {
            let mut network = Network::default();
            network.set(
                &id("a.som"),
                Reply { chunks: vec![vec![b' '; 20]; 3], end: End::Silent, ..Reply::text("") }
                    .header("content-length", announced),
            );
            let refused = error(&mut world(&loading("maxModuleBytes", number(30)), network), load("./a.som"));
            assert_eq!(refused.code, ErrorCode::LoadTooLarge, "{announced}");
        }
    }),
    ("3.5", "`maxTotalBytes`", || {
        let total: u32 = CHAIN.iter().map(|(_, source)| source.len() as u32).sum();
        at_edge("maxTotalBytes", total, ErrorCode::LimitBytes);
    }),
    ("3.5", "`maxFetches`", || at_edge("maxFetches", 3, ErrorCode::LimitFetches)),
    ("3.5", "`resourceLimits.maxMemoryBytes`", crate::warm::the_limit_of_memory_drops_the_cache_first_and_then_refuses),
    ("3.5", "`fetchTimeout`", || {
        let mut network = network(&[("a.som", "")]);
        network.set(&id("a.som"), Reply::text("").end(End::Hangs));
        let retry = map(&[("maxRetries", number(0))]);
        let options = map(&[("loading", map(&[("fetchTimeout", number(100)), ("retry", retry)]))]);
        assert_eq!(error(&mut world(&options, network), load("./a.som")).code, ErrorCode::LoadTimeout);
    }),
    ("3.5", "`operationTimeout`", || {
        let mut network = network(&[("a.som", "ворид \"./b.som\";")]);
        network.set(&id("b.som"), Reply::text("").end(End::Hangs));
        let options = map(&[("operationTimeout", number(1000))]);
        let refused = error(&mut world(&options, network), load("./a.som"));
        assert_eq!(refused.code, ErrorCode::Timeout);
        assert!(refused.message.contains("1 modules loaded, 1 pending"), "{}", refused.message);
    }),
];

#[test]
fn every_row_of_sections_2_and_3_holds() {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/spec/module-system.md");
    let spec = std::fs::read_to_string(spec).expect("the specification is part of the repository");
    let listed = rows(&spec);
    let tried: Vec<(String, String)> =
        ROWS.iter().map(|(section, row, _)| ((*section).to_owned(), (*row).to_owned())).collect();
    assert_eq!(tried, listed);
    for (section, row, trial) in ROWS {
        // Captured output is shown with a failure.
        println!("{section} {row}");
        trial();
    }
}

/// Section and first cell of every row of a table between `## 2.` and `## 4.`.
fn rows(spec: &str) -> Vec<(String, String)> {
    let (mut section, mut is_inside, mut rows) = (String::new(), false, Vec::new());
    let mut lines = spec.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            is_inside = title.starts_with("2.") || title.starts_with("3.");
        }
        if let Some(title) = line.strip_prefix("### ") {
            title.split(' ').next().unwrap_or("").clone_into(&mut section);
        }
        if line.starts_with("Resolution examples") {
            section.push_str(" examples");
        }
        let is_head = lines.peek().is_some_and(|next| next.starts_with("|---"));
        if is_inside && line.starts_with('|') && !line.starts_with("|---") && !is_head {
            let cell = line.split('|').nth(1).unwrap_or("").trim();
            rows.push((section.clone(), cell.to_owned()));
        }
    }
    rows
}

fn id(name: &str) -> String {
    [BASE, name].concat()
}

fn resolution(key: &str, value: Value) -> Value {
    map(&[("resolution", map(&[(key, value)]))])
}

fn loading(key: &str, value: Value) -> Value {
    map(&[("loading", map(&[(key, value)]))])
}

/// What is asked for when nothing is there, below the base.
fn asked(specifier: &str) -> Vec<String> {
    let mut world = world(&Value::Undefined, Network::default());
    error(&mut world, load(specifier));
    world.requests.iter().map(|url| url.strip_prefix(BASE).unwrap_or(url).to_owned()).collect()
}

fn first(specifier: &str) -> Result<String, ErrorCode> {
    let system = System::new(&Value::Undefined, &profile(BASE)).expect("the options are right");
    system.resolve(specifier, None).map_err(|error| error.code)
}

fn refused(options: &Value, specifier: &str) -> Option<ErrorCode> {
    refused_on(HostKind::Node, options, specifier)
}

fn refused_on(kind: HostKind, options: &Value, specifier: &str) -> Option<ErrorCode> {
    let host = HostProfile { kind, ..profile(BASE) };
    let system = System::new(options, &host).expect("the options are right");
    system.resolve(specifier, Some(&id("main.som"))).err().map(|error| error.code)
}

fn kind_of(name: &str, media: &str) -> Result<ModuleKind, ErrorCode> {
    let source = if name.ends_with(".json") { "{}" } else { "" };
    let mut network = Network::default();
    let reply = Reply::text(source);
    network.set(&id(name), if media.is_empty() { reply } else { reply.header("content-type", media) });
    match settle(&mut world(&Value::Undefined, network), load(&["./", name].concat())) {
        Ok(Outcome::Module(module)) => Ok(module.kind.expect("no external")),
        Ok(other) => panic!("settled with {other:?}"),
        Err(error) => Err(if error.code == ErrorCode::ResolveNotFound { ErrorCode::LoadMime } else { error.code }),
    }
}

fn loaded(world: &mut World, specifier: &str) -> (String, ModuleKind) {
    match settle(world, load(specifier)) {
        Ok(Outcome::Module(module)) => (module.id.to_string(), module.kind.expect("no external")),
        other => panic!("settled with {other:?}"),
    }
}

/// Loads that ended so, by the metrics.
fn loads(world: &mut World, outcome: &str) -> f64 {
    let page = world.call(|system, moment| system.prometheus(moment, TextFormat::Prometheus)).expect("the page");
    let label = format!("loads_total{{outcome=\"{outcome}\"}} ");
    let line = page.lines().find_map(|line| line.split_once(&label)).unwrap_or_else(|| panic!("{outcome}: {page}"));
    line.1.parse().expect("a number")
}

const CIRCLE: &[(&str, &str)] = &[("a.som", "ворид \"./b\";"), ("b.som", "ворид \"./a\";")];

/// Diagnostics of `compile`, and how `bundle` ends.
fn circle(strategy: &str) -> (usize, Option<ErrorCode>) {
    let options = loading("circularDependencyStrategy", text(strategy));
    let bundled = settle(&mut world(&options, network(CIRCLE)), bundle("./a")).err().map(|error| error.code);
    (circle_codes(&options).len(), bundled)
}

fn circle_codes(options: &Value) -> Vec<u16> {
    let compiled = compilation(&mut world(options, network(CIRCLE)), "./a");
    compiled.findings.iter().map(|finding| finding.diagnostic.code as u16).collect()
}

const CHAIN: &[(&str, &str)] =
    &[("a.som", "ворид \"./b.som\";"), ("b.som", "ворид \"./c.som\";"), ("c.som", "чоп.сабт(1);")];

/// At its edge a limit holds nobody up; one less, and it does.
fn at_edge(key: &str, edge: u32, code: ErrorCode) {
    let run = |limit: u32| {
        let options = loading(key, number(limit));
        let request = Request::Load { specifier: "./a.som".to_owned(), referrer: None, options: Value::Undefined };
        settle(&mut world(&options, network(CHAIN)), request).map(|_| ()).map_err(|error| error.code)
    };
    assert_eq!(run(edge), Ok(()), "{key}");
    assert_eq!(run(edge - 1), Err(code), "{key}");
}
