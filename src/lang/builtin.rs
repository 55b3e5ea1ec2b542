//! The built-in names of the language: globals, and members by receiver. One table, from which the flat map,
//! the tables by receiver and the bit sets come. Must never decide which table applies; `emit::member` does.

/// One built-in member name. `js` is its meaning in every table that `receivers` names.
pub struct Member {
    pub som: &'static str,
    pub js: &'static str,
    pub receivers: u16,
}

pub const CONSOLE: u16 = 1;
pub const MATH: u16 = 1 << 1;
pub const ARRAY_STATIC: u16 = 1 << 2;
pub const ARRAY: u16 = 1 << 3;
pub const STRING_STATIC: u16 = 1 << 4;
pub const STRING: u16 = 1 << 5;
pub const OBJECT_STATIC: u16 = 1 << 6;
/// Instances of Map and Set.
pub const COLLECTION: u16 = 1 << 7;
pub const PROMISE_STATIC: u16 = 1 << 8;
pub const PROMISE: u16 = 1 << 9;
const PROMISE_ONLY: u16 = PROMISE_STATIC | PROMISE;

/// A global name. `js` may be an expression (`console.log`). `members` is the table of its statics.
pub struct Global {
    pub som: &'static str,
    pub js: &'static str,
    pub members: u16,
    /// The Tajik globals of the reference reach every table; Promise has only its own.
    pub takes_flat_map: bool,
}

pub static GLOBALS: [Global; 19] = [
    global("чоп", "console", CONSOLE, true),
    global("Риёзӣ", "Math", MATH, true),
    global("математика", "Math", MATH, true),
    global("рӯйхат", "Array", ARRAY_STATIC, true),
    global("сатр", "String", STRING_STATIC, true),
    global("сатрМетодҳо", "String", STRING_STATIC, true),
    global("объект", "Object", OBJECT_STATIC, true),
    global("Хато", "Error", 0, false),
    global("беқимат", "undefined", 0, false),
    global("БЕҚИМАТ", "undefined", 0, false),
    global("нишондиҳӣ", "console.log", 0, false),
    global("Ваъда", "Promise", PROMISE_STATIC, false),
    global("ваъда", "Promise", PROMISE_STATIC, false),
    global("console", "console", CONSOLE, true),
    global("Math", "Math", MATH, true),
    global("Array", "Array", ARRAY_STATIC, true),
    global("String", "String", STRING_STATIC, true),
    global("Object", "Object", OBJECT_STATIC, true),
    global("Promise", "Promise", PROMISE_STATIC, false),
];

/// How many of [`GLOBALS`] are spelled in Tajik; the Latin ones stand after them.
pub const TAJIK_GLOBALS: usize = 13;

