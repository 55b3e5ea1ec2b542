//! Compares reported diagnostics with those that the corpus lists: by severity, line, column and
//! what they are about. It must never compare prose.

use serde_json::Value;

pub const MAIN: &str = "main.som";

/// A diagnostic as the corpus sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Below the program's folder; a program of one file is `main.som`.
    pub file: String,
    pub severity: &'static str,
    pub line: u32,
    pub column: u32,
    pub about: &'static str,
    /// Found without the type checker, though it counts as of types: a name declared twice, a write to what is constant.
    pub is_early: bool,
    /// Places of the second half of a pair: the later of two equal names.
    pub related_lines: Vec<u32>,
}

/// What a code is about.
pub fn about(code: u16) -> &'static str {
    match code {
        1000..2000 => "lexical",
        2000..3000 | 3007 | 3412 | 3501..=3505 => "syntax",
        4000..7000 => "module",
        _ => "type",
    }
}

/// Whether only the graph of modules can see the mistakes, or shows them as well.
pub fn is_of_modules(expected: &str) -> bool {
    let listed: Option<Value> = serde_json::from_str(expected).ok();
    let is_module = |entry: &Value| entry.get("about").and_then(Value::as_str) == Some("module");
    listed.as_ref().and_then(Value::as_array).is_some_and(|listed| listed.iter().any(is_module))
}

/// How one wrong program of the kind that needs no type checker was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precision {
    /// Everything listed was reported at its place.
    pub is_at_place: bool,
    /// Exactly one diagnostic for each mistake.
    pub is_alone: bool,
}

/// `None` for a program whose mistakes only the type checker or the graph of modules can see.
pub fn precision(expected: &str, reported: &[Finding]) -> Option<Precision> {
    let listed: Value = serde_json::from_str(expected).ok()?;
    let listed = listed.as_array()?;
    let is_counted = |entry: &Value| match entry.get("about").and_then(Value::as_str) {
        Some("lexical" | "syntax") => true,
        _ => reported.iter().any(|finding| finding.is_early && is_at(finding, entry)),
    };
    listed.iter().all(is_counted).then(|| Precision {
        is_at_place: listed.iter().all(|entry| reported.iter().any(|finding| is_at(finding, entry))),
        is_alone: reported.len() == listed.len(),
    })
}

fn is_at(finding: &Finding, entry: &Value) -> bool {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let number = |key: &str| entry.get(key).and_then(Value::as_u64).unwrap_or(0);
    let place = (u64::from(finding.line), u64::from(finding.column));
    let file = entry.get("file").and_then(Value::as_str).unwrap_or(MAIN);
    finding.file == file
        && finding.severity == text("severity")
        && finding.about == text("about")
        && place == (number("line"), number("column"))
}

pub fn compare(expected: &str, reported: &[Finding]) -> Result<(), String> {
    let listed: Value = serde_json::from_str(expected).map_err(|e| format!("the expectation does not parse: {e}"))?;
    let listed = listed.as_array().ok_or("the expectation is no list")?;
    let number = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_u64).unwrap_or(0);
    let mut lines = Vec::new();
    for entry in listed {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let (line, column) = (number(entry, "line"), number(entry, "column"));
        if !reported.iter().any(|finding| is_at(finding, entry)) {
            let (severity, about) = (text("severity"), text("about"));
            return Err(format!("no {about} {severity} at {line}:{column}; reported: {reported:?}"));
        }
        lines.push((entry.get("file").and_then(Value::as_str).unwrap_or(MAIN), line));
    }
    // More may be said about a listed line, or about the first half of a pair whose second is listed.
    let allowed = |finding: &&Finding| {
        let on = |line: &u32| lines.contains(&(finding.file.as_str(), u64::from(*line)));
        on(&finding.line) || finding.related_lines.iter().any(on)
    };
    match reported.iter().find(|finding| !allowed(finding)) {
        Some(extra) => Err(format!("not listed: {extra:?}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(line: u32, column: u32) -> Finding {
        Finding {
            file: MAIN.to_owned(),
            severity: "error",
            line,
            column,
            about: "syntax",
            is_early: false,
            related_lines: Vec::new(),
        }
    }

    #[test]
    fn place_severity_and_subject_must_fit() {
        let listed = r#"[{"severity": "error", "line": 2, "column": 3, "about": "syntax", "description": "x"}]"#;
        assert_eq!(compare(listed, &[finding(2, 3)]), Ok(()));
        assert_eq!(compare(listed, &[finding(2, 9), finding(2, 3)]), Ok(()));
        assert!(compare(listed, &[finding(2, 4)]).is_err());
        assert!(compare(listed, &[]).is_err());
        assert!(compare(listed, &[finding(2, 3), finding(5, 1)]).is_err());
        let precise = |reported: &[Finding]| precision(listed, reported).map(|p| (p.is_at_place, p.is_alone));
        assert_eq!(precise(&[finding(2, 3)]), Some((true, true)));
        assert_eq!(precise(&[finding(2, 9), finding(2, 3)]), Some((true, false)));
        assert_eq!(precise(&[finding(2, 4)]), Some((false, true)));
        assert_eq!(precision(&listed.replace("syntax", "type"), &[finding(2, 3)]), None);
        let warning = Finding { severity: "warning", ..finding(2, 3) };
        assert!(compare(listed, &[warning]).is_err());
    }
}
