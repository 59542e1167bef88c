import { expect, test } from "vitest";
import { daysBefore, foremost, lineOf, monthName, placesOf, read, score, shifted, timeOf, weekdays, weeksOf, write } from "../src/lib/history";
import { endingWord, historyTrouble, historyWord } from "../src/words/history";

test("months are weeks from Monday on", () => {
  const march = weeksOf("2026-03"); // begins on a Sunday
  expect(march[0]).toEqual([null, null, null, null, null, null, "2026-03-01"]);
  expect(march.at(-1)).toEqual(["2026-03-30", "2026-03-31", null, null, null, null, null]);
  expect(march.flat().filter(Boolean)).toHaveLength(31);
  expect(weeksOf("2021-02")).toHaveLength(4); // four whole weeks
  expect(weeksOf("2024-02").flat().filter(Boolean)).toHaveLength(29);
});

test("to other months and days, over a year's end and a clock change", () => {
  expect([shifted("2026-12", 1), shifted("2026-01", -1), shifted("2026-03", -12)]).toEqual(["2027-01", "2025-12", "2025-03"]);
  expect(daysBefore("2026-03-01", 1)).toBe("2026-02-28");
  expect(daysBefore("2026-03-30", 2)).toBe("2026-03-28");
  expect(daysBefore("2026-01-01", 365)).toBe("2025-01-01");
});

test("names in both languages", () => {
  expect(monthName("2026-03", "de")).toBe("März 2026");
  expect([weekdays("en")[0], weekdays("de")[6]]).toEqual(["Mo", "So"]);
  expect(timeOf("2026-03-01T19:30:00+01:00")).toBe("19:30");
  expect([score(null, "en"), score(2.5, "de"), score(0, "en")]).toEqual(["–", "2,5", "0"]);
});

test("the pain of a session in one line is the one with both answers, else what hurt most", () => {
  const pain = (region: string, before: number | null, after: number | null) => ({ region, before, after });
  expect(foremost({ pain: [pain("neck", 9, null), pain("hips", 3, 1), pain("legs", 4, 4)] })?.region).toBe("legs");
  expect(foremost({ pain: [pain("neck", null, 2), pain("hips", 3, null)] })?.region).toBe("hips");
  expect(foremost({ pain: [] })).toBeNull();
});

test("lines of a chart; one point alone is a dot, what is not known is passed over", () => {
  expect(lineOf([0, 10], [0, 100], 10)).toBe("M0.00 100.00L100.00 0.00");
  expect(lineOf([5], [50], 10)).toBe("M50.00 50.00h0.01");
  expect(lineOf([null, 5, null], [0, 50, 100], 10)).toBe("M50.00 50.00h0.01");
  expect(lineOf([5, null, 0], [0, 50, 100], 10)).toBe("M0.00 50.00L100.00 100.00");
  expect(lineOf([], [], 10)).toBe("");
  expect(placesOf(["2026-03-01", "2026-03-11", "2026-02-01"], "2026-03-01", "2026-03-21")).toEqual([0, 50, 0]);
});

const answering = (status: number, body: unknown) => async () => new Response(JSON.stringify(body), { status });

test("an answer, a reason, and no answer at all", async () => {
  expect(await read(answering(200, { total: 1 }), "sessions")).toEqual({ ok: true, answer: { total: 1 } });
  const reason = { code: "history_full", text: "Full.", values: {} };
  expect(await read(answering(503, { status: "error", reason }), "sessions")).toEqual({ ok: false, reason });
  expect(await read(() => Promise.reject(new Error("away")), "sessions")).toEqual({ ok: false, reason: null });
  let sent: RequestInit = {};
  await write(async (_path, init) => ((sent = init), new Response("{}")), "sessions/a/note", { note: "x" });
  expect([sent.method, sent.body]).toEqual(["POST", '{"note":"x"}']);
});

test("what is wrong, in words; what nobody knows as it came", () => {
  const reason = { code: "history_damaged", text: "T.", values: { where: "/a/b.sqlite" } };
  expect(historyTrouble("de", reason)).toMatch(/^Der Verlauf \/a\/b\.sqlite ist beschädigt\..* Kissen und STOPP brauchen ihn nicht\.$/);
  expect(historyTrouble("de", { ...reason, code: "history_new" })).toBe("T.");
  expect([endingWord("de", "cut_off"), endingWord("en", "never_heard")]).toEqual(["Abgebrochen", "never heard"]);
  expect(historyWord("en", "trend.point", { before: 1 })).toBe("1 before,  after");
});
