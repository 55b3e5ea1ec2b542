//! The language from the outside: source text in, JavaScript text, its behaviour in Node, and findings out.

mod binding;
mod classes;
mod commonjs;
mod corpus;
mod defects;
mod defects_named;
mod defects_syntax;
mod depth;
mod doubtful;
mod es2020;
mod esmodules;
mod evidence;
mod layout;
mod linkage;
mod mistakes;
mod namespaces;
mod precedence;
mod support;
