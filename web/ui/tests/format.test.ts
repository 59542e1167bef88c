import { describe, expect, it } from "vitest";
import { celsius, clock, minutes, short, span } from "../src/lib/format";

describe("temperatures", () => {
  it("have one digit and the language's point; what is not known is a dash", () => {
    expect(celsius(38.44, "en")).toBe("38.4 °C");
    expect(celsius(38.44, "de")).toBe("38,4 °C");
    expect(celsius(null, "en")).toBe("–");
    expect(celsius(0, "en")).toBe("0.0 °C");
  });

  it("lose a digit that says nothing", () => {
    expect(short(40, "de")).toBe("40");
    expect(short(39.98, "de")).toBe("40");
    expect(short(40.5, "de")).toBe("40,5");
  });
});

describe("times", () => {
  it.each([
    [0, "0:00"],
    [-3, "0:00"],
    [0.2, "0:01"],
    [59.5, "1:00"],
    [60, "1:00"],
    [725, "12:05"],
    [3599.5, "1:00:00"],
    [3725, "1:02:05"],
  ])("%s s on the clock", (seconds, text) => expect(clock(seconds)).toBe(text));

  it.each([
    [4.4, "4 s"],
    [89, "89 s"],
    [90, "2 min"],
    [1200, "20 min"],
    [3600, "60 min"],
    [7200, "2 h"],
  ])("%s s as a length", (seconds, text) => expect(span(seconds)).toBe(text));

  it.each([
    [0, "1 s"],
    [50, "50 s"],
    [50.1, "1 min"],
    [60.1, "2 min"],
    [3600, "1 h 0 min"],
  ])("%s s still to wait", (seconds, text) => expect(minutes(seconds)).toBe(text));
});
