//! Walks the tree and does what it says, slowly and plainly. Shares nothing with the printer and the scopes,
//! and knows only what the generator writes: anything else is a fault of the test.

use std::cell::RefCell;
use std::rc::Rc;

use somon_lang::ast::*;
use somon_lang::name::{Name, Names};

use crate::value::{Body, Code, Object, Slot, Value, binary, int32};

pub struct Scope<'a> {
    names: RefCell<Vec<(Name, Value<'a>)>>,
    parent: Option<Env<'a>>,
    /// In the scope of a call: `this`, and the class members in which the function stands.
    frame: Option<Frame<'a>>,
}

#[derive(Clone)]
struct Frame<'a> {
    this: Value<'a>,
    home: Option<Rc<Object<'a>>>,
    class: Option<Rc<Object<'a>>>,
}

pub type Env<'a> = Rc<Scope<'a>>;

enum Flow<'a> {
    Next,
    Break,
    Continue,
    Return(Value<'a>),
}

/// `Err` is a thrown value, or `None` when the program took too many steps.
type Outcome<'a, T> = Result<T, Option<Value<'a>>>;

pub struct Interpreter<'a, 'n> {
    names: &'n Names<'a>,
    output: String,
    steps: u32,
}

/// What `program` prints; `None` when it runs too long to be of use.
pub fn printed<'a>(program: &Program<'a>, names: &Names<'a>) -> Option<String> {
    let mut interpreter = Interpreter { names, output: String::new(), steps: 60_000 };
    let env = scope(None, None);
    match interpreter.list(program.body, &env) {
        Ok(_) => Some(interpreter.output),
        Err(Some(value)) => Some(interpreter.output + "thrown " + &value.shown() + "\n"),
        Err(None) => None,
    }
}

fn scope<'a>(parent: Option<&Env<'a>>, frame: Option<Frame<'a>>) -> Env<'a> {
    Rc::new(Scope { names: RefCell::default(), parent: parent.cloned(), frame })
}

fn frame<'a>(env: &Env<'a>) -> Frame<'a> {
    let mut at = env;
    loop {
        match (&at.frame, &at.parent) {
            (Some(frame), _) => return frame.clone(),
            (None, Some(parent)) => at = parent,
            (None, None) => return Frame { this: Value::Undefined, home: None, class: None },
        }
    }
}

