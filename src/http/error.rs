//! A refusal as an answer: always JSON, never more than the client may know.
//! Must never show what the client sent, except where the table of codes says which value was wrong.

use somon_lang::diagnostic::Texts;
use somon_modules::error::{Finding, SomonError};
use somon_ops::json::{push_key, push_string};
use somon_ops::number::push_u64;
use somon_ops::redact::push_redacted;

use crate::code::{self, Reason};
use crate::message::Answer;
use crate::write;

#[derive(Debug)]
pub struct Refusal {
    pub reason: Reason,
    pub message: String,
    pub details: Details,
    pub retry_after_ms: Option<u32>,
    pub allow: Option<Box<str>>,
}

#[derive(Debug)]
pub enum Details {
    None,
    Json(String),
    /// In the words of the answer.
    Findings(Vec<Finding>),
}

impl Refusal {
    pub fn new(reason: Reason, message: &str) -> Box<Refusal> {
        let message = message.to_owned();
        Box::new(Refusal { reason, message, details: Details::None, retry_after_ms: None, allow: None })
    }

    /// What an operation failed with.
    pub fn of(mut error: Box<SomonError>) -> Box<Refusal> {
        let diagnostics = std::mem::take(&mut error.diagnostics);
        let mut refusal = Refusal::without_diagnostics(&error);
        if error.problems.is_empty() && !diagnostics.is_empty() {
            refusal.details = Details::Findings(diagnostics);
        }
        refusal
    }

    pub fn without_diagnostics(error: &SomonError) -> Box<Refusal> {
        let reason = code::of_error(error.code, error.status);
        // Of a fault of our own the log tells more.
        let message = if reason.status == 500 { "an internal error" } else { error.message.as_str() };
        let mut refusal = Refusal::new(reason, message);
        refusal.retry_after_ms = error.retry_after_ms;
        if !error.problems.is_empty() {
            refusal.details = Details::Json(write::problems(&error.problems));
        }
        refusal
    }

    pub fn to_answer(&self, request_id: &str, timestamp: &str, texts: &Texts) -> Answer {
        let mut body = String::from("{");
        let mut is_first = true;
        let mut clean = String::new();
        push_redacted(&mut clean, &self.message, &[]);
        let members = [
            ("error", self.reason.title),
            ("code", self.reason.code),
            ("message", clean.as_str()),
            ("timestamp", timestamp),
            ("requestId", request_id),
        ];
        for (key, value) in members {
            push_key(&mut body, &mut is_first, key);
            push_string(&mut body, value);
        }
        let details = match &self.details {
            Details::None => None,
            Details::Json(text) => Some(text.clone()),
            Details::Findings(findings) => Some(write::findings(findings, texts)),
        };
        if let Some(details) = details {
            push_key(&mut body, &mut is_first, "details");
            body.push_str(&details);
        }
        body.push('}');
        let mut answer = Answer::json(self.reason.status, body).with("cache-control", "no-store");
        if self.reason.status == 401 {
            answer.set("www-authenticate", "Bearer");
        }
        if let Some(allow) = &self.allow {
            answer.set("allow", &**allow);
        }
        if self.reason.status == 503 {
            let mut seconds = String::new();
            push_u64(&mut seconds, u64::from(self.retry_after_ms.unwrap_or(1000).div_ceil(1000).max(1)));
            answer.set("retry-after", seconds);
        }
        answer
    }
}
