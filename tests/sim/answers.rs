//! What servers answer, and the error that each answer becomes.

use somon_modules::error::ErrorCode;
use somon_ops::config::Value;
use somon_system::outcome::Outcome;
use somon_system::sim::{End, Network, Reply};

use crate::support::{BASE, bundle, compilation, compile, error, load, map, network, number, settle, text, world};

const CHAIN: &[(&str, &str)] = &[("main.som", "ворид \"./a\";\n"), ("a.som", "// як\n  ворид \"./b.som\";\n")];

fn answer_of_b(reply: Reply) -> Network {
    let mut network = network(CHAIN);
    network.set("https://h/app/b.som", reply);
    network
}

fn code_of_b(reply: Reply) -> ErrorCode {
    error(&mut world(&Value::Undefined, answer_of_b(reply)), bundle("./main.som")).code
}

#[test]
fn a_missing_module_names_the_way_that_led_there() {
    let error = error(&mut world(&Value::Undefined, network(CHAIN)), bundle("./main.som"));
    assert_eq!(error.code, ErrorCode::LoadHttp);
    assert_eq!(error.status, Some(404));
    assert_eq!(error.message, "cannot load \"./b.som\" imported by https://h/app/a.som:2:9: HTTP 404");
    let chain: Vec<_> = error.import_chain.iter().map(|step| (&*step.url, step.line, step.column)).collect();
    assert_eq!(chain, [("https://h/app/main.som", 1, 7), ("https://h/app/a.som", 2, 9)]);
}

#[test]
fn an_extensionless_module_lists_what_was_tried() {
    let mut world = world(&Value::Undefined, network(&[("main.som", "ворид \"./x\";")]));
    let error = error(&mut world, bundle("./main.som"));
    assert_eq!(error.code, ErrorCode::ResolveNotFound);
    let asked: Vec<&str> = world.requests.iter().map(|url| url.strip_prefix(BASE).unwrap_or(url)).collect();
    assert_eq!(asked, ["main.som", "x.som", "x.js", "x.json", "x/index.som", "x/index.js", "x/index.json"]);
}

#[test]
fn bad_answers_have_their_own_codes() {
    let body = |bytes: &[u8]| Reply { chunks: vec![bytes.to_vec()], ..Reply::text("") };
    assert_eq!(code_of_b(Reply::status(500)), ErrorCode::LoadHttp);
    assert_eq!(code_of_b(Reply::status(0)), ErrorCode::LoadNetwork);
    assert_eq!(code_of_b(Reply::text("тағ х").end(End::Breaks)), ErrorCode::LoadNetwork);
    assert_eq!(code_of_b(Reply::text("х").header("content-length", "20").end(End::Silent)), ErrorCode::LoadNetwork);
    assert_eq!(code_of_b(body(b"abc\xFF")), ErrorCode::LoadDecode);
    assert_eq!(code_of_b(Reply::text("<p>").header("content-type", "text/html; charset=utf-8")), ErrorCode::LoadMime);
    assert_eq!(code_of_b(Reply::text("").header("content-type", "image/png")), ErrorCode::LoadMime);
    assert_eq!(code_of_b(Reply::text("").end(End::Hangs)), ErrorCode::LoadTimeout);
    assert_eq!(code_of_b(Reply::redirect("https://elsewhere/b.som")), ErrorCode::LoadRedirect);
    assert_eq!(code_of_b(Reply::redirect("https://h/app/b.som")), ErrorCode::LoadRedirect);
    assert_eq!(code_of_b(Reply::text("тағ = ;")), ErrorCode::CompileFailed);
}

#[test]
fn invalid_utf_8_is_named_by_its_byte() {
    let reply = Reply { chunks: vec![b"\xEF\xBB\xBFabc\xFF".to_vec()], ..Reply::text("") };
    let error = error(&mut world(&Value::Undefined, answer_of_b(reply)), bundle("./main.som"));
    assert!(error.message.ends_with("not UTF-8, first at byte 6"), "{}", error.message);
}

