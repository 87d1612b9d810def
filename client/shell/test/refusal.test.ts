import { afterEach, expect, test } from "vitest";
import { refusalWords } from "../src/signing/refusal";

const refusal = (code: string): Error =>
  Object.assign(new Error("Incorrect username or password."), { code });

function speak(lang: string): void {
  Object.assign(globalThis, { document: { documentElement: { lang } } });
}

afterEach(() => Reflect.deleteProperty(globalThis, "document"));

test("a refused sign-in is told in Cognito's words in English", () => {
  speak("en");
  expect(refusalWords(refusal("NotAuthorizedException"))).toBe("Incorrect username or password.");
});

test.each([
  ["NotAuthorizedException", "L’e-mail o la password non è giusta, oppure l’accesso è bloccato per ora."],
  ["CodeMismatchException", "Il codice non è giusto."],
  ["SomethingNewException", "L’accesso non è riuscito: riprova."],
])("in Italian %s has a sentence", (code, words) => {
  speak("it");
  expect(refusalWords(refusal(code))).toBe(words);
});
