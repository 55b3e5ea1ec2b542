//! Walks the tree and does what it says, slowly and plainly. Shares nothing with the printer and the scopes,
//! and knows only what the generator writes: anything else is a fault of the test.

mod calls;
mod classes;
mod expressions;
mod machine;
mod members;
mod patterns;
mod promise;
mod statements;
mod value;

use std::cell::RefCell;
use std::rc::Rc;

use somon_lang::ast::Program;
use somon_lang::name::Names;

use machine::{Machine, Outcome, Thrown, scope};
use statements::Flow;

/// What `program` prints; `None` when it runs too long to be of use.
pub fn printed<'a>(program: &Program<'a>, names: &Names<'a>) -> Option<String> {
    let machine = Machine::new(names, 60_000);
    let ended: Rc<RefCell<Option<Outcome<'a, Flow<'a>>>>> = Rc::default();
    let (body, inner, slot) = (program.body, machine.clone(), ended.clone());
    machine.spawn(Box::pin(async move {
        let env = scope(None, None);
        let outcome = inner.list(body, env).await;
        *slot.borrow_mut() = Some(outcome);
    }));
    match ended.take().expect("nothing waits at the top level") {
        Ok(_) => {}
        Err(Thrown::Value(value)) => {
            let line = ["thrown ", &value.shown(), "\n"].concat();
            machine.output.borrow_mut().push_str(&line);
        }
        Err(Thrown::TooLong) => return None,
    }
    machine.run_jobs().ok()?;
    Some(machine.output.take())
}
