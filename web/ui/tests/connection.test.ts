import { beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type Stream } from "../src/lib/connection";
import type { LiveMessage } from "../src/lib/live";

class Line implements Stream {
  closed = false;
  #listeners = new Map<string, (event: { data?: string }) => void>();
  addEventListener(type: string, listener: (event: { data?: string }) => void) {
    this.#listeners.set(type, listener);
  }
  close() {
    this.closed = true;
  }
  say(type: string, data = "{}") {
    this.#listeners.get(type)?.({ data });
  }
}

let lines: Line[];
let heard: LiveMessage[];
let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  heard = [];
  connection = new Connection({
    open: () => {
      const line = new Line();
      lines.push(line);
      return line;
    },
    heard: (message) => heard.push(message),
    setTimeout: (run, ms) => setTimeout(run, ms) as unknown as number,
    clearTimeout: (id) => clearTimeout(id),
  });
  connection.open();
});

const alive = () => lines.filter((line) => !line.closed);

describe("a connection", () => {
  it("hands on what it hears", () => {
    lines[0]!.say("snapshot", '{"pads":{}}');
    expect(heard).toEqual([{ kind: "snapshot", data: { pads: {} } }]);
  });

  it("stays as long as something is said every three seconds", () => {
    for (let second = 0; second < 20; second += 1) {
      vi.advanceTimersByTime(2900);
      lines[0]!.say("heartbeat");
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]!.closed).toBe(false);
  });

  it("takes silence for loss", () => {
    vi.advanceTimersByTime(2999);
    expect(lines[0]!.closed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(lines[0]!.closed).toBe(true);
    vi.advanceTimersByTime(200);
    expect(alive()).toHaveLength(1);
  });

  it("tries for ever, pausing longer but never more than three seconds", () => {
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 40; attempt += 1) {
      lines.at(-1)!.say("error");
      let pause = 0;
      while (lines.length === attempt) {
        vi.advanceTimersByTime(100);
        pause += 100;
      }
      pauses.push(pause);
    }
    expect(pauses.slice(0, 5)).toEqual([200, 500, 1000, 2000, 3000]);
    expect(Math.max(...pauses)).toBe(3000);
    expect(alive()).toHaveLength(1);
  });

  it("begins with short pauses again once it was heard", () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      lines.at(-1)!.say("error");
      vi.advanceTimersByTime(3000);
    }
    const before = lines.length;
    lines.at(-1)!.say("heartbeat");
    lines.at(-1)!.say("error");
    vi.advanceTimersByTime(200);
    expect(lines).toHaveLength(before + 1);
  });

  it("never keeps two lines, and does not listen to an old one", () => {
    connection.open();
    lines[0]!.say("heartbeat");
    lines[0]!.say("error");
    expect(heard).toEqual([]);
    expect(alive()).toEqual([lines[1]]);
  });

  it("is quiet once closed, until it is opened again", () => {
    connection.close();
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1);
    connection.open();
    expect(alive()).toHaveLength(1);
  });
});
