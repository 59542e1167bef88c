import { describe, expect, it } from "vitest";
import { picture, points } from "../src/lib/foreseen";

describe("what is foreseen", () => {
  it("runs over the whole width, warm at the top", () => {
    expect(points([20, 32, 44])).toEqual(["0.0,88.0", "150.0,44.0", "300.0,0.0"]);
    expect(points([0, 99])).toEqual(["0.0,88.0", "300.0,0.0"]);
  });

  it("is a band and a curve for each zone", () => {
    const zone = { temperature_c: [22, 40], low_c: [21, 39], high_c: [23, 41] };
    const drawn = picture({ upper_back: zone, lumbar: zone }, ["upper_back", "lumbar"]);
    expect(picture({ lumbar: zone }, ["upper_back", "lumbar"])).not.toContain("zone-0");
    expect(drawn.match(/<polygon/g)).toHaveLength(2);
    expect(drawn).toContain('stroke="var(--zone-1)"');
    expect(drawn).toContain("0.0,84.3 300.0,18.3 300.0,11.0 0.0,77.0");
  });
});
