//! Binding and assignment patterns.

use super::printer::Printer;
use crate::ast::{Pattern, PatternElement};

impl<'a> Printer<'_, 'a> {
    pub fn target(&mut self, pattern: &Pattern<'a>) {
        match pattern {
            Pattern::Ident(ident) => self.ident(ident),
            Pattern::Target(expr) => self.expr(*expr, 18),
            Pattern::Error(_) => {}
            Pattern::Array(array) => {
                self.p("[");
                for (index, element) in array.elements.iter().enumerate() {
                    if index > 0 {
                        self.p(", ");
                    }
                    if let Some(element) = element {
                        self.element(element);
                    }
                }
                if let Some(rest) = array.rest {
                    if !array.elements.is_empty() {
                        self.p(", ");
                    }
                    self.p("...");
                    self.target(rest);
                } else if let Some(None) = array.elements.last() {
                    self.p(",");
                }
                self.p("]");
            }
            Pattern::Object(object) => {
                self.p("{");
                for (index, property) in object.properties.iter().enumerate() {
                    if index > 0 {
                        self.p(", ");
                    }
                    let start = self.out.len();
                    self.target(&property.value.pattern);
                    let target = self.out.split_off(start);
                    if !property.shorthand {
                        self.destructured_key(property);
                        self.p(": ");
                    } else if let Pattern::Ident(ident) = &property.value.pattern {
                        let name = self.text(ident.name);
                        if target != name {
                            self.p(name);
                            self.p(": ");
                        }
                    }
                    self.p(&target);
                    if let Some(default) = property.value.default {
                        self.p(" = ");
                        self.name_next_of(&property.value.pattern);
                        self.expr(default, 2);
                    }
                }
                if let Some(rest) = object.rest {
                    if !object.properties.is_empty() {
                        self.p(", ");
                    }
                    self.p("...");
                    self.target(rest);
                }
                self.p("}");
            }
        }
    }

    fn destructured_key(&mut self, property: &crate::ast::PatternProperty<'a>) {
        self.key(&property.key, false);
    }

    fn element(&mut self, element: &PatternElement<'a>) {
        self.target(&element.pattern);
        if let Some(default) = element.default {
            self.p(" = ");
            self.name_next_of(&element.pattern);
            self.expr(default, 2);
        }
    }
}
