//! What a finding weighs: severities by mode and rule, the order and the caps of a list.
//! Decides without words, so that a build can stop before any text is made.

use super::{Code, Diagnostic, Severity};

/// Errors shown of one module; a note says that there were more.
pub const MODULE_ERRORS_MAX: usize = 100;
/// Diagnostics of any kind shown of one module, and of one operation.
pub const DIAGNOSTICS_MAX: usize = 1000;

const _: () = assert!(MODULE_ERRORS_MAX < DIAGNOSTICS_MAX);

/// What the user chose to hear of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Off,
    On(Severity),
}

/// The options that change severities.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mode<'r> {
    pub is_strict: bool,
    pub rules: &'r [(Code, Rule)],
}

/// A finding that is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub severity: Severity,
    pub diagnostic: Diagnostic,
}

impl Settled {
    /// Whether no JavaScript may be given for the module.
    pub fn blocks_output(&self, mode: Mode) -> bool {
        let code = self.diagnostic.code;
        self.severity == Severity::Error && (mode.is_strict || (code as u16) < 3000 || code.is_early_error())
    }
}

impl Code {
    pub fn from_number(number: u16) -> Option<Code> {
        let at = Code::ALL.binary_search_by_key(&number, |&code| code as u16).ok()?;
        Code::ALL.get(at).copied()
    }

    /// `SOM3601` and the like.
    pub fn parse(text: &str) -> Option<Code> {
        let digits = text.strip_prefix("SOM").filter(|digits| digits.len() == 4)?;
        let number = digits.bytes().try_fold(0u16, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| u16::from(byte - b'0'))?;
            Some(number * 10 + digit)
        })?;
        Code::from_number(number)
    }

    pub fn text(self) -> String {
        let number = self as u16;
        let mut text = String::from("SOM");
        for power in [1000, 100, 10, 1] {
            text.push((b'0' + (number / power % 10) as u8) as char);
        }
        text
    }

    /// Whether the options `rules` and `som-ignore` may name this code.
    pub fn is_switchable(self) -> bool {
        (self as u16 / 1000 == 3 && !self.is_early_error()) || self.is_off_by_default()
    }
}

impl Diagnostic {
    /// `None` when nothing is to be said.
    pub fn severity_in(&self, mode: Mode) -> Option<Severity> {
        if let Some(&(_, rule)) = mode.rules.iter().find(|(code, _)| *code == self.code && code.is_switchable()) {
            return match rule {
                Rule::Off => None,
                Rule::On(severity) => Some(severity),
            };
        }
        if self.code.is_off_by_default() {
            return None;
        }
        Some(self.severity.unwrap_or_else(|| match (mode.is_strict, self.is_new_place) {
            (true, _) => self.code.strict_severity(),
            (false, true) => self.code.new_place_severity(),
            (false, false) => self.code.default_severity(),
        }))
    }
}

/// The findings of one module that are to be shown: sorted by place and code, at most one for a start
/// and a code, capped.
pub fn settle(diagnostics: Vec<Diagnostic>, mode: Mode) -> Vec<Settled> {
    let mut list: Vec<Settled> = Vec::with_capacity(diagnostics.len().min(DIAGNOSTICS_MAX));
    for diagnostic in diagnostics {
        if let Some(severity) = diagnostic.severity_in(mode) {
            list.push(Settled { severity, diagnostic });
        }
    }
    crate::order::sort(&mut list, &|a, b| {
        let key = |settled: &Settled| (settled.diagnostic.span.start, settled.diagnostic.code);
        key(a).cmp(&key(b))
    });
    list.dedup_by_key(|settled| (settled.diagnostic.span.start, settled.diagnostic.code));
    cap(&mut list);
    list
}

fn cap(list: &mut Vec<Settled>) {
    let mut errors = 0;
    let mut others = 0;
    let mut first_dropped = None;
    list.retain(|settled| {
        let is_kept = if settled.severity == Severity::Error {
            errors += 1;
            errors <= MODULE_ERRORS_MAX
        } else {
            others += 1;
            others < DIAGNOSTICS_MAX - MODULE_ERRORS_MAX
        };
        if errors == MODULE_ERRORS_MAX + 1 && first_dropped.is_none() {
            first_dropped = Some(settled.diagnostic.span);
        }
        is_kept
    });
    if let Some(span) = first_dropped {
        let note = Diagnostic::new(Code::TooManyErrors, span).text("limit", "100");
        list.push(Settled { severity: note.code.default_severity(), diagnostic: note });
    }
}