#[test]
fn a_body_beyond_the_limit_is_cut_while_it_streams() {
    let chunks = vec![vec![b' '; 1024 * 1024]; 50];
    let mut world = world(&Value::Undefined, answer_of_b(Reply { chunks, ..Reply::text("") }));
    let error = error(&mut world, bundle("./main.som"));
    assert_eq!(error.code, ErrorCode::LoadTooLarge);
    let taken = world.trace.lines().filter(|line| line.contains("chunk") && line.ends_with("1048576")).count();
    assert_eq!(taken, 6);
}

#[test]
fn a_redirect_changes_the_base_and_not_the_id() {
    let mut network = network(CHAIN);
    network.set("https://h/app/b.som", Reply::redirect("/lib/deep/b.som"));
    network.set("https://h/lib/deep/b.som", Reply::text("ворид \"./c\";"));
    network.set("https://h/lib/deep/c.som", Reply::text("чоп.сабт(1);"));
    let mut world = world(&Value::Undefined, network);
    let Ok(Outcome::Bundle(bundle)) = settle(&mut world, bundle("./main.som")) else { panic!("{}", world.trace) };
    let ids: Vec<&str> = bundle.modules.iter().map(|module| &*module.id).collect();
    let expected = ["https://h/lib/deep/c.som", "https://h/app/b.som", "https://h/app/a.som", "https://h/app/main.som"];
    assert_eq!(ids, expected);
}

#[test]
fn an_abort_settles_and_stops_what_only_it_waited_for() {
    let mut world = world(&Value::Undefined, answer_of_b(Reply::text("").end(End::Hangs)));
    world.start_at(0, 2, bundle("./main.som"));
    world.abort_at(20_000, 2);
    world.run();
    assert!(world.faults.is_empty(), "{:?}", world.faults);
    let settled = world.settled.values().next().and_then(|result| result.as_ref().err());
    assert_eq!(settled.map(|error| error.code), Some(ErrorCode::LoadAborted));
    assert!(world.trace.contains("cancel"), "{}", world.trace);
}

#[test]
fn an_abort_leaves_a_shared_fetch_to_the_other() {
    let mut world = world(&Value::Undefined, network(&[("main.som", "чоп.сабт(1);")]));
    world.start_at(0, 1, bundle("./main.som"));
    world.start_at(100, 2, bundle("./main.som"));
    world.abort_at(500, 1);
    world.run();
    assert!(world.faults.is_empty(), "{:?}", world.faults);
    let outcomes: Vec<bool> = world.settled.values().map(Result::is_ok).collect();
    assert_eq!(outcomes, [false, true]);
    assert_eq!(world.requests.len(), 1);
}

#[test]
fn limits_have_their_own_codes() {
    let modules =
        &[("main.som", "ворид \"./a.som\"; ворид \"./b.som\";"), ("a.som", "ворид \"./b.som\";"), ("b.som", "")];
    let code = |key: &str, value: u32| {
        let options = map(&[("loading", map(&[(key, number(value))]))]);
        match settle(&mut world(&options, network(modules)), compile("./main.som")) {
            Ok(_) => None,
            Err(error) => Some(error.code),
        }
    };
    assert_eq!(code("maxModules", 3), None);
    assert_eq!(code("maxModules", 2), Some(ErrorCode::LimitModules));
    assert_eq!(code("maxFetches", 3), None);
    assert_eq!(code("maxFetches", 2), Some(ErrorCode::LimitFetches));
    assert_eq!(code("maxDepth", 1), None);
    let total: u32 = modules.iter().map(|(_, source)| source.len() as u32).sum();
    assert_eq!(code("maxTotalBytes", total), None);
    assert_eq!(code("maxTotalBytes", total - 1), Some(ErrorCode::LimitBytes));
    let chain = &[("main.som", "ворид \"./a.som\";"), ("a.som", "ворид \"./b.som\";"), ("b.som", "")];
    let options = map(&[("loading", map(&[("maxDepth", number(1))]))]);
    let error = error(&mut world(&options, network(chain)), bundle("./main.som"));
    assert_eq!(error.code, ErrorCode::LimitDepth);
}

