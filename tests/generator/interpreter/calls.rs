//! Functions: making them, calling them, and the arguments.

use std::cell::RefCell;
use std::rc::Rc;

use somon_lang::ast::*;

use super::machine::{Env, Frame, Machine, Outcome, Step, scope};
use super::promise::new_promise;
use super::statements::Flow;
use super::value::{Body, Function as FunctionValue, Kind, Object, Value};

impl<'a> Machine<'a> {
    /// `home`: the object or class in which a method stands.
    pub fn function(&self, e: &'a Function<'a>, env: &Env<'a>, home: Option<Rc<Object<'a>>>) -> Value<'a> {
        self.method(e, e.is_async, env, home)
    }

    pub fn method(
        &self,
        e: &'a Function<'a>,
        is_async: bool,
        env: &Env<'a>,
        home: Option<Rc<Object<'a>>>,
    ) -> Value<'a> {
        let body = Body::Block(e.body.expect("a body"));
        let function = FunctionValue { params: e.params, body, env: env.clone(), is_async, frame: None, home };
        Value::Object(Object::new(Kind::Function(function), None))
    }

    pub fn arrow(&self, e: &'a Arrow<'a>, env: &Env<'a>) -> Value<'a> {
        let body = match e.body {
            ArrowBody::Block(block) => Body::Block(block),
            ArrowBody::Expr(inner) => Body::Expr(inner),
        };
        let none = || Rc::new(Frame { this: RefCell::new(Some(Value::Undefined)), home: None, class: None });
        let frame = Some(env.frame().unwrap_or_else(none));
        let function =
            FunctionValue { params: e.params, body, env: env.clone(), is_async: e.is_async, frame, home: None };
        Value::Object(Object::new(Kind::Function(function), None))
    }

    pub fn call(
        self: &Rc<Self>,
        function: Value<'a>,
        this: Value<'a>,
        arguments: Vec<Value<'a>>,
    ) -> Step<'a, Value<'a>> {
        let m = self.clone();
        Box::pin(async move {
            m.count_step()?;
            let Value::Object(object) = &function else { panic!("{} is called", function.shown()) };
            let Kind::Function(code) = &object.kind else { panic!("a function") };
            let frame = code.frame.clone().unwrap_or_else(|| {
                Rc::new(Frame { this: RefCell::new(Some(this)), home: code.home.clone(), class: None })
            });
            let env = scope(Some(&code.env), Some(frame));
            let (params, body) = (code.params, code.body);
            if !code.is_async {
                return m.run(params, body, env, arguments).await;
            }
            let result = new_promise();
            let (inner, promise) = (m.clone(), result.clone());
            m.spawn(Box::pin(async move {
                let outcome = inner.run(params, body, env, arguments).await;
                inner.finish(&promise, outcome);
            }));
            Ok(Value::Object(result))
        })
    }

    /// The body of a function in the scope of its call.
    pub fn run(
        self: &Rc<Self>,
        params: &'a [Param<'a>],
        body: Body<'a>,
        env: Env<'a>,
        arguments: Vec<Value<'a>>,
    ) -> Step<'a, Value<'a>> {
        let m = self.clone();
        Box::pin(async move {
            let mut arguments = arguments.into_iter();
            for param in params {
                let value = if param.is_rest {
                    Value::array(arguments.by_ref().collect())
                } else {
                    match (arguments.next().unwrap_or(Value::Undefined), param.default) {
                        (Value::Undefined, Some(default)) => m.expr(default, &env).await?,
                        (value, _) => value,
                    }
                };
                m.bind(param.pattern, value, &env).await?;
            }
            match body {
                Body::Expr(expr) => m.expr(expr, &env).await,
                Body::Block(block) => match m.list(block.body, scope(Some(&env), None)).await? {
                    Flow::Return(value) => Ok(value),
                    _ => Ok(Value::Undefined),
                },
            }
        })
    }

    pub async fn arguments(self: &Rc<Self>, list: &'a [Argument<'a>], env: &Env<'a>) -> Outcome<'a, Vec<Value<'a>>> {
        let mut values = Vec::new();
        for argument in list {
            match argument {
                Argument::Expr(expr) => values.push(self.expr(*expr, env).await?),
                Argument::Spread(spread) => {
                    let value = self.expr(spread.expr, env).await?;
                    values.extend(self.items(&value));
                }
            }
        }
        Ok(values)
    }

    /// The value of a call; `None` where a `?.` before it found nothing.
    pub async fn call_expr(self: &Rc<Self>, e: &'a Call<'a>, env: &Env<'a>) -> Outcome<'a, Option<Value<'a>>> {
        if let Expr::Super(_) = e.callee {
            let arguments = self.arguments(e.arguments, env).await?;
            return self.super_call(arguments, env).await.map(Some);
        }
        let (function, this, name) = match e.callee.unwrapped() {
            Expr::Member(member) => {
                let name = self.text(member.property.name).to_owned();
                match member.object {
                    Expr::Ident(ident) if self.text(ident.name) == "чоп" => {
                        let shown: Vec<_> = self.arguments(e.arguments, env).await?.iter().map(Value::shown).collect();
                        let line = shown.join(" ") + "\n";
                        self.output.borrow_mut().push_str(&line);
                        return Ok(Some(Value::Undefined));
                    }
                    Expr::Super(_) => {
                        let this = env.frame().and_then(|frame| frame.this.borrow().clone());
                        (self.super_member(&name, env).await?, this.expect("in a method"), name)
                    }
                    object => {
                        let Some(this) = self.link(object, env).await? else { return Ok(None) };
                        if member.optional && this.is_nullish() {
                            return Ok(None);
                        }
                        (Value::Undefined, this, name)
                    }
                }
            }
            Expr::Index(index) => {
                let Some(this) = self.link(index.object, env).await? else { return Ok(None) };
                if index.optional && this.is_nullish() {
                    return Ok(None);
                }
                let key = self.expr(index.index, env).await?.shown();
                (self.get(this.clone(), &key).await?, this, String::new())
            }
            callee => {
                let Some(function) = self.link(callee, env).await? else { return Ok(None) };
                (function, Value::Undefined, String::new())
            }
        };
        // A member is looked up before the arguments, unless it is one of the built-in ones.
        let is_object = matches!(&this, Value::Object(o) if !matches!(o.kind, Kind::Array(_) | Kind::Promise(_)));
        let function = match function {
            Value::Undefined if !name.is_empty() && is_object => self.get(this.clone(), &name).await?,
            function => function,
        };
        if e.optional && function.is_nullish() && (name.is_empty() || is_object) {
            return Ok(None);
        }
        let arguments = self.arguments(e.arguments, env).await?;
        if !name.is_empty() && !is_object {
            let answer = self.built_in(&this, &name, &arguments).await?;
            return Ok(Some(answer.unwrap_or_else(|| panic!("no built-in member {name}"))));
        }
        self.call(function, this, arguments).await.map(Some)
    }
}
