// The programs that several tests load: their files by path, as a server gives them.
// Must never be chosen by what the component can do: each shows one way of importing.

/** A cycle, a default, a named, a namespace and a re-export import. */
export const FIVE = {
  "/main.som": `ворид салом аз "./салом";
ворид { ҷуфт, ҳисоб } аз "./cycle/even";
ворид * чун луғат аз "./lib";
чоп.сабт(салом("Ҷаҳон"));
чоп.сабт(ҷуфт(10), ҷуфт(7));
чоп.сабт(луғат.ПИ, луғат.тоқ(3), ҳисоб());
содир собит натиҷа = [салом("олам"), ҷуфт(4), луғат.ПИ].join("|");
`,
  "/салом.som": `содир пешфарз функсия салом(ном) { бозгашт "Салом, " + ном + "!"; }
`,
  "/cycle/even.som": `ворид { тоқ } аз "./odd";
тағйирёбанда шумор = 0;
содир функсия ҷуфт(н) { шумор = шумор + 1; бозгашт н === 0 || тоқ(н - 1); }
содир функсия ҳисоб() { бозгашт шумор; }
`,
  "/cycle/odd.som": `ворид { ҷуфт } аз "./even";
содир функсия тоқ(н) { бозгашт н !== 0 && ҷуфт(н - 1); }
`,
  "/lib.som": `содир { тоқ } аз "./cycle/odd";
содир собит ПИ = 3.14;
`,
};

export const FIVE_OUTPUT = ["Салом, Ҷаҳон!", "true false", "3.14 true 12"];
export const FIVE_RESULT = "Салом, олам!|true|3.14";

/** Serves the files of a program; everything else is 404. */
export function filesOf(program) {
  return (path, response) => {
    const text = program[path];
    response.statusCode = text === undefined ? 404 : 200;
    response.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : "text/plain; charset=utf-8");
    response.end(text ?? "not here");
  };
}
