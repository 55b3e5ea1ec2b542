//! Statements.

use std::rc::Rc;

use somon_lang::ast::*;

use super::machine::{Env, Machine, Outcome, Step, Thrown, scope};
use super::promise::{Reaction, new_promise};
use super::value::{Kind, Object, Slot, Value, binary};

pub enum Flow<'a> {
    Next,
    Break,
    Continue,
    Return(Value<'a>),
}

impl<'a> Machine<'a> {
    /// A list of statements in a scope of its own, which is `env`.
    pub fn list(self: &Rc<Self>, list: &'a [Stmt<'a>], env: Env<'a>) -> Step<'a, Flow<'a>> {
        let m = self.clone();
        Box::pin(async move {
            for stmt in list {
                let function = match stmt {
                    Stmt::Function(function) => function,
                    Stmt::Export(Export { kind: ExportKind::Declaration(Declaration::Function(function)), .. }) => {
                        function
                    }
                    _ => continue,
                };
                let value = m.function(function, &env, None);
                env.declare(function.name.expect("a name").name, value);
            }
            for stmt in list {
                match m.stmt(stmt, env.clone()).await? {
                    Flow::Next => {}
                    other => return Ok(other),
                }
            }
            Ok(Flow::Next)
        })
    }

    fn stmt(self: &Rc<Self>, stmt: &'a Stmt<'a>, env: Env<'a>) -> Step<'a, Flow<'a>> {
        let m = self.clone();
        Box::pin(async move {
            m.count_step()?;
            match *stmt {
                Stmt::Expr(s) => drop(m.expr(s.expr, &env).await?),
                Stmt::Var(s) => m.declare(s, &env).await?,
                Stmt::Function(_) | Stmt::Empty(_) => {}
                Stmt::Class(s) => {
                    let class = m.class(s, &env).await?;
                    env.declare(s.name.expect("a name").name, class);
                }
                Stmt::Namespace(s) => m.namespace(s, &env).await?,
                Stmt::Block(s) => return m.list(s.body, scope(Some(&env), None)).await,
                Stmt::If(s) => {
                    if m.expr(s.test, &env).await?.is_true() {
                        return m.stmt(&s.consequent, env).await;
                    } else if let Some(other) = &s.alternate {
                        return m.stmt(other, env).await;
                    }
                }
                Stmt::While(s) => {
                    while m.expr(s.test, &env).await?.is_true() {
                        match m.stmt(&s.body, env.clone()).await? {
                            Flow::Break => break,
                            Flow::Return(value) => return Ok(Flow::Return(value)),
                            Flow::Next | Flow::Continue => {}
                        }
                    }
                }
                Stmt::For(s) => return m.counted(s, &env).await,
                Stmt::ForIn(s) => return m.each(s, &env).await,
                Stmt::Switch(s) => return m.switch(s, &env).await,
                Stmt::Try(s) => return m.attempt(s, &env).await,
                Stmt::Throw(s) => return Err(Thrown::Value(m.expr(s.expr, &env).await?)),
                Stmt::Return(s) => {
                    let value = match s.expr {
                        Some(expr) => m.expr(expr, &env).await?,
                        None => Value::Undefined,
                    };
                    return Ok(Flow::Return(value));
                }
                Stmt::Break(_) => return Ok(Flow::Break),
                Stmt::Continue(_) => return Ok(Flow::Continue),
                Stmt::Export(export) => match export.kind {
                    ExportKind::Declaration(Declaration::Var(s)) => m.declare(s, &env).await?,
                    ExportKind::Declaration(Declaration::Namespace(s)) => m.namespace(s, &env).await?,
                    ExportKind::Declaration(Declaration::Function(_)) => {}
                    _ => panic!("the generator does not write {stmt:?}"),
                },
                _ => panic!("the generator does not write {stmt:?}"),
            }
            Ok(Flow::Next)
        })
    }

    async fn declare(self: &Rc<Self>, decl: &'a VarDecl<'a>, env: &Env<'a>) -> Outcome<'a, ()> {
        for declarator in decl.declarators {
            let value = match declarator.init {
                Some(init) => self.expr(init, env).await?,
                None => Value::Undefined,
            };
            self.bind(declarator.pattern, value, env).await?;
        }
        Ok(())
    }

    /// Exported members are the variables themselves, so that both sides see every change.
    async fn namespace(self: &Rc<Self>, s: &'a Namespace<'a>, env: &Env<'a>) -> Outcome<'a, ()> {
        let object = Object::new(Kind::Plain, None);
        let inner = scope(Some(env), None);
        self.list(s.body, inner.clone()).await?;
        for stmt in s.body {
            let Stmt::Export(Export { kind: ExportKind::Declaration(declaration), .. }) = stmt else { continue };
            let names: Vec<_> = match declaration {
                Declaration::Var(decl) => decl
                    .declarators
                    .iter()
                    .map(|declarator| match declarator.pattern {
                        Pattern::Ident(ident) => ident.name,
                        _ => panic!("the generator exports plain names"),
                    })
                    .collect(),
                Declaration::Function(function) => vec![function.name.expect("a name").name],
                Declaration::Namespace(nested) => vec![nested.name.name],
                _ => panic!("the generator does not write {stmt:?}"),
            };
            for name in names {
                object.put(self.text(name), Slot::Variable(inner.clone(), name));
            }
        }
        env.declare(s.name.name, Value::Object(object));
        Ok(())
    }

    async fn counted(self: &Rc<Self>, s: &'a For<'a>, outer: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        let mut env = scope(Some(outer), None);
        match s.init {
            Some(ForInit::Var(decl)) => self.declare(decl, &env).await?,
            Some(ForInit::Expr(expr)) => drop(self.expr(expr, &env).await?),
            None => {}
        }
        loop {
            // Each round has variables of its own, so that closures keep those of theirs.
            let next = scope(Some(outer), None);
            *next.names.borrow_mut() = env.names.borrow().clone();
            env = next;
            if let Some(test) = s.test
                && !self.expr(test, &env).await?.is_true()
            {
                return Ok(Flow::Next);
            }
            match self.stmt(&s.body, env.clone()).await? {
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Next | Flow::Continue => {}
            }
            let next = scope(Some(outer), None);
            *next.names.borrow_mut() = env.names.borrow().clone();
            env = next;
            for update in s.update {
                self.expr(*update, &env).await?;
            }
        }
    }

    async fn each(self: &Rc<Self>, s: &'a ForIn<'a>, env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        let object = self.expr(s.object, env).await?;
        let ForBinding::Var(decl) = s.binding else { panic!("the generator declares the variable") };
        let mut at = 0;
        loop {
            // The list may grow or change while it is walked.
            let item = match (&object, s.kind) {
                (Value::Object(object), ForInKind::In) => {
                    object.members.borrow().get(at).map(|(key, _)| Value::text(key))
                }
                (Value::Object(object), _) => match &object.kind {
                    Kind::Array(items) => items.borrow().get(at).cloned(),
                    _ => panic!("an array after аз"),
                },
                (Value::Text(text), ForInKind::Of) => text.chars().nth(at).map(|c| Value::text(c.to_string())),
                _ => panic!("nothing else is walked"),
            };
            let item = match (s.kind, item) {
                // The step of an asynchronous walk is a promise of its own, even the last.
                (ForInKind::AwaitOf, item) => {
                    let step = new_promise();
                    let is_last = item.is_none();
                    let value = self.promise_of(&item.unwrap_or(Value::Undefined));
                    self.then(&value, Reaction::Forward(step.clone()));
                    let value = self.wait_for_promise(&step).await?;
                    (!is_last).then_some(value)
                }
                (_, item) => item,
            };
            let Some(item) = item else { return Ok(Flow::Next) };
            at += 1;
            let inner = scope(Some(env), None);
            self.bind(decl.declarators[0].pattern, item, &inner).await?;
            match self.stmt(&s.body, inner).await? {
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Next | Flow::Continue => {}
            }
        }
    }

    async fn switch(self: &Rc<Self>, s: &'a Switch<'a>, env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        let value = self.expr(s.discriminant, env).await?;
        let env = scope(Some(env), None);
        let mut from = s.cases.iter().position(|case| case.test.is_none());
        for (at, case) in s.cases.iter().enumerate() {
            if let Some(test) = case.test
                && binary(BinaryOp::StrictEq, &value, &self.expr(test, &env).await?).is_true()
            {
                from = Some(at);
                break;
            }
        }
        for case in s.cases.iter().skip(from.unwrap_or(s.cases.len())) {
            match self.list(case.body, env.clone()).await? {
                Flow::Next => {}
                Flow::Break => break,
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    async fn attempt(self: &Rc<Self>, s: &'a Try<'a>, env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        let mut outcome = self.list(s.block.body, scope(Some(env), None)).await;
        if let (Err(Thrown::Value(value)), Some(handler)) = (&outcome, &s.handler) {
            let inner = scope(Some(env), None);
            let bound = match handler.param {
                Some(param) => self.bind(param, value.clone(), &inner).await,
                None => Ok(()),
            };
            outcome = match bound {
                Ok(()) => self.list(handler.body.body, inner).await,
                Err(thrown) => Err(thrown),
            };
        }
        if let Some(last) = &s.finalizer
            && !matches!(outcome, Err(Thrown::TooLong))
        {
            match self.list(last.body, scope(Some(env), None)).await? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        outcome
    }
}
