// Shows the app as several personas, each in a frame of the same origin, and reads beside it what is on its screen and
// why. What it reads is in step with that screen's own picture, because the app shows nothing before. It speaks the
// language of the screens, which are all of one language.
const LEAST = 1;
const MOST = 4;
const FIRST = 2;
const READ_EVERY_MS = 500;
const WORDS = {
  en: {
    pageTitle: "Side by side: one moment, different screens",
    title: "One moment, different screens",
    choice: "Who is watching",
    screenOf: (name) => `The screen of ${name}`,
    sent: (time) => `sent ${time} after the news`,
    keptOut: (rules) => `Kept out: ${rules}`,
    traits: { for: "for", aged: "aged", in: "in", tiers: {} },
  },
  it: {
    pageTitle: "Fianco a fianco: un momento, schermi diversi",
    title: "Un momento, schermi diversi",
    choice: "Chi sta guardando",
    screenOf: (name) => `Lo schermo di ${name}`,
    sent: (time) => `inviato ${time} dopo la notizia`,
    keptOut: (rules) => `Esclusi: ${rules}`,
    traits: { for: "per", aged: "età", in: "in", tiers: { free: "gratuito" } },
  },
};

const choice = document.getElementById("choice");
const screens = document.getElementById("screens");
const template = document.getElementById("screen");
const personas = await (await fetch("/personas")).json();
const named = new URLSearchParams(location.search).get("viewers")?.split(",") ?? [];
const known = personas.filter(({ id }) => named.includes(id)).slice(0, MOST);
speak();
const chosen = new Set((known.length ? known : personas.slice(0, FIRST)).map(({ id }) => id));

for (const persona of personas) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = persona.name;
  button.addEventListener("click", () => toggle(persona));
  choice.append(button);
  persona.button = button;
  if (chosen.has(persona.id)) open(persona);
}
mark();
setInterval(() => {
  speak();
  personas.forEach(read);
}, READ_EVERY_MS);

function toggle(persona) {
  if (chosen.has(persona.id)) {
    chosen.delete(persona.id);
    persona.article.remove();
    persona.article = null;
  } else {
    chosen.add(persona.id);
    open(persona);
  }
  mark();
}

/** Show which personas are chosen; there are never too few or too many. */
function mark() {
  for (const { id, button } of personas) {
    const isChosen = chosen.has(id);
    button.setAttribute("aria-pressed", String(isChosen));
    button.disabled = isChosen ? chosen.size <= LEAST : chosen.size >= MOST;
  }
}

/** Return the document of a persona's screen; undefined if it is not shown. */
function screenOf({ article }) {
  return article?.querySelector("iframe").contentDocument ?? undefined;
}

/** Return the words of the page's language. */
function say() {
  return WORDS[document.documentElement.lang];
}

/** Return the language of the screens: the one that was chosen in one of them, or else the browser's. */
function languageOfScreens() {
  const chosen = JSON.parse(localStorage.getItem("touchline.language") ?? "null");
  const wanted = [chosen, ...navigator.languages.map((each) => each.slice(0, 2))];
  return wanted.find((each) => each in WORDS) ?? "en";
}

/** Use the language of the screens; those that were not in it yet start again. */
function speak() {
  const lang = languageOfScreens();
  if (lang === document.documentElement.lang) return;
  document.documentElement.lang = lang;
  document.title = say().pageTitle;
  document.querySelector("h1").textContent = say().title;
  document.querySelector("legend").textContent = say().choice;
  for (const persona of personas) {
    const page = screenOf(persona);
    if (!page) continue;
    persona.article.querySelector("iframe").title = say().screenOf(persona.name);
    persona.article.querySelector(".about").textContent = aboutOf(persona);
    if (page.documentElement.lang !== lang) page.location.reload();
  }
}

/** Return who a persona is: the traits that are known, in words. */
function aboutOf({ traits: { favouriteTeam, ageBand, country, tier } }) {
  const words = say().traits;
  const countries = new Intl.DisplayNames(document.documentElement.lang, { type: "region" });
  return [
    favouriteTeam && `${words.for} ${favouriteTeam}`,
    ageBand && `${words.aged} ${ageBand}`,
    country && `${words.in} ${countries.of(country)}`,
    tier && (words.tiers[tier] ?? tier),
  ]
    .filter(Boolean)
    .join(", ");
}

function open(persona) {
  const article = template.content.cloneNode(true).firstElementChild;
  article.dataset.viewer = persona.id;
  article.querySelector("h2").textContent = persona.name;
  article.querySelector(".about").textContent = aboutOf(persona);
  const frame = article.querySelector("iframe");
  frame.title = say().screenOf(persona.name);
  frame.src = `/?viewer=${encodeURIComponent(persona.id)}`;
  const next = personas.slice(personas.indexOf(persona) + 1).find((each) => each.article);
  screens.insertBefore(article, next?.article ?? null);
  persona.article = article;
}

/** Write beside a screen what it shows: each component with its reason, the moment, and how long it took. */
function read(persona) {
  const { article } = persona;
  const page = screenOf(persona);
  if (!page) return;
  const regions = [...page.querySelectorAll("[data-slot][data-component]")];
  const lines = regions.map((region) => {
    const facts = [...region.querySelectorAll(".why dl > div")].map((each) => [
      each.dataset.fact,
      each.querySelector("dd").textContent,
    ]);
    return {
      title: region.querySelector("h2").textContent,
      headline: region.querySelector(".why summary").textContent,
      latencyMs: region.querySelector(".why").dataset.latencyMs,
      ...Object.fromEntries(facts),
    };
  });
  const about = lines.find(({ moment }) => moment);
  const took = lines.find(({ latencyMs }) => latencyMs)?.latencyMs;
  const moment = about ? [about.moment, took && say().sent(inWords(took))].filter(Boolean).join(" · ") : "";
  const status = article.querySelector(".moment");
  if (status.textContent !== moment) status.textContent = moment;
  const list = article.querySelector("ul");
  const next = lines.map(({ title, headline, choice: by, rules }) => [
    title,
    headline,
    [by, rules && say().keptOut(rules)].filter(Boolean).join(" · "),
  ]);
  if (list.dataset.shown === JSON.stringify(next)) return;
  list.dataset.shown = JSON.stringify(next);
  list.replaceChildren(
    ...next.map(([title, headline, why]) => {
      const item = document.createElement("li");
      item.append(element("strong", title), element("em", headline), element("span", why));
      return item;
    }),
  );
}

/** Return a time of milliseconds in words: "160 ms", "1.2 s". */
function inWords(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
