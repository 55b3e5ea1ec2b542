//! Expressions.

use std::rc::Rc;

use somon_lang::ast::*;

use super::classes::slot;
use super::machine::{Env, Machine, Outcome, Step};
use super::value::{Kind, Object as ObjectValue, Slot, Value, binary, int32};

impl<'a> Machine<'a> {
    pub fn expr(self: &Rc<Self>, expr: Expr<'a>, env: &Env<'a>) -> Step<'a, Value<'a>> {
        let (m, env) = (self.clone(), env.clone());
        Box::pin(async move { Ok(m.link(expr, &env).await?.unwrap_or(Value::Undefined)) })
    }

    /// `None` where a `?.` of the chain found nothing: the rest of the chain is passed over.
    pub fn link(self: &Rc<Self>, expr: Expr<'a>, env: &Env<'a>) -> Step<'a, Option<Value<'a>>> {
        let (m, env) = (self.clone(), env.clone());
        Box::pin(async move {
            m.count_step()?;
            match expr {
                Expr::Member(e) => {
                    let name = m.text(e.property.name).to_owned();
                    if let Expr::Super(_) = e.object {
                        return m.super_member(&name, &env).await.map(Some);
                    }
                    let Some(object) = m.link(e.object, &env).await? else { return Ok(None) };
                    if e.optional && object.is_nullish() {
                        return Ok(None);
                    }
                    m.get(object, &name).await.map(Some)
                }
                Expr::Index(e) => {
                    let Some(object) = m.link(e.object, &env).await? else { return Ok(None) };
                    if e.optional && object.is_nullish() {
                        return Ok(None);
                    }
                    let index = m.expr(e.index, &env).await?;
                    m.get(object, &index.shown()).await.map(Some)
                }
                Expr::Call(e) => m.call_expr(e, &env).await,
                other => m.operand(other, &env).await.map(Some),
            }
        })
    }

    async fn operand(self: &Rc<Self>, expr: Expr<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        Ok(match expr {
            Expr::Ident(e) => self.variable(e, env),
            Expr::Number(e) => Value::Number(e.raw.parse().expect("a plain number")),
            Expr::String(e) => Value::text(e.value),
            Expr::Bool(e) => Value::Bool(e.value),
            Expr::Null(_) => Value::Null,
            Expr::This(_) => match env.frame() {
                Some(frame) => frame.this.borrow().clone().expect("after супер(...)"),
                None => Value::Undefined,
            },
            // Parentheses end an optional chain.
            Expr::Paren(e) => self.expr(e.expr, env).await?,
            Expr::NonNull(e) => self.expr(e.expr, env).await?,
            Expr::As(e) => self.expr(e.expr, env).await?,
            Expr::Template(e) => {
                let mut text = String::new();
                for (at, quasi) in e.quasis.iter().enumerate() {
                    text.push_str(quasi.cooked.expect("no bad escapes"));
                    if let Some(inner) = e.exprs.get(at) {
                        text.push_str(&self.expr(*inner, env).await?.shown());
                    }
                }
                Value::text(text)
            }
            Expr::TaggedTemplate(e) => {
                let tag = self.expr(e.tag, env).await?;
                let pieces = e.template.quasis.iter().map(|quasi| Value::text(quasi.cooked.expect("cooked")));
                let mut arguments = vec![Value::array(pieces.collect())];
                for inner in e.template.exprs {
                    arguments.push(self.expr(*inner, env).await?);
                }
                self.call(tag, Value::Undefined, arguments).await?
            }
            Expr::Array(e) => {
                let mut items = Vec::new();
                for element in e.elements {
                    match element {
                        ArrayElement::Hole(_) => items.push(Value::Undefined),
                        ArrayElement::Expr(inner) => items.push(self.expr(*inner, env).await?),
                        ArrayElement::Spread(spread) => {
                            let value = self.expr(spread.expr, env).await?;
                            items.extend(self.items(&value));
                        }
                    }
                }
                Value::array(items)
            }
            Expr::Object(e) => self.object(e, env).await?,
            Expr::Function(e) => self.function(e, env, None),
            Expr::Arrow(e) => self.arrow(e, env),
            Expr::Class(e) => self.class(e, env).await?,
            Expr::Unary(e) => self.unary(e, env).await?,
            Expr::Update(e) => {
                let place = self.place(e.target, env).await?;
                let old = self.read(&place, env).await?.number();
                let new = if e.is_increment { old + 1.0 } else { old - 1.0 };
                self.write(place, Value::Number(new), env).await?;
                Value::Number(if e.is_prefix { new } else { old })
            }
            Expr::Binary(e) => {
                let left = self.expr(e.left, env).await?;
                match short_circuit(e.op, &left) {
                    Some(true) => left,
                    Some(false) => self.expr(e.right, env).await?,
                    None => {
                        let right = self.expr(e.right, env).await?;
                        self.two_sided(e.op, &left, &right)
                    }
                }
            }
            Expr::Assign(e) => self.assign(e, env).await?,
            Expr::Conditional(e) => {
                let is_true = self.expr(e.test, env).await?.is_true();
                self.expr(if is_true { e.consequent } else { e.alternate }, env).await?
            }
            Expr::New(e) => {
                let class = self.expr(e.callee, env).await?;
                let arguments = self.arguments(e.arguments.unwrap_or(&[]), env).await?;
                let Value::Object(class) = class else { panic!("a class") };
                self.construct(class.clone(), arguments, class).await?
            }
            Expr::Await(e) => {
                let value = self.expr(e.expr, env).await?;
                self.wait_for(value).await?
            }
            _ => panic!("the generator does not write {expr:?}"),
        })
    }

