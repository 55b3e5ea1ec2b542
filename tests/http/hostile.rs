//! Ten thousand requests that nobody in his right mind would send: never a 500, never a secret, nothing changed.

use somon_http::message::Answer;
use somon_ops::config::Value;
use somon_system::sim::Reply;

use crate::support::{Ask, BASE, Desk, ask, body, json, map, text, texts};

const READ: &str = "r-7d1f0a-secret";
const WRITE: &str = "w-99c2e4-secret";
const SEED: u64 = 20_260_101;

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.roll(of.len())]
    }
}

const METHODS: &[&str] =
    &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "TRACE", "", "GET\r\nX: y", "ПОСТ"];
const PATHS: &[&str] = &[
    "/health",
    "/health/live",
    "/ready",
    "/metrics",
    "/metrics/prometheus",
    "/config",
    "/config/schema",
    "/circuit-breakers",
    "/admin/reset",
    "/admin/cache",
    "/modules",
    "/graph",
    "/m/main.js",
    "/m/main.js.map",
    "/m/data.json.js",
    "/bundle.js",
    "/bundle.js.map",
    "/compile",
    "/m/~/https/evil.example/a.js",
    "/m/~/",
    "/m/~//.js",
    "/",
    "",
    "//",
    "/m/.js",
    "/m/%2e%2e%2f.js",
    "/%",
    "/%0",
    "/%zz",
    "/%ff",
    "/\u{0}",
    "/m/\u{202e}.js",
    "/m/a\\b.js",
    "/__proto__",
    "/constructor",
    "/m/__proto__.js",
    "/m/https://evil.example/a.js",
    "/health/../config",
    "/config%00",
];
const QUERIES: &[&str] = &[
    "",
    "?",
    "?entry=main.som",
    "?entry=../../../etc/passwd",
    "?entry=https://evil.example/a.som",
    "?entry=%ff",
    "?v=",
    "?v=<script>alert(1)</script>",
    "?target=es5",
    "?minify=%00",
    "?limit=-1",
    "?limit=99999999999999999999",
    "?cursor=\u{0}",
    "?format=iife&globalName=a.b(c)",
    "?externals=,,,*,**",
    "?entry=main.som&entry=b&__proto__=1",
    "?a=b=c&&&=&%",
];
const NAMES: &[&str] = &[
    "authorization",
    "origin",
    "content-type",
    "content-length",
    "accept",
    "if-none-match",
    "if-match",
    "x-request-id",
    "traceparent",
    "host",
    "cookie",
    "x-forwarded-host",
    "accept-encoding",
    "range",
];
const VALUES: &[&str] = &[
    "",
    "Bearer",
    "Bearer ",
    "bearer  ",
    "Basic cjpz",
    "null",
    "https://me",
    "https://evil.example",
    "http://me:443",
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "application/json;;;=;",
    "*/*",
    "*/*;q=0",
    "text/html;q=1.5",
    "application/json;q=0.0001",
    ",,,;q=",
    "\"",
    "W/\"",
    "*",
    "\"v0\"",
    "-1",
    "18446744073709551616",
    "<script>",
    "a\r\nset-cookie: x=1",
    "00-00000000000000000000000000000000-0000000000000000-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "bytes=0-",
];
const BODIES: &[&str] = &[
    "",
    "{",
    "}",
    "[]",
    "null",
    "1e999",
    "{}",
    "{\"a\":}",
    "\u{feff}{}",
    "{\"maxCacheSize\":-1}",
    "{\"maxCacheSize\":1e400}",
    "{\"__proto__\":{\"maxCacheSize\":1}}",
    "{\"type\":\"reset\",\"key\":\"ghost\"}",
    "{\"type\":\"open\",\"durationMs\":1e300}",
    "{\"targets\":[\"metrics\",{}]}",
    "{\"action\":\"invalidate\",\"url\":7}",
    "{\"action\":\"refresh\"}",
    "{\"source\":1}",
    "{\"source\":\"собит = ;\",\"options\":{\"target\":\"es3\"}}",
    "{\"logLevel\":\"\\ud800\"}",
    "{\"health\":{\"memoryWarn\":2}}",
    "{\"health.memoryWarn\":0.99}",
    "\"maxCacheSize\"",
    "{\"maxCacheSize\":\"1000\"}",
    "{\"a\":1,\"a\":2}",
    "{\"managementPort\":8080}",
    "true",
];

