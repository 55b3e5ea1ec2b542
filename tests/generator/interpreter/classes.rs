//! Classes: their definition, and how instances are made.

use std::cell::RefCell;
use std::rc::Rc;

use somon_lang::ast::*;

use super::machine::{Env, Frame, Machine, Outcome, Step, scope};
use super::value::{Body, ClassValue, Kind, Object, Slot, Value};

impl<'a> Machine<'a> {
    pub async fn class(self: &Rc<Self>, class: &'a Class<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let base = match &class.extends {
            Some(extends) => match self.expr(extends.expr, env).await? {
                Value::Object(base) => Some(base),
                _ => panic!("a class"),
            },
            None => None,
        };
        let inherited = base.as_ref().map(|base| match &base.kind {
            Kind::Class(base) => base.members.clone(),
            Kind::Error => self.error_members.clone(),
            _ => panic!("a class"),
        });
        let members = Object::new(Kind::Plain, inherited);
        // The class knows its own name within its members.
        let env = scope(Some(env), None);
        let value = ClassValue {
            class,
            env: env.clone(),
            base: base.clone(),
            members: members.clone(),
            fields: RefCell::default(),
        };
        let object = Object::new(Kind::Class(Box::new(value)), base);
        if let Some(name) = class.name {
            env.declare(name.name, Value::Object(object.clone()));
        }
        let Kind::Class(value) = &object.kind else { panic!("a class") };
        // Keys and methods first, in source order; then static fields, in source order.
        let mut statics = Vec::new();
        for member in class.members {
            match member {
                ClassMember::Method(m) => {
                    let holder = if m.modifiers.is_static { &object } else { &members };
                    let key = self.key(&m.key, &env).await?;
                    let is_async = m.modifiers.is_async || m.function.is_async;
                    let function = self.method(m.function, is_async, &env, Some(holder.clone()));
                    holder.put(&key, slot(m.kind, function));
                }
                ClassMember::Field(f) => {
                    let key = self.key(&f.key, &env).await?;
                    if f.modifiers.is_static {
                        statics.push((key, f.init));
                    } else {
                        value.fields.borrow_mut().push((key, f.init));
                    }
                }
                _ => {}
            }
        }
        let this = Value::Object(object.clone());
        for (key, init) in statics {
            self.field(&object, &object, this.clone(), &key, init, &env).await?;
        }
        Ok(this)
    }

    async fn field(
        self: &Rc<Self>,
        target: &Rc<Object<'a>>,
        home: &Rc<Object<'a>>,
        this: Value<'a>,
        key: &str,
        init: Option<Expr<'a>>,
        env: &Env<'a>,
    ) -> Outcome<'a, ()> {
        let frame = Frame { this: RefCell::new(Some(this)), home: Some(home.clone()), class: None };
        let env = scope(Some(env), Some(Rc::new(frame)));
        let value = match init {
            Some(init) => self.expr(init, &env).await?,
            None => Value::Undefined,
        };
        // Defined, whatever a superclass has of that name.
        let mut members = target.members.borrow_mut();
        members.retain(|(known, _)| known != key);
        members.push((key.to_owned(), Slot::Value(value)));
        Ok(())
    }

    pub fn construct(
        self: &Rc<Self>,
        object: Rc<Object<'a>>,
        arguments: Vec<Value<'a>>,
        wanted: Rc<Object<'a>>,
    ) -> Step<'a, Value<'a>> {
        let m = self.clone();
        Box::pin(async move {
            m.count_step()?;
            let prototype = match &wanted.kind {
                Kind::Class(class) => class.members.clone(),
                Kind::Error => m.error_members.clone(),
                _ => panic!("a class"),
            };
            let Kind::Class(class) = &object.kind else {
                let error = Object::new(Kind::Plain, Some(prototype));
                error.put("message", Slot::Value(arguments.first().cloned().unwrap_or(Value::Undefined)));
                return Ok(Value::Object(error));
            };
            let constructor = class.class.members.iter().find_map(|member| match member {
                ClassMember::Constructor(constructor) => Some(constructor.function),
                _ => None,
            });
            let frame = Rc::new(Frame {
                this: RefCell::new(None),
                home: Some(class.members.clone()),
                class: Some((object.clone(), wanted.clone())),
            });
            let env = scope(Some(&class.env), Some(frame.clone()));
            if class.base.is_none() {
                let this = Value::Object(Object::new(Kind::Plain, Some(prototype)));
                *frame.this.borrow_mut() = Some(this.clone());
                if constructor.is_none() {
                    m.set_up(&object, &this, &env).await?;
                }
            }
            match constructor {
                Some(function) => {
                    let params = function.params;
                    // A base class is set up when the parameters are bound, before the first statement.
                    let is_base = class.base.is_none();
                    let body = function.body.expect("a body");
                    m.run(params, Body::Block(Block { body: &[], ..body }), env.clone(), arguments).await?;
                    if is_base {
                        let this = frame.this.borrow().clone().expect("made above");
                        m.set_up(&object, &this, &env).await?;
                    }
                    m.list(body.body, scope(Some(&env), None)).await?;
                }
                None if class.base.is_some() => {
                    m.super_call(arguments, &env).await?;
                }
                None => {}
            }
            let this = frame.this.borrow().clone();
            Ok(this.expect("the superclass was called"))
        })
    }

    /// `супер(...)`
    pub async fn super_call(self: &Rc<Self>, arguments: Vec<Value<'a>>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let frame = env.frame().expect("in a constructor");
        let (object, wanted) = frame.class.clone().expect("in a constructor");
        let Kind::Class(class) = &object.kind else { panic!("a class") };
        let base = class.base.clone().expect("a superclass");
        let this = self.construct(base, arguments, wanted).await?;
        *frame.this.borrow_mut() = Some(this.clone());
        self.set_up(&object, &this, env).await?;
        Ok(this)
    }

    /// Fields, and parameters that are fields.
    async fn set_up(self: &Rc<Self>, object: &Rc<Object<'a>>, this: &Value<'a>, env: &Env<'a>) -> Outcome<'a, ()> {
        let (Kind::Class(class), Value::Object(target)) = (&object.kind, this) else { panic!("a class") };
        let mut params = Vec::new();
        for member in class.class.members {
            let ClassMember::Constructor(constructor) = member else { continue };
            for param in constructor.function.params {
                if let (Pattern::Ident(ident), true) = (param.pattern, param.accessibility.is_some()) {
                    target.put(self.text(ident.name), Slot::Value(Value::Undefined));
                    params.push(ident.name);
                }
            }
        }
        let fields = class.fields.borrow().clone();
        for (key, init) in fields {
            self.field(target, &class.members, this.clone(), &key, init, &class.env).await?;
        }
        for name in params {
            let value = env.read(name).expect("a parameter");
            self.set(this.clone(), self.text(name), value).await?;
        }
        Ok(())
    }
}

pub fn slot<'a>(kind: MethodKind, function: Value<'a>) -> Slot<'a> {
    match kind {
        MethodKind::Method => Slot::Value(function),
        MethodKind::Get => Slot::Accessor { get: Some(function), set: None },
        MethodKind::Set => Slot::Accessor { get: None, set: Some(function) },
    }
}
