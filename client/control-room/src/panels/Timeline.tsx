import type { ReactNode } from "react";
import type { Night } from "../night/night";
import { timeOf, wordsOf } from "../words";
import { Panel } from "./Panel";

const WIDTH = 1000,
  HEIGHT = 170,
  CROWD_TOP = 62,
  CROWD_BOTTOM = 150;
const LOUD = new Set([
  "GOAL",
  "OWN_GOAL",
  "RED_CARD",
  "PENALTY_AWARDED",
  "GOAL_DISALLOWED",
  "VAR_CHECK",
  "HALF_TIME",
  "FULL_TIME",
  "LATE_WINNER",
  "GOAL_RUSH",
]);
const MINUTE_MS = 60_000;

/** The match over time: moments above, the volume of posts below, coloured by sentiment. */
export function Timeline({ night }: { night: Night }): ReactNode {
  const held = night.controls?.held ?? [];
  const known = { ...night.moments, ...Object.fromEntries(held.map((moment) => [moment.id, moment])) };
  const moments = Object.values(known).sort((a, b) => a.occurredAt.localeCompare(b.occurredAt));
  const crowd = perMinute(night);
  const times = [...moments.map(({ occurredAt }) => Date.parse(occurredAt)), ...crowd.map(({ at }) => at)];
  const from = times.reduce((least, at) => Math.min(least, at), Infinity);
  const to = times.reduce((most, at) => Math.max(most, at), from + 10 * MINUTE_MS);
  const x = (at: number): number => 12 + ((at - from) / (to - from)) * (WIDTH - 24);
  const loudest = Math.max(1, ...crowd.map(({ posts }) => posts));
  const waiting = new Set(held.map(({ id }) => id));
  const bar = Math.max(2, (MINUTE_MS / (to - from)) * (WIDTH - 24) - 1);
  return (
    <Panel
      name="timeline"
      title="Timeline"
      note={`${moments.length} moments · ${crowd.reduce((sum, { posts }) => sum + posts, 0)} posts`}
    >
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Timeline of ${moments.length} moments and the volume of ${crowd.length} minutes of posts; the list of moments has them in words.`}
      >
        <line x1="0" x2={WIDTH} y1={CROWD_TOP - 12} y2={CROWD_TOP - 12} className="axis" />
        {crowd.map(({ at, posts, sentiment }) => {
          const height = (posts / loudest) * (CROWD_BOTTOM - CROWD_TOP);
          return (
            <rect
              key={at}
              x={x(at)}
              width={bar}
              y={CROWD_BOTTOM - height}
              height={height}
              className={moodOf(sentiment)}
            />
          );
        })}
        <polyline
          className="mood"
          points={crowd
            .filter(({ sentiment }) => sentiment !== null)
            .map(({ at, sentiment }) => `${x(at)},${(CROWD_TOP + CROWD_BOTTOM) / 2 - (sentiment ?? 0) * 40}`)
            .join(" ")}
        />
        {moments.map((moment) => {
          const at = x(Date.parse(moment.occurredAt));
          const loud = LOUD.has(moment.type);
          const kind = waiting.has(moment.id)
            ? "mark held"
            : moment.source === "operator"
              ? "mark injected"
              : "mark";
          return (
            <g key={moment.id} className={kind} data-moment={moment.id}>
              <line x1={at} x2={at} y1={loud ? 22 : 38} y2={CROWD_TOP - 12} />
              <circle cx={at} cy={loud ? 22 : 38} r={loud ? 6 : 3} />
              {loud && (
                <text x={at} y="12" textAnchor={at > WIDTH - 60 ? "end" : at < 60 ? "start" : "middle"}>
                  {wordsOf(moment.type)}
                </text>
              )}
            </g>
          );
        })}
        {times.length > 0 && (
          <>
            <text x="12" y={HEIGHT - 6} className="tick">
              {timeOf(new Date(from).toISOString())}
            </text>
            <text x={WIDTH - 12} y={HEIGHT - 6} textAnchor="end" className="tick">
              {timeOf(new Date(to).toISOString())}
            </text>
          </>
        )}
      </svg>
      <p className="legend">
        <span className="good">warm posts</span> <span className="bad">cold posts</span>{" "}
        <span className="line">sentiment</span> <span className="held">held</span>{" "}
        <span className="injected">injected</span>
      </p>
    </Panel>
  );
}

function perMinute(night: Night): { at: number; posts: number; sentiment: number | null }[] {
  const minutes = new Map<number, { posts: number; sum: number; count: number }>();
  for (const { at, posts, sentimentSum, sentimentCount } of Object.values(night.crowd)) {
    const minute = Math.floor(Date.parse(at) / MINUTE_MS) * MINUTE_MS;
    const known = minutes.get(minute) ?? { posts: 0, sum: 0, count: 0 };
    minutes.set(minute, {
      posts: known.posts + posts,
      sum: known.sum + sentimentSum,
      count: known.count + sentimentCount,
    });
  }
  return [...minutes.entries()]
    .sort(([a], [b]) => a - b)
    .map(([at, { posts, sum, count }]) => ({ at, posts, sentiment: count ? sum / count : null }));
}

function moodOf(sentiment: number | null): string {
  if (sentiment === null || Math.abs(sentiment) < 0.05) return "crowd";
  return sentiment > 0 ? "crowd good" : "crowd bad";
}
