//! The deepest trees that the parser lets through, walked on a stack as small as that of a browser's wasm.

use bumpalo::Bump;
use somon_lang::ast::*;
use somon_lang::builtin::BuiltinSet;
use somon_lang::emit::{EmitOptions, Format, Module, Target, print};
use somon_lang::name::Names;
use somon_lang::scope::analyse;
use somon_lang::source::Span;

const SPAN: Span = Span::new(0, 0);
const DEPTH: usize = 1024;
const STACK_BYTES: usize = if cfg!(debug_assertions) { 8 << 20 } else { 1 << 20 };

fn printed(build: fn(&Bump) -> Stmt<'_>) -> String {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let arena = Bump::new();
        let names = Names::new(&arena);
        let body = arena.alloc_slice_copy(&[build(&arena)]);
        let program = Program { body, span: SPAN, ident_count: 0 };
        let mut diagnostics = Vec::new();
        let scopes = analyse(&program, &names, &mut diagnostics);
        assert!(diagnostics.is_empty());
        let options = EmitOptions {
            target: Target::Es2022,
            format: Format::Esm,
            specifiers: &|_| None,
            rewrites_computed: false,
            declared: BuiltinSet::EMPTY,
            is_type_export: None,
            inherits_field: None,
        };
        print(&Module { program: &program, names: &names, scopes: &scopes, source: "" }, &options, None)
    });
    thread.expect("a thread starts").join().expect("the stack is deep enough")
}

fn nested<'a>(arena: &'a Bump, wrap: impl Fn(&'a Bump, Expr<'a>) -> Expr<'a>) -> Stmt<'a> {
    let mut expr = Expr::This(SPAN);
    for _ in 0..DEPTH {
        expr = wrap(arena, expr);
    }
    Stmt::Expr(arena.alloc(ExprStmt { span: SPAN, expr }))
}

#[test]
fn arrays() {
    let code = printed(|arena| {
        nested(arena, |arena, expr| {
            let elements = arena.alloc_slice_copy(&[ArrayElement::Expr(expr)]);
            Expr::Array(arena.alloc(Array { span: SPAN, elements }))
        })
    });
    assert_eq!(code.matches('[').count(), DEPTH);
}

#[test]
fn calls_with_right_operands() {
    let code = printed(|arena| {
        nested(arena, |arena, expr| {
            let arguments = arena.alloc_slice_copy(&[Argument::Expr(expr)]);
            let callee = Expr::This(SPAN);
            let right =
                Expr::Call(arena.alloc(Call { span: SPAN, callee, optional: false, type_args: &[], arguments }));
            let left = Expr::This(SPAN);
            Expr::Binary(arena.alloc(Binary { span: SPAN, op: BinaryOp::Sub, op_span: SPAN, left, right }))
        })
    });
    assert_eq!(code.matches(" - ").count(), DEPTH);
}

#[test]
fn arrow_functions() {
    let code = printed(|arena| {
        nested(arena, |arena, expr| {
            Expr::Arrow(arena.alloc(Arrow {
                span: SPAN,
                is_async: false,
                type_params: &[],
                params: &[],
                return_type: None,
                body: ArrowBody::Expr(expr),
            }))
        })
    });
    assert_eq!(code.matches("=>").count(), DEPTH);
}

#[test]
fn functions_in_functions() {
    let code = printed(|arena| {
        let mut body: &[Stmt] = &[];
        for _ in 0..DEPTH {
            let function = arena.alloc(Function {
                span: SPAN,
                name: None,
                is_async: false,
                type_params: &[],
                params: &[],
                this_type: None,
                return_type: None,
                body: Some(Block { span: SPAN, body }),
            });
            let stmt = Stmt::Expr(arena.alloc(ExprStmt { span: SPAN, expr: Expr::Function(function) }));
            body = arena.alloc_slice_copy(&[stmt]);
        }
        Stmt::Block(arena.alloc(Block { span: SPAN, body }))
    });
    assert_eq!(code.matches("function").count(), DEPTH);
}

#[test]
fn loops_in_loops() {
    let code = printed(|arena| {
        let mut stmt = Stmt::Break(SPAN);
        for _ in 0..DEPTH {
            stmt = Stmt::While(arena.alloc(While { span: SPAN, test: Expr::This(SPAN), body: stmt }));
        }
        stmt
    });
    assert_eq!(code.matches("while").count(), DEPTH);
}
