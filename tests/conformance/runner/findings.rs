//! Compares reported diagnostics with those that the corpus lists: by severity, line, column and
//! what they are about. It must never compare prose.

use serde_json::Value;

/// A diagnostic as the corpus sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: &'static str,
    pub line: u32,
    pub column: u32,
    pub about: &'static str,
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

pub fn compare(expected: &str, reported: &[Finding]) -> Result<(), String> {
    let listed: Value = serde_json::from_str(expected).map_err(|e| format!("the expectation does not parse: {e}"))?;
    let listed = listed.as_array().ok_or("the expectation is no list")?;
    let number = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_u64).unwrap_or(0);
    let mut lines = Vec::new();
    for entry in listed {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let (line, column) = (number(entry, "line"), number(entry, "column"));
        let found = reported.iter().any(|finding| {
            let place = (u64::from(finding.line), u64::from(finding.column));
            finding.severity == text("severity") && finding.about == text("about") && place == (line, column)
        });
        if !found {
            let (severity, about) = (text("severity"), text("about"));
            return Err(format!("no {about} {severity} at {line}:{column}; reported: {reported:?}"));
        }
        lines.push(line);
    }
    // More may be said about a listed line, or about the first half of a pair whose second is listed.
    let allowed = |finding: &&Finding| {
        let on = |line: &u32| lines.contains(&u64::from(*line));
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
        Finding { severity: "error", line, column, about: "syntax", related_lines: Vec::new() }
    }

    #[test]
    fn place_severity_and_subject_must_fit() {
        let listed = r#"[{"severity": "error", "line": 2, "column": 3, "about": "syntax", "description": "x"}]"#;
        assert_eq!(compare(listed, &[finding(2, 3)]), Ok(()));
        assert_eq!(compare(listed, &[finding(2, 9), finding(2, 3)]), Ok(()));
        assert!(compare(listed, &[finding(2, 4)]).is_err());
        assert!(compare(listed, &[]).is_err());
        assert!(compare(listed, &[finding(2, 3), finding(5, 1)]).is_err());
        let warning = Finding { severity: "warning", ..finding(2, 3) };
        assert!(compare(listed, &[warning]).is_err());
    }
}
