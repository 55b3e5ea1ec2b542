//! How long an HTTP answer may be used without asking again, and with what to ask then.
//! Must never read a clock: the age of an answer is a matter of its own headers and of the time handed in.

use somon_ops::date::http_date_ms;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// Microseconds on the caller's clock; usable without asking before this.
    pub fresh_until: u64,
    /// Before this it may stand in for an origin that fails.
    pub stale_until: u64,
    /// Before this it may be used while the server is asked again.
    pub reuse_until: u64,
    /// While fresh it is not asked for even by one who wants everything anew.
    pub is_immutable: bool,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// The `Cache-Control` of the answer.
    pub control: Option<String>,
}

/// For answers that say nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    pub ttl_ms: u64,
    /// How long after its time a copy may stand in for an origin that fails.
    pub stale_if_error_ms: u64,
}

impl Freshness {
    pub fn until(fresh_until: u64) -> Freshness {
        Freshness { fresh_until, stale_until: fresh_until, ..Freshness::default() }
    }

    /// `header` gives the value for a lower-case name; what an answer does not say itself comes from `defaults`.
    /// `None`: the answer may not be kept at all.
    pub fn of<'h>(header: &dyn Fn(&str) -> Option<&'h str>, now: u64, defaults: Defaults) -> Option<Freshness> {
        let control = header("cache-control").unwrap_or("").to_ascii_lowercase();
        let (mut seconds, mut is_immutable, mut asks_always) = (None, false, false);
        let (mut stale_us, mut reuse_us, mut must_ask) = (None, 0u64, false);
        for directive in control.split(',').map(str::trim) {
            match directive.split_once('=') {
                None if directive == "no-store" => return None,
                None if directive == "immutable" => is_immutable = true,
                None if directive == "must-revalidate" => must_ask = true,
                // With a list of fields it holds for those; asking is never wrong.
                _ if directive.starts_with("no-cache") => (asks_always, must_ask) = (true, true),
                Some(("stale-if-error", value)) => {
                    stale_us =
                        value.trim_matches('"').parse::<u64>().ok().map(|seconds| seconds.saturating_mul(1_000_000));
                }
                Some(("stale-while-revalidate", value)) => {
                    reuse_us =
                        value.trim_matches('"').parse::<u64>().map_or(0, |seconds| seconds.saturating_mul(1_000_000));
                }
                // What is no number is stale.
                Some(("max-age", value)) if seconds.is_none() => {
                    seconds = Some(value.trim_matches('"').parse::<u64>().unwrap_or(0));
                }
                _ => {}
            }
        }
        let microseconds = match seconds {
            _ if asks_always => 0,
            Some(seconds) => seconds.saturating_mul(1_000_000),
            None => match (header("expires"), header("date").and_then(http_date_ms)) {
                // An `Expires` that is no date means "at once".
                (Some(expires), Some(date)) => {
                    http_date_ms(expires).unwrap_or(0).saturating_sub(date).saturating_mul(1000)
                }
                (Some(_), None) => 0,
                (None, _) => defaults.ttl_ms.saturating_mul(1000),
            },
        };
        let age = header("age").and_then(|age| age.trim().parse::<u64>().ok()).unwrap_or(0).saturating_mul(1_000_000);
        let text = |name: &str| header(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let fresh_until = now.saturating_add(microseconds.saturating_sub(age));
        let stale_us = if must_ask { 0 } else { stale_us.unwrap_or(defaults.stale_if_error_ms.saturating_mul(1000)) };
        Some(Freshness {
            fresh_until,
            stale_until: fresh_until.saturating_add(stale_us),
            reuse_until: if must_ask { 0 } else { fresh_until.saturating_add(reuse_us) },
            is_immutable,
            etag: text("etag"),
            last_modified: text("last-modified"),
            control: text("cache-control"),
        })
    }

    /// The same answer for one who wants to ask again each time.
    pub fn fresh_for_once(self, now: u64) -> Freshness {
        let stale_us = self.stale_until - self.fresh_until.min(self.stale_until);
        Freshness { fresh_until: now, stale_until: now.saturating_add(stale_us), ..self }
    }

    /// Headers that make the server say "not modified"; none when there is nothing to compare by.
    pub fn conditions(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        headers.extend(self.etag.clone().map(|etag| ("if-none-match", etag)));
        headers.extend(self.last_modified.clone().map(|date| ("if-modified-since", date)));
        headers
    }

    /// What the answer said: after "not modified" the new head need not say it again.
    pub fn header(&self, name: &str) -> Option<&str> {
        let kept = match name {
            "etag" => &self.etag,
            "last-modified" => &self.last_modified,
            "cache-control" => &self.control,
            _ => &None,
        };
        kept.as_deref()
    }

    pub fn charged_bytes(&self) -> usize {
        let texts = [&self.etag, &self.last_modified, &self.control];
        texts.iter().map(|text| text.as_ref().map_or(0, String::capacity)).sum()
    }
}