#[test]
fn a_module_may_be_as_large_as_its_limit_and_a_redirect_as_far() {
    let failure = |key: &str, value: u32, network: Network| {
        let options = map(&[("loading", map(&[(key, number(value))]))]);
        settle(&mut world(&options, network), bundle("./main.som")).err().map(|error| error.code)
    };
    let of_size = |size: usize| network(&[("main.som", &" ".repeat(size))]);
    assert_eq!(failure("maxModuleBytes", 100, of_size(100)), None);
    assert_eq!(failure("maxModuleBytes", 100, of_size(101)), Some(ErrorCode::LoadTooLarge));
    let hops = || {
        let mut network = network(&[("c.som", "")]);
        network.set("https://h/app/main.som", Reply::redirect("b.som"));
        network.set("https://h/app/b.som", Reply::redirect("c.som"));
        network
    };
    assert_eq!(failure("maxRedirects", 2, hops()), None);
    assert_eq!(failure("maxRedirects", 1, hops()), Some(ErrorCode::LoadRedirect));
    assert_eq!(failure("maxRedirects", 0, hops()), Some(ErrorCode::LoadRedirect));
    // The head comes after half of the time, the only piece of the body after all of it.
    let slow = |delay_us: u64| {
        let mut network = network(&[]);
        network.set("https://h/app/main.som", Reply::text("").delay(delay_us));
        network
    };
    assert_eq!(failure("fetchTimeout", 100, slow(49_999)), None);
    assert_eq!(failure("fetchTimeout", 100, slow(50_001)), Some(ErrorCode::LoadTimeout));
}

#[test]
fn the_operation_has_a_deadline() {
    let options = map(&[("operationTimeout", number(1000))]);
    let error = error(&mut world(&options, answer_of_b(Reply::text("").end(End::Hangs))), bundle("./main.som"));
    assert_eq!(error.code, ErrorCode::Timeout);
}

#[test]
fn a_module_that_imports_itself_is_a_circle_of_one() {
    let source = &[("main.som", "ворид * чун худ аз \"./main.som\";\nсодир собит а = 1;\nчоп.сабт(худ.а);")];
    let found = compilation(&mut world(&Value::Undefined, network(source)), "./main.som");
    let codes: Vec<u16> = found.findings.iter().map(|finding| finding.diagnostic.code as u16).collect();
    assert_eq!(codes, [5003]);
    let options = map(&[("loading", map(&[("circularDependencyStrategy", text("error"))]))]);
    let error = error(&mut world(&options, network(source)), load("./main.som"));
    assert_eq!(error.code, ErrorCode::Cycle);
    assert!(error.message.ends_with("main.som -> main.som"), "{}", error.message);
}

#[test]
fn a_syntax_error_deep_in_a_chain_is_found_where_it_is() {
    let error = error(&mut world(&Value::Undefined, answer_of_b(Reply::text("\n  тағ = 1;"))), load("./main.som"));
    assert_eq!(error.code, ErrorCode::Parse);
    assert_eq!(error.url.as_deref(), Some("https://h/app/b.som"));
    assert!(!error.diagnostics.is_empty());
}

#[test]
fn compile_collects_every_failure_at_its_import() {
    let source = "ворид { а } аз \"./м\";\nворид \"./нест\";\nворид \"танҳо\";\nворид \"ftp://h/x\";\nчоп.сабт(а);";
    let modules = &[("main.som", source), ("%D0%BC.som", "содир собит б = 1;")];
    let found = compilation(&mut world(&Value::Undefined, network(modules)), "./main.som");
    let codes: Vec<u16> = found.findings.iter().map(|finding| finding.diagnostic.code as u16).collect();
    assert_eq!(codes, [4007, 4002, 4001, 4008]);
    assert!(found.findings.iter().skip(1).all(|finding| finding.cause.is_some()));
}
