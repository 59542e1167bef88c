// What a program is expected to do as columns of a plot: minutes, and of each zone low, high and expected, °C.
import type { Foreseen } from "./editing";
import { OVER_TEMPERATURE_CUT_C } from "./messages";

export function columns(seen: Foreseen, zones: readonly string[]): number[][] {
  const each = zones.flatMap((name) => {
    const zone = seen.zones[name]!;
    return [zone.low_c, zone.high_c, zone.temperature_c];
  });
  return [seen.t_s.map((t) => t / 60), ...each];
}

/** From what to what the curve is drawn, °C: all of it, and the limit where it is near. */
export function warmth(seen: Foreseen): [number, number] {
  const all = Object.values(seen.zones).flatMap((zone) => [...zone.low_c, ...zone.high_c]);
  const low = Math.floor(Math.min(30, ...all));
  const high = Math.ceil(Math.max(40, ...all));
  return [low, high >= OVER_TEMPERATURE_CUT_C - 2 ? OVER_TEMPERATURE_CUT_C + 2.4 : high];
}
