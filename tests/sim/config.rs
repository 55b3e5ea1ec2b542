//! The runtime configuration: one test of effect for each key of the table, through the real loader.
//! A key without one fails `every_key_has_a_test_of_its_effect`.

use somon_http::Service;
use somon_http::effect::{Effect as HttpEffect, Turn};
use somon_http::event::{Event as HttpEvent, HandlerId, RequestId};
use somon_http::message::Request as HttpRequest;
use somon_modules::error::ErrorCode;
use somon_modules::json_value;
use somon_ops::breaker::State;
use somon_ops::config::{RUNTIME, Setting, Value, schema};
use somon_ops::health::CheckStatus;
use somon_system::effect::{OperationId, Topic};
use somon_system::event::{Event, Measured, Moment, Request};
use somon_system::sim::{End, Network, Reply, World, profile};

use crate::support::{BASE, bundle, load};

const MS: u64 = 1000;

struct Bench {
    world: World,
    next: u32,
}

fn bench(options: &str) -> Bench {
    let options = json_value::read(options).expect("JSON");
    let world = World::new(&options, &profile(BASE), Network::default()).expect("the options are right");
    Bench { world, next: 0 }
}

/// No retries, no jitter: what fails, fails at once.
fn plain(more: &str) -> Bench {
    bench(&format!(
        r#"{{"loading": {{"retry": {{"maxRetries": 0}}, "negativeTtlMs": 0}}, "circuitBreakers": {{"jitterEnabled": false}} {more}}}"#
    ))
}

impl Bench {
    fn serve(mut self, mut answer: impl FnMut(u64, &str) -> Reply + 'static) -> Bench {
        self.world.server = Some(Box::new(move |now, request| Some(answer(now / MS, &request.url))));
        self
    }

    fn set(&mut self, patch: &str) {
        let patch = json_value::read(patch).expect("JSON");
        let applied = self.world.call(|system, moment| system.update_config(moment, &patch, false));
        assert!(!applied.expect("the change is right").changed.is_empty());
    }

    fn start(&mut self, request: Request) -> OperationId {
        self.next += 1;
        self.world.start_at(self.world.now, self.next, request);
        OperationId(self.next)
    }

    /// One operation, to its end.
    fn run(&mut self, request: Request) -> Option<ErrorCode> {
        let operation = self.start(request);
        self.world.run();
        assert!(self.world.faults.is_empty(), "{:?}", self.world.faults);
        self.world.settled.get(&operation).expect("settled").as_ref().err().map(|error| error.code)
    }

    fn load(&mut self, module: &str) -> Option<ErrorCode> {
        self.run(load(module))
    }

    fn figure(&mut self, path: &str) -> f64 {
        let mut found = None;
        self.world.call(|system, moment| {
            system.metrics(moment, None, &mut |group, name, value| {
                if [group, if group.is_empty() { "" } else { "." }, name].concat() == path {
                    found = Some(value);
                }
            });
        });
        found.expect("a figure of that name")
    }

    fn check(&mut self, name: &str) -> CheckStatus {
        let health = self.world.call(|system, moment| system.health(moment));
        health.checks.iter().find(|(check, _)| check.name == name).expect("a check").0.status
    }

    fn breaker(&mut self) -> State {
        let moment = self.world.moment();
        self.world.system.breaker_statuses(moment).first().expect("a breaker").1.state
    }

    fn wait(&mut self, ms: u64) {
        self.world.now += ms * MS;
    }
}

fn kept(text: &str) -> Reply {
    Reply::text(text).header("cache-control", "max-age=600")
}

fn down() -> Reply {
    Reply::status(500)
}

