//! One text compiled by itself: its options, as the compiler takes them.

use somon_lang::compile::{CompileOptions, SpecifierStyle};
use somon_lang::diagnostic::Mode;
use somon_lang::emit::{Format, Target};
use somon_ops::config::Options;

/// Of options that were checked against [`somon_ops::config::TEXT`].
pub fn chosen(read: &Options) -> CompileOptions<'static> {
    CompileOptions {
        target: match read.choice("target") {
            "es2020" => Target::Es2020,
            "esnext" => Target::EsNext,
            _ => Target::Es2022,
        },
        format: if read.choice("format") == "commonjs" { Format::CommonJs } else { Format::Esm },
        specifier_style: match read.choice("specifierStyle") {
            "keep" => SpecifierStyle::Keep,
            _ => SpecifierStyle::Js,
        },
        mode: Mode { is_strict: read.bool("strict"), rules: &[] },
    }
}
