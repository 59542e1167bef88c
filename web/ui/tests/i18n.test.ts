import { beforeAll, describe, expect, it } from "vitest";
import { faultOf, firstLanguage, inLanguage, learn, learnFaults, nameOf, reasonOf, refusalOf, say } from "../src/lib/i18n";
import type { Reason } from "../src/lib/messages";
import { german } from "../src/words/de";
import { english } from "../src/words/en";
import { program } from "./samples";

const reason = (code: string, values: Reason["values"] = {}, text = "in English"): Reason => ({ code, text, values });

beforeAll(() => Promise.all([learn("en"), learn("de")]));

describe("words", () => {
  it("have the same keys and the same values in both languages", () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    expect(Object.keys(german.words).sort()).toEqual(Object.keys(english.words).sort());
    for (const [key, text] of Object.entries(english.words)) {
      expect(holes(german.words[key as keyof typeof german.words]), key).toEqual(holes(text));
    }
  });

  it("are filled", () => {
    expect(say("en", "now.step", { step: 2, steps: 8 })).toBe("Step 2 of 8");
    expect(say("de", "now.step", { step: 2, steps: 8 })).toBe("Schritt 2 von 8");
  });

  it("show a name without a word of ours as it is", () => {
    expect(nameOf("de", "zone", "lumbar")).toBe("Unterer Rücken");
    expect(nameOf("de", "zone", "left_knee")).toBe("left knee");
  });

  it("fall back on English where a program has no German", () => {
    expect(inLanguage("de", { en: "Ease", de: "Wohl" })).toBe("Wohl");
    expect(inLanguage("de", { en: "Ease" })).toBe("Ease");
    expect(inLanguage("en", {})).toBe("");
  });
});

describe("reasons", () => {
  it("come in English as they are, as a sentence begins", () => {
    expect(reasonOf("en", reason("warming", {}, "warming to 40 °C, 3 min"))).toBe("Warming to 40\u00a0°C, 3\u00a0min");
  });

  it("are said in German by code and values", () => {
    const values = { target_c: 40.5, seconds: 170 };
    expect(reasonOf("de", reason("warming", values))).toBe("Wärmt auf 40,5\u00a0°C, noch 3\u00a0min.");
    const both = { ...values, pattern: "wave", percent: 40 };
    expect(reasonOf("de", reason("warming", both))).toBe("Wärmt auf 40,5\u00a0°C, noch 3\u00a0min. Massage: Welle, 40\u00a0%.");
  });

  it("are said in English where the code or a value is not known", () => {
    expect(reasonOf("de", reason("brand_new"))).toBe("In English");
  });

  it("says how warm it still is while it cools, why ever it ended", () => {
    const ended = reason("finished", { title: "Warm", ran_s: 1200, cooling_c: 39.2 });
    expect(reasonOf("de", ended)).toBe("Fertig: Warm, 20\u00a0min. Kühlt ab: 39,2\u00a0°C.");
    expect(reasonOf("de", reason("stopped", { cooling_c: 39 }))).toMatch(/aus\. Kühlt ab: 39\u00a0°C\.$/);
    expect(reasonOf("de", reason("stopped"))).toMatch(/aus\.$/);
    expect(reasonOf("de", reason("warming", { target_c: 40 }))).toBe("In English");
  });

  it("find a program's German title and a fault's German sentence", async () => {
    await learnFaults("de");
    expect(reasonOf("de", reason("finished", { title: "Lower back ease" }), [program])).toBe("Fertig: Unterer Rücken.");
    expect(reasonOf("de", reason("fault", { fault: "sensor_open" }))).toMatch(/^Ein Thermistor/);
    expect(reasonOf("de", reason("fault", { fault: "unheard_of" }))).toBe("In English");
  });

  it("are worded by their detail", () => {
    expect(reasonOf("de", reason("disarmed", { why: "expired" }))).toMatch(/abgelaufen/);
    expect(reasonOf("de", reason("disarmed", { why: "unknown" }))).toMatch(/nicht mehr heizen/);
    expect(reasonOf("de", reason("link_lost", { session_ended: "true" }))).toMatch(/Sitzung ist zu Ende/);
  });

  it("say a refusal by words of its own", () => {
    const text = "refused: resume first";
    expect(refusalOf("en", reason("paused", {}, text))).toBe("Refused: resume first");
    expect(refusalOf("de", reason("paused", {}, text))).toBe("Abgelehnt: Bitte zuerst mit „Weiter“ fortsetzen.");
    expect(refusalOf("de", reason("brand_new", {}, text))).toBe("Refused: resume first");
  });
});

describe("faults", () => {
  const fault = { name: "sensor_open", lockout: "B", latched: true, sentence: "S", action: "A" } as const;
  it("are said as they came until their words are there", () => {
    delete german.faults;
    expect(faultOf("de", fault)).toEqual({ sentence: "S", action: "A" });
  });
  it("are said in German where they are known", async () => {
    await learnFaults("de");
    expect(faultOf("de", fault).sentence).toMatch(/Thermistor/);
    expect(faultOf("de", { ...fault, name: "new" })).toEqual({ sentence: "S", action: "A" });
    expect(faultOf("en", fault)).toEqual({ sentence: "S", action: "A" });
  });
});

describe("the first language", () => {
  it.each([
    [null, ["de-AT", "en"], "de"],
    [null, ["fr-FR", "de"], "de"],
    [null, ["fr-FR"], "en"],
    ["en", ["de"], "en"],
    ["nonsense", ["de"], "de"],
  ] as const)("%s, %s: %s", (remembered, preferred, language) => {
    expect(firstLanguage(remembered, preferred)).toBe(language);
  });
});
