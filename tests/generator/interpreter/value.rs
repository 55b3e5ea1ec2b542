//! Values of the interpreter and what the operators of JavaScript do to them.

use std::cell::RefCell;
use std::rc::Rc;

use somon_lang::ast::{BinaryOp, Block, Class, Expr, Param};

use super::machine::{Env, Frame};
use super::promise::Promise;

#[derive(Clone)]
pub enum Value<'a> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    Object(Rc<Object<'a>>),
}

pub struct Object<'a> {
    pub members: RefCell<Vec<(String, Slot<'a>)>>,
    pub kind: Kind<'a>,
    pub prototype: Option<Rc<Object<'a>>>,
}

#[derive(Clone)]
pub enum Slot<'a> {
    Value(Value<'a>),
    Accessor {
        get: Option<Value<'a>>,
        set: Option<Value<'a>>,
    },
    /// A member of a namespace: the variable itself.
    Variable(Env<'a>, somon_lang::name::Name),
}

pub enum Kind<'a> {
    Plain,
    Array(RefCell<Vec<Value<'a>>>),
    Function(Function<'a>),
    Class(Box<ClassValue<'a>>),
    /// The class of errors.
    Error,
    Promise(Promise<'a>),
}

pub struct Function<'a> {
    pub params: &'a [Param<'a>],
    pub body: Body<'a>,
    pub env: Env<'a>,
    pub is_async: bool,
    /// Of an arrow: `this` and `супер` are those around it.
    pub frame: Option<Rc<Frame<'a>>>,
    pub home: Option<Rc<Object<'a>>>,
}

pub struct ClassValue<'a> {
    pub class: &'a Class<'a>,
    pub env: Env<'a>,
    pub base: Option<Rc<Object<'a>>>,
    /// What its instances inherit.
    pub members: Rc<Object<'a>>,
    /// The fields of instances with their keys, which are computed once.
    pub fields: RefCell<Vec<(String, Option<Expr<'a>>)>>,
}

#[derive(Clone, Copy)]
pub enum Body<'a> {
    Block(Block<'a>),
    Expr(Expr<'a>),
}

impl<'a> Object<'a> {
    pub fn new(kind: Kind<'a>, prototype: Option<Rc<Object<'a>>>) -> Rc<Object<'a>> {
        Rc::new(Object { members: RefCell::default(), kind, prototype })
    }

    pub fn own(&self, key: &str) -> Option<Slot<'a>> {
        self.members.borrow().iter().find(|(known, _)| known == key).map(|(_, slot)| slot.clone())
    }

    /// Along the prototypes.
    pub fn find(self: &Rc<Self>, key: &str) -> Option<Slot<'a>> {
        let mut at = Some(self.clone());
        while let Some(object) = at {
            if let Some(slot) = object.own(key) {
                return Some(slot);
            }
            at = object.prototype.clone();
        }
        None
    }

    /// Defines a member of its own; two halves of an accessor join.
    pub fn put(&self, key: &str, slot: Slot<'a>) {
        let mut members = self.members.borrow_mut();
        match (members.iter_mut().find(|(known, _)| known == key), slot) {
            (Some((_, Slot::Accessor { get: old_get, set: old_set })), Slot::Accessor { get, set }) => {
                *old_get = get.or(old_get.take());
                *old_set = set.or(old_set.take());
            }
            (Some((_, old)), slot) => *old = slot,
            (None, slot) => members.push((key.to_owned(), slot)),
        }
    }
}

impl<'a> Value<'a> {
    pub fn text(text: impl AsRef<str>) -> Value<'a> {
        Value::Text(Rc::from(text.as_ref()))
    }

    pub fn array(items: Vec<Value<'a>>) -> Value<'a> {
        Value::Object(Object::new(Kind::Array(RefCell::new(items)), None))
    }

    pub fn is_nullish(&self) -> bool {
        matches!(self, Value::Undefined | Value::Null)
    }

    pub fn is_true(&self) -> bool {
        match self {
            Value::Undefined | Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Object(_) => true,
        }
    }

    pub fn number(&self) -> f64 {
        match self {
            Value::Null => 0.0,
            Value::Bool(value) => f64::from(u8::from(*value)),
            Value::Number(number) => *number,
            Value::Undefined | Value::Text(_) | Value::Object(_) => f64::NAN,
        }
    }

    pub fn shown(&self) -> String {
        match self {
            Value::Undefined => "undefined".to_owned(),
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => number_text(*number),
            Value::Text(text) => text.to_string(),
            Value::Object(object) => match &object.kind {
                Kind::Array(items) => {
                    let one = |item: &Value| if item.is_nullish() { String::new() } else { item.shown() };
                    items.borrow().iter().map(one).collect::<Vec<_>>().join(",")
                }
                _ => "[object Object]".to_owned(),
            },
        }
    }

    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Undefined => "undefined",
            Value::Null => "object",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::Object(object) => match object.kind {
                Kind::Function(_) | Kind::Class(_) | Kind::Error => "function",
                _ => "object",
            },
        }
    }

    fn is_same(&self, other: &Value<'a>) -> bool {
        match (self, other) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }
}

fn number_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&number.abs()) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

pub fn int32(value: &Value) -> i32 {
    let number = value.number();
    if !number.is_finite() {
        return 0;
    }
    number.trunc().rem_euclid(4_294_967_296.0) as u32 as i32
}

/// The operators that always look at both sides.
pub fn binary<'a>(op: BinaryOp, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
    let (a, b) = (left.number(), right.number());
    match op {
        BinaryOp::Add => match (left, right) {
            (Value::Text(_) | Value::Object(_), _) | (_, Value::Text(_) | Value::Object(_)) => {
                Value::text(left.shown() + &right.shown())
            }
            _ => Value::Number(a + b),
        },
        BinaryOp::Sub => Value::Number(a - b),
        BinaryOp::Mul => Value::Number(a * b),
        BinaryOp::Div => Value::Number(a / b),
        BinaryOp::Rem => Value::Number(a % b),
        BinaryOp::Exp => Value::Number(if b == 2.0 { a * a } else { a.powf(b) }),
        BinaryOp::Shl => Value::Number(f64::from(int32(left).wrapping_shl(int32(right) as u32 & 31))),
        BinaryOp::Shr => Value::Number(f64::from(int32(left) >> (int32(right) & 31))),
        BinaryOp::ShrUnsigned => Value::Number(f64::from(int32(left) as u32 >> (int32(right) & 31))),
        BinaryOp::BitAnd => Value::Number(f64::from(int32(left) & int32(right))),
        BinaryOp::BitOr => Value::Number(f64::from(int32(left) | int32(right))),
        BinaryOp::BitXor => Value::Number(f64::from(int32(left) ^ int32(right))),
        BinaryOp::Less => Value::Bool(a < b),
        BinaryOp::LessEq => Value::Bool(a <= b),
        BinaryOp::Greater => Value::Bool(a > b),
        BinaryOp::GreaterEq => Value::Bool(a >= b),
        BinaryOp::StrictEq => Value::Bool(left.is_same(right)),
        BinaryOp::StrictNotEq => Value::Bool(!left.is_same(right)),
        other => panic!("the generator does not write {}", other.text()),
    }
}
