import { describe, expect, it } from "vitest";
import { begun, changed, redone, undone } from "../src/lib/undo";

describe("undo", () => {
  it("goes back and forth, and a change forgets what would have come", () => {
    let it_ = changed(changed(begun("a"), "b", "one", 0), "c", "two", 0);
    it_ = undone(it_);
    expect(it_.now).toBe("b");
    expect(redone(it_).now).toBe("c");
    it_ = changed(undone(it_), "d", "one", 1);
    expect(it_.future).toEqual([]);
    expect(undone(it_).now).toBe("a");
    expect(undone(undone(it_)).now).toBe("a");
    expect(redone(it_).now).toBe("d");
  });

  it("takes letters typed in one go for one change, and only those", () => {
    let typed = begun("");
    for (const [index, word] of ["w", "wa", "warm"].entries()) typed = changed(typed, word, "title", index * 0.5);
    expect(undone(typed).now).toBe("");
    const later = changed(typed, "warmer", "title", 60);
    expect(undone(later).now).toBe("warm");
    expect(undone(changed(typed, "x", "other", 1.5)).now).toBe("warm");
  });

  it("keeps a hundred", () => {
    let all = begun(0);
    for (let number = 1; number < 300; number += 1) all = changed(all, number, `${number}`, number);
    expect(all.past).toHaveLength(100);
    expect(all.past.at(-1)).toBe(298);
  });
});
