//! Walking statements and declarations whose names are declared already.

use super::binding::Analyser;
use super::hint::{of_declaration, of_return};
use super::{ClassShape, Hint, SymbolKind};
use crate::ast::{
    Block, Class, ClassMember, Declaration, DefaultExport, ExportKind, Expr, ForBinding, ForIn, ForInKind, ForInit,
    Function, MethodKind, Modifiers, Namespace, Param, Pattern, Program, PropertyKey, Stmt, Switch, Try, VarDecl,
};
use crate::name::Name;

impl<'a> Analyser<'_, 'a> {
    pub fn program(&mut self, program: &Program<'a>) {
        self.enter();
        self.declare_all(program.body);
        self.statements(program.body);
        self.check_exports(program);
        self.leave();
    }

    pub fn statements(&mut self, body: &[Stmt<'a>]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt<'a>) {
        match stmt {
            Stmt::Expr(s) => self.expr(s.expr),
            Stmt::Var(decl) => self.var(decl),
            Stmt::Function(function) => self.function(function, false),
            Stmt::Class(class) => self.class(class, false),
            Stmt::Interface(interface) => self.interface(interface),
            Stmt::TypeAlias(alias) => self.type_alias(alias),
            Stmt::Namespace(namespace) => self.namespace(namespace),
            Stmt::Import(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::Empty(_) | Stmt::Error(_) => {}
            Stmt::Export(export) => self.export(&export.kind),
            Stmt::Block(block) => self.block(block),
            Stmt::If(_) => self.if_chain(stmt),
            Stmt::While(s) => {
                self.expr(s.test);
                self.body(&s.body);
            }
            Stmt::For(s) => {
                self.enter();
                match &s.init {
                    Some(ForInit::Var(decl)) => {
                        self.declare_var(decl);
                        self.var(decl);
                    }
                    Some(ForInit::Expr(expr)) => self.expr(*expr),
                    None => {}
                }
                self.maybe_expr(s.test);
                for update in s.update {
                    self.expr(*update);
                }
                self.body(&s.body);
                self.leave();
            }
            Stmt::ForIn(s) => self.for_in(s),
            Stmt::Switch(s) => self.switch(s),
            Stmt::Try(s) => self.try_stmt(s),
            Stmt::Throw(s) => self.expr(s.expr),
            Stmt::Return(s) => self.maybe_expr(s.expr),
        }
    }

    fn if_chain(&mut self, stmt: &Stmt<'a>) {
        let mut at = *stmt;
        while let Stmt::If(s) = at {
            self.expr(s.test);
            self.body(&s.consequent);
            match s.alternate {
                Some(next @ Stmt::If(_)) => at = next,
                Some(last) => return self.body(&last),
                None => return,
            }
        }
    }

    /// The body of a loop or branch; one statement without braces is printed in braces, so it is a scope.
    fn body(&mut self, stmt: &Stmt<'a>) {
        if let Stmt::Block(block) = stmt {
            return self.block(block);
        }
        self.enter();
        self.declare_stmt(stmt);
        self.stmt(stmt);
        self.leave();
    }

    fn block(&mut self, block: &Block<'a>) {
        self.enter();
        self.declare_all(block.body);
        self.statements(block.body);
        self.leave();
    }

    fn var(&mut self, decl: &VarDecl<'a>) {
        for declarator in decl.declarators {
            self.pattern_values(&declarator.pattern);
            if let Some(ty) = &declarator.ty {
                self.ty(ty);
            }
            self.maybe_expr(declarator.init);
        }
    }

    fn for_in(&mut self, s: &ForIn<'a>) {
        if s.kind == ForInKind::AwaitOf {
            self.note_await(s.span);
        }
        self.expr(s.object);
        self.enter();
        match &s.binding {
            ForBinding::Var(decl) => {
                self.declare_var(decl);
                self.var(decl);
            }
            ForBinding::Target(target) => self.assign_target(target),
        }
        self.body(&s.body);
        self.leave();
    }

    fn switch(&mut self, s: &Switch<'a>) {
        self.expr(s.discriminant);
        self.enter();
        for case in s.cases {
            self.declare_all(case.body);
        }
        for case in s.cases {
            self.maybe_expr(case.test);
            self.statements(case.body);
        }
        self.leave();
    }

    fn try_stmt(&mut self, s: &Try<'a>) {
        self.block(&s.block);
        if let Some(handler) = &s.handler {
            self.enter();
            if let Some(param) = &handler.param {
                self.declare_pattern(param, SymbolKind::Catch, Hint::Unknown);
                self.pattern_values(param);
            }
            if let Some(ty) = &handler.ty {
                self.ty(ty);
            }
            self.enter_body(true);
            self.declare_all(handler.body.body);
            self.statements(handler.body.body);
            self.leave();
            self.leave();
        }
        if let Some(finalizer) = &s.finalizer {
            self.block(finalizer);
        }
    }

    /// `is_expression`: the own name is visible inside only.
    pub fn function(&mut self, function: &Function<'a>, is_expression: bool) {
        self.enter();
        if is_expression {
            if let Some(name) = &function.name {
                self.declare(name, SymbolKind::FunctionName, Hint::Other, false);
            }
            self.enter();
        }
        self.type_params(function.type_params);
        if let Some(ty) = &function.this_type {
            self.ty(ty);
        }
        self.function_depth += 1;
        let in_field = std::mem::replace(&mut self.in_field, false);
        self.params(function.params);
        if let Some(return_type) = &function.return_type {
            self.return_type(return_type);
        }
        if let Some(body) = &function.body {
            self.enter_body(false);
            self.declare_all(body.body);
            self.statements(body.body);
            self.leave();
        }
        self.function_depth -= 1;
        self.in_field = in_field;
        if is_expression {
            self.leave();
        }
        self.leave();
    }

    pub fn params(&mut self, params: &[Param<'a>]) {
        for param in params {
            let hint = of_declaration(param.ty.as_ref(), param.default.as_ref(), self.names);
            let hint = if param.is_rest { Hint::Array } else { hint };
            self.declare_pattern(&param.pattern, SymbolKind::Param, hint);
        }
        for param in params {
            if (param.accessibility.is_some() || param.is_readonly)
                && let Pattern::Ident(ident) = &param.pattern
            {
                self.declare_member(ident.name);
            }
            self.pattern_values(&param.pattern);
            if let Some(ty) = &param.ty {
                self.ty(ty);
            }
            self.maybe_expr(param.default);
        }
    }

    pub fn class(&mut self, class: &Class<'a>, is_expression: bool) {
        self.enter();
        if is_expression && let Some(name) = &class.name {
            self.declare(name, SymbolKind::Class, Hint::Unknown, false);
        }
        self.type_params(class.type_params);
        if let Some(extends) = &class.extends {
            self.expr(extends.expr);
            self.types(extends.type_args);
        }
        for implemented in class.implements {
            self.type_ref(implemented);
        }
        self.note_shape(class);
        for member in class.members {
            self.member(member);
        }
        self.leave();
    }

    fn member(&mut self, member: &ClassMember<'a>) {
        match member {
            ClassMember::Constructor(constructor) => self.function(constructor.function, false),
            ClassMember::Method(method) => {
                let is_async = method.modifiers.is_async || method.function.is_async;
                let answer = of_return(is_async, method.function.return_type.as_ref(), self.names);
                match method.kind {
                    MethodKind::Method => self.declare_key_as(&method.key, Hint::Other, answer),
                    MethodKind::Get => self.declare_key_as(&method.key, answer, Hint::Unknown),
                    MethodKind::Set => self.declare_key(&method.key),
                }
                self.function(method.function, false);
            }
            ClassMember::Field(field) => {
                let hint = of_declaration(field.ty.as_ref(), field.init.as_ref(), self.names);
                self.declare_key_as(&field.key, hint, Hint::Unknown);
                if let Some(ty) = &field.ty {
                    self.ty(ty);
                }
                self.function_depth += 1;
                let in_field = std::mem::replace(&mut self.in_field, true);
                self.maybe_expr(field.init);
                self.in_field = in_field;
                self.function_depth -= 1;
            }
            ClassMember::IndexSignature(signature) => {
                self.ty(&signature.key);
                self.ty(&signature.value);
            }
        }
    }

    /// Keeps what a class that has a name declares.
    fn note_shape(&mut self, class: &Class<'a>) {
        let Some(symbol) = class.name.as_ref().and_then(|name| self.scopes.of(name.id)) else { return };
        let superclass = match class.extends.as_ref().map(|extends| extends.expr.unwrapped()) {
            Some(Expr::Ident(ident)) => self.scopes.of(ident.id),
            _ => None,
        };
        let fields = declared_fields(class);
        self.scopes.classes.push(ClassShape { symbol, superclass, fields });
    }

    fn namespace(&mut self, namespace: &Namespace<'a>) {
        let symbol = self.scopes.of(namespace.name.id);
        self.enter();
        self.declare_all(namespace.body);
        if let Some(symbol) = symbol {
            self.open_namespaces.push(symbol);
            self.join_nested(symbol, namespace);
        }
        self.function_depth += 1;
        self.statements(namespace.body);
        self.function_depth -= 1;
        if let Some(symbol) = symbol {
            self.open_namespaces.pop();
            self.keep_members(symbol, namespace);
        }
        self.leave();
    }

    /// The parts of one namespace share its nested ones: a name declared here joins that of an earlier part.
    fn join_nested(&mut self, namespace: super::SymbolId, body: &Namespace<'a>) {
        for stmt in body.body {
            let Stmt::Export(export) = stmt else { continue };
            let ExportKind::Declaration(Declaration::Namespace(inner)) = &export.kind else { continue };
            let Some(earlier) = self.namespace_members.get((namespace.0, inner.name.name.0)) else { continue };
            let Some(own) = self.scopes.of(inner.name.id) else { continue };
            for index in 0..self.namespace_members.entries().len() {
                if let Some(&((holder, name), member)) = self.namespace_members.entries().get(index)
                    && holder == earlier
                {
                    self.namespace_members.insert((own.0, name), member);
                }
            }
        }
    }

    fn keep_members(&mut self, namespace: super::SymbolId, body: &Namespace<'a>) {
        for stmt in body.body {
            let Stmt::Export(export) = stmt else { continue };
            let ExportKind::Declaration(declaration) = &export.kind else { continue };
            for ident in declared_idents(declaration) {
                self.declare_member(ident.name);
                if let Some(id) = self.scopes.of(ident.id) {
                    if let Some(symbol) = self.scopes.symbol(id) {
                        let (hint, returned) = (symbol.hint, symbol.returned);
                        self.hint_member(ident.name, hint, returned);
                    }
                    self.namespace_members.insert((namespace.0, ident.name.0), id.0);
                }
            }
        }
    }

    fn export(&mut self, kind: &ExportKind<'a>) {
        match kind {
            ExportKind::Declaration(declaration) => self.declaration(declaration),
            ExportKind::Default(DefaultExport::Function(function)) => self.function(function, false),
            ExportKind::Default(DefaultExport::Class(class)) => self.class(class, false),
            ExportKind::Default(DefaultExport::Expr(expr)) => match expr.unwrapped() {
                // The name alone may be that of a type.
                Expr::Ident(ident) if self.read_export(ident).is_some() => {}
                _ => self.expr(*expr),
            },
            ExportKind::Local(_) | ExportKind::From(_) | ExportKind::Star(_) => {}
        }
    }

    fn declaration(&mut self, declaration: &Declaration<'a>) {
        match declaration {
            Declaration::Var(decl) => self.var(decl),
            Declaration::Function(function) => self.function(function, false),
            Declaration::Class(class) => self.class(class, false),
            Declaration::Interface(interface) => self.interface(interface),
            Declaration::TypeAlias(alias) => self.type_alias(alias),
            Declaration::Namespace(namespace) => self.namespace(namespace),
        }
    }
}

/// The fields of a class by name, its parameter properties among them, and whether each is static.
pub fn declared_fields(class: &Class) -> Vec<(Name, bool)> {
    let mut fields = Vec::new();
    for member in class.members {
        match member {
            ClassMember::Field(field) => {
                let Modifiers { is_static, is_abstract, .. } = field.modifiers;
                if let (PropertyKey::Word(word), false) = (&field.key, is_abstract) {
                    fields.push((word.name, is_static));
                }
            }
            ClassMember::Constructor(constructor) => {
                for param in constructor.function.params {
                    if let (Pattern::Ident(ident), true) =
                        (&param.pattern, param.accessibility.is_some() || param.is_readonly)
                    {
                        fields.push((ident.name, false));
                    }
                }
            }
            _ => {}
        }
    }
    fields
}

/// The names that a declaration binds at run time or as a type, in source order.
pub fn declared_idents<'a>(declaration: &Declaration<'a>) -> Vec<crate::ast::Ident> {
    let mut idents = Vec::new();
    match declaration {
        Declaration::Var(decl) => {
            for declarator in decl.declarators {
                pattern_idents(&declarator.pattern, &mut idents);
            }
        }
        Declaration::Function(function) => idents.extend(function.name),
        Declaration::Class(class) => idents.extend(class.name),
        Declaration::Interface(interface) => idents.push(interface.name),
        Declaration::TypeAlias(alias) => idents.push(alias.name),
        Declaration::Namespace(namespace) => idents.push(namespace.name),
    }
    idents
}

fn pattern_idents(pattern: &Pattern, idents: &mut Vec<crate::ast::Ident>) {
    match pattern {
        Pattern::Ident(ident) => idents.push(**ident),
        Pattern::Array(array) => {
            for element in array.elements.iter().flatten() {
                pattern_idents(&element.pattern, idents);
            }
            if let Some(rest) = array.rest {
                pattern_idents(rest, idents);
            }
        }
        Pattern::Object(object) => {
            for property in object.properties {
                pattern_idents(&property.value.pattern, idents);
            }
            if let Some(rest) = object.rest {
                pattern_idents(rest, idents);
            }
        }
        Pattern::Target(_) | Pattern::Error(_) => {}
    }
}
