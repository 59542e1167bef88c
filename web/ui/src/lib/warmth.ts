// The colour of a temperature, for the drawing of the back: cool stone, skin, amber, ember.
type Rgb = [number, number, number];

const SCALE: [number, Rgb][] = [
  [22, [134, 150, 166]],
  [31, [176, 160, 146]],
  [35, [226, 170, 100]],
  [38, [236, 132, 58]],
  [41, [216, 82, 36]],
  [43.5, [176, 28, 28]],
];

function mix(a: Rgb, b: Rgb, part: number): Rgb {
  return [0, 1, 2].map((i) => Math.round((a[i] ?? 0) + ((b[i] ?? 0) - (a[i] ?? 0)) * part)) as Rgb;
}

function between(celsius: number): Rgb {
  const upper = SCALE.findIndex(([at]) => at >= celsius);
  const [, first] = SCALE[0]!;
  const [, last] = SCALE.at(-1)!;
  if (upper === 0) return first;
  if (upper < 0) return last;
  const [from, low] = SCALE[upper - 1]!;
  const [to, high] = SCALE[upper]!;
  return mix(low, high, (celsius - from) / (to - from));
}

/** A CSS colour; null where the temperature is not known. */
export function warmth(celsius: number | null): string | null {
  return celsius === null ? null : `rgb(${between(celsius).join(" ")})`;
}
