import { describe, expect, it } from "vitest";
import { ageOf, emptyHouse, fold, isOff, type PadEntry, type Snapshot, troubleOf } from "../src/lib/live";
import type { PadState } from "../src/lib/messages";
import { entry, state } from "./samples";

const snapshot = (pads: Snapshot["pads"], broker = true) =>
  ({ kind: "snapshot", data: { time: "", broker_connected: broker, pads } }) as const;
const pad = (values: Partial<PadEntry> = {}) => ({ kind: "pad", data: { id: "sofa", ...entry(values) } }) as const;

describe("the house", () => {
  it("is replaced as a whole by a snapshot", () => {
    const first = fold(emptyHouse(), snapshot({ sofa: entry(), desk: entry() }), 10);
    const second = fold(first, snapshot({ desk: entry() }), 20);
    expect(Object.keys(first.pads)).toEqual(["sofa", "desk"]);
    expect(Object.keys(second.pads)).toEqual(["desk"]);
  });

  it("takes one pad's news, and keeps what is told only where it is news", () => {
    const before = fold(emptyHouse(), snapshot({ sofa: entry() }), 100);
    const { info: _untold, ...news } = entry();
    const after = fold(before, { kind: "pad", data: { id: "sofa", ...news } }, 101);
    expect(after.pads["sofa"]!.info).toBe(before.pads["sofa"]!.info);
    expect(after.pads["sofa"]!.stateAt).toBeCloseTo(101 - 0.1);
    expect([before.since, after.since]).toEqual([100, 100]);
  });

  it("learns a pad that was not in the snapshot", () => {
    expect(Object.keys(fold(fold(emptyHouse(), snapshot({}), 0), pad(), 1).pads)).toEqual(["sofa"]);
  });

  it("hears of the broker by heartbeats, too", () => {
    const house = fold(emptyHouse(), { kind: "heartbeat", data: { broker_connected: false } }, 1);
    expect(house.brokerConnected).toBe(false);
    expect(fold(house, { kind: "heartbeat", data: {} }, 2).brokerConnected).toBe(false);
  });
});

describe("the age of the values", () => {
  it("is the panel's and what has passed since", () => {
    const house = fold(emptyHouse(), pad({ state_age_s: 1.5 }), 10);
    expect(ageOf(house.pads["sofa"]!, 12)).toBeCloseTo(3.5);
  });

  it("is unknown without a state", () => {
    expect(ageOf(fold(emptyHouse(), pad({ state: null }), 10).pads["sofa"]!, 12)).toBeNull();
    expect(ageOf(null, 12)).toBeNull();
  });
});

describe("the trouble", () => {
  const house = fold(fold(emptyHouse(), snapshot({}), 0), pad({ state_age_s: 0 }), 0);
  const sofa = house.pads["sofa"]!;

  it("is none while all of them speak, and up to three seconds", () => {
    expect(troubleOf(house, sofa, 0)).toBeNull();
    expect(troubleOf(house, sofa, 3)).toBeNull();
  });

  it("is the panel before its first word and after more than three seconds without one", () => {
    expect(troubleOf(emptyHouse(), null, 0)).toBe("panel");
    expect(troubleOf(house, sofa, 3.01)).toBe("panel");
  });

  it("names the nearest that is gone", () => {
    const offline = { ...sofa, online: false };
    expect(troubleOf({ ...house, brokerConnected: false }, offline, 1)).toBe("broker");
    expect(troubleOf(house, { ...offline, controller_online: false }, 1)).toBe("controller");
    expect(troubleOf(house, offline, 1)).toBe("pad");
    expect(troubleOf({ ...house, heardAt: 4 }, sofa, 4)).toBe("stale");
  });
});

describe("off", () => {
  const off: PadState = state({ outputs_off: true });
  it("is what the board reported, with nothing that could switch it on", () => {
    expect(isOff(off)).toBe(true);
    expect(isOff(null)).toBe(false);
    expect(isOff({ ...off, outputs_off: false })).toBe(false);
    expect(isOff({ ...off, session: state({}, true).session })).toBe(false);
    const invitation = { program: "p", title: {}, role: "phone", remaining_s: 1, content_hash: "h", heat: {} };
    expect(isOff({ ...off, invitation })).toBe(false);
  });
});
