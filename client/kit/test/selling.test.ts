import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SELLING_TYPES } from "../src/selling";

const SELLING_CATEGORIES = ["advert", "betting", "commerce", "food"];
interface Entry {
  type: string;
  categories: string[];
}

test("the types that sell are those of the catalogue's selling categories", () => {
  const file = new URL("../../../catalogue/components.json", import.meta.url);
  const { components } = JSON.parse(readFileSync(file, "utf8")) as { components: Entry[] };
  const selling = components.filter((each) =>
    each.categories.some((one) => SELLING_CATEGORIES.includes(one)),
  );
  expect(new Set(selling.map((each) => each.type))).toEqual(SELLING_TYPES);
});
