//! The SomonScript front end and printer: text in, JavaScript and diagnostics out.
//! Must never know URLs, time or JavaScript values.

pub mod arena;
pub mod ast;
pub mod builtin;
pub mod compile;
pub mod diagnostic;
pub mod emit;
pub mod gather;
pub mod index;
pub mod keyword;
pub mod letter;
mod lexer;
pub mod name;
pub mod order;
mod pair_map;
pub mod parser;
pub mod scope;
pub mod source;
pub mod spelled;
pub mod table;
mod token;
pub mod tokenize;
pub mod vocabulary;
pub mod word;
