import { describe, expect, it } from "vitest";
import type { RepeatPart, StepPart } from "../src/lib/program-file";
import {
  after, copied, freeId, idOf, inserted, isRepeat, measured, moved, type Part, quantity, removed, rows, samePlace, trimmed, whereOf, wrapped,
} from "../src/lib/program-form";

const step = (id: string): StepPart => ({ id, duration: "1 min" });
const twice = (...steps: Part[]): RepeatPart => ({ repeat: 2, steps });
/** `a [b c] d` */
const shown = (parts: readonly Part[]): string =>
  parts.map((part) => (isRepeat(part) ? `[${shown(part.steps)}]` : part.id)).join(" ");
const LIST = [step("a"), twice(step("b"), step("c")), step("d")];

describe("rows", () => {
  it("shows a repeat before what is in it", () => {
    expect(rows(LIST).map(({ place }) => place.join("."))).toEqual(["0", "1", "1.0", "1.1", "2"]);
  });
});

describe("moving", () => {
  it.each([
    [[0], 1, "[a b c] d"],
    [[2], -1, "a [b c d]"],
    [[1, 0], -1, "a b [c] d"],
    [[1, 0], 1, "a [c b] d"],
    [[1, 1], 1, "a [b] c d"],
    [[1, 1], -1, "a [c b] d"],
    [[1], -1, "[b c] a d"],
    [[1], 1, "a d [b c]"],
  ] as [number[], 1 | -1, string][])("a part at %j by %i", (place, by, wanted) => {
    expect(shown(moved(LIST, place, by) ?? [])).toBe(wanted);
  });

  it("goes nowhere beyond the ends", () => {
    expect(moved(LIST, [0], -1)).toBeNull();
    expect(moved(LIST, [2], 1)).toBeNull();
    expect(moved(LIST, [7], 1)).toBeNull();
  });

  it("takes a repeat away with its last step", () => {
    expect(shown(moved([twice(step("a")), step("b")], [0, 0], 1) ?? [])).toBe("a b");
    expect(shown(removed([twice(step("a")), step("b")], [0, 0]))).toBe("b");
  });

  it("never loses or doubles a step, wherever it goes", () => {
    for (const { place } of rows(LIST)) {
      for (const by of [1, -1] as const) {
        const next = moved(LIST, place, by) ?? LIST;
        expect(rows(next).filter(({ part }) => !isRepeat(part))).toHaveLength(4);
      }
    }
  });
});

describe("changing", () => {
  it("inserts, copies, removes and repeats", () => {
    expect(shown(inserted(LIST, after([1, 0]), step("x")))).toBe("a [b x c] d");
    expect(shown([copied(LIST, LIST[1]!)])).toBe("[b-2 c-2]");
    expect(shown(removed(LIST, [1]))).toBe("a d");
    expect(shown(wrapped(LIST, [0]))).toBe("[a] [b c] d");
    expect(shown(wrapped(LIST, [1]))).toBe("a b c d");
    expect(shown(LIST)).toBe("a [b c] d");
  });

  it("gives ids that nothing else has, and that are names", () => {
    expect(freeId("warm", new Set())).toBe("warm");
    expect(freeId("warm-2", new Set(["warm", "warm-2"]))).toBe("warm-3");
    expect(freeId("a".repeat(40), new Set(["a".repeat(32)]))).toBe(`${"a".repeat(30)}-2`);
    expect(idOf("Mein Rücken – abends!")).toBe("mein-ruecken-abends");
    expect(idOf("???")).toBe("program");
    expect(idOf("É à")).toBe("e-a");
  });
});

describe("quantities", () => {
  it("are a number and a unit, and nothing typed is lost", () => {
    expect(measured("8 min", "s")).toEqual({ value: "8", unit: "min" });
    expect(measured("2 °C/min", "°C/min")).toEqual({ value: "2", unit: "°C/min" });
    expect(measured("40°C", "°C")).toEqual({ value: "40", unit: "°C" });
    expect(measured("abc °C", "°C")).toEqual({ value: "abc", unit: "°C" });
    expect(measured(null, "Hz")).toEqual({ value: "", unit: "Hz" });
    expect(quantity("0,5", "Hz")).toBe("0.5 Hz");
  });
});

describe("problems", () => {
  it("stand at a step, or at the program", () => {
    expect(whereOf("steps[1].steps[0].heat.lumbar.target")).toEqual({ place: [1, 0], key: "heat.lumbar.target" });
    expect(whereOf("steps[3]")).toEqual({ place: [3], key: "" });
    expect(whereOf("title.de")).toEqual({ place: null, key: "title.de" });
    expect(whereOf("steps")).toEqual({ place: null, key: "steps" });
    expect(samePlace([1, 0], [1])).toBe(false);
  });

  it("leaves out what is null", () => {
    const content = { schema: "poultice-program/1", id: "x", steps: [{ ...step("a"), card: null }] } as never;
    expect(JSON.stringify(trimmed(content))).not.toContain("null");
  });
});
