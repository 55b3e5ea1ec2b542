//! The evidence table of the language reference: programs and what each prints, run in Node.

use crate::support::outputs;

macro_rules! evidence {
    ($($name:ident: $source:expr => $expected:expr;)+) => {
        $(#[test] fn $name() { outputs($source, $expected); })+

        /// The table has no row without a test.
        #[test]
        fn every_row_is_here() {
            let spec = include_str!("../../docs/spec/language.md");
            let table = spec.split("## 7.4").nth(1).and_then(|rest| rest.split("\n---").next()).expect("the table");
            let rows = table.lines().filter(|line| line.starts_with("| `")).count();
            assert_eq!(rows, [$(stringify!($name)),+].len());
        }
    };
}

evidence! {
    right_operands: "чоп.сабт(10 - (3 - 2), \"а\" + (1 + 2));" => "9 а3\n";
    unary_over_groups: "чоп.сабт(!(дуруст && нодуруст), -(1 + 2));" => "true -3\n";
    arrow_object: "тағ ф = () => ({а: 1}); чоп.сабт(ф().а);" => "1\n";
    double_minus: "тағ б = 2; чоп.сабт(-(-б), б);" => "2 2\n";
    adjacent_substitutions: "тағ а = 1; тағ б = 2; чоп.сабт(`${а}${б} т`);" => "12 т\n";
    escaped_substitution: "чоп.сабт(`\\${х}`);" => "${х}\n";
    call_statement: "функсия санҷиш(қ) { чоп.сабт(қ); } тағ қимати_нав = 3; санҷиш(қимати_нав);" => "3\n";
    own_length: "тағ к = { дарозӣ: 180 }; чоп.сабт(к.дарозӣ, [1, 2].дарозӣ, \"абв\".дарозӣ);" => "180 2 3\n";
    list_named_list: "тағ рӯйхат = [1]; рӯйхат.илова(2); чоп.сабт(Array.isArray(рӯйхат), рӯйхат.дарозӣ);" => "true 2\n";
    parameter_named_list: "тағ ф = (рӯйхат) => рӯйхат.дарозӣ; чоп.сабт(ф([1, 2]));" => "2\n";
    namespace: "номфазо Н { содир собит х = 1; } чоп.сабт(Н.х);" => "1\n";
    own_field: "синф А { вақт = 5; ф() { бозгашт ин.вақт; } } чоп.сабт(нав А().ф());" => "5\n";
    own_method: "синф А { илова(х) { бозгашт х; } } чоп.сабт(нав А().илова(4));" => "4\n";
    field_again: "синф А { ном; конструктор(н) { ин.ном = н; } } синф Б мерос А { ном; } чоп.сабт(нав Б(\"ҷ\").ном);" => "ҷ\n";
    comparison: "тағ х = 1; тағ у = 2; тағ з = 3; чоп.сабт(х < у && у > (з));" => "false\n";
    escapes: "чоп.сабт(\"\\u0416\\x41\");" => "ЖA\n";
    quoted_key: "чоп.сабт({\"а-б\": 1}[\"а-б\"]);" => "1\n";
    key_named_string: "чоп.сабт(JSON.stringify({сатр: 1}));" => "{\"сатр\":1}\n";
    shorthand_pattern: "тағ {а, б} = {а: 1, б: 2}; чоп.сабт(а + б);" => "3\n";
    operators: "чоп.сабт((5).баСатр(), 2 ** 3 ** 2, холӣ ?? 1, 1 > 2 ? \"а\" : \"б\");" => "5 512 1 б\n";
    else_on_the_next_line: "агар (нодуруст) { }\nвагарна { чоп.сабт(1); }" => "1\n";
    else_body_on_the_next_line: "агар (дуруст) { } вагарна\n{ чоп.сабт(1); }" => "";
    map_member: "синф К { Б = нав Map(); } тағ к = нав К(); к.Б.гузоштан(\"а\", 1); чоп.сабт(к.Б.ҳаҷм);" => "1\n";
}
