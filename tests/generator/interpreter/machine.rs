//! The state of a run: scopes, steps left, output, and the functions that wait for something. Every step is a
//! future, so that a function can stop at `интизор` wherever that stands.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use somon_lang::name::{Name, Names};

use super::promise::{Job, Reaction, Settled};
use super::value::{Object, Value};

pub struct Machine<'a> {
    texts: Vec<String>,
    pub output: RefCell<String>,
    pub steps: Cell<u32>,
    pub ran_out: Cell<bool>,
    pub jobs: RefCell<VecDeque<Job<'a>>>,
    tasks: RefCell<Vec<Option<Task<'a>>>>,
    current: Cell<usize>,
    pub error_members: Rc<Object<'a>>,
    pub error_class: Rc<Object<'a>>,
}

type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

pub type Step<'a, T> = Pin<Box<dyn Future<Output = Result<T, Thrown<'a>>> + 'a>>;

pub type Outcome<'a, T> = Result<T, Thrown<'a>>;

#[derive(Clone)]
pub enum Thrown<'a> {
    Value(Value<'a>),
    /// The program takes more steps than it is worth.
    TooLong,
}

pub struct Scope<'a> {
    pub names: RefCell<Vec<(Name, Value<'a>)>>,
    parent: Option<Env<'a>>,
    /// In the scope of a call.
    frame: Option<Rc<Frame<'a>>>,
}

pub type Env<'a> = Rc<Scope<'a>>;

pub struct Frame<'a> {
    /// `None` in a constructor before its `супер(...)`.
    pub this: RefCell<Option<Value<'a>>>,
    /// Where the method stands: `супер.х` begins at the prototype of that.
    pub home: Option<Rc<Object<'a>>>,
    /// In a constructor: its class, and the class that `нав` was asked for.
    pub class: Option<(Rc<Object<'a>>, Rc<Object<'a>>)>,
}

pub fn scope<'a>(parent: Option<&Env<'a>>, frame: Option<Rc<Frame<'a>>>) -> Env<'a> {
    Rc::new(Scope { names: RefCell::default(), parent: parent.cloned(), frame })
}

impl<'a> Scope<'a> {
    pub fn frame(&self) -> Option<Rc<Frame<'a>>> {
        let mut at = self;
        loop {
            match (&at.frame, &at.parent) {
                (Some(frame), _) => return Some(frame.clone()),
                (None, Some(parent)) => at = parent,
                (None, None) => return None,
            }
        }
    }

    pub fn declare(&self, name: Name, value: Value<'a>) {
        let mut names = self.names.borrow_mut();
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => names.push((name, value)),
        }
    }

    pub fn read(&self, name: Name) -> Option<Value<'a>> {
        let mut at = Some(self);
        while let Some(scope) = at {
            if let Some((_, value)) = scope.names.borrow().iter().find(|(known, _)| *known == name) {
                return Some(value.clone());
            }
            at = scope.parent.as_deref();
        }
        None
    }

    pub fn write(&self, name: Name, value: Value<'a>) {
        let mut at = Some(self);
        while let Some(scope) = at {
            if let Some((_, old)) = scope.names.borrow_mut().iter_mut().find(|(known, _)| *known == name) {
                *old = value;
                return;
            }
            at = scope.parent.as_deref();
        }
        panic!("the generator writes to what it declared");
    }
}

impl<'a> Machine<'a> {
    pub fn new(names: &Names<'a>, steps: u32) -> Rc<Machine<'a>> {
        let error_members = Object::new(super::value::Kind::Plain, None);
        Rc::new(Machine {
            texts: (0..names.len() as u32).map(|index| names.text(Name(index)).to_owned()).collect(),
            output: RefCell::default(),
            steps: Cell::new(steps),
            ran_out: Cell::new(false),
            jobs: RefCell::default(),
            tasks: RefCell::default(),
            current: Cell::new(0),
            error_class: Object::new(super::value::Kind::Error, None),
            error_members,
        })
    }

    pub fn text(&self, name: Name) -> &str {
        &self.texts[name.0 as usize]
    }

    pub fn count_step(&self) -> Outcome<'a, ()> {
        match self.steps.get().checked_sub(1) {
            Some(left) => {
                self.steps.set(left);
                Ok(())
            }
            None => Err(Thrown::TooLong),
        }
    }

    /// Begins a task and runs it as far as it comes.
    pub fn spawn(self: &Rc<Self>, task: Task<'a>) {
        let id = self.tasks.borrow().len();
        self.tasks.borrow_mut().push(Some(task));
        self.poll(id);
    }

    pub fn poll(self: &Rc<Self>, id: usize) {
        let Some(mut task) = self.tasks.borrow_mut()[id].take() else { panic!("a task that waits") };
        let outer = self.current.replace(id);
        let poll = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        self.current.set(outer);
        if poll.is_pending() {
            self.tasks.borrow_mut()[id] = Some(task);
        }
    }

    /// `интизор value`
    pub async fn wait_for(self: &Rc<Self>, value: Value<'a>) -> Outcome<'a, Value<'a>> {
        let promise = self.promise_of(&value);
        self.wait_for_promise(&promise).await
    }

    pub async fn wait_for_promise(self: &Rc<Self>, promise: &Rc<Object<'a>>) -> Outcome<'a, Value<'a>> {
        let answer = Rc::new(RefCell::new(None));
        self.then(promise, Reaction::Resume { task: self.current.get(), answer: answer.clone() });
        Waiting(answer).await.map_err(Thrown::Value)
    }
}

struct Waiting<'a>(Rc<RefCell<Option<Settled<'a>>>>);

impl<'a> Future for Waiting<'a> {
    type Output = Settled<'a>;

    fn poll(self: Pin<&mut Self>, _: &mut Context) -> Poll<Settled<'a>> {
        match self.0.borrow_mut().take() {
            Some(outcome) => Poll::Ready(outcome),
            None => Poll::Pending,
        }
    }
}
