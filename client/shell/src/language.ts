import { LANGUAGES, type Language, recall, remember } from "@touchline/kit";
import { loadTexts } from "./texts";

/** Use the language that the viewer chose before, or else the first of the browser's that the app has. */
export async function applyLanguage(): Promise<void> {
  const known = Object.keys(LANGUAGES) as Language[];
  const wanted = navigator.languages.map((each) => each.slice(0, 2));
  const found = wanted.find((each): each is Language => known.includes(each as Language)) ?? "en";
  await use(recall<Language>("language", found));
}

/** Use a language, and keep it for the next visit. */
export async function chooseLanguage(language: Language): Promise<void> {
  remember("language", language);
  await use(language);
}

/** Use a language; where its texts do not load, the page stays as it is. */
async function use(language: Language): Promise<void> {
  try {
    await loadTexts(language);
    document.documentElement.lang = language;
  } catch (error) {
    console.warn("The texts of the language could not be loaded:", error);
  }
}
