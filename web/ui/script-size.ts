// A build step that adds up the scripts of a phone's first load, prints the sum, and fails beyond the budget.
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

interface Part {
  name: string;
  bytes: number;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const sumOf = (parts: Part[]): number => parts.reduce((sum, part) => sum + part.bytes, 0);

/** `oneOf`: of the parts with these names a phone loads one, here counted as the largest (languages); `soon`: those that
 * the first screen asks for by itself. Every other part that is not in the first script comes when it is needed. */
export function scriptSize(budgetBytes: number, oneOf: string[], soon: string[]): Plugin {
  return {
    name: "script-size",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      const part = (chunk: { name: string; code: string }): Part => ({ name: chunk.name, bytes: gzipSync(chunk.code).length });
      const begin = chunks.filter((chunk) => chunk.isEntry || soon.includes(chunk.name));
      for (const chunk of begin) begin.push(...chunks.filter((one) => chunk.imports.includes(one.fileName) && !begin.includes(one)));
      const unknown = [...oneOf, ...soon].filter((name) => !chunks.some((chunk) => chunk.name === name));
      if (unknown.length > 0) this.error(`the budget of the scripts names parts that are not there: ${unknown.join(", ")}`);
      const choices = chunks.filter((chunk) => oneOf.includes(chunk.name)).map(part);
      const always = begin.map(part);
      const sum = sumOf(always) + Math.max(0, ...choices.map((choice) => choice.bytes));
      const list = (parts: Part[]): string => parts.map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`).join(", ");
      const later = chunks.map(part).filter(({ name }) => ![...always, ...choices].some((first) => first.name === name));
      console.log(
        `scripts, gzipped: ${kilobytes(sum)} of ${kilobytes(budgetBytes)} at most for a first load ` +
          `(${list(always)}; one of ${list(choices)}); when needed: ${list(later)}`,
      );
      if (sum > budgetBytes) this.error("the page's scripts are over their budget: take something away");
    },
  };
}
