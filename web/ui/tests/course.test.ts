import { describe, expect, it } from "vitest";
import { begunAt, columns, type Course, expectedAt, fromTold, grown, linesOf, pauses, zonesOf } from "../src/lib/course";
import type { PadState } from "../src/lib/messages";
import { session, state } from "./samples";

const zone = (...temperature: number[]) => ({ temperature, target: temperature.map(() => 40) });
const expected = { t_s: [0, 100, 200], zones: { lumbar: { temperature_c: [30, 36, 40], low_c: [29, 35, 39], high_c: [31, 37, 41] } } };

/** Seen from its tenth second on; paused from 120 s to 180 s. */
const course: Course = {
  session: "s",
  program: "ease",
  t: [110, 160, 180, 220, 280],
  at: [10, 60, null, null, 120],
  zones: { lumbar: zone(30, 33, 34, 33, 36) },
  expected,
};
const running = (at: number, values: Partial<PadState> = {}): PadState =>
  ({ ...state(), phase: "running", session: { ...session, id: "s", elapsed_s: at }, ...values }) as PadState;

describe("a course", () => {
  it("is told in seconds before now", () => {
    expect(fromTold({ ...course, t: [20, 5, 4, 3, 0] }, 100).t).toEqual([80, 95, 96, 97, 100]);
  });

  it("grows by states that are far enough apart, of its own session", () => {
    expect(grown(course, 281.8, running(121))).toBe(course);
    expect(grown(course, 282, running(122)).at.at(-1)).toBe(122);
    expect(grown(course, 282, running(122, { phase: "paused" })).at.at(-1)).toBeNull();
    expect(grown(course, 282, { ...running(0), session: { ...session, id: "other" } })).toBe(course);
  });

  it("goes on while the pad cools down, and no longer", () => {
    expect(grown(course, 282, running(0, { session: null, phase: "cooling" })).at.at(-1)).toBeNull();
    expect(grown(course, 282, running(0, { session: null, phase: "idle" }))).toBe(course);
  });

  it("keeps every column as long as the times, also of a zone that comes later", () => {
    const more = grown(course, 290, running(130));
    for (const one of Object.values(more.zones)) expect(one.temperature).toHaveLength(more.t.length);
  });

  it("begins where its program did", () => {
    expect(begunAt(course)).toBe(100);
  });

  it("shows what the program warms", () => {
    expect(zonesOf(course)).toEqual(["lumbar"]);
    expect(zonesOf({ ...course, expected: null, zones: { upper_back: zone(30), lumbar: { temperature: [30], target: [null] } } })).toEqual([
      "upper_back",
    ]);
  });
});

describe("the expected", () => {
  const line = expected.zones.lumbar.temperature_c;

  it("is known between and at the instants, not beyond them", () => {
    expect([0, 50, 100, 150, 200].map((place) => expectedAt(expected, line, place))).toEqual([30, 33, 36, 38, 40]);
    expect([null, 200.1].map((place) => expectedAt(expected, line, place))).toEqual([null, null]);
  });
});

describe("the columns", () => {
  it("lie over real minutes: the rest of the program begins where it is now", () => {
    const [minutes, foreseen, low, high, measured] = columns(course, ["lumbar"], 280, 120);
    expect(minutes!.map((each) => Math.round(60 * each!))).toEqual([10, 60, 80, 120, 180, 260]);
    expect(measured).toEqual([30, 33, 34, 33, 36, null]);
    expect(foreseen!.map((each) => each && Math.round(each * 10) / 10)).toEqual([30.6, 33.6, null, null, 36.8, 40]);
    expect(low!.at(-1)).toBe(39);
    expect(high!.at(-1)).toBe(41);
    expect(linesOf(course, ["lumbar"]).map((each) => each.kind)).toEqual(["expected", "low", "high", "measured"]);
  });

  it("expect nothing any more once it is over, and nothing where nothing was foretold", () => {
    expect(columns(course, ["lumbar"], 280, null)[0]).toHaveLength(5);
    expect(columns({ ...course, expected: null }, ["lumbar"], 280, 120)).toHaveLength(2);
    expect(linesOf({ ...course, expected: null }, ["lumbar"])).toHaveLength(1);
  });

  it("rise in time, or the plot would be torn", () => {
    const minutes = columns(course, ["lumbar"], 280, 120)[0]!;
    expect([...minutes].sort((a, b) => a! - b!)).toEqual(minutes);
  });
});

describe("pauses", () => {
  it("are where nothing played, up to where it played again", () => {
    expect(pauses(course, true).map(({ from, to }) => [Math.round(from * 60), Math.round(to * 60)])).toEqual([[80, 180]]);
  });

  it("are not what comes after the end", () => {
    const ended = { ...course, at: [10, 60, 70, null, null] };
    expect(pauses(ended, false)).toEqual([]);
    expect(pauses(ended, true)).toHaveLength(1);
  });
});
