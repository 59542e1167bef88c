import { beforeAll, describe, expect, it } from "vitest";
import { learn } from "../src/lib/i18n";
import { bars, fromTheTop, height, positionOf } from "../src/lib/program";
import { programWords, stepWords } from "../src/lib/step-words";
import { warmth } from "../src/lib/warmth";
import { Wish } from "../src/lib/wish";
import { program, session } from "./samples";

beforeAll(() => Promise.all([learn("en"), learn("de")]));

describe("a program's drawing", () => {
  it("gives each step its part of the whole", () => {
    const [warm, wave] = bars(program);
    expect(warm).toMatchObject({ x: 0, width: 0.75, massage: 0 });
    expect(wave).toMatchObject({ x: 0.75, width: 0.25, massage: 0.4 });
    expect(warm!.heat).toBeGreaterThan(wave!.heat);
  });

  it("stands between 30 and 43 °C", () => {
    expect([29, 30, 36.5, 43, 50].map(height)).toEqual([0, 0, 0.5, 1, 1]);
  });

  it("marks where the session is, never outside", () => {
    expect(positionOf(program, session)).toBe(100);
    expect(positionOf(program, { ...session, elapsed_s: 900 })).toBe(400);
    expect(positionOf(program, { ...session, elapsed_s: -1 })).toBe(0);
  });
});

describe("words", () => {
  it("say what a step does, from the neck down", () => {
    expect(stepWords(program.steps[1]!, "en")).toBe("Upper back 38 °C · Lower back 36.5 °C · massage 40 %");
    expect(stepWords({ ...program.steps[0]!, heat: {}, massage: {} }, "de")).toBe("Ruhe");
    const card = { title: { en: "Bridge", de: "Brücke" }, text: {}, caution: {}, kind: "strength", hold_s: null, repetitions: 10, sets: 2, sides: 1, drawing: null };
    expect(stepWords({ ...program.steps[0]!, heat: {}, card: "bridge" }, "de", { bridge: card })).toBe("Brücke");
    expect(programWords(program, "de")).toBe("bis 40,0 °C · Massage");
  });

  it("put zones as they lie on the back", () => {
    expect(fromTheTop(["lumbar", "middle", "upper_back"])).toEqual(["upper_back", "middle", "lumbar"]);
  });
});

describe("the colour of warmth", () => {
  it("grows from cool to ember and stays there", () => {
    expect(warmth(null)).toBeNull();
    expect(warmth(0)).toBe(warmth(22));
    expect(warmth(50)).toBe(warmth(43.5));
    expect(warmth(38)).toBe("rgb(236 132 58)");
    expect(warmth(39.5)).toBe("rgb(226 107 47)");
  });
});

describe("a wish", () => {
  it("goes out from what the pad took, until the pad shows it or three seconds are over", () => {
    const wish = new Wish();
    expect(wish.base(40, 0)).toBe(40);
    wish.took(40.5, 0);
    expect(wish.base(40, 0.2)).toBe(40.5);
    expect(wish.base(40.5, 0.4)).toBe(40.5);
    expect(wish.base(40, 3)).toBe(40);
  });

  it("forgets what was refused", () => {
    const wish = new Wish();
    wish.took(41, 0);
    wish.took(undefined, 0.1);
    expect(wish.base(40, 0.2)).toBe(40);
  });
});
