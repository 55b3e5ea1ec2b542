//! Classes: fields, methods, accessors, parameter properties. Abstract members and signatures are erased.

use super::printer::Printer;
use crate::ast::{Class, ClassMember, Constructor, Expr, Field, Method, Param, Pattern, PropertyKey, Stmt};

/// What a constructor does first: parameter properties, and fields where the target has none.
#[derive(Clone, Copy)]
struct Setup<'s, 'a> {
    params: &'s [Param<'a>],
    fields: &'s [&'a Field<'a>],
}

impl<'a> Printer<'_, 'a> {
    /// `class А { ... }`, with what a lowered class needs after it; `name` replaces a missing name.
    pub fn class_decl(&mut self, class: &Class<'a>, name: &str) {
        let has_static = self.is_lowering() && class.members.iter().any(is_static_field);
        let setup = self.class_text(class, name, has_static);
        if let Some(method) = setup {
            let start = self.out.len();
            match &class.name {
                Some(ident) => self.binding(ident),
                None => self.p(name),
            }
            let class_name = self.out.split_off(start);
            self.line();
            self.run_static(&class_name, &method);
        }
    }

    fn run_static(&mut self, class: &str, method: &str) {
        for part in [class, ".", method, "();"] {
            self.p(part);
        }
        self.line();
        for part in ["delete ", class, ".", method, ";"] {
            self.p(part);
        }
    }

    pub fn class_expr(&mut self, class: &Class<'a>) {
        let has_static = self.is_lowering() && class.members.iter().any(is_static_field);
        if !has_static {
            self.class_text(class, "", false);
            return;
        }
        // The static fields are set before anybody sees the class.
        let name = self.unused("Class", true);
        for part in ["((", &name, ") => { "] {
            self.p(part);
        }
        let start = self.out.len();
        let method = self.class_text(class, "", true).unwrap_or_default();
        let text = self.out.split_off(start);
        for part in [&name, ".", &method, "(); delete ", &name, ".", &method, "; return ", &name, "; })("] {
            self.p(part);
        }
        self.p(&text);
        self.p(")");
    }

    /// Answers the name of the method that sets the static fields, if there is one.
    fn class_text(&mut self, class: &Class<'a>, name: &str, has_static: bool) -> Option<String> {
        let fields: Vec<&'a Field<'a>> = if self.is_lowering() {
            class.members.iter().filter_map(|member| self.lowered_field(class, member, false)).collect()
        } else {
            Vec::new()
        };
        if !fields.is_empty() {
            self.rename_captured(class, &fields);
        }
        self.p("class");
        match &class.name {
            Some(ident) => {
                self.p(" ");
                self.binding(ident);
            }
            None if !name.is_empty() => {
                self.p(" ");
                self.p(name);
            }
            None => {}
        }
        if let Some(extends) = &class.extends {
            self.p(" extends ");
            self.expr(extends.expr, 18);
        }
        self.p(" ");
        let statics = has_static.then(|| self.unused("__static", false));
        let no_in = std::mem::replace(&mut self.no_in, false);
        self.braced(|printer| {
            printer.declare_param_properties(class);
            let has_constructor = class
                .members
                .iter()
                .any(|member| matches!(member, ClassMember::Constructor(c) if c.function.body.is_some()));
            if !has_constructor && !fields.is_empty() {
                printer.default_constructor(class, &fields);
            }
            for member in class.members {
                match member {
                    ClassMember::Constructor(constructor) => printer.constructor(class, constructor, &fields),
                    ClassMember::Method(method) => printer.method(method),
                    ClassMember::Field(field) if !printer.is_lowering() => printer.field(class, field),
                    ClassMember::Field(_) | ClassMember::IndexSignature(_) => {}
                }
            }
            if let Some(method) = &statics {
                printer.line();
                printer.p("static ");
                printer.p(method);
                printer.p("() ");
                printer.braced(|printer| {
                    for member in class.members {
                        if let Some(field) = printer.lowered_field(class, member, true) {
                            printer.define_field(field);
                        }
                    }
                });
            }
        });
        self.no_in = no_in;
        statics
    }

    fn lowered_field(&self, class: &Class<'a>, member: &ClassMember<'a>, is_static: bool) -> Option<&'a Field<'a>> {
        match member {
            ClassMember::Field(field)
                if field.modifiers.is_static == is_static && !self.is_erased_field(class, field) =>
            {
                Some(*field)
            }
            _ => None,
        }
    }

    /// A field without a value that a superclass has already: declaring it again says only its type.
    fn is_erased_field(&self, class: &Class<'a>, field: &Field<'a>) -> bool {
        if field.modifiers.is_abstract {
            return true;
        }
        let (None, PropertyKey::Word(word), Some(extends)) = (field.init, &field.key, &class.extends) else {
            return false;
        };
        let Expr::Ident(superclass) = extends.expr.unwrapped() else { return false };
        let Some(superclass) = self.symbol_of(superclass.id) else { return false };
        let is_static = field.modifiers.is_static;
        self.module.scopes.inherits_field(superclass, word.name, is_static)
            || self.options.inherits_field.is_some_and(|inherits| inherits(superclass, self.text(word.name), is_static))
    }

    fn field(&mut self, class: &Class<'a>, field: &Field<'a>) {
        if self.is_erased_field(class, field) {
            return;
        }
        self.line();
        if field.modifiers.is_static {
            self.p("static ");
        }
        self.key(&field.key, false);
        if let Some(init) = field.init {
            self.p(" = ");
            self.expr(init, 2);
        }
        self.p(";");
    }

    fn method(&mut self, method: &Method<'a>) {
        if method.modifiers.is_abstract || method.function.body.is_none() {
            return;
        }
        self.line();
        if method.modifiers.is_static {
            self.p("static ");
        }
        if method.modifiers.is_async || method.function.is_async {
            self.p("async ");
        }
        self.accessor_word(method.kind);
        self.key(&method.key, false);
        self.signature_and_body(method.function);
    }

    fn declare_param_properties(&mut self, class: &Class<'a>) {
        if self.is_lowering() {
            return;
        }
        for member in class.members {
            let ClassMember::Constructor(constructor) = member else { continue };
            if constructor.function.body.is_none() {
                continue;
            }
            for name in property_params(constructor.function.params) {
                self.line();
                self.p(self.text(name.name));
                self.p(";");
            }
        }
    }

    fn default_constructor(&mut self, class: &Class<'a>, fields: &[&'a Field<'a>]) {
        self.line();
        let is_derived = class.extends.is_some();
        self.p(if is_derived { "constructor(...args) " } else { "constructor() " });
        self.braced(|printer| {
            if is_derived {
                printer.line();
                printer.p("super(...args);");
            }
            printer.set_up(Setup { params: &[], fields });
        });
    }

    fn constructor(&mut self, class: &Class<'a>, constructor: &Constructor<'a>, fields: &[&'a Field<'a>]) {
        let function = constructor.function;
        let Some(body) = &function.body else { return };
        self.line();
        self.p("constructor");
        self.params(function.params);
        self.p(" ");
        let setup = Setup { params: function.params, fields };
        let has_setup = !fields.is_empty() || property_params(function.params).next().is_some();
        if !has_setup {
            return self.function_body(body, |_| {});
        }
        let saw_await = self.saw_await;
        self.braced(|printer| {
            if class.extends.is_none() {
                printer.set_up(setup);
                return printer.statements(body.body);
            }
            let after = body.body.iter().position(is_super_call).map_or(0, |index| index + 1);
            let (before, rest) = body.body.split_at(after.min(body.body.len()));
            printer.statements(before);
            if after == 0 {
                // `super(...)` stands inside something: it is found by its effect, `this` being there at the end.
                printer.statements(rest);
                printer.set_up(setup);
            } else {
                printer.set_up(setup);
                printer.statements(rest);
            }
        });
        self.saw_await = saw_await;
    }

    fn set_up(&mut self, setup: Setup<'_, 'a>) {
        for field in setup.fields {
            self.define_field(field);
        }
        for name in property_params(setup.params) {
            self.line();
            self.p("this.");
            self.p(self.text(name.name));
            self.p(" = ");
            self.binding(name);
            self.p(";");
        }
    }
}

fn property_params<'s, 'a: 's>(params: &'s [Param<'a>]) -> impl Iterator<Item = &'a crate::ast::Ident> + 's {
    params.iter().filter_map(|param| match &param.pattern {
        Pattern::Ident(ident) if param.accessibility.is_some() || param.is_readonly => Some(*ident),
        _ => None,
    })
}

fn is_static_field(member: &ClassMember) -> bool {
    matches!(member, ClassMember::Field(field) if field.modifiers.is_static && !field.modifiers.is_abstract)
}

fn is_super_call(stmt: &Stmt) -> bool {
    let Stmt::Expr(s) = stmt else { return false };
    matches!(s.expr.unwrapped(), Expr::Call(call) if matches!(call.callee, Expr::Super(_)))
}
