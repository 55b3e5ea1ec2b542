//! The scripted network: what each URL answers, in which pieces, how late, and how it fails.

use std::collections::BTreeMap;

use crate::effect::FetchRequest;

/// What one URL answers to every request.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// The URL that the host says the answer came from; empty: it does not say.
    pub url: String,
    pub chunks: Vec<Vec<u8>>,
    /// Until the head, and before each further piece.
    pub delay_us: u64,
    pub end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Complete,
    /// The connection breaks after the last piece.
    Breaks,
    /// It ends as if complete, whatever the head announced.
    Silent,
    /// Nothing more ever comes.
    Hangs,
}

impl Reply {
    pub fn text(body: &str) -> Reply {
        Reply {
            status: 200,
            headers: Vec::new(),
            url: String::new(),
            chunks: vec![body.as_bytes().to_vec()],
            delay_us: 1000,
            end: End::Complete,
        }
    }

    pub fn status(status: u16) -> Reply {
        Reply { status, chunks: Vec::new(), ..Reply::text("") }
    }

    pub fn redirect(location: &str) -> Reply {
        Reply::status(302).header("location", location)
    }

    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn delay(mut self, delay_us: u64) -> Reply {
        self.delay_us = delay_us;
        self
    }

    pub fn end(mut self, end: End) -> Reply {
        self.end = end;
        self
    }
}

/// URLs that are not in the script answer 404.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub replies: BTreeMap<String, Reply>,
}

impl Network {
    pub fn set(&mut self, url: &str, reply: Reply) {
        self.replies.insert(url.to_owned(), reply);
    }

    /// A reply with an `ETag` or a date answers 304 to who knows it already.
    pub fn reply_to(&self, request: &FetchRequest) -> Reply {
        let reply = self.reply(&request.url);
        let find = |name: &str| request.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
        let has = |name: &str, value: &String| reply.headers.iter().any(|(key, known)| key == name && known == value);
        let is_known = match (find("if-none-match"), find("if-modified-since")) {
            (Some(etag), _) => has("etag", etag),
            (None, Some(date)) => has("last-modified", date),
            (None, None) => false,
        };
        if is_known { Reply { status: 304, chunks: Vec::new(), ..reply } } else { reply }
    }

    pub fn reply(&self, url: &str) -> Reply {
        self.replies.get(url).cloned().unwrap_or_else(|| Reply::status(404))
    }
}
