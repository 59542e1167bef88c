import { describe, expect, it } from "vitest";
import { type FleetPad, found, inOrder, standing, versions } from "../src/lib/fleet";

const pad = (name: string, more: Partial<FleetPad> = {}): FleetPad => ({
  id: name.toLowerCase(),
  name,
  controller: "den",
  online: true,
  simulated: false,
  firmware_version: "0.1.0",
  board_id: "",
  zones: { lumbar: "" },
  heated_h: 0,
  sessions: 0,
  faults: [],
  faults_so_far: {},
  link_errors: 0,
  last_seen: null,
  problem: null,
  ...more,
});
const fault = { name: "ntc_open", lockout: "B", latched: true, sentence: "A wire is loose.", action: "Look." } as const;
const names = (pads: FleetPad[]) => pads.map((one) => one.name);

describe("all pads", () => {
  it("says what needs somebody", () => {
    expect(standing(pad("A"))).toBe("well");
    expect(standing(pad("A", { online: false }))).toBe("away");
    expect(standing(pad("A", { online: false, faults: [fault] }))).toBe("fault");
    expect(standing(pad("A", { problem: { code: "twin", text: "twice", values: {} } }))).toBe("fault");
  });

  it("puts that first, and numbers in their order", () => {
    const all = [pad("Pad 10"), pad("Pad 2"), pad("Weg", { online: false }), pad("Zuletzt", { faults: [fault] })];
    expect(names(inOrder(all, "de"))).toEqual(["Zuletzt", "Weg", "Pad 2", "Pad 10"]);
    expect(names(all)).toEqual(["Pad 10", "Pad 2", "Weg", "Zuletzt"]);
    expect(inOrder([], "en")).toEqual([]);
  });

  it("finds by all the words, in names of pads, zones and controllers", () => {
    const all = [pad("Sofa", { zones: { lumbar: "Kreuz" } }), pad("Bett", { controller: "Oben" })];
    expect(names(found(all, ""))).toEqual(["Sofa", "Bett"]);
    expect(names(found(all, " kreuz  SO "))).toEqual(["Sofa"]);
    expect(names(found(all, "oben"))).toEqual(["Bett"]);
    expect(found(all, "oben sofa")).toEqual([]);
  });

  it("counts versions, the commonest first; unknown ones are none", () => {
    const all = [pad("A", { firmware_version: "0.2" }), pad("B"), pad("C"), pad("D", { firmware_version: "" })];
    expect(versions(all)).toEqual([["0.1.0", 2], ["0.2", 1]]);
  });
});
