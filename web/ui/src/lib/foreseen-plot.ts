// The expected curve by uPlot: each zone's band and line over the program's minutes, its steps marked, one lit.
import type uPlot from "uplot";
import type { Foreseen } from "./editing";
import { decimal, type Language } from "./format";
import { OVER_TEMPERATURE_CUT_C } from "./messages";

/** A step on the time axis, s. */
export interface Stretch {
  from: number;
  to: number;
  lit: boolean;
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const colour = (index: number): string => token(index === 0 ? "--zone-0" : "--zone-1");

/** Columns for uPlot: minutes, and of each zone low, high and expected, °C. */
export function columns(seen: Foreseen, zones: readonly string[]): uPlot.AlignedData {
  const each = zones.flatMap((name) => {
    const zone = seen.zones[name]!;
    return [zone.low_c, zone.high_c, zone.temperature_c];
  });
  return [seen.t_s.map((t) => t / 60), ...each] as uPlot.AlignedData;
}

/** From what to what the curve is drawn, °C: all of it, and the limit where it is near. */
export function warmth(seen: Foreseen): [number, number] {
  const all = Object.values(seen.zones).flatMap((zone) => [...zone.low_c, ...zone.high_c]);
  const low = Math.floor(Math.min(30, ...all));
  const high = Math.ceil(Math.max(40, ...all));
  return [low, high >= OVER_TEMPERATURE_CUT_C - 2 ? OVER_TEMPERATURE_CUT_C + 0.6 : high];
}

function shade(plot: uPlot, stretches: readonly Stretch[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { from, to, lit } of stretches) {
    const x = plot.valToPos(from / 60, "x", true);
    if (lit) {
      ctx.fillStyle = token("--accent-soft");
      ctx.fillRect(x, bbox.top, plot.valToPos(to / 60, "x", true) - x, bbox.height);
    }
    ctx.fillStyle = token("--line");
    ctx.fillRect(x, bbox.top, devicePixelRatio, bbox.height);
  }
  ctx.restore();
}

function limit(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(OVER_TEMPERATURE_CUT_C, "y", true);
  if (y < bbox.top) return;
  ctx.save();
  ctx.strokeStyle = token("--alarm");
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([10 * devicePixelRatio, 6 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** uPlot's options; `stretches` and the range are asked anew at each draw. */
export function foreseenOptions(
  size: { width: number; height: number },
  zones: readonly string[],
  language: Language,
  stretches: () => readonly Stretch[],
  range: () => [number, number],
): uPlot.Options {
  const font = `13px ${getComputedStyle(document.documentElement).fontFamily}`;
  const axis = { font, stroke: () => token("--ink-soft"), grid: { show: false }, ticks: { show: false } };
  const first = (index: number) => 1 + 3 * index;
  return {
    ...size,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: () => range() } },
    series: [
      {},
      ...zones.flatMap((_name, index): uPlot.Series[] => [
        { points: { show: false } },
        { points: { show: false } },
        { stroke: () => colour(index), width: index === 0 ? 4 : 2, points: { show: false } },
      ]),
    ],
    bands: zones.map((_name, index) => ({ series: [first(index) + 1, first(index)], fill: () => `color-mix(in srgb, ${colour(index)} 22%, transparent)` })),
    axes: [
      { ...axis, size: 28, space: 50, values: (_plot, at) => at.map((minute) => `${decimal(minute, 0, language)} min`) },
      { ...axis, size: 40, space: 26, incrs: [1, 2, 5, 10], values: (_plot, at) => at.map((t) => `${decimal(t, 0, language)}°`) },
    ],
    hooks: { drawClear: [(plot) => shade(plot, stretches())], draw: [limit] },
  };
}
