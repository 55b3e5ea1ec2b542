//! The words of the diagnostics in one language: rows of key, message and hint, as `catalogue.json` generates them.
//! English is built in; another table comes as a value. Must never know which code means what.

/// Rows of `english.txt` and of the loaded tables: `1001<tab>message<tab>hint` for a code,
/// `table.entry<tab>words` for a term, sorted by key.
const ENGLISH: &str = include_str!("english.txt");

/// English, and over it the rows of another language where there are any.
pub struct Texts<'t> {
    english: Vec<Row<'static>>,
    local: Vec<Row<'t>>,
}

#[derive(Clone, Copy)]
struct Row<'t> {
    key: &'t str,
    message: &'t str,
    hint: &'t str,
}

impl<'t> Texts<'t> {
    pub fn english() -> Texts<'t> {
        Texts { english: rows(ENGLISH), local: Vec::new() }
    }

    /// `table` is the text of a locale file. Rows that it lacks stay English; rows that it has too many are ignored.
    pub fn with_table(table: &'t str) -> Texts<'t> {
        let mut local = rows(table);
        local.sort_unstable_by_key(|row| row.key);
        Texts { english: rows(ENGLISH), local }
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
        find(&self.local, key).or_else(|| find(&self.english, key))
    }
}

fn find<'t>(rows: &[Row<'t>], key: &[u8]) -> Option<Row<'t>> {
    let at = rows.binary_search_by(|row| row.key.as_bytes().cmp(key)).ok()?;
    rows.get(at).copied()
}

fn rows(table: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for line in table.split('\n') {
        let mut cells = line.split('\t');
        if let (Some(key), Some(message)) = (cells.next(), cells.next()) {
            rows.push(Row { key, message, hint: cells.next().unwrap_or("") });
        }
    }
    rows
}
