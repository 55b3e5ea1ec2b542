//! The words of the language, once. Everything else (recognition, tokenizing for editors, hints)
//! reads this table; what a word means in a place is the parser's business.

macro_rules! words {
    ($($variant:ident $class:ident $($spelling:literal)+ ;)+) => {
        /// A word of the language. Alternative spellings share a variant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Keyword { $($variant,)+ }

        impl Keyword {
            /// Every spelling, lower-case, with its keyword.
            pub const TABLE: &'static [(&'static str, Keyword)] = &[$($(($spelling, Keyword::$variant),)+)+];

            pub const fn class(self) -> Class {
                match self { $(Keyword::$variant => Class::$class,)+ }
            }

            /// The usual spelling.
            pub fn text(self) -> &'static str {
                Keyword::TABLE.iter().find(|(_, keyword)| *keyword == self).map_or("", |(text, _)| text)
            }
        }
    };
}

/// Where a word may be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Never a binding and never an operand of its own.
    Reserved,
    /// A name wherever the grammar asks for a name and the keyword reading is impossible.
    Contextual,
    /// Latin words, contextual and recognised in this spelling only.
    Latin,
    /// Spellings that only older guides have: accepted, with advice, where nothing else parses.
    Documented,
}

words! {
    Let Reserved "тағ" "тағйирёбанда";
    Const Reserved "собит";
    Function Reserved "функсия" "функция";
    If Reserved "агар";
    Else Reserved "вагарна" "чунин";
    For Reserved "барои";
    Return Reserved "бозгашт";
    Class Reserved "синф";
    New Reserved "нав";
    This Reserved "ин";
    True Reserved "дуруст";
    False Reserved "нодуруст";
    Null Reserved "холӣ";
    Import Reserved "ворид";
    Export Reserved "содир";
    Default Reserved "пешфарз";
    As Reserved "чун";
    Break Reserved "шикастан";
    Continue Reserved "давом";
    Switch Reserved "интихоб";
    Try Reserved "кӯшиш";
    Finally Reserved "ниҳоят";
    Throw Reserved "партофтан";
    Async Reserved "ҳамзамон";
    Await Reserved "интизор";
    Interface Reserved "интерфейс";
    While Contextual "то";
    Undefined Contextual "беқимат";
    From Contextual "аз";
    In Contextual "дар";
    Case Contextual "ҳолат";
    Catch Contextual "гирифтан";
    TypeWord Contextual "навъ";
    Namespace Contextual "номфазо";
    Abstract Contextual "мавҳум";
    Extends Contextual "мерос";
    Implements Contextual "татбиқ";
    Super Contextual "супер";
    Constructor Contextual "конструктор";
    Public Contextual "ҷамъиятӣ";
    Private Contextual "хосусӣ";
    Protected Contextual "муҳофизатшуда";
    Static Contextual "статикӣ";
    Readonly Contextual "танҳохонӣ";
    StringType Contextual "сатр";
    NumberType Contextual "рақам";
    BooleanType Contextual "мантиқӣ";
    BigIntType Contextual "калонрақам";
    SymbolType Contextual "рамз";
    AnyType Contextual "ҳар";
    UnknownType Contextual "ношинос";
    NeverType Contextual "абадан";
    VoidType Contextual "беджавоб";
    ObjectType Contextual "объект";
    Keyof Contextual "калидҳои";
    Typeof Contextual "навъи";
    Infer Contextual "инфер" "хулоса";
    Unique Contextual "беназир";
    Is Contextual "аст";
    Asserts Contextual "бармесоё";
    Delete Contextual "ҳазф";
    LatinTypeof Latin "typeof";
    LatinDelete Latin "delete";
    LatinVoid Latin "void";
    LatinIn Latin "in";
    LatinInstanceof Latin "instanceof";
    Get Latin "get";
    Set Latin "set";
    With Latin "with";
    LatinThis Latin "this";
    LatinTrue Latin "true";
    LatinFalse Latin "false";
    LatinNull Latin "null";
    LatinEnum Latin "enum";
    LatinDo Latin "do";
    LatinYield Latin "yield";
    ExtendsDocumented Documented "мерос_мебарад";
    NewDocumented Documented "нави";
    CaseDocumented Documented "вақте" "ҳолати";
    AbstractDocumented Documented "абстрактӣ" "мухтасар";
    ElseIfDocumented Documented "дар_ҳолати_ки";
}
