// A program's outline: where one is in it, and its shape as points to draw.
import { OVER_TEMPERATURE_CUT_C, type ProgramOutline, type SessionState, type StepOutline } from "./messages";

/** Seconds from the program's start to where the session is; a skip moves it too. */
export function positionOf(program: ProgramOutline, session: SessionState): number {
  return Math.min(program.total_s, Math.max(0, session.elapsed_s));
}

export const hottest = (step: StepOutline): number => Math.max(0, ...Object.values(step.heat));
export const strongest = (step: StepOutline): number => Math.max(0, ...Object.values(step.massage));

export const hottestOf = (program: ProgramOutline): number => Math.max(0, ...program.steps.map(hottest));
export const massages = (program: ProgramOutline): boolean => program.steps.some((step) => strongest(step) > 0);

export interface Bar {
  x: number;
  width: number;
  heat: number;
  massage: number;
}

const COOL_C = 30;
const HOT_C = OVER_TEMPERATURE_CUT_C;

/** How high °C stand in a drawing, 0 to 1. */
export const height = (celsius: number): number => Math.min(1, Math.max(0, (celsius - COOL_C) / (HOT_C - COOL_C)));

/** The steps as bars over the program's length: x and width 0 to 1, heat and massage 0 to 1. */
export function bars(program: ProgramOutline): Bar[] {
  const total = program.steps.reduce((sum, step) => sum + step.duration_s, 0) || 1;
  let begun = 0;
  return program.steps.map((step) => {
    const bar = { x: begun / total, width: step.duration_s / total, ...levels(step) };
    begun += step.duration_s;
    return bar;
  });
}

function levels(step: StepOutline): { heat: number; massage: number } {
  const heat = hottest(step);
  return { heat: heat > 0 ? Math.max(0.08, height(heat)) : 0, massage: strongest(step) / 100 };
}

/** Zones from the neck down, so that the page shows them as they lie. */
export function fromTheTop(zones: string[]): string[] {
  const rank = (name: string) => (name.includes("upper") ? 0 : name.includes("lumbar") || name.includes("lower") ? 2 : 1);
  return [...zones].sort((a, b) => rank(a) - rank(b));
}
