// How the curve is drawn by uPlot: colours from the page's tokens, so that dark and light follow by a redraw.
import type uPlot from "uplot";
import { decimal, type Language } from "./format";

export interface PlotWords {
  zones: string[];
  target: string;
  limit: string;
  language: Language;
}

export interface PlotView {
  x: [number, number];
  y: [number, number];
  limit: number | null;
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Zones differ by colour and by line; the first is drawn wider, so that it is seen where the second lies upon it. */
const zoneColour = (index: number) => () => token(index === 0 ? "--zone-0" : "--zone-1");
const WIDTHS = [5, 2];
const DASHES = [
  [6, 5],
  [2, 4],
];

function seriesOf(words: PlotWords): uPlot.Series[] {
  const ofZone = (label: string, index: number): uPlot.Series[] => [
    { label, stroke: zoneColour(index), width: WIDTHS[index % 2]!, points: { show: false } },
    { label: `${label}, ${words.target}`, stroke: zoneColour(index), width: 1.5, dash: DASHES[index % 2]!, points: { show: false } },
  ];
  return [{}, ...words.zones.flatMap(ofZone)];
}

function timeLabel(language: Language): (value: number, apart: number) => string {
  return (value, apart) =>
    new Date(value * 1000).toLocaleTimeString(language, {
      hourCycle: "h23",
      hour: "2-digit",
      minute: "2-digit",
      ...(apart < 60 ? { second: "2-digit" } : {}),
    });
}

function axesOf(language: Language): uPlot.Axis[] {
  const label = timeLabel(language);
  const common = { stroke: () => token("--ink-soft"), grid: { stroke: () => token("--line"), width: 1 }, ticks: { show: false } };
  const font = `13px ${getComputedStyle(document.documentElement).fontFamily}`;
  return [
    { ...common, font, space: 76, size: 30, values: (_plot, at, _axis, _space, apart) => at.map((t) => label(t, apart)) },
    {
      ...common,
      font,
      size: 40,
      space: 30,
      incrs: [0.5, 1, 2, 3, 5, 10],
      values: (_plot, at, _axis, _space, apart) => at.map((t) => `${decimal(t, apart < 1 ? 1 : 0, language)}°`),
    },
  ];
}

/** The line that no heat may pass, with its name. */
function drawLimit(plot: uPlot, view: PlotView, words: PlotWords): void {
  if (view.limit === null) return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(view.limit, "y", true);
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = token("--alarm");
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([10, 6].map((part) => part * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${13 * devicePixelRatio}px ${getComputedStyle(document.documentElement).fontFamily}`;
  ctx.textAlign = "right";
  ctx.fillText(words.limit, bbox.left + bbox.width - 4, y - 6 * devicePixelRatio);
  ctx.restore();
}

/** uPlot's options; `view` is asked anew at each draw. */
export function plotOptions(width: number, height: number, words: PlotWords, view: () => PlotView): uPlot.Options {
  return {
    width,
    height,
    padding: [10, 14, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true, range: () => view().x }, y: { range: () => view().y } },
    series: seriesOf(words),
    axes: axesOf(words.language),
    hooks: { draw: [(plot) => drawLimit(plot, view(), words)] },
  };
}