pub static MEMBERS: [Member; 166] = [
    row("сабт", "log", CONSOLE),
    row("хато", "error", CONSOLE),
    row("огоҳӣ", "warn", CONSOLE),
    row("маълумот", "info", CONSOLE),
    row("исфти", "debug", CONSOLE),
    row("тасдиқ", "assert", CONSOLE),
    row("қайд", "count", CONSOLE),
    row("қайдАсл", "countReset", CONSOLE),
    row("вақт", "time", CONSOLE),
    row("вақтСабт", "timeLog", CONSOLE),
    row("вақтОхир", "timeEnd", CONSOLE),
    row("ҷадвал", "table", CONSOLE),
    row("феҳрист", "dir", CONSOLE),
    row("xmlФеҳрист", "dirxml", CONSOLE),
    row("пайҷо", "trace", CONSOLE),
    row("полиз", "clear", CONSOLE),
    row("гуруҳ", "group", CONSOLE),
    row("гуруҳОхир", "groupEnd", CONSOLE),
    row("гуруҳПӯшида", "groupCollapsed", CONSOLE),
    row("Е", "E", MATH),
    row("ЛН10", "LN10", MATH),
    row("ЛН2", "LN2", MATH),
    row("ЛОГ10Е", "LOG10E", MATH),
    row("ЛОГ2Е", "LOG2E", MATH),
    row("ПИ", "PI", MATH),
    row("РЕША1_2", "SQRT1_2", MATH),
    row("РЕША2", "SQRT2", MATH),
    row("мутлақ", "abs", MATH),
    row("арккосинус", "acos", MATH),
    row("арккосинусГиперболӣ", "acosh", MATH),
    row("арксинус", "asin", MATH),
    row("арксинусГиперболӣ", "asinh", MATH),
    row("арктангенс", "atan", MATH),
    row("арктангенс2", "atan2", MATH),
    row("арктангенсГиперболӣ", "atanh", MATH),
    row("решаиКубӣ", "cbrt", MATH),
    row("боло", "ceil", MATH),
    row("clz32", "clz32", MATH),
    row("косинус", "cos", MATH),
    row("косинусГиперболӣ", "cosh", MATH),
    row("экспонента", "exp", MATH),
    row("expm1", "expm1", MATH),
    row("поён", "floor", MATH),
    row("fround", "fround", MATH),
    row("гипотенуза", "hypot", MATH),
    row("imul", "imul", MATH),
    row("логарифм", "log", MATH),
    row("логарифм10", "log10", MATH),
    row("логарифм1п", "log1p", MATH),
    row("логарифм2", "log2", MATH),
    row("ҳаддиАксар", "max", MATH),
    row("ҳаддиАқал", "min", MATH),
    row("қувват", "pow", MATH),
    row("тасодуфӣ", "random", MATH),
    row("дузкунӣ", "round", MATH),
    row("аломат", "sign", MATH),
    row("синус", "sin", MATH),
    row("синусГиперболӣ", "sinh", MATH),
    row("дуръшака", "sqrt", MATH),
    row("тангенс", "tan", MATH),
    row("тангенсГиперболӣ", "tanh", MATH),
    row("бириданАдад", "trunc", MATH),
    row("аз", "from", ARRAY_STATIC),
    row("рӯйхатАст", "isArray", ARRAY_STATIC),
    row("азАргументҳо", "of", ARRAY_STATIC),
    row("дарозӣ", "length", ARRAY | STRING),
    row("дар", "at", ARRAY | STRING),
    row("пайвастан", "concat", ARRAY | STRING),
    row("нусхаДарДохил", "copyWithin", ARRAY),
    row("воридот", "entries", ARRAY | OBJECT_STATIC | COLLECTION),
    row("ҳама", "every", ARRAY),
    row("пурКардан", "fill", ARRAY),
    row("филтр", "filter", ARRAY),
    row("кофтан", "find", ARRAY),
    row("индексиЁфтан", "findIndex", ARRAY),
    row("охиринЁфтан", "findLast", ARRAY),
    row("индексиОхиринЁфтан", "findLastIndex", ARRAY),
    row("ҳамвор", "flat", ARRAY),
    row("ҳамворХарита", "flatMap", ARRAY),
    row("бароиҲар", "forEach", ARRAY | COLLECTION),
    row("дорад", "includes", ARRAY | STRING),
    row("индекси", "indexOf", ARRAY | STRING),
    row("пайвастКардан", "join", ARRAY),
    row("калидҳо", "keys", ARRAY | OBJECT_STATIC | COLLECTION),
    row("индексиОхирин", "lastIndexOf", ARRAY | STRING),
    row("харита", "map", ARRAY),
    row("баровардан", "pop", ARRAY),
    row("илова", "push", ARRAY),
    row("пуш", "push", ARRAY),
    row("ҷамъбаст", "reduce", ARRAY),
    row("ҷамъбастАзРост", "reduceRight", ARRAY),
    row("баргардон", "reverse", ARRAY),
    row("ҳазфиАввал", "shift", ARRAY),
    row("буридан", "slice", ARRAY | STRING),
    row("баъзе", "some", ARRAY),
    row("тартиб", "sort", ARRAY),
    row("пайваст", "splice", ARRAY),
    row("баСатриМаҳаллӣ", "toLocaleString", ARRAY),
    row("баБаргардон", "toReversed", ARRAY),
    row("баТартиб", "toSorted", ARRAY),
    row("баПайваст", "toSpliced", ARRAY),
    row("баСатр", "toString", ARRAY | STRING),
    row("иловаБаАввал", "unshift", ARRAY),
    row("қиматҳо", "values", ARRAY | OBJECT_STATIC | COLLECTION),
    row("бо", "with", ARRAY),
    row("азКодиАломат", "fromCharCode", STRING_STATIC),
    row("азНуқтаиКод", "fromCodePoint", STRING_STATIC),
    row("хоми", "raw", STRING_STATIC),
    row("дарозииСатр", "length", STRING),
    row("аломатДар", "charAt", STRING),
    row("кодиАломатДар", "charCodeAt", STRING),
    row("нуқтаиКодДар", "codePointAt", STRING),
    row("анҷомБо", "endsWith", STRING),
    row("муқоисаиМаҳаллӣ", "localeCompare", STRING),
    row("мувофиқат", "match", STRING),
    row("мувофиқатҲама", "matchAll", STRING),
    row("муқаррарӣ", "normalize", STRING),
    row("пурКарданОхир", "padEnd", STRING),
    row("пурКарданАввал", "padStart", STRING),
    row("такрор", "repeat", STRING),
    row("ҷойивазкунӣ", "replace", STRING),
    row("ҷойгузин", "replace", STRING),
    row("ҷойивазкунӣҲама", "replaceAll", STRING),
    row("ҷустуҷӯ", "search", STRING),
    row("ҷудокунӣ", "split", STRING),
    row("оғозБо", "startsWith", STRING),
    row("қисмат", "substring", STRING),
    row("хурдМаҳаллӣ", "toLocaleLowerCase", STRING),
    row("калонМаҳаллӣ", "toLocaleUpperCase", STRING),
    row("хурд", "toLowerCase", STRING),
    row("калон", "toUpperCase", STRING),
    row("тозаКардан", "trim", STRING),
    row("тозаКарданОхир", "trimEnd", STRING),
    row("тозаКарданАввал", "trimStart", STRING),
    row("қиматиАслӣ", "valueOf", STRING),
    row("таъин", "assign", OBJECT_STATIC),
    row("сохтан", "create", OBJECT_STATIC),
    row("муайянХосиятҳо", "defineProperties", OBJECT_STATIC),
    row("муайянХосият", "defineProperty", OBJECT_STATIC),
    row("яхКардан", "freeze", OBJECT_STATIC),
    row("азВоридот", "fromEntries", OBJECT_STATIC),
    row("тавсифиХосият", "getOwnPropertyDescriptor", OBJECT_STATIC),
    row("тавсифиХосиятҳо", "getOwnPropertyDescriptors", OBJECT_STATIC),
    row("номҳоиХосият", "getOwnPropertyNames", OBJECT_STATIC),
    row("рамзҳоиХосият", "getOwnPropertySymbols", OBJECT_STATIC),
    row("прототип", "getPrototypeOf", OBJECT_STATIC),
    row("гурӯҳбандӣ", "groupBy", OBJECT_STATIC),
    row("дорадХосият", "hasOwn", OBJECT_STATIC),
    row("аст", "is", OBJECT_STATIC),
    row("васеъшаванда", "isExtensible", OBJECT_STATIC),
    row("яхшуда", "isFrozen", OBJECT_STATIC),
    row("мӯҳршуда", "isSealed", OBJECT_STATIC),
    row("манъиВасеъшавӣ", "preventExtensions", OBJECT_STATIC),
    row("мӯҳр", "seal", OBJECT_STATIC),
    row("танзимиПрототип", "setPrototypeOf", OBJECT_STATIC),
    row("бозгирифтан", "get", COLLECTION),
    row("гузоштан", "set", COLLECTION),
    row("дорадКалид", "has", COLLECTION),
    row("нобудКардан", "delete", COLLECTION),
    row("ҳаҷм", "size", COLLECTION),
    row("ҳамаҲалшуда", "allSettled", PROMISE_STATIC),
    row("мусобиқа", "race", PROMISE_STATIC),
    row("рад", "reject", PROMISE_STATIC),
    row("ҳал", "resolve", PROMISE_STATIC),
    row("гирифтан", "catch", PROMISE),
    row("ниҳоят", "finally", PROMISE),
];

