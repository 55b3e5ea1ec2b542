//! Classes: fields, members, parameter properties, what a superclass has already.

use crate::support::{outputs, prints};

#[test]
fn the_example_of_the_reference() {
    prints(
        "синф Б мерос А татбиқ И {
           хосусӣ х: рақам = 1;
           статикӣ у = 2;
           конструктор(н: сатр) { супер(н); }
           ф(): рақам { бозгашт ин.х; }
         }",
        "class Б extends А {\n  х = 1;\n  static у = 2;\n  constructor(н) {\n    super(н);\n  }\n  ф() {\n    return this.х;\n  }\n}",
    );
}

#[test]
fn abstract_members_are_erased() {
    prints("мавҳум синф А { мавҳум ф(): рақам; г() { } }", "class А {\n  г() {}\n}");
}

#[test]
fn fields_without_a_value_are_declared() {
    prints("синф А { х; у: сатр; }", "class А {\n  х;\n  у;\n}");
}

#[test]
fn a_field_that_a_superclass_has_is_not_declared_again() {
    prints(
        "синф А { х = 1; } синф Б мерос А { } синф В мерос Б { х: рақам; у; }",
        "class А {\n  х = 1;\n}\nclass Б extends А {}\nclass В extends Б {\n  у;\n}",
    );
}

#[test]
fn static_and_instance_fields_are_different() {
    prints(
        "синф А { статикӣ х = 1; } синф Б мерос А { х; }",
        "class А {\n  static х = 1;\n}\nclass Б extends А {\n  х;\n}",
    );
}

#[test]
fn parameter_properties() {
    prints(
        "синф А { конструктор(ҷамъиятӣ а: рақам, танҳохонӣ б = 2, в) { г(); } }",
        "class А {\n  а;\n  б;\n  constructor(а, б = 2, в) {\n    this.а = а;\n    this.б = б;\n    г();\n  }\n}",
    );
    outputs("синф А { } синф Б мерос А { конструктор(хосусӣ х) { супер(); чоп.сабт(ин.х); } } нав Б(3);", "3\n");
}

#[test]
fn accessors_and_odd_keys() {
    prints(
        "синф А { get а() { бозгашт 1; } set а(х) { } \"б в\"() { } [г] = 1; статикӣ get() { } }",
        "class А {\n  get а() {\n    return 1;\n  }\n  set а(х) {}\n  \"б в\"() {}\n  [г] = 1;\n  static get() {}\n}",
    );
}

#[test]
fn class_expressions() {
    prints("тағ а = синф Б мерос (в || г) { };", "let а = class Б extends (в || г) {};");
}

#[test]
fn overload_signatures_are_erased() {
    prints("синф А { ф(а: сатр): сатр; ф(а) { } }", "class А {\n  ф(а) {}\n}");
}

#[test]
fn the_receiver_parameter_is_erased() {
    prints("функсия ф(this: А, б) { }", "function ф(б) {}");
}
