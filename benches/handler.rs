//! The pure part of a request to the handler, as native code: from the parts of a request to the parts of its answer.
//! `cargo bench -p somon-http`. Prints, asserts nothing.

use std::hint::black_box;
use std::time::Instant;

use somon_http::Service;
use somon_http::effect::{Effect, Turn};
use somon_http::event::{Event, HandlerId, RequestId, Tokens};
use somon_http::message::Request;
use somon_ops::config::Value;
use somon_system::event::{Instant as Monotonic, Moment};
use somon_system::sim::profile;

const HANDLER: HandlerId = HandlerId(1);
const STEPS: u32 = 5_000;

fn main() {
    let options = map(&[("resolution", map(&[("baseUrl", text("https://h/app/"))]))]);
    let handler = map(&[("auth", map(&[("token", text("secret"))])), ("publicRead", Value::Bool(false))]);
    let mut service = Service::new(&options, &profile("https://h/app/")).expect("the options are right");
    service.add_handler(HANDLER, &handler, "").expect("the handler's options are right");
    for path in
        ["/health/live", "/health", "/metrics", "/metrics/prometheus", "/config", "/circuit-breakers", "/nowhere"]
    {
        measure(&mut service, path);
    }
}

/// The best of five rounds: what is left over is the machine's other work.
fn measure(service: &mut Service, path: &str) {
    let headers = vec![("authorization".to_owned(), "Bearer secret".to_owned())];
    let request = Request { method: "GET".to_owned(), url: ["https://me", path].concat(), headers };
    let (mut best, mut bytes, mut last) = (f64::INFINITY, 0, 0);
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..STEPS {
            last += 1;
            let moment = Moment { now: Monotonic(u64::from(last) * 100), epoch_ms: 1_767_225_600_000 };
            let event = Event::Request {
                id: RequestId(last),
                handler: HANDLER,
                request: request.clone(),
                tokens: Tokens::default(),
            };
            bytes = service.step(moment, event).iter().map(answered).sum();
            black_box(bytes);
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(STEPS));
    }
    println!("{best:>10.1} ns     GET {path}, {bytes} bytes");
}

fn answered(effect: &Effect) -> usize {
    match effect {
        Effect::Turn { turn: Turn::Answer(answer), .. } => answer.body.len(),
        _ => 0,
    }
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}
