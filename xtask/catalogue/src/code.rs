//! The Rust enumeration of the codes and what the table says of each in numbers: no words.

use std::collections::BTreeMap;

use crate::{Catalogue, Entry};

pub fn rust(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "//! The stable codes of every diagnostic. Generated from `catalogue.json`; edit that, not this file.\n\n\
         use super::Severity;\n\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n#[repr(u16)]\npub enum Code {\n",
    );
    for entry in &catalogue.entries {
        text.push_str(&format!("    {} = {},\n", variant(entry), entry.number));
    }
    text.push_str("}\n\nimpl Code {\n    /// In ascending order.\n    pub const ALL: &'static [Code] = &[\n");
    for entry in &catalogue.entries {
        text.push_str(&format!("        Code::{},\n", variant(entry)));
    }
    text.push_str("    ];\n");
    method(&mut text, catalogue, &SEVERITY, |entry| Some(severity(&entry.severity)));
    method(&mut text, catalogue, &STRICT, |entry| {
        (entry.strict_severity != entry.severity).then(|| severity(&entry.strict_severity))
    });
    method(&mut text, catalogue, &NEW_PLACE, |entry| entry.new_place_severity.as_deref().map(severity));
    method(&mut text, catalogue, &RELATED, |entry| entry.related.as_ref().map(|name| format!("\"{name}\"")));
    method(&mut text, catalogue, &EARLY, |entry| entry.is_early.then(|| "true".to_owned()));
    method(&mut text, catalogue, &OFF, |entry| entry.is_off_by_default.then(|| "true".to_owned()));
    text.push_str("}\n");
    text
}

struct Method {
    doc: &'static str,
    signature: &'static str,
    otherwise: &'static str,
}

const SEVERITY: Method = Method {
    doc: "In the default mode.",
    signature: "pub const fn default_severity(self) -> Severity",
    otherwise: "Severity::Error",
};
const STRICT: Method = Method {
    doc: "In strict mode.",
    signature: "pub const fn strict_severity(self) -> Severity",
    otherwise: "self.default_severity()",
};
const NEW_PLACE: Method = Method {
    doc: "In the default mode, in the places where older compilers kept silent.",
    signature: "pub const fn new_place_severity(self) -> Severity",
    otherwise: "self.default_severity()",
};
const RELATED: Method = Method {
    doc: "The entry of the terms `related` that stands beside a second place.",
    signature: "pub const fn related_label(self) -> &'static str",
    otherwise: "\"other\"",
};
const EARLY: Method = Method {
    doc: "Always on, blocks output in both modes.",
    signature: "pub const fn is_early_error(self) -> bool",
    otherwise: "false",
};

const OFF: Method = Method {
    doc: "Said only when the option `rules` asks for it.",
    signature: "pub const fn is_off_by_default(self) -> bool",
    otherwise: "false",
};

/// A `match` with one arm a value; codes with the value `otherwise`, or none, need no arm.
fn method(text: &mut String, catalogue: &Catalogue, method: &Method, value: impl Fn(&Entry) -> Option<String>) {
    let mut arms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in &catalogue.entries {
        if let Some(value) = value(entry).filter(|value| value != method.otherwise) {
            arms.entry(value).or_default().push(format!("Code::{}", variant(entry)));
        }
    }
    text.push_str(&format!("\n    /// {}\n    #[rustfmt::skip]\n    {} {{\n", method.doc, method.signature));
    if method.otherwise == "false" {
        let codes = arms.into_values().flatten().collect::<Vec<_>>();
        text.push_str(&format!(
            "        matches!(\n            self,\n            {}\n        )\n    }}\n",
            codes.join(SEPARATOR)
        ));
        return;
    }
    text.push_str("        match self {\n");
    for (value, codes) in arms {
        text.push_str(&format!("            {} => {value},\n", codes.join(SEPARATOR)));
    }
    text.push_str(&format!("            _ => {},\n        }}\n    }}\n", method.otherwise));
}

const SEPARATOR: &str = "\n            | ";

fn severity(name: &str) -> String {
    format!("Severity::{}", capitalised(name))
}

fn variant(entry: &Entry) -> String {
    entry.slug.split('-').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
