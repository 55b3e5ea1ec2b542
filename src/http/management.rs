//! What the management routes answer: figures of the system as JSON, and changes to it.
//! Must never compute a figure that the system has not: every number comes from there.

use somon_ops::date::push_iso;
use somon_system::event::Moment;

use crate::code;
use crate::error::Refusal;
use crate::exchange::Exchange;
use crate::message::Answer;
use crate::negotiate;
use crate::route::Action;
use crate::service::{Done, Service};
use crate::write::Object;

impl Service {
    /// Does what a route is for. `body` is complete.
    pub(crate) fn perform(&mut self, exchange: &Exchange, action: Action, body: &[u8]) -> Result<Done, Refusal> {
        let _ = body;
        match action {
            Action::Module | Action::JsonModule | Action::Bundle => return self.serve(exchange, action),
            _ => {}
        }
        if negotiate::best(exchange.request.header("accept"), &["application/json"]).is_none() {
            return Err(Refusal::new(code::NOT_ACCEPTABLE, "the answer is application/json"));
        }
        let answer = match action {
            Action::Live => live(true, self.moment),
            _ => return Err(Refusal::new(code::NOT_FOUND, "there is nothing at this path")),
        };
        Ok(Done::Answer(answer))
    }
}

pub fn live(is_live: bool, now: Moment) -> Answer {
    let mut body = String::new();
    let mut object = Object::begin(&mut body);
    object.flag("live", is_live);
    time(&mut object, now);
    object.end();
    Answer::json(if is_live { 200 } else { 503 }, body)
}

fn time(object: &mut Object, now: Moment) {
    let mut text = String::new();
    push_iso(&mut text, now.epoch_ms);
    object.text("timestamp", &text);
}
