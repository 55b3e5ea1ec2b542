//! Walking expressions. Left-deep chains (operators, members, calls) and right-deep ones (conditionals,
//! assignments) are loops, so that the stack follows nesting only.

use super::binding::Analyser;
use super::hint::of_return;
use super::{DynamicImport, Hint};
use crate::ast::{
    Argument, ArrayElement, Arrow, ArrowBody, Assign, Binary, Expr, ImportCall, Object, Pattern, Property, PropertyKey,
    Template,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl<'a> Analyser<'_, 'a> {
    pub fn maybe_expr(&mut self, expr: Option<Expr<'a>>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    pub fn expr(&mut self, expr: Expr<'a>) {
        let mut at = expr;
        loop {
            at = match at {
                Expr::Ident(ident) => {
                    self.read(ident);
                    return;
                }
                Expr::Binary(binary) => self.binary(binary),
                Expr::Member(member) => member.object,
                Expr::Index(index) => {
                    self.expr(index.index);
                    index.object
                }
                Expr::Call(call) => {
                    self.types(call.type_args);
                    self.arguments(call.arguments);
                    call.callee
                }
                Expr::New(new) => {
                    self.types(new.type_args);
                    self.arguments(new.arguments.unwrap_or_default());
                    new.callee
                }
                Expr::TaggedTemplate(tagged) => {
                    self.types(tagged.type_args);
                    self.template(tagged.template);
                    tagged.tag
                }
                Expr::Paren(paren) => paren.expr,
                Expr::NonNull(non_null) => non_null.expr,
                Expr::As(as_) => {
                    self.ty(&as_.ty);
                    as_.expr
                }
                Expr::Unary(unary) => unary.expr,
                Expr::Await(await_) => {
                    self.note_await(Span::new(await_.span.start, await_.expr.span().start));
                    await_.expr
                }
                Expr::Conditional(conditional) => {
                    self.expr(conditional.test);
                    self.expr(conditional.consequent);
                    conditional.alternate
                }
                Expr::Assign(assign) => {
                    self.assign(assign);
                    assign.value
                }
                Expr::Update(update) => {
                    self.write_expr(update.target);
                    return;
                }
                other => return self.leaf(other),
            };
        }
    }

    /// What ends a chain: functions, literals, objects.
    #[inline(never)]
    fn leaf(&mut self, expr: Expr<'a>) {
        match expr {
            Expr::Template(template) => self.template(template),
            Expr::Array(array) => {
                for element in array.elements {
                    match element {
                        ArrayElement::Hole(_) => {}
                        ArrayElement::Expr(expr) => self.expr(*expr),
                        ArrayElement::Spread(spread) => self.expr(spread.expr),
                    }
                }
            }
            Expr::Object(object) => self.object(object),
            Expr::Function(function) => self.function(function, true),
            Expr::Arrow(arrow) => self.arrow(arrow),
            Expr::Class(class) => self.class(class, true),
            Expr::Import(import) => self.import_call(import),
            _ => {}
        }
    }

    /// The side that is walked now; the other one is returned, to go on with.
    #[inline(never)]
    fn binary(&mut self, binary: &Binary<'a>) -> Expr<'a> {
        if let Expr::Binary(_) = binary.right {
            self.expr(binary.left);
            binary.right
        } else {
            self.expr(binary.right);
            binary.left
        }
    }

    #[inline(never)]
    fn arguments(&mut self, arguments: &[Argument<'a>]) {
        for argument in arguments {
            match argument {
                Argument::Expr(expr) => self.expr(*expr),
                Argument::Spread(spread) => self.expr(spread.expr),
            }
        }
    }

    #[inline(never)]
    fn template(&mut self, template: &Template<'a>) {
        for expr in template.exprs {
            self.expr(*expr);
        }
    }

    #[inline(never)]
    fn object(&mut self, object: &Object<'a>) {
        let mut has_prototype = false;
        for property in object.properties {
            match property {
                Property::Value(value) => {
                    if let PropertyKey::Word(word) = value.key
                        && self.names.text(word.name) == "__proto__"
                        && std::mem::replace(&mut has_prototype, true)
                    {
                        self.diagnostics
                            .push(Diagnostic::new(Code::UnexpectedToken, word.span).text("found", "__proto__"));
                    }
                    let hint = Hint::of_expr(&value.value, self.names);
                    self.declare_key_as(&value.key, hint, Hint::Unknown);
                    self.expr(value.value);
                }
                Property::Shorthand(shorthand) => {
                    self.declare_member(shorthand.ident.name);
                    let symbol = self.read(&shorthand.ident);
                    let hint = symbol.and_then(|id| self.scopes.symbol(id)).map_or(Hint::Unknown, |symbol| symbol.hint);
                    self.hint_member(shorthand.ident.name, hint, Hint::Unknown);
                    self.maybe_expr(shorthand.default);
                }
                Property::Method(method) => {
                    let is_async = method.function.is_async;
                    let answer = of_return(is_async, method.function.return_type.as_ref(), self.names);
                    self.declare_key_as(&method.key, Hint::Other, answer);
                    self.function(method.function, false);
                }
                Property::Spread(spread) => self.expr(spread.expr),
            }
        }
    }

    #[inline(never)]
    fn arrow(&mut self, arrow: &Arrow<'a>) {
        self.enter();
        self.type_params(arrow.type_params);
        self.function_depth += 1;
        self.params(arrow.params);
        if let Some(return_type) = &arrow.return_type {
            self.return_type(return_type);
        }
        match &arrow.body {
            ArrowBody::Expr(expr) => self.expr(*expr),
            ArrowBody::Block(block) => {
                self.enter_body(false);
                self.declare_all(block.body);
                self.statements(block.body);
                self.leave();
            }
        }
        self.function_depth -= 1;
        self.leave();
    }

    #[inline(never)]
    fn import_call(&mut self, import: &ImportCall<'a>) {
        let specifier = match import.specifier.unwrapped() {
            Expr::String(string) => Some(string.value.to_owned()),
            Expr::Template(template) if template.exprs.is_empty() => {
                template.quasis.first().and_then(|quasi| quasi.cooked).map(str::to_owned)
            }
            _ => None,
        };
        self.scopes.dynamic_imports.push(DynamicImport {
            span: import.specifier.span(),
            specifier,
            is_json: import.is_json,
        });
        self.expr(import.specifier);
    }

    fn assign(&mut self, assign: &Assign<'a>) {
        self.assign_target(&assign.target);
    }

    pub fn assign_target(&mut self, target: &Pattern<'a>) {
        match target {
            Pattern::Ident(ident) => self.write(ident, ident.span),
            Pattern::Target(expr) => self.write_expr(*expr),
            Pattern::Array(array) => {
                for element in array.elements.iter().flatten() {
                    self.assign_target(&element.pattern);
                    self.maybe_expr(element.default);
                }
                if let Some(rest) = array.rest {
                    self.assign_target(rest);
                }
            }
            Pattern::Object(object) => {
                for property in object.properties {
                    self.declare_key(&property.key);
                    self.assign_target(&property.value.pattern);
                    self.maybe_expr(property.value.default);
                }
                if let Some(rest) = object.rest {
                    self.assign_target(rest);
                }
            }
            Pattern::Error(_) => {}
        }
    }

    fn write_expr(&mut self, target: Expr<'a>) {
        match target.unwrapped() {
            Expr::Ident(ident) => self.write(ident, target.span()),
            Expr::Member(member) => {
                self.expr(member.object);
                self.write_member(member.property.name);
                if self.may_be_user_object(member.object) {
                    self.declare_member(member.property.name);
                }
            }
            Expr::Index(index) => {
                self.expr(index.object);
                self.expr(index.index);
                self.scopes.has_computed_writes = true;
            }
            other => self.expr(other),
        }
    }

    /// Whether an assignment to a member of it may make a member of the user's own.
    fn may_be_user_object(&self, object: Expr<'a>) -> bool {
        match object.unwrapped() {
            Expr::Ident(ident) => match self.scopes.of(ident.id) {
                Some(id) => self.scopes.symbol(id).is_none_or(|symbol| symbol.hint == Hint::Unknown),
                None => self.scopes.words.global_index(ident.name).is_none(),
            },
            other => Hint::of_expr(&other, self.names) == Hint::Unknown,
        }
    }

    pub fn note_await(&mut self, keyword: Span) {
        if self.function_depth == 0 && self.scopes.top_level_await.is_none() {
            self.scopes.top_level_await = Some(keyword);
        }
    }
}
