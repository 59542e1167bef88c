// What the editor asks of the pad's controller, and what it is told.
import type { ProgramOutline, Reason, ResultMessage } from "./messages";
import type { ProgramFile } from "./program-file";
import { type Outcome, padPath, post } from "./requests";

/** One thing that is wrong: `path` reads like `steps[1].heat.lumbar.target`. */
export interface Problem {
  path: string;
  line: number;
  message: string;
  remedy: string;
}

export interface ZoneForeseen {
  temperature_c: number[];
  low_c: number[];
  high_c: number[];
}

export interface Foreseen {
  t_s: number[];
  zones: Record<string, ZoneForeseen>;
  ends: { at_s: number; zone: string } | null;
}

export interface Judged {
  text: string;
  content: ProgramFile | null;
  problems: Problem[];
  outline: ProgramOutline | null;
  preview: Foreseen | null;
}

export interface Got extends Judged {
  own: boolean;
  base: string | null;
}

export type Answer<Result> =
  | { kind: "ok"; result: Result }
  | { kind: "refused"; reason: Reason; problems: Problem[] }
  | { kind: "failed" };

async function ask<Result>(pad: string, op: string, body: object): Promise<Answer<Result>> {
  const outcome: Outcome<ResultMessage> = await post(fetch.bind(window), padPath(pad, `programs/${op}`), body);
  if (outcome.kind === "failed") {
    return outcome.reason && outcome.why === "error" ? { kind: "refused", reason: outcome.reason, problems: [] } : { kind: "failed" };
  }
  const { status, reason, result } = outcome.answer;
  if (status === "ok") return { kind: "ok", result: result as Result };
  return { kind: "refused", reason, problems: (result["problems"] as Problem[] | undefined) ?? [] };
}

export const get = (pad: string, program: string): Promise<Answer<Got>> => ask(pad, "get", { program });

export const check = (pad: string, draft: { content: ProgramFile } | { text: string }): Promise<Answer<Judged>> => ask(pad, "check", draft);

export const save = (pad: string, content: ProgramFile, base: string | null): Promise<Answer<{ program: string; base: string }>> =>
  ask(pad, "save", base === null ? { content } : { content, base });

export const remove = (pad: string, program: string): Promise<Answer<{ program: string; content: ProgramFile }>> =>
  ask(pad, "delete", { program });

/** A program to begin with. */
export const empty = (zone: string, titles: { en: string; de: string }): ProgramFile => ({
  schema: "poultice-program/1",
  id: "",
  title: titles,
  evidence: "convention",
  max_total: "",
  steps: [{ id: "warm", duration: "10 min", heat: { [zone]: { target: "39 °C" } } }],
  end: { fade: "2 min" },
});
