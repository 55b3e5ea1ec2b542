//! Imports, exports and specifiers as ES modules.

use somon_lang::compile::{CompileOptions, SpecifierStyle, compile};

use crate::support::{prints, prints_like, result};

#[test]
fn imports() {
    prints("ворид А, { б чун г } аз \"./a\"; А(г);", "import А, { б as г } from \"./a.js\";\nА(г);");
    prints("ворид * чун Н аз \"fs\"; Н;", "import * as Н from \"fs\";\nН;");
    prints("ворид А, * чун Н аз \"fs\"; А(Н);", "import А, * as Н from \"fs\";\nА(Н);");
    prints("ворид \"./x\";", "import \"./x.js\";");
    prints("ворид { пешфарз чун А } аз \"./a.som\"; А();", "import { default as А } from \"./a.js\";\nА();");
}

#[test]
fn exports() {
    prints_like("содир функсия ф() { }", "export function ф() {}");
    prints_like("содир собит а = 1;", "export const а = 1;");
    prints_like("тағ а, б; содир { а, б чун в };", "let а, б; export { а, б as в };");
    prints_like("содир пешфарз функсия ф() { }", "export default function ф() {}");
    prints_like("содир пешфарз функсия() { }", "export default function() {}");
    prints_like("содир пешфарз синф { }", "export default class {}");
    prints_like("тағ а; содир { а чун пешфарз };", "let а; export { а as default };");
    prints_like("содир { а, пешфарз чун б } аз \"./x\";", "export { а, default as б } from \"./x.js\";");
    prints_like(
        "содир * аз \"./x\"; содир * чун н аз \"./y\";",
        "export * from \"./x.js\"; export * as н from \"./y.js\";",
    );
}

#[test]
fn exports_of_types_are_erased() {
    prints("содир интерфейс И { } навъ Т = сатр; содир { Т }; содир пешфарз И;", "");
    prints_like("навъ Т = сатр; собит а = 1; содир { Т, а };", "const а = 1; export { а };");
}

#[test]
fn specifiers() {
    for (source, expected) in [
        ("./a.som", "./a.js"),
        ("./a", "./a.js"),
        ("../б/в", "../б/в.js"),
        ("./ном.дуюм", "./ном.дуюм.js"),
        ("./a.js", "./a.js"),
        ("./a.json", "./a.json"),
        ("./data.txt", "./data.txt"),
        ("./a.som.txt", "./a.som.txt"),
        (".", "."),
        ("..", ".."),
        ("./", "./"),
        ("lodash", "lodash"),
        ("пакет/а.som", "пакет/а.js"),
        ("https://x.org/a.som", "https://x.org/a.js"),
    ] {
        let source = ["ворид \"", source, "\";"].concat();
        prints(&source, &["import \"", expected, "\";"].concat());
    }
    let keep = CompileOptions { specifier_style: SpecifierStyle::Keep, ..CompileOptions::default() };
    assert_eq!(compile("ворид \"./a.som\";", &keep).code, "import \"./a.som\";\n");
}

#[test]
fn computed_specifiers() {
    prints("ворид(`./a.som`);", "import(\"./a.js\");");
    prints("ворид(`${п}.som`);", "import(`${п}.js`);");
    prints("ворид(п + \"/a.som\");", "import(п + \"/a.js\");");
    prints("ворид(`${п}/a`);", "import(`${п}/a`);");
    prints(
        "ворид(п);",
        "import(__somon_specifier(п));\nfunction __somon_specifier(s) {\n  s = String(s);\n  return s.endsWith(\".som\") ? s.slice(0, -4) + \".js\" : s;\n}",
    );
}

#[test]
fn attributes_are_erased() {
    prints("ворид д аз \"./д.json\" with { type: \"json\" }; д;", "import д from \"./д.json\";\nд;");
}

#[test]
fn the_table_of_imports_and_exports() {
    let result =
        result("ворид { а } аз \"./x\"; содир { б } аз \"./y\"; содир * аз \"./z\"; ворид(\"./w\"); содир пешфарз а;");
    let imports: Vec<&str> = result.imports.iter().map(|edge| edge.specifier.as_str()).collect();
    assert_eq!(imports, ["./x", "./y", "./z", "./w"]);
    assert_eq!(result.exports, ["default", "б"]);
}
