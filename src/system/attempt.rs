//! The attempts of a fetch: their turn, the admission by the breaker of their origin, their time, what comes after a
//! failed one. Must never let a request out that no breaker admitted, nor end an attempt without telling it.

use std::rc::Rc;

use somon_modules::error::ErrorCode;
use somon_modules::record::Record;
use somon_modules::url::Url;
use somon_ops::attempt::AttemptResult;
use somon_ops::backoff::us_to_ms_up;
use somon_ops::breaker::{Decision, Outcome};
use somon_ops::metrics::{Counter, LoadOutcome};
use somon_ops::number::push_u64;
use somon_ops::retry::{Attempts, GiveUp, Next};
use somon_ops::trace::TraceContext;

use crate::effect::{Effect, FetchId, OperationId};
use crate::fetches::{Answer, AttemptsWatch, Failure, InFlight, Phase, names_bytes};
use crate::step::{System, TimerOwner};

impl System {
    /// Starts what waits for its turn, as far as the instance may have requests open, and refuses what is too much
    /// to wait.
    pub(crate) fn start_attempts(&mut self) {
        while self.fetches.running < self.settings.in_flight_max {
            let Some(fetch) = self.fetches.queue.pop_front() else { break };
            self.start_attempt(fetch);
        }
        while self.fetches.queue.len() > self.settings.queue_max {
            let Some(flight) = self.fetches.queue.pop_back().and_then(|fetch| self.fetches.remove(fetch)) else {
                continue;
            };
            let reason = "too many requests wait, by `loading.maxInFlight` and `loading.maxQueue`";
            let failure = flight.failure.clone().unwrap_or_else(|| Failure::new(ErrorCode::LimitFetches, reason));
            self.conclude(flight, Err(failure));
        }
    }

    fn start_attempt(&mut self, fetch: FetchId) {
        let Some(mut flight) = self.fetches.remove(fetch) else { return };
        let kept = self.cache.kept(&flight.id);
        flight.kept = kept.map(|(record, freshness)| (record.clone(), freshness.clone()));
        if !self.go_out(&mut flight) {
            return;
        }
        let now = self.now.0;
        let (options, deadline) = (&self.settings.retry, self.deadline(&flight.waiters));
        let budget = &mut self.retry_budget;
        let attempts = flight.attempts.get_or_insert_with(|| Attempts::start(now, deadline, options, budget));
        let until = attempts.begin(now, u64::from(self.settings.fetch_timeout_ms));
        flight.until_us = until;
        // By a configuration that has changed meanwhile.
        let lane = lane(&flight, self.settings.shares_fetches);
        self.stop_watches(|watch| watch.lane == lane && until < watch.due_us);
        let conditions = self.conditions(&flight);
        flight.is_conditional = !conditions.is_empty();
        flight.phase = Phase::Running;
        flight.began_us = now;
        self.fetches.running += 1;
        self.fetches.has_changed = true;
        let mut request = self.request(flight.url.clone());
        request.headers.extend(conditions);
        let operation = flight.waiters.first().copied().unwrap_or(OperationId(0));
        request.headers.extend(self.trace_header(operation, &flight.url));
        self.add_own_headers(&mut request, operation);
        self.fetches.insert(fetch, flight, self.settings.shares_fetches);
        self.effects.push(Effect::Fetch { fetch, operation, request });
    }

    /// Whether one more request may go to `flight.url`: by the count of the operation that asks, and by the breaker of
    /// the origin. If not, whoever waited has been told.
    fn go_out(&mut self, flight: &mut InFlight) -> bool {
        loop {
            let Some(&waiter) = flight.waiters.first() else { return false };
            let Some(operation) = self.operations.get(&waiter) else { return false };
            if operation.fetch_count < self.settings.fetches_max {
                break;
            }
            flight.waiters.remove(0);
            let failure = Failure::new(ErrorCode::LimitFetches, "more requests than `loading.maxFetches`");
            self.hand_out(waiter, &flight.id, Err(failure));
        }
        if let Some(key) = breaker_key(&flight.url) {
            let random = &mut self.random;
            match self.breakers.admit(&key, self.now.0, &mut || random.unit()) {
                Decision::Admitted(lease) => flight.lease = Some(lease),
                Decision::Rejected { retry_after_ms } => {
                    let open = || Failure::new(ErrorCode::BreakerOpen, ["the breaker of ", &key, " is open"].concat());
                    let failure = flight.failure.take().unwrap_or_else(open);
                    self.conclude(flight.again(), Err(failure.behind_breaker(key, retry_after_ms)));
                    return false;
                }
                Decision::ShutDown => {}
            }
        }
        if let Some(operation) = flight.waiters.first().and_then(|waiter| self.operations.get_mut(waiter)) {
            operation.fetch_count += 1;
        }
        true
    }

