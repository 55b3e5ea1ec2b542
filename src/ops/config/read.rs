//! Reading checked options: the caller's value, else the table's default.

use super::{Key, Kind, Value};

/// A checked options object together with its table.
#[derive(Clone, Copy)]
pub struct Options<'v> {
    value: &'v Value,
    table: &'static [Key],
}

impl<'v> Options<'v> {
    pub fn new(value: &'v Value, table: &'static [Key]) -> Options<'v> {
        Options { value, table }
    }

    /// `None` when the caller gave nothing.
    pub fn given(&self, path: &str) -> Option<&'v Value> {
        let mut value = self.value;
        for name in path.split('.') {
            value = value.get(name)?;
        }
        (*value != Value::Undefined).then_some(value)
    }

    pub fn bool(&self, path: &str) -> bool {
        match (self.given(path), self.kind(path)) {
            (Some(Value::Bool(value)), _) => *value,
            (None, Some(Kind::Bool(default) | Kind::BoolOr { default, .. })) => default,
            _ => false,
        }
    }

    pub fn integer(&self, path: &str) -> u64 {
        match (self.given(path), self.kind(path)) {
            (Some(Value::Number(value)), _) => *value as u64,
            (None, Some(Kind::Integer { default, .. })) => default,
            _ => 0,
        }
    }

    /// A real number, where the table has a default for one.
    pub fn number(&self, path: &str) -> f64 {
        match (self.given(path), self.kind(path)) {
            (Some(Value::Number(value)), _) => *value,
            (None, Some(Kind::Ratio(default))) => default,
            _ => 0.0,
        }
    }

    /// The word chosen, or the first one of the table.
    pub fn choice(&self, path: &str) -> &'v str {
        match (self.given(path), self.kind(path)) {
            (Some(Value::String(value)), _) => value,
            (_, Some(Kind::Choice(words))) => words.first().copied().unwrap_or(""),
            _ => "",
        }
    }

    pub fn text(&self, path: &str) -> Option<&'v str> {
        match self.given(path) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    pub fn texts(&self, path: &str) -> Vec<&'v str> {
        let Some(Value::List(items)) = self.given(path) else { return Vec::new() };
        let text = |item: &'v Value| match item {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        };
        items.iter().filter_map(text).collect()
    }

    fn kind(&self, path: &str) -> Option<Kind> {
        self.table.iter().find(|key| key.path == path).map(|key| key.kind)
    }
}
