// Generated from docs/viewers.openapi.yaml by `npm run generate`. Do not edit.

export type Pass = {
  matchId: string;
  token: string;
  channels: [string, string];
  documents: [string, string];
  ownAddress: string;
  rulesEdition: string;
  issuedAt: string;
  expiresAt: string;
  impressionShare: number;
  joinWithinSeconds: number;
  refreshSeconds: [number, number];
};

export type Interactions = {
  interactions: (Record<string, unknown>)[];
};

export type Ack = {
  type: "ack";
  action: "interact";
  matchId: string;
};

export type Error = {
  type: "error";
  code: "BAD_REQUEST" | "UNAUTHORIZED" | "UNKNOWN_MATCH" | "NOT_PLACED" | "NOT_SHOWN" | "TOO_MANY" | "INTERNAL";
  message: string;
  field?: string;
  expected?: string;
};
