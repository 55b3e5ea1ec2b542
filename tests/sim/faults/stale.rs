//! Copies past their time, which stand in while their server fails.
//! They must never be given unmarked, nor where a server forbade it.

use somon_system::outcome::Outcome;
use somon_system::sim::Reply;

use super::support::{bench, down, up};
use crate::support::compile;

#[test]
fn a_copy_stands_in_for_an_origin_that_fails() {
    for (control, loading, stands_in) in [
        ("max-age=1, stale-if-error=60", "", true),
        ("max-age=1", r#", "staleIfErrorMs": 60000"#, true),
        ("max-age=1", "", false),
        ("max-age=1, must-revalidate", r#", "staleIfErrorMs": 60000"#, false),
        ("max-age=1, stale-if-error=3", r#", "staleIfErrorMs": 60000"#, false),
    ] {
        let mut bench = bench(loading, "").serve(move |now, _| match now {
            0..2000 => up().header("cache-control", control),
            2000..20_000 => down(),
            _ => Reply::status(404),
        });
        bench.begin(0, "./a.som");
        // Failing, behind an open breaker, and gone for good.
        let load_at = [10_000, 10_010, 10_020, 10_030, 10_040, 10_050, 50_000];
        let loads = load_at.map(|at| bench.begin(at, "./a.som"));
        bench.finish();
        for (index, operation) in loads.into_iter().enumerate() {
            let is_copy = matches!(bench.settled(operation), Ok(Outcome::Module(module)) if module.is_stale);
            assert_eq!(is_copy, stands_in && index < 6, "{control}, load {index}");
        }
        let expected = if stands_in { 6 } else { 0 };
        assert_eq!(bench.world.system.figures().stale_served, expected, "{control}");
        assert_eq!(bench.world.requests.len(), 1 + 5 + 1, "{control}");
    }
}

#[test]
fn a_copy_is_marked_in_what_was_compiled_and_linked() {
    let mut bench = bench(r#", "staleIfErrorMs": 60000"#, "").serve(|now, url| match now {
        0..2000 if url.contains("main") => Reply::text("ворид { х } аз \"./a.som\"; чоп.сабт(х);"),
        0..2000 => up(),
        _ if url.contains("main") => Reply::text("ворид { х } аз \"./a.som\"; чоп.сабт(х);"),
        _ => down(),
    });
    bench.begin(0, "./main.som");
    let compiled = bench.start(3000, compile("./main.som"));
    let bundled = bench.start(4000, crate::support::bundle("./main.som"));
    bench.finish();
    let Ok(Outcome::Compilation(compilation)) = bench.settled(compiled) else { panic!("it failed") };
    let marks: Vec<_> = compilation.modules.iter().map(|module| (&*module.id, module.is_stale)).collect();
    assert_eq!(marks, [("https://h/app/a.som", true), ("https://h/app/main.som", false)]);
    let warnings: Vec<_> =
        compilation.findings.iter().map(|finding| (&*finding.url, finding.diagnostic.code as u16)).collect();
    assert_eq!(warnings, [("https://h/app/a.som", 5007)]);
    let Ok(Outcome::Bundle(bundle)) = bench.settled(bundled) else { panic!("it failed") };
    assert_eq!(bundle.modules.iter().filter(|module| module.is_stale).count(), 1);
    assert_eq!(bundle.findings.len(), 1);
}
