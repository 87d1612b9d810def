import type { Programme } from "@touchline/kit";

/** How viewers prove who they are: by the stage's user pool, or by the personas of a machine of one's own. */
export type SignIn =
  | { kind: "cognito"; region: string; userPoolId: string; userPoolClientId: string }
  | { kind: "personas"; url: string };

/** What the deployment tells the app; it lies beside it as config.json. */
export interface Config {
  webSocketUrl: string;
  /** Base of the catalogue's relative remote addresses; where it is absent, the app's own origin. */
  remotesUrl?: string;
  signIn: SignIn;
  /** The match to follow when the address names none. */
  matchId?: string;
}

/** What is known of a match before it starts, and where its picture is. */
export interface Match extends Programme {
  stream: string;
}

/** Read config.json; throws an error for people when it is missing or names no socket. */
export async function readConfig(): Promise<Config> {
  const config = (await readJson("/config.json")) as Config;
  if (!config.webSocketUrl || !config.signIn) {
    throw new Error("config.json: expected webSocketUrl and signIn");
  }
  return config;
}

/** Read the programme file of the match that the address or the config names. */
export async function readMatch(config: Config): Promise<Match> {
  const id = new URLSearchParams(location.search).get("match") ?? config.matchId;
  if (!id) throw new Error("expected the address to name a match, as in ?match=3788741");
  return (await readJson(`/matches/${encodeURIComponent(id)}.json`)) as Match;
}

async function readJson(path: string): Promise<unknown> {
  const response = await fetch(path, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: expected an answer, got ${response.status}`);
  return response.json();
}
