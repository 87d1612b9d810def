// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { forgetToken, keeping, keptSignIn } from "../src/signing/keptToken";

const NOW = Date.parse("2021-06-11T19:00:00Z");
const HOUR_SECONDS = 3_600;

function token(expiresInSeconds: number): string {
  const payload = Buffer.from(JSON.stringify({ exp: NOW / 1_000 + expiresInSeconds })).toString("base64url");
  return `header.${payload}.signature`;
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

test("a reload continues with the newest ID token and the viewer's name", async () => {
  expect(keptSignIn(() => undefined)).toBeNull();
  const newest = vi.fn(async () => token(HOUR_SECONDS));
  newest.mockResolvedValueOnce(token(600));
  const tokens = keeping(newest, "giulia");
  await tokens();
  expect(await tokens()).toBe(token(HOUR_SECONDS));
  const signIn = keptSignIn(() => undefined);
  expect(signIn?.name).toBe("giulia");
  expect(await signIn?.tokens()).toBe(token(HOUR_SECONDS));
});

test("once the token has expired the viewer has to sign in", async () => {
  await keeping(async () => token(HOUR_SECONDS), "giulia")();
  const ended = vi.fn();
  const signIn = keptSignIn(ended);
  vi.setSystemTime(NOW + HOUR_SECONDS * 1_000);
  await expect(signIn?.tokens()).rejects.toThrow("has expired");
  expect(ended).toHaveBeenCalledOnce();
  expect(keptSignIn(ended)).toBeNull();
});

test.each([
  ["after signing out", () => forgetToken()],
  ["if what is kept is no token", () => sessionStorage.setItem("touchline.id-token", '{"token": "a.b.c"}')],
  ["if what is kept is not JSON", () => sessionStorage.setItem("touchline.id-token", "{")],
])("nobody is signed in %s", async (_when, change) => {
  await keeping(async () => token(HOUR_SECONDS), "giulia")();
  change();
  expect(keptSignIn(() => undefined)).toBeNull();
});
