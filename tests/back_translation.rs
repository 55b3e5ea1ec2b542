//! Printed JavaScript back into SomonScript, word by word, so that printing can be tried against itself:
//! print, read again, print again must give the same text. Knows only the printer's own layout.

/// `js` with the JavaScript keywords that the printer writes replaced by the language's words.
pub fn som_of_js(js: &str) -> String {
    let mut walk =
        Walk { rest: js, out: String::with_capacity(js.len() * 2), brackets: Vec::new(), last: '\n', word: "" };
    walk.code(false);
    walk.out
}

struct Walk<'s> {
    rest: &'s str,
    out: String,
    /// Open brackets; `f` is the parenthesis of a `for`.
    brackets: Vec<char>,
    /// The last character that was no space, and the last word if it was one.
    last: char,
    word: &'s str,
}

impl<'s> Walk<'s> {
    /// To the end, or to the `}` that ends a substitution.
    fn code(&mut self, in_substitution: bool) {
        let base = self.brackets.len();
        while let Some(c) = self.rest.chars().next() {
            match c {
                '"' => self.take_string(),
                '`' => self.take_template(),
                '/' if !self.after_operand() => self.take_regex(),
                _ if c.is_alphanumeric() || matches!(c, '_' | '$') => self.take_word(),
                '}' if in_substitution && self.brackets.len() == base => return,
                _ => {
                    match c {
                        '(' => self.brackets.push(if self.word == "for" || self.word == "await" { 'f' } else { '(' }),
                        '[' | '{' => self.brackets.push(c),
                        ')' | ']' | '}' => drop(self.brackets.pop()),
                        _ => {}
                    }
                    self.take(c.len_utf8());
                    if !c.is_whitespace() {
                        self.last = c;
                        self.word = "";
                    } else if c == '\n' && self.last == '{' {
                        // A body, not an object, which stands on one line.
                        self.last = ';';
                    }
                }
            }
        }
    }

    fn take(&mut self, bytes: usize) {
        let (head, tail) = self.rest.split_at(bytes);
        self.out.push_str(head);
        self.rest = tail;
    }

    fn after_operand(&self) -> bool {
        let keyword =
            matches!(self.word, "return" | "typeof" | "case" | "throw" | "in" | "of" | "await" | "delete" | "else");
        let after_update = self.out.ends_with("++ ") || self.out.ends_with("-- ");
        !keyword && (after_update || !self.word.is_empty() || matches!(self.last, ')' | ']' | '}' | '"' | '`'))
    }

    fn take_string(&mut self) {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|&(_, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        self.take(end.map_or(self.rest.len(), |(index, _)| index + 1));
        self.last = '"';
        self.word = "";
    }

    fn take_regex(&mut self) {
        let (mut escaped, mut in_class) = (false, false);
        let end = self.rest.char_indices().skip(1).find(|&(_, c)| {
            let ends = c == '/' && !escaped && !in_class;
            in_class = !escaped && (c == '[' || in_class && c != ']');
            escaped = c == '\\' && !escaped;
            ends
        });
        self.take(end.map_or(self.rest.len(), |(index, _)| index + 1));
        let flags = self.rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(self.rest.len());
        self.take(flags);
        self.last = ')';
        self.word = "";
    }

    fn take_template(&mut self) {
        self.take(1);
        loop {
            match self.rest.chars().next() {
                None => return,
                Some('`') => {
                    self.take(1);
                    break;
                }
                Some('\\') => {
                    let next = self.rest.chars().nth(1).map_or(0, char::len_utf8);
                    self.take(1 + next);
                }
                Some('$') if self.rest.starts_with("${") => {
                    self.take(2);
                    self.last = '(';
                    self.word = "";
                    self.code(true);
                    self.take(1);
                }
                Some(c) => self.take(c.len_utf8()),
            }
        }
        self.last = '`';
        self.word = "";
    }

    fn take_word(&mut self) {
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(self.rest.len());
        let (word, tail) = self.rest.split_at(end);
        let is_property = self.last == '.' && !self.out.ends_with("...");
        let is_key = matches!(self.last, '{' | ',') && tail.starts_with(':');
        let in_for_head = self.brackets.last() == Some(&'f');
        let line = self.out.rsplit('\n').next().unwrap_or("");
        let in_module_line = line.starts_with("ворид") || line.starts_with("содир");
        // Where the printer writes a keyword it puts a space before the parenthesis.
        let is_method = tail.starts_with('(')
            && !matches!(word, "super" | "import" | "constructor")
            && (word != "function" || line.trim().is_empty());
        let is_outer = in_module_line && word != "default" && (self.word == "as" || tail.starts_with(" as "));
        let next = tail.strip_prefix(' ').and_then(|tail| tail.chars().next());
        let is_modifier = next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '(' | '[' | '"'));
        let is_between =
            !matches!(self.word, "let" | "const") && next.is_some_and(|c| !matches!(c, '=' | '<' | '>' | '+' | '-'));
        let translated = match word {
            _ if is_property || is_key || is_method || is_outer => word,
            "of" if in_for_head && is_between => "аз",
            "in" if in_for_head && is_between => "дар",
            "as" if in_module_line => "чун",
            "from" if in_module_line => "аз",
            "default" if in_module_line || tail.starts_with(':') => "пешфарз",
            "let" => "тағ",
            "const" => "собит",
            "function" => "функсия",
            "if" => "агар",
            "else" => "вагарна",
            "for" => "барои",
            "while" => "то",
            "return" => "бозгашт",
            "class" => "синф",
            "new" => "нав",
            "break" => "шикастан",
            "continue" => "давом",
            "switch" => "интихоб",
            "case" => "ҳолат",
            "try" => "кӯшиш",
            "catch" => "гирифтан",
            "finally" => "ниҳоят",
            "throw" => "партофтан",
            "async" if is_modifier => "ҳамзамон",
            "await" => "интизор",
            "import" => "ворид",
            "export" => "содир",
            "extends" => "мерос",
            "super" => "супер",
            "constructor" if tail.starts_with('(') => "конструктор",
            "static" if is_modifier => "статикӣ",
            _ => word,
        };
        self.out.push_str(translated);
        self.rest = tail;
        self.last = 'x';
        self.word = if is_property { "name" } else { word };
    }
}
