// Runs apps of the SDK until each has its snapshot, and prints their statistics: node apps.mjs SDK URL APPS
const [, , sdk, url, apps] = process.argv;
const { TouchlineClient } = await import(sdk);

const clients = Array.from(
  { length: Number(apps) },
  () => new TouchlineClient({ url, token: async () => "token", matchId: "m", playhead: () => null }),
);
await Promise.all(
  clients.map(
    (client) =>
      new Promise((resolve) => {
        client.connection.answers.on((answer) => answer.type === "ack" && resolve());
        client.start();
      }),
  ),
);
const stats = clients.map(({ connection }) => connection.stats);
for (const client of clients) client.stop();
console.log(
  JSON.stringify({
    sockets: stats.map((each) => each.sockets),
    throttled: stats.map((each) => each.refused.throttled),
  }),
);
