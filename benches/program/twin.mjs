// One generated program, written twice: in SomonScript and in TypeScript. Both have the same
// statements, names and texts; only the words of the language differ.
// It must never hold what one of the two does not have.

const SOMON = {
  let: "тағ", const: "собит", function: "функсия", return: "бозгашт", if: "агар", else: "вагарна",
  for: "барои", while: "то", class: "синф", extends: "мерос", constructor: "конструктор", super: "супер",
  new: "нав", this: "ин", private: "хосусӣ", async: "ҳамзамон", await: "интизор", interface: "интерфейс",
  try: "кӯшиш", catch: "гирифтан", throw: "партофтан", true: "дуруст", false: "нодуруст", null: "холӣ",
  switch: "интихоб", case: "ҳолат", break: "шикастан", default: "пешфарз", export: "содир",
  string: "сатр", number: "рақам", boolean: "мантиқӣ", Error: "Хато", console: "чоп", log: "сабт",
};
const TYPESCRIPT = Object.fromEntries(Object.keys(SOMON).map((word) => [word, word]));

/** Programs of at least `bytes` bytes of SomonScript: `{ somon, typescript }`. */
export function twin(bytes) {
  const parts = { somon: [], typescript: [] };
  for (let count = 0, size = 0; size < bytes; count += 1) {
    const part = unit("somon", count);
    parts.somon.push(part);
    parts.typescript.push(unit("typescript", count));
    size += Buffer.byteLength(part);
  }
  return { somon: parts.somon.join("\n"), typescript: parts.typescript.join("\n") };
}

/** `count` lines of the shape that a parser may take for the head of an arrow function. */
export function doubtfulLines(count) {
  return "агар (а < б) { }\n".repeat(count);
}

/** One piece of the program, about two kilobytes, its names made unique by a number. */
export function unit(language, n) {
  const w = language === "somon" ? SOMON : TYPESCRIPT;
  return `// Фармоишҳо: ҳисоби ${n} бо тахфиф ва андоз.
${w.interface} Мол${n} { ном: ${w.string}; нарх: ${w.number}; дастрас?: ${w.boolean}; }

${w.export} ${w.class} Анбор${n}<Т> {
  ${w.private} рӯйхатиМол: Т[] = [];
  ${w.private} зарфият: ${w.number};
  ${w.constructor}(зарфият: ${w.number} = ${n % 90 + 10}) { ${w.this}.зарфият = зарфият; }
  афзудан(мол: Т): ${w.boolean} {
    ${w.if} (${w.this}.рӯйхатиМол.length >= ${w.this}.зарфият) { ${w.return} ${w.false}; }
    ${w.this}.рӯйхатиМол = [...${w.this}.рӯйхатиМол, мол];
    ${w.return} ${w.true};
  }
}

${w.class} АнбориСард${n} ${w.extends} Анбор${n}<Мол${n}> {
  ҳарорат: ${w.number} = -${n % 30};
  ${w.constructor}() { ${w.super}(${n}); }
}

${w.export} ${w.function} арзишиУмумӣ${n}(молҳо: Мол${n}[], тахфиф: ${w.number} = 0.1): ${w.number} {
  ${w.let} ҳисоб: ${w.number} = 0;
  ${w.for} (${w.let} рақамак = 0; рақамак < молҳо.length; рақамак++) {
    ${w.const} мол = молҳо[рақамак];
    ${w.if} (мол.дастрас === ${w.false} || мол.нарх <= 0) { ҳисоб += 0; }
    ${w.else} { ҳисоб += мол.нарх * (1 - тахфиф) + (рақамак % 3 === 0 ? 1 : ${n}); }
  }
  ${w.switch} (ҳисоб % 4) {
    ${w.case} 0: ҳисоб = ҳисоб / 2; ${w.break};
    ${w.case} 1: ҳисоб -= 0x1F; ${w.break};
    ${w.default}: ҳисоб = ҳисоб ** 1;
  }
  ${w.return} ҳисоб;
}

${w.export} ${w.async} ${w.function} фиристодан${n}(кор: (ном: ${w.string}) => ${w.number} | ${w.null}) {
  ${w.try} {
    ${w.const} { ном, нарх, ...боқӣ } = { ном: "нон ва намак", нарх: ${n}, дастрас: ${w.true} };
    ${w.const} ҷавоб = ${w.await} кор(ном) ?? нарх;
    ${w.console}.${w.log}(\`Моли \${ном}: \${ҷавоб + ${n}} сомонӣ\`, боқӣ);
  } ${w.catch} (мушкил) {
    ${w.throw} ${w.new} ${w.Error}('фиристода нашуд: ${n}');
  }
  ${w.let} мондааст = ${n % 7};
  ${w.while} (мондааст > 0) { мондааст--; }
}
`;
}