    /// The next hop of a redirect: a request of its own, within the time of the attempt.
    pub(crate) fn follow(&mut self, fetch: FetchId, target: Url) {
        let Some(mut flight) = self.fetches.remove(fetch) else { return };
        self.effects.push(Effect::CancelFetch { fetch });
        self.settle_lease(&mut flight, Outcome::Success);
        flight.hops.push(std::mem::replace(&mut flight.url, target.into_string()));
        flight.is_conditional = false;
        if !self.go_out(&mut flight) {
            self.end_attempt(&mut flight, Outcome::Neutral);
            return;
        }
        let next = self.fetches.next_id();
        let operation = flight.waiters.first().copied().unwrap_or(OperationId(0));
        let mut request = self.request(flight.url.clone());
        request.headers.extend(self.trace_header(operation, &flight.url));
        self.add_own_headers(&mut request, operation);
        self.fetches.insert(next, flight, self.settings.shares_fetches);
        self.effects.push(Effect::Fetch { fetch: next, operation, request });
    }

    /// The sleep before an attempt is over.
    pub(crate) fn slept(&mut self, fetch: FetchId) {
        let Some(flight) = self.fetches.open.get_mut(&fetch) else { return };
        flight.timer = None;
        flight.phase = Phase::Queued;
        self.fetches.queue.push_back(fetch);
    }

    /// A timer of each attempt's own would cost more than all else about it: a lane has one, for the first that is due.
    pub(crate) fn keep_attempts_timers(&mut self) {
        let shares = self.settings.shares_fetches;
        let is_watched = shares && self.fetches.running > 0 && !self.fetches.watches.is_empty();
        if !std::mem::take(&mut self.fetches.has_changed) || is_watched {
            return;
        }
        let mut first: Vec<(OperationId, u64)> = Vec::new();
        for (_, flight) in self.fetches.open.iter() {
            if flight.phase == Phase::Running {
                let lane = lane(flight, shares);
                match first.iter_mut().find(|(other, _)| *other == lane) {
                    Some((_, due)) => *due = flight.until_us.min(*due),
                    None => first.push((lane, flight.until_us)),
                }
            }
        }
        self.stop_watches(|watch| !first.iter().any(|(lane, _)| *lane == watch.lane));
        for (lane, due_us) in first {
            if !self.fetches.watches.iter().any(|watch| watch.lane == lane) {
                let delay = milliseconds(due_us.saturating_sub(self.now.0));
                let timer = self.set_timer(TimerOwner::Attempts(lane), delay);
                self.fetches.watches.push(AttemptsWatch { lane, timer, due_us });
            }
        }
    }

    fn stop_watches(&mut self, ends: impl Fn(&AttemptsWatch) -> bool) {
        while let Some(at) = self.fetches.watches.iter().position(&ends) {
            let watch = self.fetches.watches.swap_remove(at);
            self.clear_timer(watch.timer);
        }
    }

    pub(crate) fn attempts_timer_fired(&mut self, of: OperationId) {
        let shares = self.settings.shares_fetches;
        let Some(at) = self.fetches.watches.iter().position(|watch| watch.lane == of) else { return };
        let watch = self.fetches.watches.swap_remove(at);
        self.fetches.has_changed = true;
        // Where the clock stands still, the timer tells the time.
        let now = watch.due_us.max(self.now.0);
        let is_over =
            |flight: &InFlight| flight.phase == Phase::Running && flight.until_us <= now && lane(flight, shares) == of;
        let over = self.fetches.open.iter().filter(|(_, flight)| is_over(flight)).map(|(fetch, _)| *fetch);
        for fetch in over.collect::<Vec<FetchId>>() {
            self.count(Counter::Timeouts, 1);
            let mut reason = String::from("no complete answer within ");
            push_u64(&mut reason, u64::from(self.settings.fetch_timeout_ms));
            reason.push_str(" ms");
            self.give_up(fetch, Failure::new(ErrorCode::LoadTimeout, reason));
        }
    }

