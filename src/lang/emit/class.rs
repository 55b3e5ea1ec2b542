//! Classes: fields, methods, accessors, parameter properties. Abstract members and signatures are erased.

use super::literal::push_number;
use super::printer::{Printer, pieces};
use crate::ast::{Call, Class, ClassMember, Constructor, Expr, Field, Ident, Method, Param, Pattern, PropertyKey};
use crate::name::Name;

/// What follows `super(...)`, or comes first without a superclass: parameter properties, and fields where the
/// target has none.
#[derive(Clone, Copy)]
pub struct Setup<'a> {
    class: &'a Class<'a>,
    params: &'a [Param<'a>],
}

impl<'a> Printer<'_, 'a> {
    /// `class А { ... }`, with what a lowered class needs around it.
    pub fn class_decl(&mut self, class: &'a Class<'a>) {
        let Some(name) = &class.name else { return };
        if self.moves_keys(class) {
            self.p("let ");
            self.binding(name);
            self.p(" = ");
            self.class_expr(class);
            self.p(";");
            return self.keep_name(class, name);
        }
        let has_static = self.sets_static(class);
        self.class_text(class, has_static, false);
        if has_static {
            self.line();
            let name = self.symbol_of(name.id).map_or("", |id| self.symbol_text(id)).to_owned();
            self.run_static(&name);
        }
        self.keep_name(class, name);
    }

    /// A class that a bundle had to spell otherwise is told by its own name all the same, unless a static member may be
    /// called so.
    fn keep_name(&mut self, class: &'a Class<'a>, name: &Ident) {
        let own = self.text(name.name);
        let spelled = self.spelling(name.id).unwrap_or(own);
        if self.linkage.is_none() || spelled == own || class.members.iter().any(|member| self.is_static_name(member)) {
            return;
        }
        let spelled = spelled.to_owned();
        self.line();
        for part in ["Object.defineProperty(", &spelled, ", \"name\", { value: \"", own, "\" });"] {
            self.p(part);
        }
    }

    fn is_static_name(&self, member: &ClassMember) -> bool {
        let (modifiers, key) = match member {
            ClassMember::Method(method) => (&method.modifiers, &method.key),
            ClassMember::Field(field) => (&field.modifiers, &field.key),
            _ => return false,
        };
        let is_name = match key {
            PropertyKey::Word(word) => self.text(word.name) == "name",
            PropertyKey::String(string) => string.value == "name",
            PropertyKey::Number(_) => false,
            PropertyKey::Computed(_) => true,
        };
        modifiers.is_static && is_name
    }

    /// Whether the keys of fields have to be kept from the definition of the class to its instances.
    pub fn moves_keys(&self, class: &Class<'a>) -> bool {
        let is_computed = |field: &Field| matches!(field.key, PropertyKey::Computed(_)) && !field.modifiers.is_abstract;
        self.is_lowering()
            && class.members.iter().any(|member| matches!(member, ClassMember::Field(field) if is_computed(field)))
    }

    fn sets_static(&self, class: &Class<'a>) -> bool {
        self.is_lowering() && class.members.iter().any(is_static_field)
    }

    fn run_static(&mut self, class: &str) {
        let method = self.unused("__static", false);
        pieces!(self; class, ".", &method, "();");
        self.line();
        pieces!(self; "delete ", class, ".", &method, ";");
    }

    #[inline(never)]
    pub fn class_expr(&mut self, class: &'a Class<'a>) {
        let has_static = self.sets_static(class);
        if !has_static && !self.moves_keys(class) {
            return self.class_text(class, false, false);
        }
        // Around the class a function: superclass and keys come in as arguments, so that they are evaluated once
        // and in order; the static fields are set before anybody sees the class.
        let name = if self.naming.0 == self.out.len() { self.naming.1 } else { "" };
        let keys: Vec<Expr<'a>> = class.members.iter().filter_map(computed_key).collect();
        let (base, local) = (self.unused("Base", true), self.unused("Class", true));
        self.p("((");
        if class.extends.is_some() {
            self.p(&base);
        }
        for (index, key) in keys.iter().enumerate() {
            self.p(if index > 0 || class.extends.is_some() { ", " } else { "" });
            let key = key.span().start;
            self.moved_keys.push(key);
            self.p(&self.moved_key(key));
        }
        self.p(") => ");
        let no_in = std::mem::replace(&mut self.no_in, false);
        self.braced(|printer| {
            printer.line();
            pieces!(printer; "const ", &local, " = ");
            if class.name.is_some() {
                printer.class_text(class, has_static, true);
            } else {
                printer.p("{");
                printer.quoted(name, false);
                printer.p(": ");
                printer.class_text(class, has_static, true);
                printer.p("}[");
                printer.quoted(name, false);
                printer.p("]");
            }
            printer.p(";");
            if has_static {
                printer.line();
                printer.run_static(&local);
            }
            printer.line();
            pieces!(printer; "return ", &local, ";");
        });
        self.no_in = no_in;
        self.p(")(");
        let base = class.extends.iter().map(|extends| extends.expr);
        for (index, argument) in base.chain(keys).enumerate() {
            self.p(if index > 0 { ", " } else { "" });
            self.expr(argument, 2);
        }
        self.p(")");
    }

    /// The name of the parameter that holds a key of a lowered class.
    pub fn moved_key(&self, key: u32) -> String {
        let mut name = "key_".to_owned();
        push_number(&mut name, key);
        self.unused(&name, false)
    }

    /// `is_moved`: the superclass is a parameter of the function around the class.
    fn class_text(&mut self, class: &'a Class<'a>, has_static: bool, is_moved: bool) {
        let constructor = class.members.iter().find_map(|member| match member {
            ClassMember::Constructor(constructor) if constructor.function.body.is_some() => Some(*constructor),
            _ => None,
        });
        let params = constructor.map_or(&[] as &[_], |constructor| constructor.function.params);
        let setup = Setup { class, params };
        if let Some(constructor) = constructor {
            self.rename_captured(constructor, setup);
        }
        self.p("class");
        if let Some(ident) = &class.name {
            self.p(" ");
            self.binding(ident);
        }
        if let Some(extends) = &class.extends {
            self.p(" extends ");
            if is_moved {
                let base = self.unused("Base", true);
                self.p(&base);
            } else {
                self.expr(extends.expr, 18);
            }
        }
        self.p(" ");
        let no_in = std::mem::replace(&mut self.no_in, false);
        self.braced(|printer| {
            if !printer.is_lowering() {
                let names: Vec<&'a Ident> = printer.new_fields(setup).collect();
                for name in names {
                    printer.line();
                    printer.p(printer.text(name.name));
                    printer.p(";");
                }
            }
            if constructor.is_none() && printer.fields(setup).next().is_some() {
                printer.default_constructor(setup);
            }
            for member in class.members {
                match member {
                    ClassMember::Constructor(constructor) => printer.constructor(constructor, setup),
                    ClassMember::Method(method) => printer.method(method),
                    ClassMember::Field(field) if !printer.is_lowering() => printer.field(class, field),
                    ClassMember::Field(_) | ClassMember::IndexSignature(_) => {}
                }
            }
            if has_static {
                printer.line();
                printer.p("static ");
                let method = printer.unused("__static", false);
                printer.p(&method);
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
    }

    /// The fields that the constructor has to set.
    pub fn fields(&self, setup: Setup<'a>) -> impl Iterator<Item = &'a Field<'a>> {
        let class = if self.is_lowering() { setup.class.members } else { &[] };
        class.iter().filter_map(move |member| self.lowered_field(setup.class, member, false))
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
        match (field.init, &field.key) {
            (None, PropertyKey::Word(word)) => self.inherits(class, word.name, field.modifiers.is_static),
            _ => false,
        }
    }

    fn inherits(&self, class: &Class<'a>, name: Name, is_static: bool) -> bool {
        let Some(Expr::Ident(superclass)) = class.extends.as_ref().map(|extends| extends.expr.unwrapped()) else {
            return false;
        };
        let Some(superclass) = self.symbol_of(superclass.id) else { return false };
        match self.module.scopes.inherits_field(superclass, name, is_static) {
            None => true,
            Some(last) => self.options.inherits_field.is_some_and(|has| has(last, self.text(name), is_static)),
        }
    }

    /// Parameters that are fields, less those that are fields of a superclass already.
    fn new_fields(&self, setup: Setup<'a>) -> impl Iterator<Item = &'a Ident> {
        property_params(setup.params).filter(move |name| !self.inherits(setup.class, name.name, false))
    }

    fn field(&mut self, class: &Class<'a>, field: &Field<'a>) {
        if self.is_erased_field(class, field) {
            return;
        }
        self.line();
        if field.modifiers.is_static {
            self.p("static ");
        }
        self.member_key(&field.key);
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
        self.member_key(&method.key);
        self.signature_and_body(method.function);
    }

    fn default_constructor(&mut self, setup: Setup<'a>) {
        self.line();
        let is_derived = setup.class.extends.is_some();
        self.p(if is_derived { "constructor(...args) " } else { "constructor() " });
        self.braced(|printer| {
            if is_derived {
                printer.line();
                printer.p("super(...args);");
            }
            printer.set_up(setup);
        });
    }

    fn constructor(&mut self, constructor: &'a Constructor<'a>, setup: Setup<'a>) {
        let function = constructor.function;
        let Some(body) = &function.body else { return };
        let has_setup = self.fields(setup).next().is_some() || property_params(setup.params).next().is_some();
        let is_derived = setup.class.extends.is_some();
        let outer = std::mem::replace(&mut self.after_super, Some(setup).filter(|_| has_setup && is_derived));
        self.line();
        self.p("constructor");
        self.params(function.params);
        self.p(" ");
        self.function_body(body, |printer| {
            if has_setup && !is_derived {
                printer.set_up(setup);
            }
        });
        self.after_super = outer;
    }

    /// `супер(...)` as a statement, after which the object is set up; answers whether it was one.
    pub fn super_statement(&mut self, expr: Expr<'a>) -> bool {
        let Some(setup) = self.after_super else { return false };
        let Expr::Call(call) = expr.unwrapped() else { return false };
        if !self.sets_up(call) {
            return false;
        }
        self.line();
        self.p("super");
        self.arguments(call.arguments);
        self.p(";");
        self.set_up(setup);
        true
    }

    /// Whether the call is a `супер(...)` after which an object has to be set up.
    pub fn sets_up(&self, call: &Call<'a>) -> bool {
        self.after_super.is_some() && matches!(call.callee, Expr::Super(_))
    }

    /// `супер(...)` inside an expression.
    pub fn super_call(&mut self, call: &Call<'a>) {
        let Some(setup) = self.after_super else { return };
        self.p("(super");
        self.arguments(call.arguments);
        self.p(", (() => ");
        self.braced(|printer| {
            printer.set_up(setup);
            printer.line();
            printer.p("return this;");
        });
        self.p(")())");
    }

    fn set_up(&mut self, setup: Setup<'a>) {
        let outer = self.after_super.take();
        if self.is_lowering() {
            let names: Vec<&'a Ident> = self.new_fields(setup).collect();
            for name in names {
                self.define(|printer| printer.quoted(printer.text(name.name), false), |printer| printer.p("undefined"));
            }
        }
        let fields: Vec<&'a Field<'a>> = self.fields(setup).collect();
        for field in fields {
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
        self.after_super = outer;
    }
}

/// The parameters that are fields too.
pub fn property_params<'a>(params: &'a [Param<'a>]) -> impl Iterator<Item = &'a Ident> {
    params.iter().filter_map(|param| match &param.pattern {
        Pattern::Ident(ident) if param.accessibility.is_some() || param.is_readonly => Some(*ident),
        _ => None,
    })
}

fn is_static_field(member: &ClassMember) -> bool {
    matches!(member, ClassMember::Field(field) if field.modifiers.is_static && !field.modifiers.is_abstract)
}

fn computed_key<'a>(member: &ClassMember<'a>) -> Option<Expr<'a>> {
    let key = match member {
        ClassMember::Method(method) if method.function.body.is_some() && !method.modifiers.is_abstract => method.key,
        ClassMember::Field(field) if !field.modifiers.is_abstract => field.key,
        _ => return None,
    };
    match key {
        PropertyKey::Computed(expr) => Some(expr),
        _ => None,
    }
}
