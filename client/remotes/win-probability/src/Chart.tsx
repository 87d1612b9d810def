import { translator } from "@touchline/kit";
import type { ReactNode } from "react";
import type { Outlook } from "./model";

const t = translator({
  "minute {minute}": "minuto {minute}",
  "Chances over the match.": "Probabilità nella partita.",
});

const WIDTH = 320;
const HEIGHT = 84;

interface Props {
  points: Outlook[];
  minutes: number;
  home: string;
  away: string;
}

/** The chances of home, draw and away as stacked areas over the minutes of the match. */
export function Chart({ points, minutes, home, away }: Props): ReactNode {
  const x = (minute: number): number => (Math.min(minute, minutes) / minutes) * WIDTH;
  const first = points[0] as Outlook;
  const from = first.minute === 0 ? points : [{ ...first, minute: 0 }, ...points];
  const upper = stepped(from, x, ({ home: share }) => share * HEIGHT);
  const lower = stepped(from, x, ({ away: share }) => HEIGHT - share * HEIGHT);
  const end = x(points.at(-1)?.minute ?? 0);
  const text = points.map(
    ({ minute, home: one, away: other }) =>
      `${t("minute {minute}", { minute: Math.round(minute) })}: ${home} ${percent(one)}, ${away} ${percent(other)}`,
  );
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${t("Chances over the match.")} ${text.slice(-3).join("; ")}`}
      preserveAspectRatio="none"
    >
      <rect className="ground" width={WIDTH} height={HEIGHT} rx="6" />
      <path className="home" d={`M0 0 L${upper} L${end} 0 Z`} />
      <path className="away" d={`M0 ${HEIGHT} L${lower} L${end} ${HEIGHT} Z`} />
      <line className="half" x1={x(45)} x2={x(45)} y1="0" y2={HEIGHT} />
      <line className="now" x1={end} x2={end} y1="0" y2={HEIGHT} />
    </svg>
  );
}

function stepped(points: Outlook[], x: (minute: number) => number, y: (point: Outlook) => number): string {
  return points
    .flatMap((point, index) => {
      const before = points[index - 1];
      return before
        ? [`${x(point.minute)} ${y(before)}`, `${x(point.minute)} ${y(point)}`]
        : [`${x(point.minute)} ${y(point)}`];
    })
    .join(" L");
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
