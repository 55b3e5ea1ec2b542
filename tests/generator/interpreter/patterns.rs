//! Destructuring, in declarations and in assignments.

use std::rc::Rc;

use somon_lang::ast::{Expr, Pattern, PatternElement, PropertyKey};

use super::machine::{Env, Machine, Outcome, Step};
use super::value::{Kind, Object, Slot, Value};

impl<'a> Machine<'a> {
    pub fn bind(self: &Rc<Self>, pattern: Pattern<'a>, value: Value<'a>, env: &Env<'a>) -> Step<'a, ()> {
        self.fill(pattern, value, env.clone(), true)
    }

    /// `is_new`: names are declared, not written to.
    pub fn fill(self: &Rc<Self>, pattern: Pattern<'a>, value: Value<'a>, env: Env<'a>, is_new: bool) -> Step<'a, ()> {
        let m = self.clone();
        Box::pin(async move {
            match pattern {
                Pattern::Ident(ident) if is_new => env.declare(ident.name, value),
                Pattern::Ident(ident) => env.write(ident.name, value),
                Pattern::Target(target) => {
                    let place = m.place(target, &env).await?;
                    m.write(place, value, &env).await?;
                }
                Pattern::Array(pattern) => {
                    let items = m.items(&value);
                    for (at, element) in pattern.elements.iter().enumerate() {
                        if let Some(element) = element {
                            let item = items.get(at).cloned().unwrap_or(Value::Undefined);
                            m.fill_element(*element, item, &env, is_new).await?;
                        }
                    }
                    if let Some(rest) = pattern.rest {
                        let left = items.into_iter().skip(pattern.elements.len()).collect();
                        m.fill(*rest, Value::array(left), env, is_new).await?;
                    }
                }
                Pattern::Object(pattern) => {
                    let mut taken = Vec::new();
                    for property in pattern.properties {
                        let key = m.key(&property.key, &env).await?;
                        let member = m.get(value.clone(), &key).await?;
                        taken.push(key);
                        m.fill_element(property.value, member, &env, is_new).await?;
                    }
                    if let Some(rest) = pattern.rest {
                        let left = Object::new(Kind::Plain, None);
                        m.copy_members(&left, &value, &taken).await?;
                        m.fill(*rest, Value::Object(left), env, is_new).await?;
                    }
                }
                Pattern::Error(_) => panic!("the generator writes no errors"),
            }
            Ok(())
        })
    }

    async fn fill_element(
        self: &Rc<Self>,
        element: PatternElement<'a>,
        value: Value<'a>,
        env: &Env<'a>,
        is_new: bool,
    ) -> Outcome<'a, ()> {
        let value = match (value, element.default) {
            (Value::Undefined, Some(default)) => self.expr(default, env).await?,
            (value, _) => value,
        };
        self.fill(element.pattern, value, env.clone(), is_new).await
    }

    /// `...from`, without the keys of `except`.
    pub async fn copy_members(
        self: &Rc<Self>,
        into: &Rc<Object<'a>>,
        from: &Value<'a>,
        except: &[String],
    ) -> Outcome<'a, ()> {
        let Value::Object(source) = from else { return Ok(()) };
        let keys: Vec<String> = source.members.borrow().iter().map(|(key, _)| key.clone()).collect();
        for key in keys {
            if !except.contains(&key) {
                let member = self.get(from.clone(), &key).await?;
                into.put(&key, Slot::Value(member));
            }
        }
        Ok(())
    }

    pub fn items(&self, value: &Value<'a>) -> Vec<Value<'a>> {
        match value {
            Value::Text(text) => text.chars().map(|c| Value::text(c.to_string())).collect(),
            Value::Object(object) => match &object.kind {
                Kind::Array(items) => items.borrow().clone(),
                _ => panic!("an array"),
            },
            _ => panic!("an array"),
        }
    }

    pub async fn key(self: &Rc<Self>, key: &PropertyKey<'a>, env: &Env<'a>) -> Outcome<'a, String> {
        Ok(match key {
            PropertyKey::Word(word) => self.text(word.name).to_owned(),
            PropertyKey::String(text) => text.value.to_owned(),
            PropertyKey::Number(number) => number.raw.to_owned(),
            PropertyKey::Computed(expr) => self.expr(*expr, env).await?.shown(),
        })
    }

    /// The object and key of a member, each evaluated once.
    pub async fn place(self: &Rc<Self>, target: Expr<'a>, env: &Env<'a>) -> Outcome<'a, Place<'a>> {
        Ok(match target.unwrapped() {
            Expr::Ident(ident) => Place::Name(ident.name),
            Expr::Member(e) => {
                let key = self.text(e.property.name).to_owned();
                match e.object {
                    Expr::Super(_) => Place::Super(key),
                    object => Place::Member(self.expr(object, env).await?, key),
                }
            }
            Expr::Index(e) => {
                let object = self.expr(e.object, env).await?;
                Place::Member(object, self.expr(e.index, env).await?.shown())
            }
            other => panic!("the generator does not write {other:?}"),
        })
    }

    pub async fn read(self: &Rc<Self>, place: &Place<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        match place {
            Place::Name(name) => Ok(env.read(*name).expect("a declared name")),
            Place::Member(object, key) => self.get(object.clone(), key).await,
            Place::Super(key) => self.super_member(key, env).await,
        }
    }

    pub async fn write(self: &Rc<Self>, place: Place<'a>, value: Value<'a>, env: &Env<'a>) -> Outcome<'a, ()> {
        match place {
            Place::Name(name) => env.write(name, value),
            Place::Member(object, key) => self.set(object, &key, value).await?,
            Place::Super(_) => panic!("the generator does not write to the superclass"),
        }
        Ok(())
    }
}

pub enum Place<'a> {
    Name(somon_lang::name::Name),
    Member(Value<'a>, String),
    Super(String),
}
