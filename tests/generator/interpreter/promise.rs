//! Promises and the queue of jobs, in the order that the standard gives them.

use std::cell::RefCell;
use std::rc::Rc;

use super::machine::{Machine, Thrown};
use super::value::{Kind, Object, Value};

pub type Settled<'a> = Result<Value<'a>, Value<'a>>;

#[derive(Default)]
pub struct Promise<'a> {
    settled: RefCell<Option<Settled<'a>>>,
    waiting: RefCell<Vec<Reaction<'a>>>,
}

/// What happens when a promise is settled.
#[derive(Clone)]
pub enum Reaction<'a> {
    /// A function goes on behind its `интизор`.
    Resume { task: usize, answer: Rc<RefCell<Option<Settled<'a>>>> },
    /// Another promise is settled likewise.
    Forward(Rc<Object<'a>>),
    /// `.then(...)`
    Call { fulfilled: Value<'a>, rejected: Value<'a>, result: Rc<Object<'a>> },
}

pub enum Job<'a> {
    React(Reaction<'a>, Settled<'a>),
    /// A promise was resolved with another one.
    Adopt {
        from: Rc<Object<'a>>,
        into: Rc<Object<'a>>,
    },
}

pub fn new_promise<'a>() -> Rc<Object<'a>> {
    Object::new(Kind::Promise(Promise::default()), None)
}

fn promise<'o, 'a>(object: &'o Object<'a>) -> &'o Promise<'a> {
    let Kind::Promise(promise) = &object.kind else { panic!("a promise") };
    promise
}

impl<'a> Machine<'a> {
    pub fn promise_of(&self, value: &Value<'a>) -> Rc<Object<'a>> {
        match value {
            Value::Object(object) if matches!(object.kind, Kind::Promise(_)) => object.clone(),
            _ => {
                let object = new_promise();
                self.resolve(&object, value.clone());
                object
            }
        }
    }

    pub fn resolve(&self, object: &Rc<Object<'a>>, value: Value<'a>) {
        match value {
            Value::Object(from) if matches!(from.kind, Kind::Promise(_)) => {
                self.jobs.borrow_mut().push_back(Job::Adopt { from, into: object.clone() });
            }
            value => self.settle(object, Ok(value)),
        }
    }

    pub fn settle(&self, object: &Rc<Object<'a>>, outcome: Settled<'a>) {
        let promise = promise(object);
        let old = promise.settled.replace(Some(outcome.clone()));
        assert!(old.is_none(), "a promise is settled once");
        for reaction in promise.waiting.take() {
            self.jobs.borrow_mut().push_back(Job::React(reaction, outcome.clone()));
        }
    }

    pub fn then(&self, object: &Rc<Object<'a>>, reaction: Reaction<'a>) {
        let promise = promise(object);
        match promise.settled.borrow().clone() {
            Some(outcome) => self.jobs.borrow_mut().push_back(Job::React(reaction, outcome)),
            None => promise.waiting.borrow_mut().push(reaction),
        }
    }

    /// Runs jobs until there are none.
    pub fn run_jobs(self: &Rc<Self>) -> Result<(), Thrown<'a>> {
        loop {
            let Some(job) = self.jobs.borrow_mut().pop_front() else { return Ok(()) };
            match job {
                Job::Adopt { from, into } => self.then(&from, Reaction::Forward(into)),
                Job::React(Reaction::Forward(into), Ok(value)) => self.resolve(&into, value),
                Job::React(Reaction::Forward(into), outcome) => self.settle(&into, outcome),
                Job::React(Reaction::Resume { task, answer }, outcome) => {
                    *answer.borrow_mut() = Some(outcome);
                    self.poll(task);
                }
                Job::React(Reaction::Call { fulfilled, rejected, result }, outcome) => {
                    let (handler, value) = match outcome {
                        Ok(value) => (fulfilled, Ok(value)),
                        Err(value) => (rejected, Err(value)),
                    };
                    let machine = self.clone();
                    self.spawn(Box::pin(async move {
                        let Value::Object(_) = handler else {
                            match value {
                                Ok(value) => machine.resolve(&result, value),
                                Err(value) => machine.settle(&result, Err(value)),
                            }
                            return;
                        };
                        let (Ok(value) | Err(value)) = value;
                        let outcome = machine.call(handler, Value::Undefined, vec![value]).await;
                        machine.finish(&result, outcome);
                    }));
                }
            }
            if self.ran_out.get() {
                return Err(Thrown::TooLong);
            }
        }
    }

    /// Settles the promise of an asynchronous function.
    pub fn finish(&self, result: &Rc<Object<'a>>, outcome: Result<Value<'a>, Thrown<'a>>) {
        match outcome {
            Ok(value) => self.resolve(result, value),
            Err(Thrown::Value(value)) => self.settle(result, Err(value)),
            Err(Thrown::TooLong) => self.ran_out.set(true),
        }
    }
}
