import type { SignIn } from "../../shell/src/config";

/** The contents of config.json of the control room's own site; the viewers' app has another. */
export interface Config {
  webSocketUrl: string;
  signIn: SignIn;
  matchId?: string;
}

/** Read config.json; throws a readable error if it is missing or incomplete. */
export async function readConfig(): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`/config.json: expected status 200, got ${response.status}`);
  const config = (await response.json()) as Config;
  if (!config.webSocketUrl || !config.signIn)
    throw new Error("config.json: expected webSocketUrl and signIn");
  return config;
}

/** Return the match that the page's URL or the configuration names. */
export function readMatchId(config: Config): string {
  const id = new URLSearchParams(location.search).get("match") ?? config.matchId;
  if (!id) throw new Error("expected a match in the URL, for example ?match=3788741");
  return id;
}