const EFFECTS: &[(Setting, fn())] = &[
    (Setting::MaxCacheSize, max_cache_size),
    (Setting::MaxCacheMemory, max_cache_memory),
    (Setting::CycleStrategy, cycle_strategy),
    (Setting::EnableTracing, enable_tracing),
    (Setting::LogLevel, log_level),
    (Setting::EnableMetrics, enable_metrics),
    (Setting::CircuitBreakerEnabled, circuit_breaker_enabled),
    (Setting::FailureThreshold, failure_threshold),
    (Setting::RecoveryTimeout, recovery_timeout),
    (Setting::MonitoringPeriod, monitoring_period),
    (Setting::MaxBackoffTime, max_backoff_time),
    (Setting::HalfOpenMaxCalls, half_open_max_calls),
    (Setting::SuccessThreshold, success_threshold),
    (Setting::HealthCheckInterval, health_check_interval),
    (Setting::EnableHealthEndpoint, || endpoint("/health", "enableHealthEndpoint")),
    (Setting::EnableMetricsEndpoint, || endpoint("/metrics", "enableMetricsEndpoint")),
    (Setting::ManagementPort, management_port),
    (Setting::FetchTimeout, fetch_timeout),
    (Setting::OperationTimeout, operation_timeout),
    (Setting::Concurrency, concurrency),
    (Setting::MaxRetries, max_retries),
    (Setting::DefaultTtlMs, default_ttl),
    (Setting::StaleIfErrorMs, stale_if_error),
    (Setting::MemoryWarn, || {
        memory(85, r#"{"health.memoryWarn": 0.84}"#, r#"{"health.memoryWarn": 0.86}"#, CheckStatus::Warn)
    }),
    (Setting::MemoryFail, || {
        memory(95, r#"{"health.memoryFail": 0.94}"#, r#"{"health.memoryFail": 0.96}"#, CheckStatus::Fail)
    }),
    (Setting::LagWarnMs, || {
        lag(r#"{"health.lagWarnMs": 250}"#, CheckStatus::Warn, r#"{"health.lagWarnMs": 350}"#, CheckStatus::Pass)
    }),
    (Setting::LagFailMs, || {
        lag(r#"{"health.lagFailMs": 250}"#, CheckStatus::Fail, r#"{"health.lagFailMs": 350}"#, CheckStatus::Warn)
    }),
    (Setting::ErrorWarn, || {
        errors(r#"{"health.errorWarn": 0.01}"#, CheckStatus::Warn, r#"{"health.errorWarn": 0.0999}"#, CheckStatus::Pass)
    }),
    (Setting::ErrorFail, || {
        errors(r#"{"health.errorFail": 0.055}"#, CheckStatus::Fail, r#"{"health.errorFail": 0.5}"#, CheckStatus::Warn)
    }),
    (Setting::MinRequests, || {
        errors(r#"{"health.minRequests": 100}"#, CheckStatus::Pass, r#"{"health.minRequests": 10}"#, CheckStatus::Warn)
    }),
];

#[test]
fn every_key_has_a_test_of_its_effect() {
    let tested: Vec<Setting> = EFFECTS.iter().map(|(setting, _)| *setting).collect();
    assert_eq!(tested, Setting::ALL);
    assert_eq!(RUNTIME.len(), Setting::ALL.len());
}

#[test]
fn h4_every_key_takes_effect_at_once() {
    for ((_, effect), key) in EFFECTS.iter().zip(RUNTIME) {
        println!("{}", key.path);
        effect();
    }
}

fn max_cache_size() {
    let mut bench = plain("").serve(|_, _| kept("чоп.сабт(1);"));
    (0..5).for_each(|n| assert_eq!(bench.load(&format!("./{n}.som")), None));
    bench.set(r#"{"maxCacheSize": 3}"#);
    assert_eq!((bench.figure("modulesInCache"), bench.figure("cacheEvictions")), (3.0, 2.0));
}

fn max_cache_memory() {
    let mut bench = plain("").serve(|_, _| kept(&format!("// {}\n", "x".repeat(2000))));
    (0..5).for_each(|n| assert_eq!(bench.load(&format!("./{n}.som")), None));
    bench.set(r#"{"maxCacheMemory": 6000}"#);
    assert!(bench.figure("cacheMemoryUsage") <= 6000.0);
    assert_eq!(bench.figure("cacheMemoryLimit"), 6000.0);
}

fn cycle_strategy() {
    let mut bench = plain("").serve(|_, _| kept("ворид \"./a.som\"; ворид \"./b.som\";"));
    assert_eq!(bench.run(bundle("./a.som")), None);
    bench.set(r#"{"circularDependencyStrategy": "error"}"#);
    assert_eq!(bench.run(bundle("./a.som")), Some(ErrorCode::Cycle));
    bench.set(r#"{"circularDependencyStrategy": "ignore"}"#);
    assert_eq!(bench.run(bundle("./a.som")), None);
}

fn enable_tracing() {
    let mut bench = plain(r#", "logger": true"#).serve(|_, _| kept("чоп.сабт(1);"));
    bench.load("./a.som");
    bench.set(r#"{"enableTracing": false}"#);
    bench.load("./b.som");
    let traced: Vec<bool> = bench
        .world
        .logs
        .iter()
        .filter(|line| line.text.contains("loaded successfully"))
        .map(|line| line.text.contains("\"traceId\""))
        .collect();
    assert_eq!(traced, [true, false]);
}

fn log_level() {
    let mut bench = plain(r#", "logger": true"#).serve(|_, _| kept("чоп.сабт(1);"));
    bench.set(r#"{"logLevel": "warn"}"#);
    bench.world.logs.clear();
    bench.load("./a.som");
    assert_eq!(bench.world.logs.len(), 0);
    bench.set(r#"{"logLevel": "debug"}"#);
    bench.load("./b.som");
    assert!(bench.world.logs.iter().any(|line| line.text.contains("Operation completed")));
}

fn enable_metrics() {
    let mut bench = plain("").serve(|_, _| kept("чоп.сабт(1);"));
    bench.load("./a.som");
    bench.set(r#"{"enableMetrics": false}"#);
    bench.load("./b.som");
    assert_eq!(bench.figure("totalLoads"), 1.0);
    bench.set(r#"{"enableMetrics": true}"#);
    bench.load("./c.som");
    assert_eq!(bench.figure("totalLoads"), 2.0);
}

fn circuit_breaker_enabled() {
    let mut bench = plain("").serve(|_, _| down());
    (0..5).for_each(|n| assert_eq!(bench.load(&format!("./{n}.som")), Some(ErrorCode::LoadHttp)));
    assert_eq!(bench.load("./5.som"), Some(ErrorCode::BreakerOpen));
    bench.set(r#"{"circuitBreakerEnabled": false}"#);
    assert_eq!(bench.load("./6.som"), Some(ErrorCode::LoadHttp));
}

fn failure_threshold() {
    let mut bench = plain("").serve(|_, _| down());
    bench.load("./0.som");
    assert_eq!(bench.breaker(), State::Closed);
    bench.set(r#"{"failureThreshold": 2}"#);
    bench.load("./1.som");
    assert_eq!(bench.breaker(), State::Open);
}

fn recovery_timeout() {
    let mut bench = plain("").serve(|_, _| down());
    bench.set(r#"{"recoveryTimeout": 50, "failureThreshold": 1}"#);
    bench.load("./0.som");
    bench.wait(49);
    assert_eq!(bench.load("./1.som"), Some(ErrorCode::BreakerOpen));
    bench.wait(2);
    assert_eq!(bench.load("./2.som"), Some(ErrorCode::LoadHttp));
}

fn monitoring_period() {
    let mut bench = plain("").serve(|_, _| down());
    bench.set(r#"{"monitoringPeriod": 1000, "failureThreshold": 2}"#);
    bench.load("./0.som");
    bench.wait(1500);
    bench.load("./1.som");
    assert_eq!(bench.breaker(), State::Closed);
    bench.load("./2.som");
    assert_eq!(bench.breaker(), State::Open);
}

fn max_backoff_time() {
    let mut bench = plain("").serve(|_, _| down());
    bench.set(r#"{"recoveryTimeout": 1000, "maxBackoffTime": 1000, "failureThreshold": 1}"#);
    for n in 0..4 {
        assert_eq!(bench.load(&format!("./{n}.som")), Some(ErrorCode::LoadHttp), "trial {n} after one second");
        bench.wait(1001);
    }
    bench.set(r#"{"maxBackoffTime": 300000}"#);
    bench.load("./again.som");
    bench.wait(1001);
    assert_eq!(bench.load("./longer.som"), Some(ErrorCode::BreakerOpen));
}

/// How many of three calls at a time a half-open breaker lets through.
fn half_open_max_calls() {
    for (admitted, patch) in [(1, None), (2, Some(r#"{"halfOpenMaxCalls": 2}"#))] {
        let mut bench = plain("").serve(|_, _| down());
        bench.set(r#"{"recoveryTimeout": 50, "failureThreshold": 1}"#);
        bench.load("./0.som");
        if let Some(patch) = patch {
            bench.set(patch);
        }
        bench.wait(60);
        bench.world.requests.clear();
        for n in 1..=3 {
            bench.start(load(&format!("./{n}.som")));
        }
        bench.world.run();
        assert_eq!(bench.world.requests.len(), admitted);
    }
}

fn success_threshold() {
    for (state, patch) in [(State::HalfOpen, None), (State::Closed, Some(r#"{"successThreshold": 1}"#))] {
        let mut bench = plain("").serve(|now, _| if now < 20 { down() } else { kept("чоп.сабт(1);") });
        bench.set(r#"{"recoveryTimeout": 50, "failureThreshold": 1}"#);
        bench.load("./0.som");
        if let Some(patch) = patch {
            bench.set(patch);
        }
        bench.wait(60);
        bench.load("./1.som");
        assert_eq!(bench.breaker(), state);
    }
}

/// Of those who listen to health: when they hear of a breaker that opened.
fn health_check_interval() {
    for (interval, patch) in [(30_000, None), (2000, Some(r#"{"healthCheckInterval": 2000}"#))] {
        let mut bench = plain("").serve(|_, _| down());
        bench.world.call(|system, moment| system.listen(moment, Topic::Health, true));
        bench.set(r#"{"failureThreshold": 1}"#);
        if let Some(patch) = patch {
            bench.set(patch);
        }
        bench.start(load("./0.som"));
        let health = |bench: &Bench| bench.world.notices.iter().filter(|(topic, _)| *topic == Topic::Health).count();
        bench.world.run_until((interval - 10) * MS);
        assert_eq!(health(&bench), 0);
        bench.world.run_until((interval + 10) * MS);
        assert_eq!(health(&bench), 1);
        bench.world.call(|system, moment| system.listen(moment, Topic::Health, false));
        bench.world.run();
        assert!(bench.world.faults.is_empty(), "{:?}", bench.world.faults);
    }
}

fn endpoint(path: &str, key: &str) {
    let options = json_value::read(r#"{"handler": {"publicRead": true}}"#).expect("JSON");
    let mut service = Service::new(&options, &profile(BASE)).expect("the options are right");
    let handler = options.get("handler").cloned().unwrap_or(Value::Undefined);
    service.add_handler(HandlerId(0), &handler, "handler.").expect("the options are right");
    let mut next = 0;
    let mut status = |service: &mut Service| {
        next += 1;
        let url = ["https://h", path].concat();
        let request = HttpRequest { method: "GET".to_owned(), url, headers: Vec::new() };
        let id = RequestId(next);
        let event = HttpEvent::Request { id, handler: HandlerId(0), request, tokens: Default::default() };
        let effects = service.step(Moment::default(), event);
        effects.into_iter().find_map(|effect| match effect {
            HttpEffect::Turn { turn: Turn::Answer(answer), .. } => Some(answer.status),
            _ => None,
        })
    };
    assert_eq!(status(&mut service), Some(200));
    let patch = Value::Map(vec![(key.to_owned(), Value::Bool(false))]);
    service.system_mut().update_config(Moment::default(), &patch, false).expect("the change is right");
    assert_eq!(status(&mut service), Some(404));
}

/// Only 0 is allowed: there is nothing that it could change.
fn management_port() {
    let mut bench = plain("");
    let patch = json_value::read(r#"{"managementPort": 8080}"#).expect("JSON");
    let problems = bench.world.call(|system, moment| system.update_config(moment, &patch, false)).expect_err("refused");
    assert!(problems[0].message.contains("createHandler"), "{}", problems[0].message);
    let patch = json_value::read(r#"{"managementPort": 0}"#).expect("JSON");
    let applied = bench.world.call(|system, moment| system.update_config(moment, &patch, false)).expect("allowed");
    assert_eq!((applied.version, applied.changed.len()), (0, 0));
}

fn fetch_timeout() {
    let mut bench = plain("").serve(|_, _| kept("чоп.сабт(1);").end(End::Hangs));
    bench.set(r#"{"fetchTimeout": 150}"#);
    assert_eq!(bench.load("./a.som"), Some(ErrorCode::LoadTimeout));
    assert_eq!(bench.world.now, 150 * MS);
    assert_eq!(bench.figure("timeouts"), 1.0);
}

fn operation_timeout() {
    let mut bench = plain("").serve(|_, _| kept("чоп.сабт(1);").end(End::Hangs));
    bench.set(r#"{"operationTimeout": 1200}"#);
    let began = bench.world.now;
    assert_eq!(bench.load("./a.som"), Some(ErrorCode::Timeout));
    assert_eq!(bench.world.now - began, 1200 * MS);
}

fn concurrency() {
    let main: String = (0..20).map(|n| format!("ворид \"./{n}.som\";\n")).collect();
    let mut bench = plain("")
        .serve(move |_, url| if url.ends_with("main.som") { Reply::text(&main) } else { Reply::text("чоп.сабт(1);") });
    bench.set(r#"{"concurrency": 3}"#);
    assert_eq!(bench.load("./main.som"), None);
    assert_eq!(bench.world.open_max, 3);
    bench.set(r#"{"concurrency": 9}"#);
    assert_eq!(bench.load("./main.som"), None);
    assert_eq!(bench.world.open_max, 9);
}

fn max_retries() {
    let mut bench = plain("").serve(|_, _| down());
    bench.load("./a.som");
    assert_eq!(bench.world.requests.len(), 1);
    bench.set(r#"{"maxRetries": 2}"#);
    bench.load("./b.som");
    assert_eq!(bench.world.requests.len(), 4);
    assert_eq!(bench.figure("retries"), 2.0);
}

fn default_ttl() {
    let mut bench = plain("").serve(|_, _| Reply::text("чоп.сабт(1);"));
    bench.load("./a.som");
    bench.load("./a.som");
    assert_eq!(bench.world.requests.len(), 2);
    bench.set(r#"{"defaultTtlMs": 60000}"#);
    bench.load("./a.som");
    bench.load("./a.som");
    assert_eq!(bench.world.requests.len(), 3);
}

fn stale_if_error() {
    for (outcome, patch) in [(Some(ErrorCode::LoadHttp), None), (None, Some(r#"{"staleIfErrorMs": 60000}"#))] {
        let mut bench = plain("").serve(|now, _| if now < 100 { Reply::text("чоп.сабт(1);") } else { down() });
        if let Some(patch) = patch {
            bench.set(patch);
        }
        assert_eq!(bench.load("./a.som"), None);
        bench.wait(200);
        assert_eq!(bench.load("./a.som"), outcome);
        assert_eq!(bench.figure("staleServed"), f64::from(u8::from(outcome.is_none())));
    }
}

/// What the host measured stays the same: only the threshold moves.
fn memory(percent: u64, below: &str, above: &str, worst: CheckStatus) {
    let mut bench = plain(r#", "resourceLimits": {"maxMemoryBytes": 100000000}"#);
    let measured = Measured { live_bytes: Some(percent * 1_000_000), ..Measured::default() };
    let moment = bench.world.moment();
    bench.world.system.step(moment, Event::Measured { measured });
    bench.set(below);
    assert_eq!(bench.check("memory"), worst, "{below}");
    bench.set(above);
    assert!(bench.check("memory") < worst, "{above}");
}

/// The timer comes 300 ms late: the loop was blocked.
fn lag(first: &str, then: CheckStatus, second: &str, after: CheckStatus) {
    let mut bench = plain("").serve(|_, _| kept("чоп.сабт(1);").end(End::Hangs));
    bench.start(load("./a.som"));
    bench.world.run_until(900 * MS);
    bench.world.now = 1300 * MS;
    bench.world.step();
    bench.set(first);
    assert_eq!(bench.check("cpu"), then, "{first}");
    bench.world.call(|system, moment| system.reset_config(moment));
    bench.set(second);
    assert_eq!(bench.check("cpu"), after, "{second}");
}

/// One of 17 operations fails: 5.9 %.
fn errors(first: &str, then: CheckStatus, second: &str, after: CheckStatus) {
    let mut bench = plain("").serve(|_, url| if url.contains("down") { down() } else { kept("чоп.сабт(1);") });
    bench.load("./down.som");
    (0..16).for_each(|n| assert_eq!(bench.load(&format!("./{n}.som")), None));
    bench.set(first);
    assert_eq!(bench.check("errors"), then, "{first}");
    bench.set(if second.contains("minRequests") { r#"{"health.minRequests": 11}"# } else { second });
    assert_eq!(bench.check("errors"), after, "{second}");
}

#[test]
fn s_the_schema_names_every_key() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).expect("JSON");
    assert_eq!(schema["additionalProperties"], false);
    for key in RUNTIME {
        assert!(schema["properties"][key.path]["default"] != serde_json::Value::Null, "{}", key.path);
    }
    assert_eq!(schema["properties"].as_object().expect("an object").len(), RUNTIME.len());
}

#[test]
fn a_replacing_change_takes_the_constructors_values_for_what_it_does_not_name() {
    let mut bench = bench(r#"{"loading": {"concurrency": 9}}"#);
    bench.set(r#"{"maxRetries": 1, "concurrency": 2}"#);
    let patch = json_value::read(r#"{"maxRetries": 2}"#).expect("JSON");
    let applied = bench.world.call(|system, moment| system.update_config(moment, &patch, true)).expect("right");
    assert_eq!((applied.version, applied.changed.len()), (2, 2));
    assert_eq!(bench.world.system.config().number(Setting::Concurrency), 9.0);
}
