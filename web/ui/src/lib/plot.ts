// How curves are drawn by uPlot: colours from the page's tokens, so that dark and light follow by a redraw.
import type uPlot from "uplot";
import { decimal, type Language } from "./format";

/** One column of a plot after the first. `low` is followed by `high`: what lies between them is shaded. */
export interface Line {
  zone: number;
  kind: "measured" | "asked" | "expected" | "low" | "high";
}

/** A stretch of the first column; `lit`: it is looked at. */
export interface Stretch {
  from: number;
  to: number;
  lit: boolean;
}

/** What is shown of it; times as in the first column, °C. */
export interface PlotView {
  x: [number, number];
  y: [number, number];
  limit: number | null;
  stretches?: readonly Stretch[];
  /** Things that happened: a thin line each, and its number. */
  marks?: readonly number[];
  here?: number | null;
}

export interface PlotWords {
  /** The name of the limit's line. */
  limit: string;
  language: Language;
}

/** What the first column counts: s since 1970, or minutes. */
export type Axis = "clock" | "minutes";

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const font = (px: number): string => `${px}px ${getComputedStyle(document.documentElement).fontFamily}`;
const colour = (zone: number): string => token(zone === 0 ? "--zone-0" : "--zone-1");

/** Zones differ by colour and by line; the first is drawn wider, so that it is seen where the second lies upon it. */
const WIDTHS = [5, 2.5];
const DASHES = [
  [6, 5],
  [2, 4],
];

function seriesOf({ zone, kind }: Line): uPlot.Series {
  const stroke = () => colour(zone);
  const points = { show: false };
  if (kind === "measured") return { stroke, width: WIDTHS[zone % 2]!, points };
  if (kind === "low" || kind === "high") return { points };
  return { stroke, width: 1.5, dash: DASHES[zone % 2]!, points };
}

function bandsOf(lines: readonly Line[]): uPlot.Band[] {
  return lines.flatMap(({ zone, kind }, index): uPlot.Band[] =>
    kind === "low" ? [{ series: [index + 2, index + 1], fill: () => `color-mix(in srgb, ${colour(zone)} 24%, transparent)` }] : [],
  );
}

function timeOfDay(value: number, apart: number, language: Language): string {
  const seconds = apart < 60 ? ({ second: "2-digit" } as const) : {};
  return new Date(value * 1000).toLocaleTimeString(language, { hourCycle: "h23", hour: "2-digit", minute: "2-digit", ...seconds });
}

function axesOf(axis: Axis, language: Language): uPlot.Axis[] {
  const common = { font: font(13), stroke: () => token("--ink-soft"), ticks: { show: false } };
  const grid = { stroke: () => token("--line"), width: 1 };
  const x = axis === "clock" ? { space: 76, grid } : { space: 50, grid: { show: false }, incrs: [0.5, 1, 2, 5, 10, 15, 20, 30, 60] };
  const said = (at: number, apart: number): string =>
    axis === "clock" ? timeOfDay(at, apart, language) : `${decimal(at, apart < 1 ? 1 : 0, language)} min`;
  return [
    { ...common, ...x, size: 30, values: (_plot, at, _axis, _space, apart) => at.map((t) => said(t, apart)) },
    {
      ...common,
      grid,
      size: 40,
      space: 28,
      incrs: [0.5, 1, 2, 5, 10],
      values: (_plot, at, _axis, _space, apart) => at.map((t) => `${decimal(t, apart < 1 ? 1 : 0, language)}°`),
    },
  ];
}

/** Draws on the plot's own canvas and leaves its state as it was. */
function drawing(plot: uPlot, draw: (ctx: CanvasRenderingContext2D, ratio: number) => void): void {
  plot.ctx.save();
  draw(plot.ctx, devicePixelRatio);
  plot.ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

function drawStretches(plot: uPlot, { stretches = [] }: PlotView): void {
  const { bbox } = plot;
  drawing(plot, (ctx, ratio) => {
    for (const { from, to, lit } of stretches) {
      const x = plot.valToPos(from, "x", true);
      ctx.fillStyle = token("--accent-soft");
      if (lit) ctx.fillRect(x, bbox.top, plot.valToPos(to, "x", true) - x, bbox.height);
      ctx.fillStyle = token("--line");
      ctx.fillRect(x, bbox.top, ratio, bbox.height);
    }
  });
}

/** The line that no heat may pass, with its name. */
function drawLimit(plot: uPlot, { limit }: PlotView, words: PlotWords): void {
  if (limit === null) return;
  const { bbox } = plot;
  const y = plot.valToPos(limit, "y", true);
  if (y < bbox.top) return;
  drawing(plot, (ctx, ratio) => {
    ctx.strokeStyle = ctx.fillStyle = token("--alarm");
    ctx.lineWidth = 2 * ratio;
    ctx.setLineDash([10 * ratio, 6 * ratio]);
    line(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
    ctx.font = font(13 * ratio);
    ctx.textAlign = "right";
    ctx.fillText(words.limit, bbox.left + bbox.width - 4, y - 6 * ratio);
  });
}

function drawMarks(plot: uPlot, { marks = [] }: PlotView): void {
  const { bbox } = plot;
  drawing(plot, (ctx, ratio) => {
    ctx.strokeStyle = ctx.fillStyle = token("--ink-soft");
    ctx.lineWidth = ratio;
    ctx.font = font(12 * ratio);
    ctx.textAlign = "center";
    marks.forEach((at, index) => {
      const x = plot.valToPos(at, "x", true);
      line(ctx, [x, bbox.top + 16 * ratio], [x, bbox.top + bbox.height]);
      ctx.fillText(String(index + 1), x, bbox.top + 11 * ratio);
    });
  });
}

function drawHere(plot: uPlot, { here = null }: PlotView): void {
  if (here === null) return;
  const { bbox } = plot;
  const x = plot.valToPos(here, "x", true);
  drawing(plot, (ctx, ratio) => {
    ctx.strokeStyle = token("--ink");
    ctx.lineWidth = 2 * ratio;
    line(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
  });
}

/** uPlot's options; `view` is asked anew at each draw. */
export function plotOptions(
  size: { width: number; height: number },
  axis: Axis,
  lines: readonly Line[],
  words: PlotWords,
  view: () => PlotView,
): uPlot.Options {
  return {
    ...size,
    padding: [10, axis === "clock" ? 14 : 26, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: axis === "clock", range: () => view().x }, y: { range: () => view().y } },
    series: [{}, ...lines.map(seriesOf)],
    bands: bandsOf(lines),
    axes: axesOf(axis, words.language),
    hooks: {
      drawClear: [(plot) => drawStretches(plot, view())],
      draw: [(plot) => drawMarks(plot, view()), (plot) => drawLimit(plot, view(), words), (plot) => drawHere(plot, view())],
    },
  };
}
