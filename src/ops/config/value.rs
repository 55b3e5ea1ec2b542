//! Values of options as they come from outside: a plain tree, whatever the caller's language.
//! Validation against the table of keys works on this; must never hold a live object of the host.

/// One value of an options object. Functions and objects that are not plain (a `Map`, an `AbortSignal`) are
/// only known to be there: the facade keeps them.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    List(Vec<Value>),
    /// In the order of the object's own keys.
    Map(Vec<(String, Value)>),
    Function,
    Foreign,
}

impl Value {
    /// The value at `key`; `None` also for what is no map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }
}
