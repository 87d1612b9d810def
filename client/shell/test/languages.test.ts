import { globSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { MOMENTS } from "../../kit/src/momentWords";
import { placement } from "../../sdk/test/fakes";
import { ITALIAN } from "../src/italian";
import { CLAUSES } from "../src/regions/clauses";
import { localised } from "../src/regions/localised";
import { loadTexts } from "../src/texts";
import { EN } from "../src/words";

const CLIENT = new URL("../../", import.meta.url).pathname;
const SOURCES = globSync("{kit,shell,remotes/*}/src/**/*.{ts,tsx}", { cwd: CLIENT }).map(
  (path) => [path, readFileSync(`${CLIENT}${path}`, "utf8")] as const,
);

function read(path: string): string {
  return readFileSync(`${CLIENT}../${path}`, "utf8");
}

/** Return the paths of all words in an object of words. */
function pathsOf(words: object): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" ? pathsOf(value).map((path) => `${key}.${path}`) : value ? [key] : [],
  );
}

afterEach(async () => {
  Reflect.deleteProperty(globalThis, "document");
  await loadTexts("en");
});

test("the app has the same words in each language", () => {
  expect(pathsOf(ITALIAN.words).toSorted()).toEqual(pathsOf(EN).toSorted());
});

test("every type of moment has Italian words", () => {
  const types = [...read("domain/moment.py").matchAll(/^ {4}([A-Z_]+) = "\1"$/gm)].map(([, type]) => type);
  expect(types.length).toBeGreaterThan(30);
  expect(Object.keys(MOMENTS.it.words).toSorted()).toEqual(types.toSorted());
  expect(Object.keys(ITALIAN.clauses).toSorted()).toEqual(Object.keys(CLAUSES).toSorted());
});

test("every text of the catalogue has an Italian one", () => {
  interface Entry {
    type: string;
    title: string;
    properties: { question?: string; options?: string[]; product?: string };
  }
  const { components } = JSON.parse(read("catalogue/components.json")) as { components: Entry[] };
  const texts = components.flatMap(({ type, title, properties: { question, options, product } }) => [
    title,
    ...(question ? [question] : []),
    // The poll replaces these by names; the shop names its products itself.
    ...(options ?? []).filter((each) => !["line-ups", "Home", "Away"].includes(each)),
    ...(product && type === "food_offer" ? [product] : []),
  ]);
  expect([...new Set(texts)].filter((each) => !(each in ITALIAN.catalogue))).toEqual([]);
});

test("every rule of the catalogue has an Italian sentence", () => {
  const { constraints } = JSON.parse(read("catalogue/constraints.json")) as { constraints: { id: string }[] };
  expect(Object.keys(ITALIAN.rules).toSorted()).toEqual(constraints.map(({ id }) => id).toSorted());
});

test("a translation has the values of its text", () => {
  const pairs = SOURCES.flatMap(([, source]) =>
    [...source.matchAll(/translator\(\{([\s\S]*?)\n?\}\)/g)].flatMap(([, body = ""]) => [
      ...body.matchAll(/("[^"]+"|\w+):\s*"([^"]*)"/g),
    ]),
  );
  expect(pairs.length).toBeGreaterThan(80);
  for (const [, text = "", italian = ""] of pairs) {
    const valuesOf = (words: string): string[] => (words.match(/\{\w+\}/g) ?? []).toSorted();
    expect([text, valuesOf(italian)]).toEqual([text, valuesOf(text)]);
    expect(italian).not.toBe("");
  }
});

test("no element and no label holds a text in one language only", () => {
  const markup = SOURCES.filter(([path]) => path.endsWith(".tsx"));
  const untranslated = markup.flatMap(([path, source]) =>
    [
      ...source.matchAll(/>\s*([A-Z][a-z]+[^<>{}=;]*)</g),
      ...source.matchAll(/(?:aria-label|placeholder|title)="([^"]+)"/g),
    ].map(([, text]) => `${path}: ${text?.trim()}`),
  );
  expect(untranslated).toEqual(["shell/src/Header.tsx: Touchline"]);
});

test("a placement is shown in the page's language, with its other properties unchanged", async () => {
  const given = {
    ...placement("poll"),
    title: "Who scores next?",
    properties: { question: "Who scores next?", options: ["Home", "Nobody"], topic: "Nobody" },
  };
  expect(localised(given)).toBe(given);
  Object.assign(globalThis, { document: { documentElement: { lang: "it" } } });
  await loadTexts("it");
  expect(localised(given)).toMatchObject({
    title: "Chi segna il prossimo gol?",
    properties: {
      question: "Chi segna il prossimo gol?",
      options: ["Home", "Nessuno"],
      topic: "Nobody",
    },
  });
  expect(localised({ ...given, title: "Ciro Immobile, 66'" }).title).toBe("Ciro Immobile, 66'");
});
