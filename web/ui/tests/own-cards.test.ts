import { describe, expect, it } from "vitest";
import { blank, cardOf, changedCard, shownAt, withCard, withoutCard, worded } from "../src/lib/own-cards";
import type { ProgramFile, StepPart } from "../src/lib/program-file";

const TITLE = { en: "My card", de: "Meine Karte" };
const step: StepPart = { id: "rest", duration: "60 s" };
const content: ProgramFile = {
  schema: "poultice-program/1",
  id: "own",
  title: TITLE,
  evidence: "convention",
  max_total: "5 min",
  steps: [{ id: "warm", duration: "60 s" }, { repeat: 2, steps: [step] }],
};

describe("cards of one's own", () => {
  it("are added, changed and taken away with what shows them", () => {
    const one = withCard(content, [1, 0], step, blank("My card", "Do it.", "Slowly."), ["my-card"]);
    expect(Object.keys(one.cards!)).toEqual(["my-card-2"]);
    expect(shownAt(one, "my-card-2")).toEqual([1, 0]);
    const changed = changedCard(one, "my-card-2", { ...one.cards!["my-card-2"]!, drawing: "bridge" });
    expect(changed.cards!["my-card-2"]!.drawing).toBe("bridge");
    const without = withoutCard(changed, "my-card-2");
    expect(without.cards).toEqual({});
    expect(without.steps).toEqual(content.steps);
    expect(shownAt(without, "my-card-2")).toBeNull();
    expect(content.cards, "nothing given is changed").toBeUndefined();
  });

  it("say the same in both languages until they are told apart", () => {
    expect(worded({ en: "a", de: "a" }, "de", "b")).toEqual({ en: "b", de: "b" });
    expect(worded({ en: "a", de: "b" }, "de", "c")).toEqual({ en: "a", de: "c" });
  });

  it("are found in what is wrong", () => {
    expect(cardOf("cards.my-card.text.de")).toBe("my-card");
    expect(cardOf("steps[1].card")).toBeNull();
  });
});
