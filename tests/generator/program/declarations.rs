//! Functions, classes and namespaces.

use super::Maker;

impl Maker {
    pub(super) fn tag(&mut self) {
        self.line(
            "функсия тег(қисмҳо, ...қиматҳо) { бозгашт қисмҳо.пайвастКардан(\"/\") + қиматҳо.пайвастКардан(\"+\"); }",
        );
    }

    pub(super) fn function(&mut self) {
        let (name, a, b) = (self.name("ф"), self.name("а"), self.name("б"));
        let default = self.random.below(9);
        let (head, tail) = match self.random.below(3) {
            0 => (format!("собит {name} = ({a}: рақам, {b} = {default}) =>"), ";"),
            1 => (format!("собит {name} = функсия({a}, {b}: рақам = {default})"), ";"),
            _ => (format!("функсия {name}({a}, {b}: рақам = {default})"), ""),
        };
        self.body(&head, tail, [a, b], false);
        self.scope.functions.push(name);
    }

    pub(super) fn async_function(&mut self) {
        let (name, a, b) = (self.name("ҳ"), self.name("а"), self.name("б"));
        let (head, tail) = match self.random.below(3) {
            0 => (format!("собит {name} = ҳамзамон ({a}, {b} = 3) =>"), ";"),
            1 => (format!("собит {name} = ҳамзамон функсия({a}, {b} = 4)"), ";"),
            _ => (format!("ҳамзамон функсия {name}({a}, {b} = 5)"), ""),
        };
        self.body(&head, tail, [a, b], true);
        self.scope.promising.push(name);
    }

    fn body(&mut self, head: &str, tail: &str, params: [String; 2], is_async: bool) {
        self.block(head, tail, |maker| {
            maker.scope.in_loop = false;
            maker.scope.in_function = true;
            maker.scope.in_async = is_async;
            maker.scope.numbers.extend(params);
            if is_async {
                let value = maker.string(1);
                maker.line(&format!("чоп.сабт({value});"));
                maker.wait();
            }
            maker.some(1);
            let value = maker.number(2);
            maker.line(&format!("бозгашт ({value}) % 1009;"));
        });
    }

    pub(super) fn wide_function(&mut self) {
        let (name, default) = (self.name("ш"), self.number(1));
        let head = format!("функсия {name}({{ х = {default}, у: [п = 1, ...қ] = [2, 3] }} = {{}}, ...боқӣ)");
        self.block(&head, "", |maker| {
            maker.line("тағ ҷамъ = х + п + боқӣ.дарозӣ;");
            maker.line("барои (собит д аз [...қ, ...боқӣ]) ҷамъ = (ҷамъ + д) % 1009;");
            maker.line("бозгашт ҷамъ;");
        });
        self.scope.wide.push(name);
    }

    pub(super) fn namespace(&mut self) {
        let (name, a, b, c) = (self.name("Н"), self.number(1), self.number(1), self.random.below(40));
        self.block(&format!("номфазо {name}"), "", |maker| {
            maker.line(&format!("содир тағ а = {a};"));
            maker.line(&format!("содир собит б = {b};"));
            maker.line(&format!("тағ махфӣ = {c};"));
            maker.block("содир функсия ф(х, у = 1)", "", |maker| {
                maker.line("а = (а + х) % 1009;");
                maker.line("бозгашт (а + у + махфӣ++) % 1009;");
            });
            maker.block("содир номфазо Дарун", "", |maker| {
                maker.line("содир тағ в = а + 1;");
                maker.line("содир функсия г() { бозгашт (в + а + б) % 1009; }");
            });
            maker.line("чоп.сабт(а, б, Дарун.г());");
        });
        self.scope.namespaces.push(name);
    }

    /// Every class has `қ`, `дукарат`, `сумма(а)`, `тир(а)`, the accessor `фоиз`, and static `асос` and `дастӣ(а)`.
    pub(super) fn class(&mut self) {
        let name = self.name("С");
        let base = self.any(|scope| &scope.classes).filter(|_| self.random.one_in(2));
        let extends = base.as_ref().map_or(String::new(), |base| format!(" мерос {base}"));
        let (field, fixed) = (self.number(1), self.random.below(50));
        let shape = self.random.below(6);
        let is_expression = self.random.one_in(3);
        let head = if is_expression {
            format!("собит {name} = синф{extends}")
        } else {
            format!("синф {name}{extends}")
        };
        self.block(&head, if is_expression { ";" } else { "" }, |maker| {
            maker.scope.in_loop = false;
            maker.scope.in_function = false;
            maker.scope.in_async = false;
            maker.line(&format!("статикӣ асос = {fixed};"));
            maker.line(&format!("хосусӣ майдон{name}: рақам = {field};"));
            maker.line("тир = (а) => (ин.қ + а) % 1009;");
            if shape == 1 {
                maker.line(&format!("[\"ҳисоб\" + {fixed}] = {field};"));
            }
            maker.constructor(base.is_some(), shape);
            maker.line(&format!("get дукарат() {{ бозгашт ин.қ * 2 + ин.майдон{name}; }}"));
            maker.line("get фоиз() { бозгашт ин.қ / 4; }");
            maker.line("set фоиз(қиммат) { ин.қ = (қиммат * 4) % 1009; }");
            maker.line("статикӣ дастӣ(а) { бозгашт (ин.асос + а) % 1009; }");
            maker.block("сумма(а)", "", |maker| match &base {
                Some(_) => maker.line(&format!("бозгашт супер.сумма(а) + {fixed};")),
                None => maker.line("бозгашт (ин.қ + а) % 1009;"),
            });
        });
        self.scope.classes.push(name);
    }

    fn constructor(&mut self, is_derived: bool, shape: usize) {
        match (is_derived, shape) {
            // None of its own.
            (true, 0) => {}
            (true, 1) => {
                self.block("конструктор(ҷамъиятӣ қ: рақам)", "", |maker| {
                    maker.line("агар (қ > 5) { супер(қ - 1); } вагарна { супер(қ + 1); }");
                    maker.line("чоп.сабт(ин.қ);");
                });
            }
            (true, 2) => {
                self.block("конструктор(қ, х = () => супер(қ))", "", |maker| {
                    maker.line("чоп.сабт(х().қ === ин.қ);");
                });
            }
            (true, _) => {
                self.block("конструктор(қ: рақам)", "", |maker| {
                    maker.line("супер(қ + 1);");
                    maker.line("ин.қ = қ;");
                });
            }
            (false, 0..3) => {
                self.block(
                    "конструктор(ҷамъиятӣ қ: рақам, хосусӣ нест = қ + 1)",
                    "",
                    |maker| {
                        maker.line("чоп.сабт(ин.қ, ин.нест);");
                    },
                );
            }
            (false, _) => self.block("конструктор(қ: рақам)", "", |maker| maker.line("ин.қ = қ;")),
        }
    }
}