    fn variable(&self, ident: &Ident, env: &Env<'a>) -> Value<'a> {
        if let Some(value) = env.read(ident.name) {
            return value;
        }
        match self.text(ident.name) {
            "беқимат" | "undefined" => Value::Undefined,
            "Хато" => Value::Object(self.error_class.clone()),
            text => panic!("no variable {text}"),
        }
    }

    fn two_sided(&self, op: BinaryOp, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        match (op, right) {
            (BinaryOp::In, Value::Object(object)) => Value::Bool(object.find(&left.shown()).is_some()),
            (BinaryOp::Instanceof, Value::Object(object)) => {
                let members = match &object.kind {
                    Kind::Class(class) => &class.members,
                    Kind::Error => &self.error_members,
                    _ => panic!("a class"),
                };
                let mut at = match left {
                    Value::Object(left) => left.prototype.clone(),
                    _ => None,
                };
                while let Some(prototype) = at {
                    if Rc::ptr_eq(&prototype, members) {
                        return Value::Bool(true);
                    }
                    at = prototype.prototype.clone();
                }
                Value::Bool(false)
            }
            _ => binary(op, left, right),
        }
    }

    async fn unary(self: &Rc<Self>, e: &'a Unary<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        if e.op == UnaryOp::Delete {
            let super::patterns::Place::Member(Value::Object(object), key) = self.place(e.expr, env).await? else {
                panic!("a member is deleted");
            };
            object.members.borrow_mut().retain(|(known, _)| *known != key);
            return Ok(Value::Bool(true));
        }
        let value = self.expr(e.expr, env).await?;
        Ok(match e.op {
            UnaryOp::Not => Value::Bool(!value.is_true()),
            UnaryOp::Minus => Value::Number(-value.number()),
            UnaryOp::Plus => Value::Number(value.number()),
            UnaryOp::BitNot => Value::Number(f64::from(!int32(&value))),
            UnaryOp::Typeof => Value::text(value.type_name()),
            UnaryOp::Void => Value::Undefined,
            UnaryOp::Delete => panic!("done above"),
        })
    }

    async fn assign(self: &Rc<Self>, e: &'a Assign<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let target = match e.target {
            Pattern::Ident(ident) => Expr::Ident(ident),
            Pattern::Target(expr) => expr,
            pattern => {
                let value = self.expr(e.value, env).await?;
                self.fill(pattern, value.clone(), env.clone(), false).await?;
                return Ok(value);
            }
        };
        let place = self.place(target, env).await?;
        let value = match e.op {
            None => self.expr(e.value, env).await?,
            Some(op) => {
                let old = self.read(&place, env).await?;
                match short_circuit(op, &old) {
                    Some(true) => return Ok(old),
                    Some(false) => self.expr(e.value, env).await?,
                    None => binary(op, &old, &self.expr(e.value, env).await?),
                }
            }
        };
        self.write(place, value.clone(), env).await?;
        Ok(value)
    }

    async fn object(self: &Rc<Self>, e: &'a Object<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let object = ObjectValue::new(Kind::Plain, None);
        for property in e.properties {
            match property {
                Property::Value(p) => {
                    let key = self.key(&p.key, env).await?;
                    let member = self.expr(p.value, env).await?;
                    object.put(&key, Slot::Value(member));
                }
                Property::Shorthand(p) => {
                    object.put(self.text(p.ident.name), Slot::Value(self.variable(&p.ident, env)));
                }
                Property::Method(p) => {
                    let key = self.key(&p.key, env).await?;
                    let function = self.function(p.function, env, Some(object.clone()));
                    object.put(&key, slot(p.kind, function));
                }
                Property::Spread(p) => {
                    let from = self.expr(p.expr, env).await?;
                    self.copy_members(&object, &from, &[]).await?;
                }
            }
        }
        Ok(Value::Object(object))
    }
}

/// Whether the left side is the answer; `None` for operators that look at both.
fn short_circuit(op: BinaryOp, left: &Value) -> Option<bool> {
    match op {
        BinaryOp::And => Some(!left.is_true()),
        BinaryOp::Or => Some(left.is_true()),
        BinaryOp::Nullish => Some(!left.is_nullish()),
        _ => None,
    }
}
