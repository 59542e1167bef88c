/// <reference types="vite/client" />
import { describe, expect, it } from "vitest";
import { german, lintWords } from "../src/words/lint";

const SOURCES = ["program_rules", "program_check", "fitting", "yaml_source", "program_words", "program_file", "composing"];
const FILES = import.meta.glob<string>("../../../controller/poultice/therapy/*.py", { query: "?raw", import: "default", eager: true });
const read = (name: string): string => FILES[`../../../controller/poultice/therapy/${name}.py`] ?? "";

/** Texts of problems as they stand in the sources, with something in the place of each value. */
function sentences(source: string): string[] {
  const calls = source.match(/(?:source\.problem|_beyond)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g) ?? [];
  const texts = calls.flatMap((call) => [...call.matchAll(/f?"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!));
  return texts.map((text) => text.replace(/\{[^{}]*\}/g, "7")).filter((text) => text.includes(" "));
}

describe("what is wrong with a program, in German", () => {
  it.each(SOURCES)("knows every sentence of %s", (name) => {
    const all = sentences(read(name)).filter((text) => !/^(the pad stays armed|wait: press)/.test(text));
    expect(all.filter((text) => german(text) === null)).toEqual([]);
  });

  it("is looked for in sources that have sentences", () => {
    expect(SOURCES.flatMap((name) => sentences(read(name))).length).toBeGreaterThan(30);
  });

  it("keeps the values", () => {
    const problem = { path: "", line: 1, message: "50 °C is out of range", remedy: "write 30 to 42 °C" };
    expect(lintWords("de", problem)).toBe("50 °C liegt außerhalb: schreib 30 bis 42 °C.");
    expect(lintWords("en", problem)).toBe("50 °C is out of range: write 30 to 42 °C.");
    expect(lintWords("de", { ...problem, message: "there is no card x", remedy: "did you mean y?" })).toBe("Es gibt keine Karte x: meintest du y?");
    expect(lintWords("de", { ...problem, message: "never heard of" })).toBe("Never heard of: schreib 30 bis 42 °C.");
  });
});