    /// Stops an attempt whose answer is of no more use.
    pub(crate) fn give_up(&mut self, fetch: FetchId, failure: Box<Failure>) {
        if let Some(flight) = self.fetches.remove(fetch) {
            self.effects.push(Effect::CancelFetch { fetch });
            self.attempt_failed(flight, failure);
        }
    }

    /// Nobody waits any more.
    pub(crate) fn abandon(&mut self, fetch: FetchId, outcome: Outcome) {
        let Some(mut flight) = self.fetches.remove(fetch) else { return };
        match flight.phase {
            Phase::Running => self.effects.push(Effect::CancelFetch { fetch }),
            Phase::Queued => self.fetches.queue.retain(|queued| *queued != fetch),
            Phase::Asleep | Phase::Arrived => {}
        }
        self.end_attempt(&mut flight, outcome);
    }

    /// An attempt brought no module: another one after a sleep, or the failure for whoever waits.
    pub(crate) fn attempt_failed(&mut self, mut flight: InFlight, mut failure: Box<Failure>) {
        let now = self.now.0;
        let result = result_of(&failure);
        let asked_wait = failure.retry_after_ms.map(u64::from);
        self.end_attempt(&mut flight, result.outcome(asked_wait));
        let key = breaker_key(&flight.url);
        let breaker_wait = key.as_deref().and_then(|key| self.breakers.wait_ms(key, now));
        let deadline = self.deadline(&flight.waiters);
        let Some(attempts) = flight.attempts.as_mut().filter(|_| !is_probe(&flight.id) && !names_bytes(&flight.url))
        else {
            return self.conclude(flight, Err(failure));
        };
        let random = &mut self.random;
        attempts.set_deadline(deadline);
        let (options, budget) = (&self.settings.retry, &mut self.retry_budget);
        match attempts.after(result, asked_wait, breaker_wait, now, options, budget, &mut || random.unit()) {
            Next::RetryAt { at_us } => self.sleep(flight, failure, at_us),
            Next::GiveUp { reason: GiveUp::BreakerOpen, .. } => {
                let failure = failure.behind_breaker(key.unwrap_or_default(), breaker_wait.unwrap_or(0));
                self.conclude(flight, Err(failure));
            }
            Next::GiveUp { retry_after_ms, .. } => {
                failure.retry_after_ms = retry_after_ms.map(|wait| u32::try_from(wait).unwrap_or(u32::MAX));
                self.conclude(flight, Err(failure));
            }
        }
    }

    /// Until the next attempt. Those whose time would be over by then leave with what is known now.
    fn sleep(&mut self, mut flight: InFlight, failure: Box<Failure>, at_us: u64) {
        self.retry_count += 1;
        self.count(Counter::Retries, 1);
        self.tell_retry(&flight.id, &failure, at_us.saturating_sub(self.now.0));
        let mut leaving = Vec::new();
        flight.waiters.retain(|waiter| {
            let stays = self.operations.get(waiter).is_some_and(|operation| operation.deadline_us > at_us);
            if !stays {
                leaving.push(*waiter);
            }
            stays
        });
        if !leaving.is_empty() {
            self.answer(&flight, leaving, Err(failure.clone()));
        }
        let fetch = self.fetches.next_id();
        let delay = milliseconds(at_us.saturating_sub(self.now.0));
        let mut flight = flight.again();
        flight.failure = Some(failure);
        flight.phase = Phase::Asleep;
        flight.timer = Some(self.set_timer(TimerOwner::Sleep(fetch), delay));
        self.fetches.insert(fetch, flight, self.settings.shares_fetches);
    }

    /// The attempt under way, if there is one, is over: the breaker of its origin hears how.
    pub(crate) fn end_attempt(&mut self, flight: &mut InFlight, outcome: Outcome) {
        if let Some(timer) = flight.timer.take() {
            self.clear_timer(timer);
        }
        self.settle_lease(flight, outcome);
        if flight.phase == Phase::Running {
            self.fetches.running = self.fetches.running.saturating_sub(1);
            self.fetches.has_changed = true;
            let trace = self.trace_of_waiters(flight);
            self.span(trace, "fetch", &flight.id, (flight.began_us, self.now.0), outcome != Outcome::Success);
        }
    }

