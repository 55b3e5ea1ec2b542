//! Well-formed programs from a seed. Every loop ends, every printed value is text.

use crate::random::Random;

/// The source text that belongs to `seed`.
pub fn program(seed: u64) -> String {
    let mut maker =
        Maker { random: Random::new(seed), text: String::new(), names: 0, scope: Scope::default(), indent: 0 };
    maker.class();
    maker.function();
    for _ in 0..4 + maker.random.below(6) {
        maker.statement(3);
    }
    maker.text
}

/// What may be named here, by what it holds.
#[derive(Clone, Default)]
struct Scope {
    numbers: Vec<String>,
    strings: Vec<String>,
    arrays: Vec<String>,
    /// Objects with the numbers `х` and `у`, `у` perhaps missing.
    objects: Vec<String>,
    /// Functions of two numbers.
    functions: Vec<String>,
    /// Classes that are made from one number and have `сумма(а)`, `дукарат` and a static `асос`.
    classes: Vec<String>,
    in_loop: bool,
    in_function: bool,
}

struct Maker {
    random: Random,
    text: String,
    names: usize,
    scope: Scope,
    indent: usize,
}

impl Maker {
    fn line(&mut self, text: &str) {
        self.text.push_str(&"  ".repeat(self.indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    /// A block with a scope of its own.
    fn block(&mut self, head: &str, tail: &str, fill: impl FnOnce(&mut Maker)) {
        self.line(&format!("{head} {{"));
        let outer = self.scope.clone();
        self.indent += 1;
        fill(self);
        self.indent -= 1;
        self.scope = outer;
        self.line(&format!("}}{tail}"));
    }

    fn some(&mut self, depth: usize) {
        for _ in 0..1 + self.random.below(3) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: usize) {
        match self.random.below(if depth == 0 { 9 } else { 19 }) {
            0 => self.declare_number(),
            1 => {
                let (name, value) = (self.name("с"), self.string(2));
                self.line(&format!("тағ {name} = {value};"));
                self.scope.strings.push(name);
            }
            2 => self.declare_array(),
            3 => self.declare_object(),
            4 => self.destructure(),
            5 => self.assign(),
            6 if self.scope.in_loop => {
                let test = self.boolean(1);
                let word = *self.random.pick(&["шикастан", "давом"]);
                self.line(&format!("агар ({test}) {word};"));
            }
            7 if self.scope.in_function => {
                let (test, value) = (self.boolean(1), self.number(2));
                self.line(&format!("агар ({test}) бозгашт {value};"));
            }
            9 | 10 => self.branch(depth),
            11 => self.counted_loop(depth),
            12 => self.while_loop(depth),
            13 => self.each_loop(depth),
            14 => self.switch(depth),
            15 => self.attempt(depth),
            16 if self.scope.functions.len() < 4 => self.function(),
            17 if self.scope.classes.len() < 3 => self.class(),
            18 => self.block("", "", |maker| maker.some(depth - 1)),
            _ => {
                let value = self.string(3);
                self.line(&format!("чоп.сабт({value});"));
            }
        }
    }

    fn declare_number(&mut self) {
        let (name, value) = (self.name("н"), self.number(3));
        let kind = *self.random.pick(&["тағ", "тағйирёбанда"]);
        let ty = *self.random.pick(&["", ": рақам"]);
        self.line(&format!("{kind} {name}{ty} = {value};"));
        self.scope.numbers.push(name);
    }

    fn declare_array(&mut self) {
        let name = self.name("р");
        let mut items: Vec<String> = (0..1 + self.random.below(4)).map(|_| self.number(1)).collect();
        if let (Some(other), true) = (self.any(|scope| &scope.arrays), self.random.one_in(2)) {
            items.push(format!("...{other}.slice(0, 2)"));
        }
        self.line(&format!("собит {name} = [{}];", items.join(", ")));
        self.scope.arrays.push(name);
    }

    fn declare_object(&mut self) {
        let (name, x, y) = (self.name("о"), self.number(2), self.number(2));
        let text = match self.random.below(5) {
            0 => format!("{{ х: {x}, у: {y} }}"),
            1 => format!("{{ [\"х\"]: {x}, у: беқимат }}"),
            2 => format!("{{ \"у\": {y}, get х() {{ бозгашт {x}; }} }}"),
            3 => match self.any(|scope| &scope.objects) {
                Some(other) => format!("{{ ...{other}, у: {y} }}"),
                None => format!("{{ х: {x}, у: холӣ }}"),
            },
            _ => {
                self.line(&format!("собит х{name} = {x};"));
                format!("{{ х: х{name}, у: {y}, ф(а) {{ бозгашт а + ин.х; }} }}")
            }
        };
        self.line(&format!("собит {name} = {text};"));
        self.scope.objects.push(name);
    }

    fn destructure(&mut self) {
        let (a, b, default) = (self.name("д"), self.name("д"), self.number(1));
        if let (Some(array), true) = (self.any(|scope| &scope.arrays), self.random.one_in(2)) {
            let rest = self.name("р");
            self.line(&format!("тағ [{a} = {default}, {b} = 2, ...{rest}] = {array};"));
            self.scope.arrays.push(rest);
        } else if let Some(object) = self.any(|scope| &scope.objects) {
            self.line(&format!("тағ {{ х: {a}, у: {b} = {default} }} = {object};"));
        } else {
            self.line(&format!("тағ [{a}, {b}] = [{default}, 3];"));
        }
        self.scope.numbers.extend([a, b]);
    }

    fn assign(&mut self) {
        let value = self.number(2);
        let op = *self.random.pick(&["=", "+=", "-=", "||=", "&&=", "??=", "|=", "^="]);
        if let (Some(object), true) = (self.any(|scope| &scope.objects), self.random.one_in(3)) {
            self.line(&format!("{object}.у {op} {value};"));
        } else if let (Some(array), true) = (self.any(|scope| &scope.arrays), self.random.one_in(3)) {
            let index = self.random.below(3);
            self.line(&format!("{array}[{index}] {op} {value};"));
        } else if let Some(name) = self.any(|scope| &scope.numbers) {
            self.line(&format!("{name} {op} ({value}) % 1009;"));
        } else {
            self.declare_number();
        }
    }

    fn branch(&mut self, depth: usize) {
        let test = self.boolean(2);
        self.block(&format!("агар ({test})"), "", |maker| maker.some(depth - 1));
        if self.random.one_in(2) {
            let other = self.boolean(1);
            self.block(&format!("вагарна агар ({other})"), "", |maker| maker.some(depth - 1));
        }
        if self.random.one_in(2) {
            self.block("вагарна", "", |maker| maker.some(depth - 1));
        }
    }

    fn counted_loop(&mut self, depth: usize) {
        let (counter, limit) = (self.name("ҳ"), 1 + self.random.below(4));
        let step = *self.random.pick(&["++", " += 1"]);
        self.block(&format!("барои (тағ {counter} = 0; {counter} < {limit}; {counter}{step})"), "", |maker| {
            maker.scope.in_loop = true;
            let shown = maker.string(1);
            maker.line(&format!("чоп.сабт({counter} + \": \" + {shown});"));
            maker.some(depth - 1);
        });
    }

    fn while_loop(&mut self, depth: usize) {
        let counter = self.name("ш");
        let rounds = 1 + self.random.below(3);
        self.line(&format!("тағ {counter} = {rounds};"));
        self.block(&format!("то ({counter}-- > 0)"), "", |maker| {
            maker.scope.in_loop = true;
            maker.some(depth - 1);
        });
    }

    fn each_loop(&mut self, depth: usize) {
        let item = self.name("э");
        let (head, is_number) = match (self.any(|scope| &scope.arrays), self.any(|scope| &scope.objects)) {
            (_, Some(object)) if self.random.one_in(3) => (format!("барои (собит {item} дар {object})"), false),
            (Some(array), _) => (format!("барои (тағ {item} аз {array})"), true),
            _ => (format!("барои (тағ {item} аз [1, 2, 3])"), true),
        };
        self.block(&head, "", |maker| {
            maker.scope.in_loop = true;
            let list = if is_number { &mut maker.scope.numbers } else { &mut maker.scope.strings };
            if is_number {
                list.push(item);
            } else {
                maker.line(&format!("чоп.сабт({item});"));
            }
            maker.some(depth - 1);
        });
    }

    fn switch(&mut self, depth: usize) {
        let value = self.number(2);
        self.block(&format!("интихоб (({value}) % 3)"), "", |maker| {
            for case in ["ҳолат 0", "ҳолат 1", "пешфарз", "ҳолат 2"] {
                maker.line(&format!("{case}:"));
                maker.block("", "", |maker| {
                    // A `давом` would still mean the loop outside.
                    maker.scope.in_loop = false;
                    maker.some(depth - 1);
                });
                if !maker.random.one_in(3) {
                    maker.line("шикастан;");
                }
            }
        });
    }

    fn attempt(&mut self, depth: usize) {
        let error = self.name("е");
        self.block("кӯшиш", "", |maker| {
            maker.some(depth - 1);
            if maker.random.one_in(2) {
                let (test, value) = (maker.boolean(1), maker.number(1));
                maker.line(&format!("агар ({test}) партофтан {value};"));
            }
            maker.some(depth - 1);
        });
        self.block(&format!("гирифтан ({error})"), "", |maker| {
            maker.line(&format!("чоп.сабт(\"гирифт \" + {error});"));
            maker.some(depth - 1);
        });
        if self.random.one_in(2) {
            self.block("ниҳоят", "", |maker| {
                (maker.scope.in_loop, maker.scope.in_function) = (false, false);
                maker.some(depth - 1);
            });
        }
    }

    fn function(&mut self) {
        let (name, a, b) = (self.name("ф"), self.name("а"), self.name("б"));
        let default = self.random.below(9);
        let is_arrow = self.random.one_in(2);
        let head = match is_arrow {
            true => format!("собит {name} = ({a}: рақам, {b} = {default}) =>"),
            false => format!("функсия {name}({a}, {b}: рақам = {default})"),
        };
        self.block(&head, if is_arrow { ";" } else { "" }, |maker| {
            maker.scope.in_loop = false;
            maker.scope.in_function = true;
            maker.scope.numbers.extend([a, b]);
            maker.some(1);
            let value = maker.number(2);
            maker.line(&format!("бозгашт ({value}) % 1009;"));
        });
        self.scope.functions.push(name);
    }

    fn class(&mut self) {
        let name = self.name("С");
        let base = self.any(|scope| &scope.classes).filter(|_| self.random.one_in(2));
        let extends = base.as_ref().map_or(String::new(), |base| format!(" мерос {base}"));
        let (field, fixed) = (self.number(1), self.random.below(50));
        self.block(&format!("синф {name}{extends}"), "", |maker| {
            maker.scope.in_loop = false;
            maker.scope.in_function = false;
            maker.line(&format!("статикӣ асос = {fixed};"));
            maker.line(&format!("майдон{name}: рақам = {field};"));
            maker.block("конструктор(қ: рақам)", "", |maker| {
                if base.is_some() {
                    maker.line("супер(қ + 1);");
                }
                maker.line("ин.қ = қ;");
            });
            maker
                .block("get дукарат()", "", |maker| maker.line(&format!("бозгашт ин.қ * 2 + ин.майдон{name};")));
            maker.block("сумма(а)", "", |maker| match &base {
                Some(_) => maker.line(&format!("бозгашт супер.сумма(а) + {name}.асос;")),
                None => maker.line("бозгашт (ин.қ + а) % 1009;"),
            });
        });
        self.scope.classes.push(name);
    }

    fn any(&mut self, list: impl Fn(&Scope) -> &Vec<String>) -> Option<String> {
        let list = list(&self.scope);
        let count = list.len();
        (count > 0).then(|| list[self.random.below(count)].clone())
    }

    fn number(&mut self, depth: usize) -> String {
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
        match self.random.below(17) {
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
                Some(class) => {
                    let member = self.random.pick(&[".дукарат", ".сумма(1)", ".қ"]);
                    format!("нав {class}({a}){member}")
                }
                None => format!("~({a})"),
            },
            14 => format!("(({a}) && {b})"),
            15 => format!("(({a}) || ({b}))"),
            _ => format!("({a} - {b})"),
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        if depth == 0 {
            return (*self.random.pick(&["дуруст", "нодуруст"])).to_owned();
        }
        let (a, b) = (self.number(depth - 1), self.number(depth - 1));
        match self.random.below(6) {
            0 => format!("!({})", self.boolean(depth - 1)),
            1 => format!("({} && {})", self.boolean(depth - 1), self.boolean(depth - 1)),
            2 => format!("({} || {})", self.boolean(depth - 1), self.boolean(depth - 1)),
            3 => format!("({a}) === ({b})"),
            4 => format!("({a}) !== ({b})"),
            _ => format!("({a}) {} ({b})", self.random.pick(&["<", ">", "<=", ">="])),
        }
    }

    fn string(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.any(|scope| &scope.strings) {
                Some(name) if self.random.one_in(2) => name,
                _ => (*self.random.pick(&["\"салом\"", "'\\\"нохун\\\"'", "\"\"", "`с ${1}`", "\"🙂 \\\\ ҷ\""]))
                    .to_owned(),
            };
        }
        match self.random.below(5) {
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
