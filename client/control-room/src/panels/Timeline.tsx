import { exactClock } from "@touchline/kit";
import type { NightMoment } from "@touchline/sdk";
import type { ReactNode } from "react";
import { type CrowdMinute, perMinute } from "../night/crowd";
import { minuteAt, type Periods, periodsOf, ticksOf } from "../night/matchTime";
import type { Night } from "../night/night";
import { count, wordsOf } from "../words";
import { Panel } from "./Panel";

const WIDTH = 1000,
  AXIS = 50,
  CROWD_TOP = 62,
  CROWD_BOTTOM = 150,
  MARGIN = 12,
  LABEL_WIDTH = 64;
const MINUTE_MS = 60_000;
/** Posts of longer before the first moment than this are not shown. */
const BEFORE_MS = 15 * MINUTE_MS;
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

/** The match in its own time: moments above; below, if posts are read, their volume, coloured by sentiment. */
export function Timeline({ night }: { night: Night }): ReactNode {
  const held = night.controls?.held ?? [];
  const known = { ...night.moments, ...Object.fromEntries(held.map((moment) => [moment.id, moment])) };
  const periods = periodsOf({ ...night, moments: known });
  const moments = Object.values(known).sort((a, b) => periods.instantOf(a) - periods.instantOf(b));
  const start = periods.spans[0]?.from ?? 0;
  const crowd = perMinute(night).filter(({ at }) => at >= start - BEFORE_MS);
  const times = [
    ...periods.spans.flatMap(({ from, to }) => [from, to]),
    ...moments.map(periods.instantOf),
    ...crowd.map(({ at }) => at),
  ];
  const from = times.reduce((least, at) => Math.min(least, at), Infinity);
  const to = times.reduce((most, at) => Math.max(most, at), from + 10 * MINUTE_MS);
  const x = (at: number): number => MARGIN + ((at - from) / (to - from)) * (WIDTH - 2 * MARGIN);
  const posts = crowd.reduce((sum, minute) => sum + minute.posts, 0);
  const note = [count(moments.length, "moment"), posts ? count(posts, "post") : "no posts are read"].join(
    " · ",
  );
  const bottom = crowd.length ? CROWD_BOTTOM : AXIS;
  return (
    <Panel name="timeline" title="Timeline" note={note}>
      <section className="scroll" tabIndex={0} aria-label="Scrollable timeline">
        <svg
          viewBox={`0 0 ${WIDTH} ${bottom + 20}`}
          role="img"
          aria-label={`Timeline of ${count(moments.length, "moment")} and the volume of ${count(crowd.length, "minute")} of posts; the list of moments has them in words.`}
        >
          {periods.spans.map((span) => (
            <rect
              key={span.period}
              className="period"
              x={x(span.from)}
              width={Math.max(0, x(span.to) - x(span.from))}
              y={16}
              height={bottom - 16}
            />
          ))}
          <line x1="0" x2={WIDTH} y1={AXIS} y2={AXIS} className="axis" />
          <Crowd crowd={crowd} x={x} periods={periods} />
          <Marks
            moments={moments}
            held={new Set(held.map(({ id }) => id))}
            x={(each) => x(periods.instantOf(each))}
          />
          {ticksOf(periods).map(({ at, label }) => (
            <text key={`${at} ${label}`} x={x(at)} y={bottom + 14} className="tick">
              {label}
            </text>
          ))}
        </svg>
      </section>
      <p className="legend">
        {crowd.length > 0 && (
          <>
            <span className="good">warm posts</span> <span className="bad">cold posts</span>{" "}
            <span className="line">sentiment</span>{" "}
          </>
        )}
        {held.length > 0 && <span className="held">held</span>}{" "}
        {moments.some(({ source }) => source === "operator") && <span className="injected">injected</span>}
      </p>
    </Panel>
  );
}

interface CrowdProps {
  crowd: CrowdMinute[];
  periods: Periods;
  x: (at: number) => number;
}

/** A bar for each minute of posts, and the line of their sentiment. */
function Crowd({ crowd, x, periods }: CrowdProps): ReactNode {
  const loudest = Math.max(1, ...crowd.map(({ posts }) => posts));
  const line = crowd
    .filter(({ sentiment }) => sentiment !== null)
    .map(({ at, sentiment }) => `${x(at)},${(CROWD_TOP + CROWD_BOTTOM) / 2 - (sentiment ?? 0) * 40}`);
  return (
    <>
      {crowd.map(({ at, posts, sentiment }) => {
        const height = (posts / loudest) * (CROWD_BOTTOM - CROWD_TOP);
        return (
          <rect
            key={at}
            x={x(at)}
            width={Math.max(2, x(at + MINUTE_MS) - x(at) - 1)}
            y={CROWD_BOTTOM - height}
            height={height}
            className={moodOf(sentiment)}
          >
            <title>{[minuteAt(periods, at), count(posts, "post")].filter(Boolean).join(" · ")}</title>
          </rect>
        );
      })}
      <polyline className="mood" points={line.join(" ")} />
    </>
  );
}

interface MarksProps {
  moments: NightMoment[];
  held: Set<string>;
  x: (moment: NightMoment) => number;
}

/** A mark for each moment; the loud ones are named where there is room. */
function Marks({ moments, held, x }: MarksProps): ReactNode {
  let labelled = -Infinity;
  return moments.map((moment) => {
    const at = x(moment);
    const isLoud = LOUD.has(moment.type);
    const isNamed = isLoud && at - labelled >= LABEL_WIDTH;
    if (isNamed) labelled = at;
    const y = isLoud ? 22 : 38;
    return (
      <g key={moment.id} className={kindOf(moment, held)} data-moment={moment.id}>
        <title>
          {[exactClock(moment), wordsOf(moment.type), moment.team, moment.player].filter(Boolean).join(" · ")}
        </title>
        <line x1={at} x2={at} y1={y} y2={AXIS} />
        <circle cx={at} cy={y} r={isLoud ? 6 : 3} />
        {isNamed && (
          <text x={at} y="12" textAnchor={at > WIDTH - 60 ? "end" : at < 60 ? "start" : "middle"}>
            {wordsOf(moment.type)}
          </text>
        )}
      </g>
    );
  });
}

function kindOf({ id, source }: NightMoment, held: Set<string>): string {
  if (held.has(id)) return "mark held";
  return source === "operator" ? "mark injected" : "mark";
}

function moodOf(sentiment: number | null): string {
  if (sentiment === null || Math.abs(sentiment) < 0.05) return "crowd";
  return sentiment > 0 ? "crowd good" : "crowd bad";
}