    /// Of the operation that asked first.
    pub(crate) fn trace_of_waiters(&self, flight: &InFlight) -> Option<TraceContext> {
        flight.waiters.first().and_then(|waiter| self.operations.get(waiter)).and_then(|operation| operation.trace)
    }

    fn settle_lease(&mut self, flight: &mut InFlight, outcome: Outcome) {
        if let Some(lease) = flight.lease.take() {
            self.breakers.settle(lease, outcome, self.now.0);
        }
    }

    /// The same answer for all who still wait: where the origin is at fault, a copy past its time if one is allowed.
    pub(crate) fn conclude(&mut self, mut flight: InFlight, made: Result<Rc<Record>, Box<Failure>>) {
        let waiters = std::mem::take(&mut flight.waiters);
        self.answer(&flight, waiters, made);
    }

    fn answer(&mut self, flight: &InFlight, waiters: Vec<OperationId>, made: Result<Rc<Record>, Box<Failure>>) {
        let now = self.now.0;
        let answer = match made {
            Ok(record) => {
                let is_same = flight.kept.as_ref().is_some_and(|(kept, _)| Rc::ptr_eq(kept, &record));
                let outcome = if is_same { LoadOutcome::Revalidated } else { LoadOutcome::Fetched };
                Ok(Answer { record, is_stale: false, outcome })
            }
            Err(mut failure) => match flight.kept.as_ref().filter(|(_, copy)| now < copy.stale_until) {
                Some((record, _)) if is_of_origin(&failure) => {
                    self.stale_count += 1;
                    self.count(Counter::StaleServed, 1);
                    self.tell_stale(&flight.id, &failure);
                    Ok(Answer { record: record.clone(), is_stale: true, outcome: LoadOutcome::Hit })
                }
                _ => {
                    failure.attempts = flight.attempts.as_ref().map_or(0, Attempts::made);
                    Err(failure)
                }
            },
        };
        let mut answer = answer;
        for waiter in waiters {
            self.hand_out(waiter, &flight.id, answer.clone());
            // The first of them asked; the others joined.
            if let Ok(answer) = &mut answer
                && !answer.is_stale
            {
                answer.outcome = LoadOutcome::Joined;
            }
        }
    }

    fn hand_out(&mut self, waiter: OperationId, id: &str, answer: Result<Answer, Box<Failure>>) {
        if is_probe(id) {
            self.probed(waiter, answer.as_ref().err().map(|failure| &**failure));
        } else {
            self.deliver(waiter, id, answer);
        }
    }

    /// As long as one of them has time, another attempt makes sense.
    fn deadline(&self, waiters: &[OperationId]) -> u64 {
        let deadline = |waiter| self.operations.get(waiter).map(|operation| operation.deadline_us);
        waiters.iter().filter_map(deadline).max().unwrap_or(0)
    }
}

/// An external's own check whether it is there, in place of a request.
pub(crate) fn is_probe(id: &str) -> bool {
    id.starts_with("external:")
}

/// What a breaker guards: the origin of a request that goes over the network, or an external.
fn breaker_key(url: &str) -> Option<String> {
    if is_probe(url) {
        return Some(url.to_owned());
    }
    if !url.starts_with("http") {
        return None;
    }
    Url::known(url).origin()
}

/// What a failure says about the origin, and about another attempt.
fn result_of(failure: &Failure) -> AttemptResult {
    match (failure.code, failure.status) {
        (ErrorCode::LoadNetwork, _) => AttemptResult::Network,
        (ErrorCode::LoadTimeout, _) => AttemptResult::Timeout,
        (ErrorCode::LoadHttp, Some(status)) => AttemptResult::Status(status),
        _ => AttemptResult::Unusable,
    }
}

fn is_of_origin(failure: &Failure) -> bool {
    failure.code == ErrorCode::BreakerOpen || matches!(result_of(failure).outcome(None), Outcome::Failure { .. })
}

fn milliseconds(us: u64) -> u32 {
    u32::try_from(us_to_ms_up(us)).unwrap_or(u32::MAX)
}

fn lane(flight: &InFlight, shares: bool) -> OperationId {
    let own = flight.waiters.first().copied().filter(|_| !shares);
    own.unwrap_or(OperationId(0))
}
