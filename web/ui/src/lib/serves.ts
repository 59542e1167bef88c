// Which programs serve a part of the back: what they warm or move there.
import type { ProgramOutline } from "./messages";

export type Part = "upper" | "lower";

const isUpper = (name: string): boolean => name.startsWith("upper");

export function serves(program: ProgramOutline, part: Part): boolean {
  const places = [...program.zones, ...program.motors];
  return places.some((name) => isUpper(name) === (part === "upper"));
}

/** Those that serve a part, or all; what somebody likes best first, else as they came. */
export function chosen(programs: readonly ProgramOutline[], part: Part | null, liked: readonly string[]): ProgramOutline[] {
  const fitting = part === null ? [...programs] : programs.filter((program) => serves(program, part));
  return fitting.sort((a, b) => Number(liked.includes(b.id)) - Number(liked.includes(a.id)));
}