impl<'a> Interpreter<'a, '_> {
    fn list(&mut self, list: &'a [Stmt<'a>], env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        for stmt in list {
            match self.stmt(stmt, env)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    fn stmt(&mut self, stmt: &Stmt<'a>, env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        self.steps = self.steps.checked_sub(1).ok_or(None)?;
        match *stmt {
            Stmt::Expr(s) => drop(self.expr(&s.expr, env)?),
            Stmt::Var(s) => self.declare(s, env)?,
            Stmt::Function(s) => {
                let function = self.function(s, env, None);
                self.set_new(s.name.expect("a name").name, function, env);
            }
            Stmt::Class(s) => {
                let class = self.class(s, env)?;
                self.set_new(s.name.expect("a name").name, class, env);
            }
            Stmt::Block(s) => return self.list(s.body, &scope(Some(env), None)),
            Stmt::If(s) => {
                if self.expr(&s.test, env)?.is_true() {
                    return self.stmt(&s.consequent, env);
                } else if let Some(other) = &s.alternate {
                    return self.stmt(other, env);
                }
            }
            Stmt::While(s) => {
                while self.expr(&s.test, env)?.is_true() {
                    match self.stmt(&s.body, env)? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        Flow::Next | Flow::Continue => {}
                    }
                }
            }
            Stmt::For(s) => return self.counted(s, env),
            Stmt::ForIn(s) => return self.each(s, env),
            Stmt::Switch(s) => return self.switch(s, env),
            Stmt::Try(s) => return self.attempt(s, env),
            Stmt::Throw(s) => return Err(Some(self.expr(&s.expr, env)?)),
            Stmt::Return(s) => {
                let value = s.expr.map_or(Ok(Value::Undefined), |expr| self.expr(&expr, env))?;
                return Ok(Flow::Return(value));
            }
            Stmt::Break(_) => return Ok(Flow::Break),
            Stmt::Continue(_) => return Ok(Flow::Continue),
            Stmt::Empty(_) => {}
            _ => panic!("the generator does not write {stmt:?}"),
        }
        Ok(Flow::Next)
    }

    fn declare(&mut self, decl: &VarDecl<'a>, env: &Env<'a>) -> Outcome<'a, ()> {
        for declarator in decl.declarators {
            let value = declarator.init.map_or(Ok(Value::Undefined), |init| self.expr(&init, env))?;
            self.bind(&declarator.pattern, value, env)?;
        }
        Ok(())
    }

    fn counted(&mut self, s: &'a For<'a>, env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        let env = scope(Some(env), None);
        match s.init {
            Some(ForInit::Var(decl)) => self.declare(decl, &env)?,
            Some(ForInit::Expr(expr)) => drop(self.expr(&expr, &env)?),
            None => {}
        }
        while s.test.map_or(Ok(Value::Bool(true)), |test| self.expr(&test, &env))?.is_true() {
            match self.stmt(&s.body, &env)? {
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Next | Flow::Continue => {}
            }
            for update in s.update {
                self.expr(update, &env)?;
            }
        }
        Ok(Flow::Next)
    }

    fn each(&mut self, s: &'a ForIn<'a>, env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        let object = self.expr(&s.object, env)?;
        let ForBinding::Var(decl) = s.binding else { panic!("the generator declares the variable") };
        let mut at = 0;
        loop {
            let Value::Object(object) = &object else { panic!("an object") };
            // The list may grow or change while it is walked.
            let item = match (s.kind, &object.items) {
                (ForInKind::Of, Some(items)) => items.borrow().get(at).cloned(),
                (ForInKind::In, None) => object.members.borrow().get(at).map(|(key, _)| Value::text(key)),
                _ => panic!("an array after аз, an object after дар"),
            };
            let Some(item) = item else { return Ok(Flow::Next) };
            at += 1;
            let inner = scope(Some(env), None);
            self.bind(&decl.declarators[0].pattern, item, &inner)?;
            match self.stmt(&s.body, &inner)? {
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Next | Flow::Continue => {}
            }
        }
    }

    fn switch(&mut self, s: &'a Switch<'a>, env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        let value = self.expr(&s.discriminant, env)?;
        let env = scope(Some(env), None);
        let mut from = s.cases.iter().position(|case| case.test.is_none());
        for (at, case) in s.cases.iter().enumerate() {
            if let Some(test) = &case.test
                && binary(BinaryOp::StrictEq, &value, &self.expr(test, &env)?).is_true()
            {
                from = Some(at);
                break;
            }
        }
        for case in s.cases.iter().skip(from.unwrap_or(s.cases.len())) {
            match self.list(case.body, &env)? {
                Flow::Next => {}
                Flow::Break => break,
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    fn attempt(&mut self, s: &'a Try<'a>, env: &Env<'a>) -> Outcome<'a, Flow<'a>> {
        let mut outcome = self.list(s.block.body, &scope(Some(env), None));
        if let (Err(Some(value)), Some(handler)) = (&outcome, &s.handler) {
            let env = scope(Some(env), None);
            if let Some(param) = &handler.param {
                self.bind(param, value.clone(), &env)?;
            }
            outcome = self.list(handler.body.body, &env);
        }
        if let Some(last) = &s.finalizer {
            match self.list(last.body, &scope(Some(env), None))? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        outcome
    }

    fn set_new(&self, name: Name, value: Value<'a>, env: &Env<'a>) {
        env.names.borrow_mut().push((name, value));
    }

    fn bind(&mut self, pattern: &Pattern<'a>, value: Value<'a>, env: &Env<'a>) -> Outcome<'a, ()> {
        match *pattern {
            Pattern::Ident(ident) => self.set_new(ident.name, value, env),
            Pattern::Array(pattern) => {
                let items = self.items(&value);
                for (at, element) in pattern.elements.iter().enumerate() {
                    if let Some(element) = element {
                        self.bind_element(element, items.get(at).cloned().unwrap_or(Value::Undefined), env)?;
                    }
                }
                if let Some(rest) = pattern.rest {
                    let left = items.into_iter().skip(pattern.elements.len()).collect();
                    self.bind(rest, Value::array(left), env)?;
                }
            }
            Pattern::Object(pattern) => {
                for property in pattern.properties {
                    let key = self.key(&property.key, env)?;
                    let member = self.get(&value, &key)?;
                    self.bind_element(&property.value, member, env)?;
                }
            }
            _ => panic!("the generator does not write {pattern:?}"),
        }
        Ok(())
    }

    fn bind_element(&mut self, element: &PatternElement<'a>, value: Value<'a>, env: &Env<'a>) -> Outcome<'a, ()> {
        let value = match (&value, &element.default) {
            (Value::Undefined, Some(default)) => self.expr(default, env)?,
            _ => value,
        };
        self.bind(&element.pattern, value, env)
    }

    fn items(&self, value: &Value<'a>) -> Vec<Value<'a>> {
        let Value::Object(object) = value else { panic!("an array") };
        object.items.as_ref().expect("an array").borrow().clone()
    }

    fn expr(&mut self, expr: &Expr<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        self.steps = self.steps.checked_sub(1).ok_or(None)?;
        Ok(match *expr {
            Expr::Ident(e) => self.variable(e, env),
            Expr::Number(e) => Value::Number(e.raw.parse().expect("a plain number")),
            Expr::String(e) => Value::text(e.value),
            Expr::Bool(e) => Value::Bool(e.value),
            Expr::Null(_) => Value::Null,
            Expr::This(_) => frame(env).this,
            Expr::Paren(e) => self.expr(&e.expr, env)?,
            Expr::Template(e) => {
                let mut text = String::new();
                for (at, quasi) in e.quasis.iter().enumerate() {
                    text.push_str(quasi.cooked.expect("no bad escapes"));
                    if let Some(inner) = e.exprs.get(at) {
                        text.push_str(&self.expr(inner, env)?.shown());
                    }
                }
                Value::text(text)
            }
            Expr::Array(e) => {
                let mut items = Vec::new();
                for element in e.elements {
                    match element {
                        ArrayElement::Hole(_) => items.push(Value::Undefined),
                        ArrayElement::Expr(inner) => items.push(self.expr(inner, env)?),
                        ArrayElement::Spread(spread) => {
                            let value = self.expr(&spread.expr, env)?;
                            items.extend(self.items(&value));
                        }
                    }
                }
                Value::array(items)
            }
            Expr::Object(e) => self.object(e, env)?,
            Expr::Function(e) => self.function(e, env, None),
            Expr::Arrow(e) => {
                let body = match e.body {
                    ArrowBody::Block(block) => Body::Block(block),
                    ArrowBody::Expr(inner) => Body::Expr(inner),
                };
                code(Code::Function { params: e.params, body, env: env.clone(), is_arrow: true, home: None })
            }
            Expr::Class(e) => self.class(e, env)?,
            Expr::Unary(e) => {
                let value = self.expr(&e.expr, env)?;
                match e.op {
                    UnaryOp::Not => Value::Bool(!value.is_true()),
                    UnaryOp::Minus => Value::Number(-value.number()),
                    UnaryOp::Plus => Value::Number(value.number()),
                    UnaryOp::BitNot => Value::Number(f64::from(!int32(&value))),
                    _ => panic!("the generator does not write {expr:?}"),
                }
            }
            Expr::Update(e) => {
                let old = self.expr(&e.target, env)?.number();
                let new = if e.is_increment { old + 1.0 } else { old - 1.0 };
                self.assign_to(&e.target, Value::Number(new), env)?;
                Value::Number(if e.is_prefix { new } else { old })
            }
            Expr::Binary(e) => {
                let left = self.expr(&e.left, env)?;
                match self.short_circuit(e.op, &left) {
                    Some(true) => left,
                    Some(false) => self.expr(&e.right, env)?,
                    None => binary(e.op, &left, &self.expr(&e.right, env)?),
                }
            }
            Expr::Assign(e) => self.assign(e, env)?,
            Expr::Conditional(e) => {
                let is_true = self.expr(&e.test, env)?.is_true();
                self.expr(if is_true { &e.consequent } else { &e.alternate }, env)?
            }
            Expr::Member(e) => self.member(e, env)?,
            Expr::Index(e) => {
                let object = self.expr(&e.object, env)?;
                let index = self.expr(&e.index, env)?;
                self.get(&object, &index.shown())?
            }
            Expr::Call(e) => self.call_expr(e, env)?,
            Expr::New(e) => {
                let class = self.expr(&e.callee, env)?;
                let arguments = self.arguments(e.arguments.unwrap_or(&[]), env)?;
                let Value::Object(class) = class else { panic!("a class") };
                let Some(Code::Class { members, .. }) = &class.code else { panic!("a class") };
                let this = Value::Object(Rc::new(Object { prototype: Some(members.clone()), ..Object::default() }));
                self.construct(&class, &this, arguments)?;
                this
            }
            _ => panic!("the generator does not write {expr:?}"),
        })
    }

    /// Whether the left side is the answer; `None` for operators that look at both.
    fn short_circuit(&self, op: BinaryOp, left: &Value<'a>) -> Option<bool> {
        match op {
            BinaryOp::And => Some(!left.is_true()),
            BinaryOp::Or => Some(left.is_true()),
            BinaryOp::Nullish => Some(!left.is_nullish()),
            _ => None,
        }
    }

    fn variable(&self, ident: &Ident, env: &Env<'a>) -> Value<'a> {
        let mut at = Some(env);
        while let Some(scope) = at {
            if let Some((_, value)) = scope.names.borrow().iter().rev().find(|(name, _)| *name == ident.name) {
                return value.clone();
            }
            at = scope.parent.as_ref();
        }
        let text = self.names.text(ident.name);
        assert!(matches!(text, "беқимат" | "undefined"), "no variable {text}");
        Value::Undefined
    }

    fn assign(&mut self, e: &'a Assign<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let target = match e.target {
            Pattern::Ident(ident) => Expr::Ident(ident),
            Pattern::Target(expr) => expr,
            _ => panic!("the generator does not write {:?}", e.target),
        };
        let Some(op) = e.op else {
            let value = self.expr(&e.value, env)?;
            self.assign_to(&target, value.clone(), env)?;
            return Ok(value);
        };
        let old = self.expr(&target, env)?;
        let value = match self.short_circuit(op, &old) {
            Some(true) => return Ok(old),
            Some(false) => self.expr(&e.value, env)?,
            None => binary(op, &old, &self.expr(&e.value, env)?),
        };
        self.assign_to(&target, value.clone(), env)?;
        Ok(value)
    }

    fn assign_to(&mut self, target: &Expr<'a>, value: Value<'a>, env: &Env<'a>) -> Outcome<'a, ()> {
        match *target {
            Expr::Ident(ident) => {
                let mut at = Some(env);
                while let Some(scope) = at {
                    let mut names = scope.names.borrow_mut();
                    if let Some((_, old)) = names.iter_mut().rev().find(|(name, _)| *name == ident.name) {
                        *old = value;
                        return Ok(());
                    }
                    at = scope.parent.as_ref();
                }
                panic!("no variable {}", self.names.text(ident.name));
            }
            Expr::Member(e) => {
                let object = self.expr(&e.object, env)?;
                set(&object, self.names.text(e.property.name), value);
            }
            Expr::Index(e) => {
                let object = self.expr(&e.object, env)?;
                let index = self.expr(&e.index, env)?;
                set(&object, &index.shown(), value);
            }
            _ => panic!("the generator does not write {target:?}"),
        }
        Ok(())
    }

    fn member(&mut self, e: &Member<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let name = self.names.text(e.property.name);
        if let Expr::Super(_) = e.object {
            let home = frame(env).home.and_then(|home| home.prototype.clone()).expect("a base class");
            return self.get(&Value::Object(home), name);
        }
        let object = self.expr(&e.object, env)?;
        if e.optional && object.is_nullish() {
            return Ok(Value::Undefined);
        }
        self.get(&object, name)
    }

    fn get(&mut self, value: &Value<'a>, key: &str) -> Outcome<'a, Value<'a>> {
        let Value::Object(object) = value else { panic!("members of objects only") };
        if let Some(items) = &object.items {
            let items = items.borrow();
            return Ok(match key.parse::<usize>() {
                Ok(index) => items.get(index).cloned().unwrap_or(Value::Undefined),
                Err(_) => Value::Number(items.len() as f64),
            });
        }
        let mut at = Some(object);
        while let Some(holder) = at {
            let slot = holder.members.borrow().iter().find(|(known, _)| known == key).map(|(_, slot)| slot.clone());
            match slot {
                Some(Slot::Value(found)) => return Ok(found),
                Some(Slot::Getter(getter)) => return self.call(&getter, value.clone(), Vec::new()),
                None => at = holder.prototype.as_ref(),
            }
        }
        Ok(Value::Undefined)
    }

    fn key(&mut self, key: &PropertyKey<'a>, env: &Env<'a>) -> Outcome<'a, String> {
        Ok(match key {
            PropertyKey::Word(word) => self.names.text(word.name).to_owned(),
            PropertyKey::String(text) => text.value.to_owned(),
            PropertyKey::Number(number) => number.raw.to_owned(),
            PropertyKey::Computed(expr) => self.expr(expr, env)?.shown(),
        })
    }

    fn object(&mut self, e: &'a somon_lang::ast::Object<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let object = Rc::new(Object::default());
        let value = Value::Object(object.clone());
        for property in e.properties {
            match property {
                Property::Value(p) => {
                    let key = self.key(&p.key, env)?;
                    let member = self.expr(&p.value, env)?;
                    set(&value, &key, member);
                }
                Property::Shorthand(p) => set(&value, self.names.text(p.ident.name), self.variable(&p.ident, env)),
                Property::Method(p) => {
                    let key = self.key(&p.key, env)?;
                    let function = self.function(p.function, env, Some(object.clone()));
                    put(&object, key, slot(p.kind, function));
                }
                Property::Spread(p) => {
                    let from = self.expr(&p.expr, env)?;
                    let Value::Object(source) = &from else { panic!("an object") };
                    let keys: Vec<String> = source.members.borrow().iter().map(|(key, _)| key.clone()).collect();
                    for key in keys {
                        let member = self.get(&from, &key)?;
                        set(&value, &key, member);
                    }
                }
            }
        }
        Ok(value)
    }

    fn function(&self, e: &'a Function<'a>, env: &Env<'a>, home: Option<Rc<Object<'a>>>) -> Value<'a> {
        let body = Body::Block(e.body.expect("a body"));
        code(Code::Function { params: e.params, body, env: env.clone(), is_arrow: false, home })
    }

    fn class(&mut self, class: &'a Class<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let base = match &class.extends {
            Some(extends) => match self.expr(&extends.expr, env)? {
                Value::Object(base) => Some(base),
                _ => panic!("a class"),
            },
            None => None,
        };
        let inherited = base.as_ref().map(|base| match &base.code {
            Some(Code::Class { members, .. }) => members.clone(),
            _ => panic!("a class"),
        });
        let members = Rc::new(Object { prototype: inherited, ..Object::default() });
        // The class knows its own name within its members.
        let env = scope(Some(env), None);
        let code = Code::Class { class, env: env.clone(), base: base.clone(), members: members.clone() };
        let object = Rc::new(Object { code: Some(code), prototype: base, ..Object::default() });
        let value = Value::Object(object.clone());
        self.set_new(class.name.expect("a name").name, value.clone(), &env);
        for member in class.members {
            match member {
                ClassMember::Method(m) => {
                    let holder = if m.modifiers.is_static { &object } else { &members };
                    let function = self.function(m.function, &env, Some(holder.clone()));
                    put(holder, self.key(&m.key, &env)?, slot(m.kind, function));
                }
                ClassMember::Field(f) if f.modifiers.is_static => {
                    let init = f.init.map_or(Ok(Value::Undefined), |init| self.expr(&init, &env))?;
                    put(&object, self.key(&f.key, &env)?, Slot::Value(init));
                }
                _ => {}
            }
        }
        Ok(value)
    }

    fn construct(&mut self, object: &Rc<Object<'a>>, this: &Value<'a>, arguments: Vec<Value<'a>>) -> Outcome<'a, ()> {
        let Some(Code::Class { class, env, base, members }) = &object.code else { panic!("a class") };
        let constructor = class.members.iter().find_map(|member| match member {
            ClassMember::Constructor(constructor) => Some(constructor.function),
            _ => None,
        });
        let constructor = constructor.expect("a constructor");
        if base.is_none() {
            self.fields(object, this)?;
        }
        let inner = Frame { this: this.clone(), home: Some(members.clone()), class: Some(object.clone()) };
        let body = Body::Block(constructor.body.expect("a body"));
        self.run(constructor.params, body, &scope(Some(env), Some(inner)), arguments).map(drop)
    }

    fn fields(&mut self, object: &Rc<Object<'a>>, this: &Value<'a>) -> Outcome<'a, ()> {
        let Some(Code::Class { class, env, members, .. }) = &object.code else { panic!("a class") };
        let env = scope(Some(env), Some(Frame { this: this.clone(), home: Some(members.clone()), class: None }));
        for member in class.members {
            if let ClassMember::Field(field) = member
                && !field.modifiers.is_static
            {
                let init = field.init.map_or(Ok(Value::Undefined), |init| self.expr(&init, &env))?;
                set(this, &self.key(&field.key, &env)?, init);
            }
        }
        Ok(())
    }

    fn call_expr(&mut self, e: &'a Call<'a>, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        match e.callee.unwrapped() {
            Expr::Super(_) => {
                let arguments = self.arguments(e.arguments, env)?;
                let inner = frame(env);
                let object = inner.class.expect("in a constructor");
                let Some(Code::Class { base: Some(base), .. }) = &object.code else { panic!("a base class") };
                self.construct(base, &inner.this, arguments)?;
                self.fields(&object, &inner.this)?;
                Ok(Value::Undefined)
            }
            Expr::Member(member) => {
                let name = self.names.text(member.property.name);
                if matches!(member.object, Expr::Ident(ident) if self.names.text(ident.name) == "чоп") {
                    let shown = self.arguments(e.arguments, env)?.iter().map(Value::shown).collect::<Vec<_>>();
                    self.output.push_str(&shown.join(" "));
                    self.output.push('\n');
                    return Ok(Value::Undefined);
                }
                if let Expr::Super(_) = member.object {
                    let function = self.member(member, env)?;
                    let arguments = self.arguments(e.arguments, env)?;
                    return self.call(&function, frame(env).this, arguments);
                }
                let this = self.expr(&member.object, env)?;
                if name == "slice" {
                    return Ok(Value::array(self.items(&this).into_iter().take(2).collect()));
                }
                let function = self.get(&this, name)?;
                let arguments = self.arguments(e.arguments, env)?;
                self.call(&function, this, arguments)
            }
            callee => {
                let function = self.expr(&callee, env)?;
                let arguments = self.arguments(e.arguments, env)?;
                self.call(&function, Value::Undefined, arguments)
            }
        }
    }

    fn arguments(&mut self, list: &'a [Argument<'a>], env: &Env<'a>) -> Outcome<'a, Vec<Value<'a>>> {
        let mut values = Vec::new();
        for argument in list {
            match argument {
                Argument::Expr(expr) => values.push(self.expr(expr, env)?),
                Argument::Spread(spread) => {
                    let value = self.expr(&spread.expr, env)?;
                    values.extend(self.items(&value));
                }
            }
        }
        Ok(values)
    }

    fn call(&mut self, function: &Value<'a>, this: Value<'a>, arguments: Vec<Value<'a>>) -> Outcome<'a, Value<'a>> {
        let Value::Object(object) = function else { panic!("a function") };
        let Some(Code::Function { params, body, env, is_arrow, home }) = &object.code else { panic!("a function") };
        let inner = (!is_arrow).then(|| Frame { this, home: home.clone(), class: None });
        self.run(params, *body, &scope(Some(env), inner), arguments)
    }

    fn run(
        &mut self,
        params: &'a [Param<'a>],
        body: Body<'a>,
        env: &Env<'a>,
        arguments: Vec<Value<'a>>,
    ) -> Outcome<'a, Value<'a>> {
        let mut arguments = arguments.into_iter();
        for param in params {
            let element = PatternElement { pattern: param.pattern, default: param.default };
            self.bind_element(&element, arguments.next().unwrap_or(Value::Undefined), env)?;
        }
        match body {
            Body::Expr(expr) => self.expr(&expr, env),
            Body::Block(block) => match self.list(block.body, &scope(Some(env), None))? {
                Flow::Return(value) => Ok(value),
                _ => Ok(Value::Undefined),
            },
        }
    }
}

fn code(code: Code<'_>) -> Value<'_> {
    Value::Object(Rc::new(Object { code: Some(code), ..Object::default() }))
}

fn slot<'a>(kind: MethodKind, function: Value<'a>) -> Slot<'a> {
    if kind == MethodKind::Get { Slot::Getter(function) } else { Slot::Value(function) }
}

fn put<'a>(object: &Object<'a>, key: String, slot: Slot<'a>) {
    let mut members = object.members.borrow_mut();
    match members.iter_mut().find(|(known, _)| *known == key) {
        Some((_, old)) => *old = slot,
        None => members.push((key, slot)),
    }
}

fn set<'a>(target: &Value<'a>, key: &str, value: Value<'a>) {
    let Value::Object(object) = target else { panic!("members of objects only") };
    match (&object.items, key.parse::<usize>()) {
        (Some(items), Ok(index)) => {
            let mut items = items.borrow_mut();
            while items.len() <= index {
                items.push(Value::Undefined);
            }
            items[index] = value;
        }
        _ => put(object, key.to_owned(), Slot::Value(value)),
    }
}
