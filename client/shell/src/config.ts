import type { Programme } from "@touchline/kit";
import type { Delivery } from "@touchline/sdk";

/** The sign-in method: the stage's user pool, or the personas of a local twin. */
export type SignIn =
  | { kind: "cognito"; region: string; userPoolId: string; userPoolClientId: string }
  | { kind: "personas"; url: string };

/** The contents of config.json, which is deployed beside the app. */
export interface Config {
  webSocketUrl: string;
  /** How a broadcast stage delivers; other stages deliver over the WebSocket API. */
  delivery?: Delivery;
  /** The base of the catalogue's relative URLs; the default is the app's own origin. */
  remotesUrl?: string;
  signIn: SignIn;
  /** The default match, if the page's URL names none. */
  matchId?: string;
}

/** The programme file of a match, with the URLs of its stream and, if it has them, of its statistics. */
export interface Match extends Programme {
  stream: string;
  statistics?: string;
}

/** Read config.json; throws a readable error if it is missing or incomplete. */
export async function readConfig(): Promise<Config> {
  const config = (await readJson("/config.json")) as Config;
  if (!config.webSocketUrl || !config.signIn) {
    throw new Error("config.json: expected webSocketUrl and signIn");
  }
  return config;
}

/** Read the programme file of the match that the page's URL or the configuration names. */
export async function readMatch(config: Config): Promise<Match> {
  const id = new URLSearchParams(location.search).get("match") ?? config.matchId;
  if (!id) throw new Error("expected a match in the URL, for example ?match=3788741");
  return (await readJson(`/matches/${encodeURIComponent(id)}.json`)) as Match;
}

async function readJson(path: string): Promise<unknown> {
  const response = await fetch(path, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: expected status 200, got ${response.status}`);
  return response.json();
}
