import { describe, expect, it } from "vitest";
import { emptyCurve, extend, fromData, KEEP_S, LIMIT_NEAR_C, timeRange, warmthRange } from "../src/lib/curve";

const sample = (temperature: number | null) => ({ lumbar: { temperature, target: null } });
const flat = (temperature: number, length = 10) =>
  fromData({ t: Array.from({ length }, (_, i) => length - i), zones: { lumbar: { temperature: Array(length).fill(temperature), target: Array(length).fill(null) } } }, 100);

describe("extend", () => {
  it("keeps every column as long as the times, with gaps where nothing was known", () => {
    const one = extend(emptyCurve(), 1, sample(33));
    const two = extend(one, 2, { upper_back: { temperature: 30, target: 31 } });
    expect(two.t).toEqual([1, 2]);
    expect(two.zones["lumbar"]!.temperature).toEqual([33, null]);
    expect(two.zones["upper_back"]!.temperature).toEqual([null, 30]);
    expect(two.zones["upper_back"]!.target).toEqual([null, 31]);
  });

  it("takes one sample a second, not two", () => {
    const one = extend(emptyCurve(), 1, sample(33));
    expect(extend(one, 1.94, sample(34))).toBe(one);
    expect(extend(one, 1.96, sample(34)).t).toEqual([1, 1.96]);
  });

  it("forgets what is older than an hour", () => {
    const old = extend(extend(emptyCurve(), 0, sample(33)), 1, sample(34));
    expect(extend(old, KEEP_S, sample(35)).t).toEqual([0, 1, KEEP_S]);
    expect(extend(old, KEEP_S + 1, sample(35)).zones["lumbar"]!.temperature).toEqual([34, 35]);
    expect(extend(old, 3 * KEEP_S, sample(35)).t).toEqual([3 * KEEP_S]);
  });
});

describe("timeRange", () => {
  it("shows what is there, at least two minutes and at most what was chosen", () => {
    expect(timeRange(emptyCurve(), 1000, 300)).toEqual([880, 1000]);
    expect(timeRange({ t: [850], zones: {} }, 1000, 300)).toEqual([850, 1000]);
    expect(timeRange({ t: [100], zones: {} }, 1000, 300)).toEqual([700, 1000]);
  });
});

describe("warmthRange", () => {
  it("spans at least six degrees around what is seen", () => {
    const { range, limit } = warmthRange(flat(33), 0, 43);
    expect(range[1] - range[0]).toBeCloseTo(6);
    expect(range[0]).toBeLessThan(33);
    expect(range[1]).toBeGreaterThan(33);
    expect(limit).toBe(false);
  });

  it("shows the limit only where it is near", () => {
    expect(warmthRange(flat(43 - LIMIT_NEAR_C), 0, 43).limit).toBe(false);
    const near = warmthRange(flat(43 - LIMIT_NEAR_C + 0.01), 0, 43);
    expect(near.limit).toBe(true);
    expect(near.range[1]).toBeGreaterThan(43);
  });

  it("looks only at the time shown, and survives none at all", () => {
    expect(warmthRange(flat(42), 200, 43)).toEqual({ range: [30, 40], limit: false });
    expect(warmthRange(emptyCurve(), 0, 43).range).toEqual([30, 40]);
  });
});
