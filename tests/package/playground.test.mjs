// The playground as it is served: a user types programs, runs and stops them, and follows errors.
// It must never look inside the page's modules: only at what a user sees and can press.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { preview } from "vite";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 660 };
/** The narrowest that is sold, and one held sideways. */
const PHONES = [PHONE, { width: 320, height: 568 }, { width: 740, height: 360 }];
/** A program may need the other worker of a busy machine's only core. */
const WAIT_MS = 20_000;

let server;
let browser;

before(async () => {
  const dist = process.env.SOMON_PLAYGROUND;
  assert.ok(dist, "SOMON_PLAYGROUND names the folder of the built playground");
  assert.ok(process.env.SOMON_CHROMIUM, "SOMON_CHROMIUM names a Chromium");
  // The server of `cargo xtask play`.
  server = await preview({
    root: dirname(dist),
    build: { outDir: dist },
    logLevel: "error",
    preview: { host: "127.0.0.1", port: 0 },
  });
  browser = await chromium.launch({
    executablePath: process.env.SOMON_CHROMIUM,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

describe("playground", () => {
  test("runs what is typed", async () => {
    await onPage({}, async (page) => {
      await type(page, 'тағ ном = "Ҷаҳон";\nчоп.сабт("Салом, " + ном, 6 * 7);');
      await page.click("#run");
      await sees(page, "Салом, Ҷаҳон 42");
      await isIdle(page);
    });
  });

  test("shows every kind of console output", async () => {
    await onPage({}, async (page) => {
      await type(
        page,
        `чоп.хато("бад");
чоп.огоҳӣ("ҳушёр");
чоп.ҷадвал([{ мол: "нон", нарх: 4 }]);
чоп.сабт([1, "ду"], { се: нав Map([["чор", 5]]) });
чоп.гуруҳ("гурӯҳ");
чоп.сабт("дарун");`,
      );
      await page.click("#run");
      await sees(page, "дарун");
      assert.equal(await page.textContent(".entry-error"), "бад");
      assert.equal(await page.textContent(".entry-warn"), "ҳушёр");
      assert.deepEqual(await page.locator(".entry-table th, .entry-table td").allTextContents(), [
        "", "мол", "нарх", "0", "нон", "4",
      ]);
      await sees(page, '[1, "ду"] { се: Map(1) { "чор" => 5 } }');
      const left = (words) => page.locator(".entry", { hasText: words }).evaluate((entry) => parseFloat(getComputedStyle(entry).paddingLeft));
      assert.ok((await left("дарун")) > (await left("гурӯҳ")), "a group is indented");
    });
  });

  test("leads from an error to its place", async () => {
    await onPage({}, async (page) => {
      await type(page, 'чоп.сабт("як");\n\nтағ а = (1 + 2;\n');
      await page.click("#run");
      const place = page.locator("#panel-output .place").first();
      assert.equal(await place.textContent(), "main.som:3:15");
      assert.match(await page.textContent("#panel-output .fault-code"), /^SOM2\d{3}$/);
      await place.click();
      assert.deepEqual(await caret(page), { line: 3, column: 15 });
      assert.equal(await page.evaluate(() => document.activeElement?.className), "field");
    });
  });

  test("finds faults while the user types", async () => {
    await onPage({}, async (page) => {
      await type(page, "тағ а = 1;\nтағ а = 2;\nчоп.сабт(а);\n");
      await page.waitForSelector(".editor .mark-error", { timeout: WAIT_MS });
      assert.equal(await page.textContent(".editor .mark-error"), "а");
      assert.equal(await page.textContent("#tab-problems .badge"), "1");
      await page.focus(".field:visible");
      await page.keyboard.press("Control+Home");
      assert.equal(await page.isVisible(".fault-strip"), false);
      await page.keyboard.press("ArrowDown");
      await page.waitForSelector(".fault-strip:visible");
      await type(page, "тағ а = 1;\nчоп.сабт(а);\n");
      await page.waitForSelector("#tab-problems .badge", { state: "hidden", timeout: WAIT_MS });
      assert.equal(await page.locator(".editor .mark-error").count(), 0);
    });
  });

  test("shows which functions an error came through", async () => {
    await onPage({}, async (page) => {
      await type(page, 'функсия афтад() { партофтан нав Хато("афтод"); }\nфунксия кор() { афтад(); }\nкор();\n');
      await page.click("#run");
      await sees(page, "Error: афтод");
      assert.equal(await page.textContent(".thrown-calls"), "афтад ← кор");
    });
  });

  test("ends an endless loop", async () => {
    await onPage({}, async (page) => {
      await type(page, 'чоп.сабт("оғоз");\nто (дуруст) {}\n');
      await page.click("#run");
      await sees(page, "оғоз");
      assert.equal(await page.isEnabled("#stop"), true);
      await page.click("#stop");
      await isIdle(page);
      await type(page, 'чоп.сабт("боз");');
      await page.keyboard.press("Control+Enter");
      await sees(page, "боз");
    });
  });

  test("bounds what an endless loop prints", async () => {
    await onPage({ locale: "en-US" }, async (page) => {
      await type(page, "тағ и = 0;\nто (дуруст) { чоп.сабт(и++); }\n");
      await page.click("#run");
      await sees(page, "The program prints too much");
      assert.ok((await page.locator(".entry").count()) <= 2001);
      await page.click("#stop");
      await isIdle(page);
    });
  });

  test("waits for timers", async () => {
    await onPage({}, async (page) => {
      await type(page, 'setTimeout(() => чоп.сабт("дер"), 400);\nчоп.сабт("зуд");');
      await page.click("#run");
      await sees(page, "зуд");
      assert.equal(await page.isEnabled("#stop"), true);
      await sees(page, "дер");
      await isIdle(page);
    });
  });

  test("runs two files that import each other", async () => {
    await onPage({}, async (page) => {
      await type(page, 'ворид { тоқ } аз "./дуюм";\nсодир функсия ҷуфт(н) { бозгашт н === 0 ? дуруст : тоқ(н - 1); }\nчоп.сабт(ҷуфт(10), тоқ(10));\n');
      await addFile(page, "дуюм");
      await type(page, 'ворид { ҷуфт } аз "./main";\nсодир функсия тоқ(н) { бозгашт н === 0 ? нодуруст : ҷуфт(н - 1); }\n');
      await page.click("#run");
      await sees(page, "true false");
    });
  });

  test("adds, renames and deletes files, and brings a deleted one back", async () => {
    await onPage({}, async (page) => {
      await addFile(page, "як");
      await type(page, "содир собит х = 1;");
      await page.keyboard.press("Escape");
      await page.focus('[data-file="як.som"]');
      await page.keyboard.press("F2");
      await page.fill(".file-name", "ду");
      await page.keyboard.press("Enter");
      assert.deepEqual(await fileNames(page), ["main.som", "ду.som"]);
      await page.keyboard.press("Delete");
      assert.deepEqual(await fileNames(page), ["main.som"]);
      await page.click(".notice button");
      assert.deepEqual(await fileNames(page), ["main.som", "ду.som"]);
      assert.equal(await text(page), "содир собит х = 1;");
    });
  });

  test("edits like an editor, and leaves the keyboard a way out", async () => {
    await onPage({}, async (page) => {
      await type(page, "");
      await page.focus(".field:visible");
      await page.keyboard.type("агар (дуруст) {\nчоп.сабт(1);\n}");
      assert.equal(await text(page), "агар (дуруст) {\n    чоп.сабт(1);\n}");
      await page.keyboard.press("Tab");
      assert.match(await text(page), /\} {3}$/);
      await page.keyboard.press("Control+z");
      assert.match(await text(page), /\}$/);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Tab");
      assert.notEqual(await page.evaluate(() => document.activeElement?.className), "field");
    });
  });

  test("colours lie exactly under the text", async () => {
    await onPage({}, async (page) => {
      await type(page, "собит ғӯҳҷқӣ = `аб${1}`;\n\n\tтағ х = \"ҳ\"; // шарҳ\n");
      const drawn = await page.locator(".editor:visible .line").allTextContents();
      assert.equal(drawn.join("\n").replaceAll("\u200b", ""), await text(page));
      assert.ok((await page.locator(".editor:visible .token-keyword").count()) >= 2);
      const sizes = await page.evaluate(() => {
        const [lines, field] = [".lines", ".field"].map((name) => {
          const { width, height } = document.querySelector(`.editor:not([hidden]) ${name}`).getBoundingClientRect();
          return { width, height };
        });
        return { lines, field };
      });
      assert.deepEqual(sizes.field, sizes.lines);
    });
  });

  test("shows the compiled JavaScript", async () => {
    await onPage({}, async (page) => {
      await type(page, "собит х = 5;\nчоп.сабт(х);\n");
      await page.click("#tab-javascript");
      await page.waitForFunction(() => document.querySelector(".javascript-code")?.textContent.includes("console.log(х)"), null, { timeout: WAIT_MS });
    });
  });

  test("keeps the last program and opens the one in a link", async () => {
    await onPage({}, async (page, context) => {
      await type(page, 'чоп.сабт("нигоҳ");');
      await page.reload();
      await page.waitForSelector(".field:visible");
      assert.equal(await text(page), 'чоп.сабт("нигоҳ");');
      await page.click("#share");
      await page.waitForFunction(() => location.hash.startsWith("#p="));
      const guest = await context.browser().newContext();
      const other = await guest.newPage();
      await other.goto(page.url());
      await other.waitForSelector(".field:visible");
      assert.equal(await text(other), 'чоп.сабт("нигоҳ");');
      await guest.close();
      await page.goto(`${page.url().split("#")[0]}#p=damaged`);
      await page.waitForSelector(".notice:visible");
    });
  });

  test("speaks Tajik, Russian and English", async () => {
    for (const [locale, words] of [["tg", "Иҷро"], ["ru-RU", "Запустить"], ["de-DE", "Run"]]) {
      await onPage({ locale }, async (page) => assert.equal((await page.textContent("#run")).trim(), words));
    }
    await onPage({ locale: "en-US" }, async (page) => {
      await page.selectOption("#language", "tg");
      assert.equal((await page.textContent("#run")).trim(), "Иҷро");
      assert.equal(await page.getAttribute("html", "lang"), "tg");
      await page.reload();
      await page.waitForSelector(".field:visible");
      assert.equal((await page.textContent("#run")).trim(), "Иҷро");
    });
  });

  test("fits a phone, in every language", async () => {
    const uses = ["tg", "ru-RU", "en-US"].flatMap((locale) => PHONES.map((viewport) => ({ locale, viewport })));
    for (const { locale, viewport } of uses) {
      await onPage({ locale, viewport, hasTouch: true, isMobile: true }, async (page) => {
        await page.selectOption("#examples", "modules");
        await page.tap("#run");
        await page.waitForSelector(".entry", { timeout: WAIT_MS });
        const outside = await page.evaluate(() => {
          const scrollers = ".editor, .tabs, .panel";
          return [...document.querySelectorAll("body *")]
            .filter((element) => !element.closest(scrollers) && element.getBoundingClientRect().right > innerWidth + 0.5)
            .map((element) => element.outerHTML.slice(0, 80));
        });
        assert.deepEqual(outside, []);
        // A page wider than the phone is shown smaller, and then `innerWidth` is its width.
        assert.equal(await page.evaluate(() => Math.max(innerWidth, document.documentElement.scrollWidth)), viewport.width);
      });
    }
  });

  test("works without a network once it was loaded", async () => {
    await onPage({}, async (page, context) => {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      await context.setOffline(true);
      await page.reload();
      await page.waitForSelector(".field:visible");
      for (const word of ["якум", "дуюм"]) {
        await type(page, `чоп.сабт("${word}");`);
        await page.click("#run");
        await sees(page, word);
      }
    });
  });

  for (const name of exampleNames()) {
    test(`example "${name}" does what it is for`, async () => {
      await onPage({}, async (page) => {
        await page.selectOption("#examples", name);
        await page.click("#run");
        await isIdle(page);
        const tone = await page.getAttribute(".state", "data-tone");
        const shown = await page.textContent("#panel-output");
        // What was said is drawn with the next frame.
        await page.locator(`#panel-output ${name === "wrong" ? ".place" : ".entry"}`).nth(2).waitFor({ timeout: WAIT_MS });
        if (name !== "wrong") {
          assert.equal(tone, "good", shown);
          assert.equal(await page.locator("#panel-problems .fault-error").count(), 0, await page.textContent("#panel-problems"));
        }
      });
    });
  }
});

function exampleNames() {
  const folder = new URL("../../www/src/examples/", import.meta.url);
  return readdirSync(folder, { withFileTypes: true }).filter((item) => item.isDirectory()).map(({ name }) => name);
}

/** A page of its own, in a context of its own; what its console complains about fails the test. */
async function onPage(options, use) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: "tg", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  try {
    await page.goto(server.resolvedUrls.local[0]);
    await page.waitForSelector(".field:visible");
    await use(page, context);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

async function type(page, program) {
  await page.fill(".field:visible", program);
}

function text(page) {
  return page.inputValue(".field:visible");
}

async function addFile(page, name) {
  await page.click("#new-file");
  await page.fill(".file-name", name);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`[data-file="${name}.som"][aria-selected="true"]`);
}

function fileNames(page) {
  return page.locator(".file-bar [role=tab]").allTextContents();
}

async function sees(page, words) {
  await page.locator("#panel-output", { hasText: words }).waitFor({ timeout: WAIT_MS });
}

async function isIdle(page) {
  await page.waitForFunction(() => document.querySelector("#stop").disabled, null, { timeout: WAIT_MS });
}

function caret(page) {
  return page.evaluate(() => {
    const { value, selectionEnd } = document.activeElement;
    const lines = value.slice(0, selectionEnd).split("\n");
    return { line: lines.length, column: lines.at(-1).length + 1 };
  });
}
