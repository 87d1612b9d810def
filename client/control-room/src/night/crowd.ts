import type { Night } from "./night";

const MINUTE_MS = 60_000;

/** The posts of one minute: how many, and their mean sentiment, from -1 to 1. */
export interface CrowdMinute {
  at: number;
  posts: number;
  sentiment: number | null;
}

/** Return the posts of each minute, oldest first. */
export function perMinute(night: Night): CrowdMinute[] {
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
