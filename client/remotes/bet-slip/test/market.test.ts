import { expect, test } from "vitest";
import { version } from "../../../sdk/test/fakes";
import { settle } from "../src/market";

const team = (name: string) => ({ name, colour: "#000000", players: [] });
const programme = {
  id: "m",
  home: team("Turkey"),
  away: team("Italy"),
  kickOff: "",
  competition: "",
  venue: "",
};
const prediction = { market: "next_goal", pick: "Italy", pays: 2, stake: 10, version: 1 };
const moment = (type: string, score: [number, number]) => ({
  id: type,
  type,
  period: 2,
  clockSeconds: 0,
  team: "Italy",
  player: null,
  score,
});

test("the market next_goal is settled by the next goal that the viewer sees", () => {
  const before = { ...version(1, 0, 1), score: [0, 1] as [number, number] };
  const after = { ...version(2, 1, 2), score: [0, 2] as [number, number] };
  expect(settle(prediction, [before], programme)).toBeNull();
  expect(settle(prediction, [before, after], programme)).toBe("Italy");
});

test("without another goal the outcome is nobody", () => {
  const end = { ...version(2, 1, 2), moment: moment("FULL_TIME", [0, 0]) };
  expect(settle(prediction, [version(1, 0, 1), end], programme)).toBe("Nobody");
  expect(settle({ ...prediction, market: "final_score" }, [version(1, 0, 1), end], programme)).toBe("0–0");
});
