//! Operators by the table of levels: a text with as few parentheses as the table allows, and one with all of them,
//! must print the same. The table stands here a second time, so that neither the parser nor the printer is its judge.

use crate::support::js;

/// Operator, level, whether it groups to the right.
const BINARY: &[(&str, u8, bool)] = &[
    ("**", 15, true),
    ("*", 14, false),
    ("/", 14, false),
    ("%", 14, false),
    ("+", 13, false),
    ("-", 13, false),
    ("<<", 12, false),
    (">>", 12, false),
    (">>>", 12, false),
    ("<", 11, false),
    ("<=", 11, false),
    (">", 11, false),
    (">=", 11, false),
    ("in", 11, false),
    ("instanceof", 11, false),
    ("==", 10, false),
    ("!=", 10, false),
    ("===", 10, false),
    ("!==", 10, false),
    ("&", 9, false),
    ("^", 8, false),
    ("|", 7, false),
    ("&&", 6, false),
    ("||", 5, false),
    ("??", 4, false),
];

const PREFIX: &[&str] = &["!", "-", "+", "~", "typeof ", "void ", "интизор "];

const ASSIGNMENTS: &[&str] = &["=", "+=", "**=", "&&=", "||=", "??=", ">>>="];

/// An expression written twice, with the level of its outermost operator.
struct Text {
    sparse: String,
    full: String,
    level: u8,
    /// `??`, or `&&` and `||`, which do not mix.
    is_nullish: bool,
    is_logical: bool,
}

struct Maker(u64);

impl Maker {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit as u64) as usize
    }

    fn expr(&mut self, depth: usize) -> Text {
        if depth == 0 || self.below(6) == 0 {
            let name = ["а", "б", "в", "1", "\"с\"", "[]", "ф(а)", "о.х", "о?.х"][self.below(9)];
            return leaf(name, 18);
        }
        match self.below(12) {
            0 => {
                let prefix = PREFIX[self.below(PREFIX.len())];
                let inner = self.expr(depth - 1);
                let sparse = format!("{prefix}{}", wrapped(&inner, inner.level < 16));
                // Two signs in a row stay two.
                let sparse = sparse.replace("--", "- -").replace("++", "+ +");
                Text { full: format!("({prefix}({}))", inner.full), sparse, ..leaf("", 16) }
            }
            1 => {
                let (test, yes, no) = (self.expr(depth - 1), self.expr(depth - 1), self.expr(depth - 1));
                let sparse = format!("{} ? {} : {}", wrapped(&test, test.level < 4), yes.sparse, no.sparse);
                Text { full: format!("(({}) ? ({}) : ({}))", test.full, yes.full, no.full), sparse, ..leaf("", 3) }
            }
            2 => {
                let op = ASSIGNMENTS[self.below(ASSIGNMENTS.len())];
                let value = self.expr(depth - 1);
                let full = format!("(а {op} ({}))", value.full);
                Text { full, sparse: format!("а {op} {}", value.sparse), ..leaf("", 2) }
            }
            3 => {
                let body = self.expr(depth - 1);
                let full = format!("((х) => ({}))", body.full.replace("интизор ", "!"));
                Text { full, sparse: format!("х => {}", body.sparse.replace("интизор ", "!")), ..leaf("", 2) }
            }
            _ => {
                let (op, level, is_right) = BINARY[self.below(BINARY.len())];
                let (left, right) = (self.expr(depth - 1), self.expr(depth - 1));
                let (is_nullish, is_logical) = (op == "??", matches!(op, "&&" | "||"));
                let mixes = |side: &Text| is_nullish && side.is_logical || is_logical && side.is_nullish;
                // Unary operators, too, need parentheses on the left of `**`.
                let least = if op == "**" { 17 } else { level + u8::from(is_right) };
                // `а < б > (в)` is a call with a type argument.
                let may_be_call = op.starts_with('>') && left.sparse.contains('<');
                let wraps_left = left.level < least || mixes(&left) || may_be_call;
                let wraps_right = right.level < level + u8::from(!is_right) || mixes(&right);
                let sparse = format!("{} {op} {}", wrapped(&left, wraps_left), wrapped(&right, wraps_right));
                let full = format!("(({}) {op} ({}))", left.full, right.full);
                Text { full, sparse, level, is_nullish, is_logical }
            }
        }
    }
}

fn leaf(text: &str, level: u8) -> Text {
    Text { sparse: text.to_owned(), full: text.to_owned(), level, is_nullish: false, is_logical: false }
}

fn wrapped(text: &Text, wraps: bool) -> String {
    if wraps { format!("({})", text.sparse) } else { text.sparse.clone() }
}

#[test]
fn parentheses_that_the_table_makes_needless_change_nothing() {
    let mut maker = Maker(7);
    for _ in 0..20_000 {
        let text = maker.expr(4);
        let print = |expression: &str| js(&format!("тағ а: ҳар, б: ҳар, в: ҳар, о: ҳар, ф: ҳар; а = {expression};"));
        assert_eq!(print(&text.sparse), print(&text.full), "{}\n{}", text.sparse, text.full);
    }
}
