//! Expressions: numbers, truth values and texts.

use super::Maker;

impl Maker {
    pub(super) fn number(&mut self, depth: usize) -> String {
        let leaf = depth == 0 || self.random.one_in(5);
        if leaf {
            let name = self.any(|scope| &scope.numbers);
            return match (name, self.random.below(3)) {
                (Some(name), 0 | 1) => name,
                _ => {
                    (*self.random.pick(&["0", "1", "2", "3", "7", "10", "42", "0.5", "0.25", "1.5", "100"])).to_owned()
                }
            };
        }
        let (a, b) = (self.number(depth - 1), self.number(depth - 1));
        match self.random.below(26) {
            0 => format!("{a} + {b}"),
            1 => format!("{a} - ({b})"),
            2 => format!("({a}) * ({b}) % 1009"),
            3 => format!("({a}) / 4"),
            4 => format!("-({a})"),
            5 => format!("(({a}) % 7) ** 2"),
            6 => {
                let op = *self.random.pick(&["&", "|", "^", "<<", ">>", ">>>"]);
                format!("({a} {op} ({b}) % 5)")
            }
            7 => {
                let test = self.boolean(depth - 1);
                format!("({test} ? {a} : {b})")
            }
            8 => match self.any(|scope| &scope.functions) {
                Some(function) => format!("{function}({a}, {b})"),
                None => format!("((а, б) => а - б)({a}, {b})"),
            },
            9 => match self.any(|scope| &scope.objects) {
                Some(object) => format!("({object}?.у ?? {a})"),
                None => format!("({a} ?? {b})"),
            },
            10 => match self.any(|scope| &scope.arrays) {
                Some(array) => format!("({array}[{}] ?? {a})", self.random.below(4)),
                None => format!("[{a}, {b}][1]"),
            },
            11 => match self.any(|scope| &scope.arrays) {
                Some(array) => format!("{array}.дарозӣ"),
                None => format!("[{a}, {b}].дарозӣ"),
            },
            12 => match self.any(|scope| &scope.numbers) {
                Some(name) => {
                    (*self.random.pick(&["(N = V)", "N++", "--N", "(N += V)"])).replace('N', &name).replace('V', &a)
                }
                None => format!("+({a})"),
            },
            13 => match self.any(|scope| &scope.classes) {
                Some(class) => match self.random.below(7) {
                    0 => format!("{class}.дастӣ({a})"),
                    1 => format!("{class}.асос"),
                    2 => format!("(нав {class}({a}).фоиз = {b})"),
                    _ => {
                        let member = self.random.pick(&[".дукарат", ".сумма(1)", ".қ", ".тир(2)", "[\"фоиз\"]"]);
                        format!("нав {class}({a}){member}")
                    }
                },
                None => format!("~({a})"),
            },
            14 => format!("(({a}) && {b})"),
            15 => format!("(({a}) || ({b}))"),
            16 => match self.any(|scope| &scope.objects) {
                Some(object) => match self.random.below(5) {
                    0 => format!("({object}.нест?.({b}) ?? {a})"),
                    1 => format!("({object}?.нест?.чуқур.дигар[0] ?? {a})"),
                    2 => format!("({object}.у ??= {a})"),
                    3 => format!("({object}[\"у\"] ||= {a})"),
                    _ => format!("({object}.нест?.[{b}] ?? {a})"),
                },
                None => format!("(холӣ?.[{b}] ?? {a})"),
            },
            17 => match self.any(|scope| &scope.numbers) {
                Some(name) => {
                    (*self.random.pick(&["(N ||= V)", "(N &&= V)", "(N ??= V)", "(N -= V)", "- -N", "+ +N", "-(-N)"]))
                        .replace('N', &name)
                        .replace('V', &a)
                }
                None => format!("-(-({a}))"),
            },
            18 => match self.any(|scope| &scope.wide) {
                Some(function) => match self.random.below(4) {
                    0 => format!("{function}()"),
                    1 => format!("{function}({{ х: {a}, у: [{b}, 4] }}, 5)"),
                    2 => format!("{function}(беқимат, ...[{a}, {b}], 6)"),
                    _ => format!("{function}({{ у: [беқимат, {b}] }})"),
                },
                None => format!("((а, ...б) => а + б.дарозӣ)({a}, {b})"),
            },
            19 => match self.any(|scope| &scope.namespaces) {
                Some(namespace) => match self.random.below(6) {
                    0 => format!("{namespace}.ф({a}, {b})"),
                    1 => format!("{namespace}.Дарун.г()"),
                    2 => format!("({namespace}.а = {a})"),
                    3 => format!("{namespace}.Дарун.в++"),
                    4 => format!("({namespace}?.б ?? {a})"),
                    _ => format!("{namespace}[\"а\"]"),
                },
                None => format!("(({{ а }}) => а)({{ а: {a} }})"),
            },
            20 => match self.any(|scope| &scope.strings) {
                Some(name) => format!("{name}.дарозӣ"),
                None => format!("`${{{a}}}`.дарозӣ"),
            },
            21 => match self.any(|scope| &scope.arrays) {
                Some(array) => format!("[...{array}].ҷамъбаст((а, б) => (а + б) % 1009, {a})"),
                None => format!("[{a}, {b}].филтр((х) => х > 2).дарозӣ"),
            },
            22 => match self.any(|scope| &scope.functions) {
                Some(function) => format!("{function}?.(...[{a}, {b}])"),
                None => format!("(функсия(х) {{ бозгашт х - {b}; }})({a})"),
            },
            23 => {
                let (test, other) = (self.boolean(depth - 1), self.boolean(depth - 1));
                format!("({test} ? {a} : {other} ? {b} : 7)")
            }
            24 => format!("((({a})))"),
            _ => format!("({a} - {b})"),
        }
    }

