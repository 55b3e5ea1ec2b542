//! The words of the diagnostics in one language: rows of key, message and hint, as `catalogue.json` generates them.
//! English is built in; another table comes as a value. Must never know which code means what.

/// Rows of `english.txt` and of the loaded tables: `1001<tab>message<tab>hint` for a code,
/// `table.entry<tab>words` for a term.
const ENGLISH: &str = include_str!("english.txt");

/// English, and over it the rows of another language where there are any. A row is looked for in the text itself:
/// most calls of an export have nothing to say, and must not pay for a table of what they could.
pub struct Texts<'t> {
    local: &'t str,
}

struct Row<'t> {
    message: &'t str,
    hint: &'t str,
}

impl<'t> Texts<'t> {
    pub fn english() -> Texts<'t> {
        Texts { local: "" }
    }

    /// `table` is the text of a locale file. Rows that it lacks stay English; rows that it has too many are ignored.
    pub fn with_table(table: &'t str) -> Texts<'t> {
        Texts { local: table }
    }

    /// Message and hint of a code.
    pub(super) fn code(&self, number: u16) -> (&str, &str) {
        let mut digits = [0u8; 4];
        let mut rest = number;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.row(&digits).map_or(("", ""), |row| (row.message, row.hint))
    }

    /// The words of `table.entry`.
    pub(super) fn term(&self, table: &str, entry: &str) -> Option<&str> {
        let key = [table, ".", entry].concat();
        self.row(key.as_bytes()).map(|row| row.message)
    }

    fn row(&self, key: &[u8]) -> Option<Row<'_>> {
        find(self.local, key).or_else(|| find(ENGLISH, key))
    }
}

fn find<'t>(table: &'t str, key: &[u8]) -> Option<Row<'t>> {
    table.split('\n').find_map(|line| {
        let cells = line.as_bytes().strip_prefix(key)?.strip_prefix(b"\t")?;
        let (message, hint) =
            line.get(line.len() - cells.len()..).map(|cells| cells.split_once('\t').unwrap_or((cells, "")))?;
        Some(Row { message, hint: hint.split('\t').next().unwrap_or("") })
    })
}
