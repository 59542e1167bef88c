import { describe, expect, it } from "vitest";
import type { ProgramOutline } from "../src/lib/messages";
import { chosen, serves } from "../src/lib/serves";
import { program } from "./samples";

const made = (id: string, zones: string[], motors: string[]): ProgramOutline => ({ ...program, id, zones, motors });
const LOW = made("low", ["lumbar"], []);
const HIGH = made("high", [], ["upper_left"]);
const BOTH = made("both", ["lumbar"], ["upper_left", "lower_left"]);
const NEITHER = made("neither", [], []);
const ALL = [LOW, HIGH, BOTH, NEITHER];
const ids = (programs: ProgramOutline[]): string => programs.map(({ id }) => id).join(" ");

describe("which programs are shown", () => {
  it("by the part of the back that they serve", () => {
    expect(ids(chosen(ALL, null, []))).toBe("low high both neither");
    expect(ids(chosen(ALL, "upper", []))).toBe("high both");
    expect(ids(chosen(ALL, "lower", []))).toBe("low both");
    expect(serves(NEITHER, "upper")).toBe(false);
  });

  it("what somebody likes best first, else as they came", () => {
    expect(ids(chosen(ALL, null, ["neither", "high", "gone"]))).toBe("high neither low both");
    expect(ids(ALL)).toBe("low high both neither");
  });
});
