// What a program is expected to do, asked of the controller and drawn before the start: each zone's band and curve over
// the program's own time. Fetched when a program is opened; where there is no answer, nothing is drawn.

interface Zone {
  temperature_c: number[];
  low_c: number[];
  high_c: number[];
}

const WIDTH = 300;
const HEIGHT = 88;
const LOW_C = 20;
const HIGH_C = 44;

/** Points of a curve, °C, evenly over the width. */
export function points(values: number[]): string[] {
  return values.map((celsius, index) => {
    const x = (index / Math.max(1, values.length - 1)) * WIDTH;
    const y = HEIGHT * (1 - (celsius - LOW_C) / (HIGH_C - LOW_C));
    return `${x.toFixed(1)},${Math.min(HEIGHT, Math.max(0, y)).toFixed(1)}`;
  });
}

/** The picture, of numbers alone; `known` are all zones from the top, whose colours they have everywhere. */
export function picture(zones: Record<string, Zone>, known: readonly string[]): string {
  const shapes = Object.entries(zones).map(([name, zone]) => {
    const colour = `var(--zone-${Math.min(Math.max(0, known.indexOf(name)), 1)})`;
    const band = [...points(zone.low_c), ...points(zone.high_c).reverse()].join(" ");
    const curve = points(zone.temperature_c).join(" ");
    return (
      `<polygon points="${band}" fill="${colour}" opacity="0.2"/>` +
      `<polyline points="${curve}" fill="none" stroke="${colour}" stroke-width="2" vector-effect="non-scaling-stroke"/>`
    );
  });
  const size = `viewBox="0 0 ${WIDTH} ${HEIGHT}" width="100%" height="${HEIGHT}"`;
  return `<svg ${size} preserveAspectRatio="none" aria-hidden="true">${shapes.join("")}</svg>`;
}

export async function draw(host: Element, pad: string, program: string, known: readonly string[]): Promise<void> {
  try {
    const answer = await fetch(`api/pads/${encodeURIComponent(pad)}/preview`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ program }),
      signal: AbortSignal.timeout(4000),
    });
    const zones = ((await answer.json()).result?.zones ?? {}) as Record<string, Zone>;
    if (Object.keys(zones).length > 0) host.innerHTML = picture(zones, known);
  } catch {
    // the sketch above says what is asked for; what is expected is a kindness
  }
}
