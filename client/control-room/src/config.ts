import type { SignIn } from "../../shell/src/config";

/** What the deployment tells the control room: the app's config.json, with the operators' own way in where there is one. */
export interface Config {
  webSocketUrl: string;
  signIn: SignIn;
  operatorSignIn?: SignIn;
  matchId?: string;
}

/** Read config.json; throws an error for people when it is missing or names no socket. */
export async function readConfig(): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`/config.json: expected an answer, got ${response.status}`);
  const config = (await response.json()) as Config;
  if (!config.webSocketUrl || !config.signIn)
    throw new Error("config.json: expected webSocketUrl and signIn");
  return config;
}

/** The match that the address or the config names. */
export function readMatchId(config: Config): string {
  const id = new URLSearchParams(location.search).get("match") ?? config.matchId;
  if (!id) throw new Error("expected the address to name a match, as in ?match=3788741");
  return id;
}
