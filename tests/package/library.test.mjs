// A program as people write them: classes that inherit across modules and know each other in a circle, re-exports of
// every kind, JSON, top-level await, dynamic imports; run again and again, at once, with externals, and failing.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";
import { linesInPage } from "./page.mjs";
import { filesOf } from "./programs.mjs";

const LIBRARY = {
  "/main.som": `ворид { Китоб, Рафча, моделҳо, Асос, хондан } аз "./model";
ворид танзим аз "./config.json" with { type: "json" };
ворид { танзим чун ҳамон } аз "./settings";
ворид * чун матнҳо аз "./texts";
ворид { зиёд, ҳисоб } аз "./counter";

собит рафча = нав Рафча(танзим.ном);
рафча.гузор(нав Китоб("Шоҳнома", 1010)).гузор(нав Китоб("Маснавӣ", 1258));
чоп.сабт(рафча.тавсиф());
чоп.сабт(рафча.китобҳо.харита((к) => к.рафча === рафча).пайвастКардан(","));
чоп.сабт(нав Китоб("х", 1) instanceof Асос, танзим === ҳамон.аслӣ, хондан("Ҳофиз"));
зиёд(); зиёд();
чоп.сабт(ҳисоб, матнҳо.default("А"), моделҳо.НАВЪ, объект.калидҳо(матнҳо).пайвастКардан("|"));
собит { ҳисобот } = интизор ворид("./report");
чоп.сабт(интизор ҳисобот(рафча));
собит боз = интизор ворид("./report");
чоп.сабт(боз.дафъа, Асос.шумора);
содир { Китоб чун Book };
содир пешфарз ҳамзамон функсия асосӣ(н: рақам): Ваъда<рақам> { бозгашт н + ҳисоб; }
`,
  "/model/index.som": `содир * аз "./book";
содир { Рафча } аз "./shelf";
содир * чун моделҳо аз "./kinds";
содир { default чун хондан, Асос } аз "./base";
`,
  "/model/base.som": `содир мавҳум синф Асос {
  муҳофизатшуда ном: сатр;
  статикӣ шумора = 0;
  конструктор(ном: сатр) { ин.ном = ном; Асос.шумора++; }
  мавҳум тавсиф(): сатр;
  get номи(): сатр { бозгашт ин.ном; }
}
содир пешфарз функсия (х: сатр): сатр { бозгашт "хондани " + х; }
`,
  "/model/book.som": `ворид { Асос } аз "./base";
ворид { Рафча } аз "./shelf";
содир синф Китоб мерос Асос {
  рафча: Рафча | холӣ = холӣ;
  хосусӣ сол: рақам;
  конструктор(ном: сатр, сол: рақам) { супер(ном); ин.сол = сол; }
  тавсиф(): сатр { бозгашт \`\${ин.номи} (\${ин.сол})\${ин.рафча instanceof Рафча ? "*" : ""}\`; }
}
`,
  "/model/shelf.som": `ворид { Китоб } аз "./book";
ворид { Асос } аз "./base";
содир синф Рафча мерос Асос {
  китобҳо: рӯйхат<Китоб> = [];
  гузор(к: Китоб) {
    агар (!(к instanceof Китоб)) { партофтан нав Хато("на китоб"); }
    к.рафча = ин;
    ин.китобҳо.илова(к);
    бозгашт ин;
  }
  тавсиф(): сатр { бозгашт ин.ном + ": " + ин.китобҳо.харита((к) => к.тавсиф()).пайвастКардан("; "); }
}
`,
  "/model/kinds.som": `содир собит НАВЪ = "китоб";
содир интерфейс Шакл { а: рақам; }
содир навъ Рақамӣ = рақам;
`,
  "/config.json": '{ "ном": "Рафчаи 1", "__proto__": { "х": 1 } }\n',
  "/settings.som": `ворид аслӣ аз "./config.json" with { type: "json" };
содир собит танзим = { аслӣ };
`,
  "/texts.som": `содир пешфарз (х) => "«" + х + "»";
содир собит б = 1;
содир собит а = 2;
`,
  "/counter.som": `содир тағ ҳисоб = 0;
содир функсия зиёд() { ҳисоб++; }
`,
  "/report.som": `ворид { Китоб } аз "./model";
содир тағ дафъа = 0;
дафъа++;
собит сатрҳо = интизор Ваъда.ҳал(["--"]);
содир ҳамзамон функсия ҳисобот(р) {
  барои (собит к аз р.китобҳо) { сатрҳо.илова(к.тавсиф()); }
  бозгашт сатрҳо.пайвастКардан("/") + (р.китобҳо[0] instanceof Китоб);
}
`,
  "/guest.som": `ворид пешфарзи, { гир чун овардан } аз "axios";
ворид * чун ҳама аз "axios";
ворид { соат } аз "host:clock";
содир собит гуфт = [овардан("у"), пешфарзи.д, объект.калидҳо(ҳама).тартиб().пайвастКардан("+"), соат()].пайвастКардан(" ");
содир { гир } аз "axios";
`,
  "/thrower.som": `ворид { афтад } аз "./fall";
афтад(globalThis.чӣ);
`,
  "/fall.som": `содир функсия афтад(чӣ) {
  партофтан чӣ;
}
`,
  "/own_error.som": `синф ХатоиХудӣ мерос Хато {}
функсия ба_сухан() { партофтан нав ХатоиХудӣ("худӣ"); }
ба_сухан();
`,
};

