import { expect, test } from "vitest";
import { changeOf, groundsOf, type Row, whatHelped } from "../src/lib/helped";
import { helpedWord } from "../src/words/helped";
import { regionName, REGIONS } from "../src/words/regions";

const row: Row = {
  program: "ease",
  title: { en: "Ease" },
  region: "neck",
  sessions: 6,
  median_before: 5.5,
  median_change: -1.5,
  eased: 3,
  worsened: 1,
  few: false,
  versions: 1,
};

test("by how much", () => {
  expect(changeOf(row, "en")).toBe("1.5 points less");
  expect(changeOf(row, "de")).toBe("1,5 Punkte weniger");
  expect(changeOf({ ...row, median_change: 1 }, "en")).toBe("1 point more");
  expect(changeOf({ ...row, median_change: -1 }, "de")).toBe("1 Punkt weniger");
  expect(changeOf({ ...row, median_change: 0 }, "en")).toBe("no change");
});

test("what it rests on", () => {
  expect(groundsOf(row, "en")).toEqual(["6 sessions", "notably eased in 3", "notably worse in 1"]);
  expect(groundsOf({ ...row, sessions: 1 }, "en")).toEqual(["1 session"]);
  expect(groundsOf({ ...row, eased: 0, worsened: 0, versions: 2 }, "de")).toEqual([
    "6 Sitzungen",
    "das Programm wurde dazwischen geändert",
  ]);
});

test("a summary is the whole house's, else that of the pad's controller, else none", async () => {
  const house = { sessions: 3, rows: [] };
  const pad = { status: "ok", result: { sessions: 1, rows: [] } };
  const refused = { status: "refused", reason: { code: "disk" } };
  const answers = (history: unknown, controller: unknown) => (path: string) => {
    const body = path.startsWith("api/history/") ? history : controller;
    return body === null ? Promise.reject(new TypeError("gone")) : Promise.resolve(new Response(JSON.stringify(body), { status: body === refused && history === refused ? 503 : 200 }));
  };
  expect(await whatHelped(answers(house, pad), "sofa")).toMatchObject({ sessions: 3 });
  expect(await whatHelped(answers(null, pad), "sofa")).toMatchObject({ sessions: 1 });
  expect(await whatHelped(answers(refused, pad), "sofa")).toMatchObject({ sessions: 1 });
  expect(await whatHelped(answers(null, refused), "sofa")).toBeNull();
  expect(await whatHelped(answers(null, null), "sofa")).toBeNull();
});

test("every region has a name, and both languages fill in numbers", () => {
  expect(REGIONS).toHaveLength(8);
  expect(regionName("de", "neck")).toBe("Nacken");
  expect(regionName("en", "tail")).toBe("Elsewhere");
  expect(helpedWord("en", "told", 2, 3)).toBe("Answered before and after: 2 of 3 sessions.");
});