    pub(super) fn boolean(&mut self, depth: usize) -> String {
        if depth == 0 {
            return (*self.random.pick(&["дуруст", "нодуруст"])).to_owned();
        }
        let (a, b) = (self.number(depth - 1), self.number(depth - 1));
        match self.random.below(9) {
            6 => match self.any(|scope| &scope.objects) {
                Some(object) => {
                    (*self.random.pick(&["(\"у\" in O)", "!(\"нест\" in O)", "delete O.нест"])).replace('O', &object)
                }
                None => format!("(void ({a}) === беқимат)"),
            },
            7 => match (self.any(|scope| &scope.classes), self.any(|scope| &scope.classes)) {
                (Some(class), Some(other)) => format!("(нав {class}({a}) instanceof {other})"),
                _ => format!("(typeof ({a}) === \"number\")"),
            },
            8 => format!("(({a}) > ({b}) === ({a} > 1))"),
            0 => format!("!({})", self.boolean(depth - 1)),
            1 => format!("({} && {})", self.boolean(depth - 1), self.boolean(depth - 1)),
            2 => format!("({} || {})", self.boolean(depth - 1), self.boolean(depth - 1)),
            3 => format!("({a}) === ({b})"),
            4 => format!("({a}) !== ({b})"),
            _ => format!("({a}) {} ({b})", self.random.pick(&["<", ">", "<=", ">="])),
        }
    }

    pub(super) fn string(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.any(|scope| &scope.strings) {
                Some(name) if self.random.one_in(2) => name,
                _ => (*self.random.pick(&["\"салом\"", "'\\\"нохун\\\"'", "\"\"", "`с ${1}`", "\"🙂 \\\\ ҷ\""]))
                    .to_owned(),
            };
        }
        match self.random.below(8) {
            5 => format!("тег`а${{{}}}\\n${{{}}}`", self.number(depth - 1), self.string(depth - 1)),
            6 => format!("`${{`${{{}}}!`}}{}`", self.number(depth - 1), "${\"}\"}"),
            7 => format!("typeof ({})", self.number(depth - 1)),
            0 => format!("`а ${{{}}} б ${{{}}}`", self.number(depth - 1), self.boolean(depth - 1)),
            1 => format!("\"\" + ({})", self.number(depth - 1)),
            2 => format!("({} ? {} : {})", self.boolean(depth - 1), self.string(depth - 1), self.string(0)),
            3 => match self.any(|scope| &scope.arrays) {
                Some(array) => format!("\"рӯйхат \" + {array}"),
                None => self.string(depth - 1),
            },
            _ => format!("{} + {}", self.string(depth - 1), self.string(0)),
        }
    }
}
