//! W3C trace context: ids, the `traceparent` header, spans.
//! Must never hold a current span: the context travels with its operation, so that two of them cannot mix.

use crate::number::push_hex;

/// Fills a slice with random bytes.
pub type RandomBytes<'a> = &'a mut dyn FnMut(&mut [u8]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId([u8; 16]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId([u8; 8]);

impl TraceId {
    pub fn random(random: RandomBytes) -> Self {
        TraceId(random_id(random))
    }

    pub fn push(&self, out: &mut String) {
        push_hex(out, &self.0);
    }

    /// Where this trace stands in [0, 1): the same for everybody who sees the id, so that all keep it or nobody does.
    pub fn fraction(&self) -> f64 {
        let [.., a, b, c, d] = self.0;
        f64::from(u32::from_be_bytes([a, b, c, d])) / 4_294_967_296.0
    }
}

impl SpanId {
    pub fn random(random: RandomBytes) -> Self {
        SpanId(random_id(random))
    }

    pub fn push(&self, out: &mut String) {
        push_hex(out, &self.0);
    }
}

/// Where an operation, or a part of it, belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    pub trace: TraceId,
    pub span: SpanId,
    pub parent: Option<SpanId>,
    pub sampled: bool,
}

impl TraceContext {
    /// A trace of its own; `sample_rate` of them are sampled.
    pub fn root(sample_rate: f64, random: RandomBytes) -> Self {
        let trace = TraceId::random(random);
        let sampled = trace.fraction() < sample_rate;
        TraceContext { trace, span: SpanId::random(random), parent: None, sampled }
    }

    /// Goes on with a caller's trace, if the header is sound, else starts one.
    pub fn incoming(traceparent: Option<&str>, sample_rate: f64, random: RandomBytes) -> Self {
        match traceparent.and_then(parse_traceparent) {
            Some(remote) => TraceContext { span: SpanId::random(random), parent: Some(remote.span), ..remote },
            None => TraceContext::root(sample_rate, random),
        }
    }

    pub fn child(&self, random: RandomBytes) -> Self {
        TraceContext { span: SpanId::random(random), parent: Some(self.span), ..*self }
    }

    /// The header for requests made on behalf of this span.
    pub fn traceparent(&self) -> String {
        let mut out = String::with_capacity(55);
        out.push_str("00-");
        self.trace.push(&mut out);
        out.push('-');
        self.span.push(&mut out);
        out.push_str(if self.sampled { "-01" } else { "-00" });
        out
    }
}

/// The sender's context; `span` is the sender's. Of a later version the first four fields are read.
pub fn parse_traceparent(text: &str) -> Option<TraceContext> {
    let bytes = text.as_bytes();
    let [version] = hex(bytes.get(..2)?)?;
    let ends_well = match bytes.get(55) {
        None => bytes.len() == 55,
        Some(after) => version > 0 && *after == b'-',
    };
    let dashes = [2, 35, 52].into_iter().all(|at| bytes.get(at) == Some(&b'-'));
    if version == 0xff || !ends_well || !dashes {
        return None;
    }
    let trace: [u8; 16] = hex(bytes.get(3..35)?)?;
    let span: [u8; 8] = hex(bytes.get(36..52)?)?;
    let [flags] = hex(bytes.get(53..55)?)?;
    if trace == [0; 16] || span == [0; 8] {
        return None;
    }
    Some(TraceContext { trace: TraceId(trace), span: SpanId(span), parent: None, sampled: flags & 1 == 1 })
}

/// A `tracestate` that may be passed on.
pub fn passable_tracestate(text: &str) -> Option<&str> {
    (!text.is_empty() && text.len() <= 512 && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))).then_some(text)
}

/// One measured piece of work. It is completed once; later completions give the first one's duration.
#[derive(Clone, Debug)]
pub struct Span {
    pub name: &'static str,
    pub context: TraceContext,
    started_us: u64,
    duration_us: Option<u64>,
}

impl Span {
    pub fn start(name: &'static str, context: TraceContext, now_us: u64) -> Self {
        Span { name, context, started_us: now_us, duration_us: None }
    }

    /// The duration, and whether this was the completion that counts (and is to be logged).
    pub fn complete(&mut self, now_us: u64) -> (u64, bool) {
        let is_first = self.duration_us.is_none();
        let duration = *self.duration_us.get_or_insert(now_us.saturating_sub(self.started_us));
        (duration, is_first)
    }

    pub fn duration_us(&self, now_us: u64) -> u64 {
        self.duration_us.unwrap_or(now_us.saturating_sub(self.started_us))
    }
}

/// All zeros mean "no id" and are never given out.
fn random_id<const N: usize>(random: RandomBytes) -> [u8; N] {
    let mut id = [0; N];
    random(&mut id);
    if id == [0; N]
        && let Some(last) = id.last_mut()
    {
        *last = 1;
    }
    id
}

fn hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    if text.len() != N * 2 {
        return None;
    }
    for (byte, digits) in out.iter_mut().zip(text.chunks_exact(2)) {
        for digit in digits {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = *byte << 4 | value;
        }
    }
    Some(out)
}
