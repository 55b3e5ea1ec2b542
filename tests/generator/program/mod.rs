//! Well-formed programs from a seed. Every loop ends, every printed value is text.

mod declarations;
mod expressions;

use crate::random::Random;

/// The source text that belongs to `seed`.
pub fn program(seed: u64) -> String {
    let mut maker =
        Maker { random: Random::new(seed), text: String::new(), names: 0, scope: Scope::default(), indent: 0 };
    maker.tag();
    maker.class();
    maker.function();
    if maker.random.one_in(2) {
        maker.async_function();
    }
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
    /// Objects that have `х` and the accessor `г`.
    accessors: Vec<String>,
    /// Functions of two numbers.
    functions: Vec<String>,
    /// Functions of an object with `х` and `у: [...]`, both perhaps missing, and of any numbers.
    wide: Vec<String>,
    /// Asynchronous functions of two numbers.
    promising: Vec<String>,
    /// Classes that are made from one number: see `class`.
    classes: Vec<String>,
    /// Namespaces with `а`, `б`, `ф(х, у)` and `Дарун.в`, `Дарун.г()`.
    namespaces: Vec<String>,
    in_loop: bool,
    in_function: bool,
    in_async: bool,
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
        match self.random.below(if depth == 0 { 14 } else { 28 }) {
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
            8 => self.reassign_pattern(),
            9 => self.wait(),
            10 => self.use_accessor(),
            14 | 15 => self.branch(depth),
            16 => self.counted_loop(depth),
            17 => self.while_loop(depth),
            18 => self.each_loop(depth),
            19 => self.switch(depth),
            20 => self.attempt(depth),
            21 if self.scope.functions.len() < 4 => self.function(),
            22 if self.scope.classes.len() < 3 => self.class(),
            23 => self.block("", "", |maker| {
                maker.hide_a_name();
                maker.some(depth - 1);
            }),
            24 if self.scope.promising.len() < 3 => self.async_function(),
            25 if self.scope.wide.len() < 2 => self.wide_function(),
            26 if self.scope.namespaces.len() < 2 => self.namespace(),
            27 => self.closures(),
            _ => {
                let value = self.string(3);
                self.line(&format!("чоп.сабт({value});"));
            }
        }
    }

    /// A name of the scopes around is declared again.
    fn hide_a_name(&mut self) {
        if let Some(name) = self.any(|scope| &scope.numbers) {
            let value = self.random.below(90);
            self.line(&format!("тағ {name} = {value};"));
        }
    }

    /// Something of a promise: waited for where that is possible, else looked at later.
    fn wait(&mut self) {
        let (a, b) = (self.number(1), self.number(1));
        let Some(function) = self.any(|scope| &scope.promising) else { return self.declare_number() };
        if !self.scope.in_async {
            return self.line(&format!(
                "{function}({a}, {b}).then((х) => чоп.сабт(\"ваъда \" + х), (х) => чоп.сабт(\"рад \" + х));"
            ));
        }
        match self.random.below(5) {
            0 => {
                let name = self.name("и");
                self.line(&format!("тағ {name} = интизор {function}({a}, {b});"));
                self.scope.numbers.push(name);
            }
            1 => {
                let item = self.name("э");
                self.block(
                    &format!("барои интизор (собит {item} аз [{a}, {function}({b}, 1), {b}])"),
                    "",
                    |maker| {
                        maker.line(&format!("чоп.сабт(\"гард \" + {item});"));
                    },
                );
            }
            2 => {
                let error = self.name("е");
                self.block("кӯшиш", "", |maker| {
                    maker.line(&format!("чоп.сабт(интизор {function}({a}, {b}));"));
                    maker.line(&format!("партофтан интизор ({b});"));
                });
                self.block(&format!("гирифтан ({error})"), "", |maker| {
                    maker.line(&format!("чоп.сабт(\"гирифт \" + {error});"));
                });
            }
            3 => self.line(&format!("чоп.сабт(`${{интизор {function}({a}, {b})}} ${{интизор ({b})}}`);")),
            _ => self.line(&format!("интизор ({a});")),
        }
    }

    /// Functions made in a loop, each with the variable of its own round.
    fn closures(&mut self) {
        let (list, item, value) = (self.name("т"), self.name("ҳ"), self.number(1));
        self.line(&format!("собит {list} = [];"));
        let head = match self.random.below(3) {
            0 => format!("барои (тағ {item} = 0; {item} < 3; {item}++)"),
            1 => format!("барои (собит {item} аз [4, 5])"),
            _ => format!("барои (тағ {item} = 3; {item}-- > 0;)"),
        };
        let step = if head.contains("собит") { format!("{item} + 1") } else { format!("++{item}") };
        let body = *self.random.pick(&["() => I * 2 + V", "функсия() { бозгашт I - V; }", "(а = I) => a_of(а)"]);
        let body = body.replace("a_of(а)", "а + I").replace('I', &item).replace('V', &value);
        self.block(&head, "", |maker| {
            maker.line(&format!("{list}.илова({body});"));
            if maker.random.one_in(3) && step.starts_with("++") {
                maker.line(&format!("{step};"));
            }
        });
        self.line(&format!("чоп.сабт({list}.харита((ф) => ф()).пайвастКардан(\"|\"));"));
    }

    fn reassign_pattern(&mut self) {
        let (Some(a), Some(b)) = (self.any(|scope| &scope.numbers), self.any(|scope| &scope.numbers)) else {
            return self.declare_number();
        };
        let value = self.number(1);
        let text = match (self.any(|scope| &scope.objects), self.any(|scope| &scope.arrays), self.random.below(4)) {
            (Some(object), _, 0) => format!("({{ х: {a}, у: {b} = {value} }} = {object});"),
            (Some(object), Some(array), 1) => format!("[{object}.у, {array}[1], {a} = {value}] = [{b}, {value}];"),
            (_, Some(array), 2) => format!("[{a}, , {b} = {value}] = {array};"),
            _ => format!("[{a}, {b}] = [{b}, {a}];"),
        };
        self.line(&text);
    }

    fn use_accessor(&mut self) {
        match self.any(|scope| &scope.accessors) {
            Some(object) => {
                let value = self.number(1);
                let op = *self.random.pick(&["=", "+=", "||=", "??="]);
                self.line(&format!("{object}.г {op} ({value}) % 1009;"));
                self.line(&format!("чоп.сабт({object}.г, {object}.х);"));
            }
            None => {
                let (name, value) = (self.name("о"), self.number(1));
                self.line(&format!(
                    "собит {name} = {{ х: {value}, get г() {{ бозгашт ин.х * 2; }}, set г(қ) {{ ин.х = қ - 1; }} }};"
                ));
                self.scope.accessors.push(name);
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
        } else if let (Some(object), true) = (self.any(|scope| &scope.objects), self.random.one_in(3)) {
            let rest = self.name("о");
            self.line(&format!("тағ {{ у: {a} = {default}, ...{rest} }} = {object}, {b} = {default} + 1;"));
            self.scope.objects.push(rest);
        } else if let Some(object) = self.any(|scope| &scope.objects) {
            self.line(&format!("тағ {{ х: {a}, у: {b} = {default} }} = {object};"));
        } else if self.random.one_in(2) {
            self.line(&format!("тағ {{ к: [{a}, {{ м: {b} = {default} }} = {{}}] = [{default}] }} = {{ н: 1 }};"));
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
        if self.random.one_in(4) {
            let text = self.string(1);
            self.line(&format!(
                "кӯшиш {{ партофтан нав Хато({text}); }} гирифтан ({{ message }}) {{ чоп.сабт(message); }}"
            ));
        } else if self.random.one_in(2) {
            self.block("ниҳоят", "", |maker| {
                (maker.scope.in_loop, maker.scope.in_function) = (false, false);
                maker.some(depth - 1);
            });
        }
    }

    fn any(&mut self, list: impl Fn(&Scope) -> &Vec<String>) -> Option<String> {
        let list = list(&self.scope);
        let count = list.len();
        (count > 0).then(|| list[self.random.below(count)].clone())
    }
}
