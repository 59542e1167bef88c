// The last hour of each zone, one sample a second, in columns as the plot wants them. Times: s on the page's clock.
export interface CurveData {
  /** Seconds before the message. */
  t: number[];
  zones: Record<string, { temperature: (number | null)[]; target: (number | null)[] }>;
}

export interface ZoneCurve {
  temperature: (number | null)[];
  target: (number | null)[];
}

export interface Curve {
  t: number[];
  zones: Record<string, ZoneCurve>;
}

export const KEEP_S = 3600;
const APART_S = 0.95; // as the panel keeps them

export function emptyCurve(): Curve {
  return { t: [], zones: {} };
}

export function fromData(data: CurveData, now: number): Curve {
  return { t: data.t.map((before) => now - before), zones: data.zones };
}

function blank(length: number): ZoneCurve {
  return { temperature: Array(length).fill(null), target: Array(length).fill(null) };
}

type Sample = Record<string, { temperature: number | null; target: number | null }>;

function grown(known: ZoneCurve, sample: Sample[string] | undefined, drop: number): ZoneCurve {
  return {
    temperature: [...known.temperature.slice(drop), sample?.temperature ?? null],
    target: [...known.target.slice(drop), sample?.target ?? null],
  };
}

/** The curve with one more sample; unchanged where the last one is less than a second old. */
export function extend(curve: Curve, at: number, sample: Sample): Curve {
  const last = curve.t.at(-1);
  if (last !== undefined && at - last < APART_S) return curve;
  const drop = curve.t.findIndex((t) => t >= at - KEEP_S);
  const dropped = drop < 0 ? curve.t.length : drop;
  const names = new Set([...Object.keys(curve.zones), ...Object.keys(sample)]);
  const zones: Record<string, ZoneCurve> = {};
  for (const name of names) {
    zones[name] = grown(curve.zones[name] ?? blank(curve.t.length), sample[name], dropped);
  }
  return { t: [...curve.t.slice(dropped), at], zones };
}

/** From when to when to show, s: what is there, at most `span`, at least two minutes. */
export function timeRange(curve: Curve, now: number, span: number): [number, number] {
  const first = curve.t[0] ?? now;
  return [Math.min(Math.max(first, now - span), now - 120), now];
}

function inRange(curve: Curve, from: number): number[] {
  const start = curve.t.findIndex((t) => t >= from);
  if (start < 0) return [];
  const columns = Object.values(curve.zones).flatMap((zone) => [zone.temperature, zone.target]);
  return columns.flatMap((column) => column.slice(start).filter((value) => value !== null));
}

/** The limit line is drawn only where it matters: within this many °C of what is shown. */
export const LIMIT_NEAR_C = 2.5;

/** From which to which °C to show: everything seen, with air, at least six degrees, and the limit where it is near. */
export function warmthRange(curve: Curve, from: number, limit: number): { range: [number, number]; limit: boolean } {
  const values = inRange(curve, from);
  if (values.length === 0) return { range: [30, 40], limit: false };
  const low = Math.min(...values);
  const high = Math.max(...values);
  const near = high > limit - LIMIT_NEAR_C;
  const top = near ? Math.max(high, limit) + 0.7 : high + 1;
  return { range: [Math.min(low - 1, top - 6), top], limit: near };
}