const OUTPUT = [
  "Рафчаи 1: Шоҳнома (1010)*; Маснавӣ (1258)*",
  "true,true",
  "true true хондани Ҳофиз",
  "2 «А» китоб default|а|б",
  "--/Шоҳнома (1010)*/Маснавӣ (1258)*true",
  "1 4",
];
const EXPECTED = [
  ...OUTPUT,
  "Book,default 7 Китоб",
  // A run is a run: nothing of one is seen by the other, whether after it or beside it.
  ...OUTPUT,
  "fresh",
  "three fresh, 6 lines each",
  "got у 5 default+гир 12:00 got again",
  "true true true",
  "Error ХатоиХудӣ худӣ ба_сухан",
  "nothing left",
];

let place;
let program;

before(async () => {
  place = await install();
  program = await serve(filesOf(LIBRARY));
});
after(async () => {
  await program?.close();
  place?.remove();
});

function script() {
  return `import { ModuleSystem } from "somon-wasm";
const at = (name) => ${JSON.stringify(program.url)} + name;
const system = new ModuleSystem();
const first = await system.run(at("/main.som"));
console.log(Object.keys(first).join(), await first.default(5), first.Book.name);
const second = await system.run(at("/main.som"));
console.log(first !== second && first.Book !== second.Book ? "fresh" : "shared");

const { log } = console;
let lines = 0;
console.log = () => lines++;
const beside = await Promise.all([1, 2, 3].map(() => system.run(at("/main.som"))));
console.log = log;
console.log(new Set(beside.map(({ Book }) => Book)).size === 3 ? "three fresh," : "shared,", lines / 3, "lines each");

const axios = { гир: (х) => "got " + х, default: { д: 5 } };
const guest = await system.run(at("/guest.som"), { externals: { axios, "host:clock": { соат: () => "12:00" } } });
console.log(guest.гуфт, guest.гир("again"));

const thrown = async (what) => {
  globalThis.чӣ = what;
  return system.run(at("/thrower.som")).then(() => false, (error) => error === what);
};
console.log(await thrown(new RangeError("x")), await thrown(undefined), await thrown(Object.freeze({})));
const own = await system.run(at("/own_error.som")).catch((error) => error);
console.log(own instanceof Error ? "Error" : "none", own.constructor.name, own.message, own.stack.match(/ба_сухан/)?.[0]);
console.log(Object.getOwnPropertySymbols(globalThis).some((key) => String(key.description).startsWith("somon")) ? "left" : "nothing left");
`;
}

describe("a library", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    test(`runs in ${runtime}`, async () => {
      const output = await runScript(runtime, place.write("library.mjs", script()), place.folder);
      assert.deepEqual(output.trimEnd().split("\n"), EXPECTED);
    });
  }

  test("runs in a page", async () => {
    const lines = await linesInPage(place, script());
    // The browser says of each candidate of `./model` that it was not there.
    assert.deepEqual(lines.filter((line) => !line.startsWith("Failed to load resource")), EXPECTED);
  });

  test("is the same as a bundle that is imported", async () => {
    const making = `import { ModuleSystem } from "somon-wasm";
const { code, warnings } = await new ModuleSystem().bundle({ entryPoint: ${JSON.stringify(`${program.url}/main.som`)} });
console.log(JSON.stringify([code, warnings.map(({ code }) => code)]));
`;
    const made = await runScript("node", place.write("making.mjs", making), place.folder);
    const [code, warnings] = JSON.parse(made);
    // The circle of book and shelf.
    assert.deepEqual(warnings, ["SOM5003"]);
    const output = await runScript("node", place.write("bundle.mjs", code), place.folder);
    assert.deepEqual(output.trimEnd().split("\n"), OUTPUT);
  });
});