fn request(dice: &mut Dice) -> Ask {
    let odd = ["http://[::1", "me", "javascript:alert(1)", "https://u:p@me", ""];
    let base = if dice.roll(8) == 0 { dice.pick(&odd) } else { "https://me" };
    // A third goes where bodies are read.
    let changes = ["/config", "/circuit-breakers", "/admin/reset", "/admin/cache"];
    let is_change = dice.roll(3) == 0;
    let path = if is_change { dice.pick(&changes) } else { dice.pick(PATHS) };
    let url = [base, path, dice.pick(QUERIES)].concat();
    let mut made = ask(if is_change { "POST" } else { dice.pick(METHODS) }, "/");
    made.request.url = url;
    for _ in 0..dice.roll(5) {
        let name = dice.pick(NAMES);
        let value = match dice.roll(12) {
            // The id is repeated as the client chose it.
            0 | 1 if name == "x-request-id" => String::new(),
            // Half right: a token with something wrong, or the one that only reads.
            0 => [dice.pick(&["Bearer ", "Token ", ""]), READ, dice.pick(&["", "x", " ", "\n"])].concat(),
            1 => WRITE.get(..dice.roll(WRITE.len())).map(|part| ["Bearer ", part].concat()).unwrap_or_default(),
            2 => "x".repeat(dice.roll(20_000)),
            _ => dice.pick(VALUES).to_owned(),
        };
        made = made.with(name, &value);
    }
    if dice.roll(3) > 0 {
        made = made.with("content-type", "application/json");
    }
    // Who may write may not write nonsense: none of the bodies is a change that could be made.
    if dice.roll(3) == 0 {
        made.request.headers.insert(0, ("authorization".to_owned(), ["Bearer ", WRITE].concat()));
    }
    let mut chunks: Vec<Vec<u8>> = (0..dice.roll(3)).map(|_| dice.pick(BODIES).as_bytes().to_vec()).collect();
    if dice.roll(10) == 0 {
        chunks.push(vec![dice.roll(256) as u8; dice.roll(3000)]);
    }
    made.body = Some(chunks);
    made
}

fn desk() -> Desk {
    let auth = map(&[("readToken", text(READ)), ("writeToken", text(WRITE))]);
    let modules = map(&[("origins", texts(&["https://cdn.example"])), ("entries", texts(&["main.som"]))]);
    let handler = map(&[("auth", auth), ("modules", modules), ("maxBodyBytes", Value::Number(2048.0))]);
    let mut desk = Desk::new(&map(&[("loading", map(&[("fetchTimeout", Value::Number(100.0))]))]), &handler);
    desk.module("main.som", "содир собит а = 1;");
    desk.network.set(&[BASE, "data.json"].concat(), Reply::text("{}"));
    desk
}

fn config(desk: &mut Desk) -> Vec<u8> {
    let answer = desk.answer(ask("GET", "/config").bearer(WRITE));
    assert_eq!(answer.status, 200);
    answer.body
}

fn judge(seed: usize, asked: &Ask, answer: &Answer) {
    let told = format!("request {seed}: {asked:?}\n{} {}", answer.status, body(answer));
    assert!(matches!(answer.status, 200 | 204 | 302 | 304 | 400..=499 | 502..=504), "{told}");
    let headers: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    for secret in [READ, WRITE] {
        // Half of a token is none, and the request line is nothing that anybody must keep for us.
        assert!(!body(answer).contains(secret) && !headers.contains(secret), "{told}");
    }
    assert!(answer.headers.iter().all(|(_, value)| !value.contains(['\r', '\n', '\0'])), "{told}");
    let kind = answer.header("content-type").unwrap_or("");
    assert!(!kind.contains("html"), "{told}");
    assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("access-control-")), "{told}");
    if answer.status >= 400 && asked.request.method != "HEAD" {
        let error = json(answer);
        assert!(error["code"].is_string() && error["requestId"].is_string(), "{told}");
    }
}

#[test]
fn ten_thousand_requests_from_a_seed() {
    let mut desk = desk();
    let mut dice = Dice(SEED);
    let before = config(&mut desk);
    let mut seen = std::collections::BTreeMap::new();
    for number in 0..10_000 {
        let asked = request(&mut dice);
        let answer = desk.answer(asked.clone());
        judge(number, &asked, &answer);
        *seen.entry(answer.status).or_insert(0) += 1;
    }
    assert_eq!(config(&mut desk), before, "the configuration is as it was, byte for byte");
    // They came to something: most kinds of refusal were met, and some were well formed after all.
    for status in [200, 204, 400, 401, 403, 404, 405, 406, 413, 415] {
        assert!(seen.contains_key(&status), "{status} in {seen:?}");
    }
    let outside = |url: &&String| !url.starts_with(BASE) && !url.starts_with("https://cdn.example/");
    assert_eq!(desk.requests.iter().find(outside), None);
}
