import { describe, expect, it } from "vitest";
import { stop, STOP_TRIES, type StopView } from "../src/lib/stop";

type Answer = boolean | "unreachable" | "broken";

function response(answer: Answer): Promise<Response> {
  if (answer === "unreachable") return Promise.reject(new TypeError("failed to fetch"));
  if (answer === "broken") return Promise.resolve(new Response("oops", { status: 500 }));
  return Promise.resolve(Response.json({ confirmed_off: answer }));
}

/** Plays STOP against these answers, in turn; returns what was posted and what was shown. */
async function play(pads: string[], answers: Answer[], current = () => true) {
  const posted: string[] = [];
  const shown: StopView[] = [];
  await stop(pads, {
    fetch: (path) => {
      posted.push(path);
      return response(answers[posted.length - 1] ?? "unreachable");
    },
    wait: () => Promise.resolve(),
    show: (view) => shown.push(view),
    current,
  });
  return { posted, shown };
}

describe("STOP", () => {
  it("is posted once and confirmed where the board says so", async () => {
    const { posted, shown } = await play(["sofa"], [true]);
    expect(posted).toEqual(["api/pads/sofa/requests/stop"]);
    expect(shown).toEqual([{ phase: "stopping" }, { phase: "confirmed" }]);
  });

  it.each(["unreachable", "broken", false] as const)("says loudly that it is not confirmed: %s", async (answer) => {
    const { shown } = await play(["sofa"], [answer, true]);
    expect(shown).toEqual([
      { phase: "stopping" },
      { phase: "unconfirmed", trying: true },
      { phase: "confirmed" },
    ]);
  });

  it("tries a bounded number of times and then stays unconfirmed", async () => {
    const { posted, shown } = await play(["sofa"], []);
    expect(posted).toHaveLength(STOP_TRIES);
    expect(shown.at(-1)).toEqual({ phase: "unconfirmed", trying: false });
  });

  it("is confirmed for several pads only where each of them is off", async () => {
    const { shown } = await play(["sofa", "desk"], [true, false, true, true]);
    expect(shown.map((view) => view.phase)).toEqual(["stopping", "unconfirmed", "confirmed"]);
  });

  it("is never confirmed where no pad is known", async () => {
    const { posted, shown } = await play([], []);
    expect(posted).toEqual([]);
    expect(shown.at(-1)).toEqual({ phase: "unconfirmed", trying: false });
  });

  it("leaves the word to a later tap", async () => {
    const { posted, shown } = await play(["sofa"], [], () => false);
    expect(posted).toHaveLength(1);
    expect(shown).toEqual([{ phase: "stopping" }]);
  });
});