/// `ҳама` is `every` on arrays and `all` on Promise: the one name with two meanings.
const PROMISE_ALL: (&str, &str) = ("ҳама", "all");

/// Words that JavaScript modules do not take as names of bindings (strict mode), with those that it takes in no position.
pub static JS_RESERVED: [&str; 48] = [
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "throw",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "arguments",
    "eval",
    "null",
    "true",
    "false",
    "this",
];
/// From here on an unbound use has its JavaScript meaning and is no error.
pub const JS_RESERVED_READABLE: usize = 42;

/// Which members of [`MEMBERS`] something declares, by index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BuiltinSet([u64; 3]);

impl BuiltinSet {
    pub const EMPTY: BuiltinSet = BuiltinSet([0; 3]);

    pub fn insert(&mut self, index: u8) {
        if let Some(word) = self.0.get_mut(index as usize / 64) {
            *word |= 1 << (index % 64);
        }
    }

    pub fn contains(&self, index: u8) -> bool {
        self.0.get(index as usize / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    pub fn union(self, other: BuiltinSet) -> BuiltinSet {
        let [a, b, c] = self.0;
        let [x, y, z] = other.0;
        BuiltinSet([a | x, b | y, c | z])
    }

    /// The set as three words, for keys of caches.
    pub fn words(&self) -> [u64; 3] {
        self.0
    }
}

/// The flat map of the reference: what `index` means on a receiver that nothing is known about.
pub fn flat(index: u8) -> Option<&'static str> {
    let member = MEMBERS.get(index as usize)?;
    (member.receivers & !PROMISE_ONLY != 0).then_some(member.js)
}

/// What `index` means in the table of one receiver.
pub fn in_table(index: u8, receiver: u16) -> Option<&'static str> {
    let member = MEMBERS.get(index as usize)?;
    if receiver == PROMISE_STATIC && member.som == PROMISE_ALL.0 {
        return Some(PROMISE_ALL.1);
    }
    (member.receivers & receiver != 0).then_some(member.js)
}

const fn row(som: &'static str, js: &'static str, receivers: u16) -> Member {
    Member { som, js, receivers }
}

const fn global(som: &'static str, js: &'static str, members: u16, takes_flat_map: bool) -> Global {
    Global { som, js, members, takes_flat_map }
}
