//! Reading and writing members, and the few built-in ones that the generator uses.

use std::rc::Rc;

use super::machine::{Env, Machine, Outcome, Step};
use super::promise::{Reaction, new_promise};
use super::value::{Kind, Slot, Value};

impl<'a> Machine<'a> {
    pub fn get(self: &Rc<Self>, value: Value<'a>, key: &str) -> Step<'a, Value<'a>> {
        let (m, key) = (self.clone(), key.to_owned());
        Box::pin(async move {
            match &value {
                Value::Text(text) => Ok(match key.as_str() {
                    "дарозӣ" => Value::Number(text.encode_utf16().count() as f64),
                    _ => panic!("no member {key} of strings"),
                }),
                Value::Object(object) => {
                    if let Kind::Array(items) = &object.kind {
                        let items = items.borrow();
                        return Ok(match (key.parse::<usize>(), key.as_str()) {
                            (Ok(index), _) => items.get(index).cloned().unwrap_or(Value::Undefined),
                            (Err(_), "дарозӣ") => Value::Number(items.len() as f64),
                            _ => Value::Undefined,
                        });
                    }
                    m.slot_value(object.find(&key), &value).await
                }
                _ => panic!("members of {} are not read", value.shown()),
            }
        })
    }

    pub async fn slot_value(self: &Rc<Self>, slot: Option<Slot<'a>>, this: &Value<'a>) -> Outcome<'a, Value<'a>> {
        match slot {
            Some(Slot::Value(found)) => Ok(found),
            Some(Slot::Accessor { get: Some(getter), .. }) => self.call(getter, this.clone(), Vec::new()).await,
            Some(Slot::Variable(env, name)) => Ok(env.read(name).expect("a member of the namespace")),
            Some(Slot::Accessor { get: None, .. }) | None => Ok(Value::Undefined),
        }
    }

    pub async fn set(self: &Rc<Self>, target: Value<'a>, key: &str, value: Value<'a>) -> Outcome<'a, ()> {
        let Value::Object(object) = &target else { panic!("members of objects only") };
        if let (Kind::Array(items), Ok(index)) = (&object.kind, key.parse::<usize>()) {
            let mut items = items.borrow_mut();
            while items.len() <= index {
                items.push(Value::Undefined);
            }
            items[index] = value;
            return Ok(());
        }
        match object.find(key) {
            Some(Slot::Accessor { set: Some(setter), .. }) => {
                self.call(setter, target.clone(), vec![value]).await?;
            }
            Some(Slot::Accessor { set: None, .. }) => panic!("the generator gives accessors both halves"),
            Some(Slot::Variable(env, name)) => env.write(name, value),
            _ => object.put(key, Slot::Value(value)),
        }
        Ok(())
    }

    pub async fn super_member(self: &Rc<Self>, key: &str, env: &Env<'a>) -> Outcome<'a, Value<'a>> {
        let frame = env.frame().expect("in a method");
        let home = frame.home.clone().expect("in a class or an object");
        let this = frame.this.borrow().clone().expect("after the constructor of the superclass");
        let slot = home.prototype.as_ref().and_then(|base| base.find(key));
        self.slot_value(slot, &this).await
    }

    /// A built-in method; `None` if there is none of that name.
    pub async fn built_in(
        self: &Rc<Self>,
        this: &Value<'a>,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Outcome<'a, Option<Value<'a>>> {
        let Value::Object(object) = this else { return Ok(None) };
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
        Ok(Some(match (&object.kind, name) {
            (Kind::Array(items), "илова") => {
                items.borrow_mut().extend(arguments.iter().cloned());
                Value::Number(items.borrow().len() as f64)
            }
            (Kind::Array(items), "slice") => {
                let from = first.number() as usize;
                let to = arguments.get(1).map_or(usize::MAX, |value| value.number() as usize);
                Value::array(items.borrow().iter().take(to).skip(from).cloned().collect())
            }
            (Kind::Array(items), "пайвастКардан") => {
                let items = items.borrow();
                let one = |item: &Value| if item.is_nullish() { String::new() } else { item.shown() };
                Value::text(items.iter().map(one).collect::<Vec<_>>().join(&first.shown()))
            }
            (Kind::Array(_), "харита" | "филтр") => {
                let mut kept = Vec::new();
                for (at, item) in self.items(this).into_iter().enumerate() {
                    let given = vec![item.clone(), Value::Number(at as f64), this.clone()];
                    let answer = self.call(first.clone(), Value::Undefined, given).await?;
                    if name == "харита" {
                        kept.push(answer);
                    } else if answer.is_true() {
                        kept.push(item);
                    }
                }
                Value::array(kept)
            }
            (Kind::Array(_), "ҷамъбаст") => {
                let mut sum = arguments[1].clone();
                for item in self.items(this) {
                    sum = self.call(first.clone(), Value::Undefined, vec![sum, item]).await?;
                }
                sum
            }
            (Kind::Promise(_), "then") => {
                let result = new_promise();
                let rejected = arguments.get(1).cloned().unwrap_or(Value::Undefined);
                self.then(object, Reaction::Call { fulfilled: first, rejected, result: result.clone() });
                Value::Object(result)
            }
            _ => return Ok(None),
        }))
    }
}
