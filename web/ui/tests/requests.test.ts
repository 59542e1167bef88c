import { describe, expect, it } from "vitest";
import { post, request } from "../src/lib/requests";

const problem = { code: "unknown_pad", text: "There is no pad x.", values: {} };
const reply = { id: "1", status: "refused", reason: { code: "busy", text: "no", values: {} }, applied: {} };

describe("a request", () => {
  it("is one plain POST with the arguments", async () => {
    const seen: unknown[] = [];
    await request(
      (path, init) => {
        seen.push(path, init.method, init.body);
        return Promise.resolve(Response.json(reply));
      },
      "sofa",
      "adjust",
      { zone: "lumbar", target: 40.5 },
    );
    expect(seen).toEqual([
      "api/pads/sofa/requests/adjust",
      "POST",
      '{"args":{"zone":"lumbar","target":40.5}}',
    ]);
  });

  it("takes a refusal for an answer", async () => {
    const outcome = await request(() => Promise.resolve(Response.json(reply)), "sofa", "start", {});
    expect(outcome).toEqual({ kind: "answer", answer: reply });
  });

  it.each([
    [504, { reason: problem }, "timeout", problem],
    [404, { reason: problem }, "error", problem],
    [500, { detail: "of somebody else's making" }, "error", null],
  ])("keeps the panel's own words: %s", async (status, body, why, reason) => {
    const outcome = await post(() => Promise.resolve(Response.json(body, { status })), "x", {});
    expect(outcome).toEqual({ kind: "failed", why, reason });
  });

  it("knows a panel that is gone from one that does not answer", async () => {
    const gone = await post(() => Promise.reject(new TypeError("failed to fetch")), "x", {});
    expect(gone).toMatchObject({ kind: "failed", why: "unreachable" });
    const hanging = (_: string, init: RequestInit) =>
      new Promise<Response>((_done, fail) => init.signal?.addEventListener("abort", () => fail(init.signal?.reason)));
    expect(await post(hanging, "x", {}, 10)).toMatchObject({ kind: "failed", why: "timeout" });
  });

  it("survives an answer that is no JSON", async () => {
    const outcome = await post(() => Promise.resolve(new Response("<html>", { status: 200 })), "x", {});
    expect(outcome).toMatchObject({ kind: "failed", why: "error" });
  });
});
