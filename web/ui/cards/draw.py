"""Draws public/cards/*.svg: one simple figure with thick rounded limbs, as poses.toml says what it does.

`python web/ui/cards/draw.py [--check]`; a rule test runs the check, so that descriptions and drawings cannot drift.
"""

from __future__ import annotations

import argparse
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
POSES = HERE / "poses.toml"
TARGET = HERE.parent / "public" / "cards"
WIDTH, HEIGHT, FLOOR = 160, 120, 107
TORSO, NECK, HEAD = 34.0, 13.0, 8.5
UPPER_ARM, FOREARM, THIGH, SHIN, FOOT = 19.0, 18.0, 25.0, 25.0, 8.0
SHOULDERS, HIPS = 11.0, 6.0  # half of each, seen from the front
BELOW_NECK = 4.0  # where the arms begin on the torso
STRETCH = 1.12  # how much longer than it is a limb may be drawn before the pose is wrong
# In an <img> the page's colours do not reach the picture: it follows the same preference by itself.
STYLE = (
    "svg{color:#3a2c25}.l{fill:none;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round;stroke-width:8}"
    ".t{stroke-width:12}.o{opacity:.74}.h{fill:currentColor}.f{opacity:.42}.p{stroke-width:2.5;opacity:.45}.b{stroke:#2a8c82;"
    "stroke-width:3}.w{fill:#2a8c82}.a{stroke:#d0571c;stroke-width:3.4}.g{fill:none;stroke:currentColor;stroke-width:2;"
    "stroke-dasharray:3 3;opacity:.6}.r{fill:currentColor;opacity:.08}"
    "@media(prefers-color-scheme:dark){svg{color:#f2e6da}.a{stroke:#ff9455}.b{stroke:#62cfc3}.w{fill:#62cfc3}}"
)


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the canvas."""

    x: float
    y: float

    def towards(self, angle: float, length: float) -> Point:
        """So far in that direction; degrees, 90 is up."""
        radians = math.radians(angle)
        return Point(self.x + length * math.cos(radians), self.y - length * math.sin(radians))

    def __str__(self) -> str:
        """As a path has it."""
        return f"{self.x:.1f} {self.y:.1f}"


class PoseError(ValueError):
    """A pose that no body can take."""


def joint(root: Point, end: Point, first: float, second: float, side: float) -> tuple[Point, Point]:
    """Knee or elbow, and foot or hand, of a limb that reaches from the root to its end as far as it can."""
    dx, dy = end.x - root.x, end.y - root.y
    distance = math.hypot(dx, dy)
    if distance > (first + second) * STRETCH:
        raise PoseError(f"{distance:.0f} is too far for a limb of {first + second:.0f}")
    reach = min(distance, (first + second) * 0.999)
    end = Point(root.x + dx * reach / distance, root.y + dy * reach / distance)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    across = math.sqrt(max(0.0, first**2 - along**2)) * side
    ux, uy = dx / distance, dy / distance
    return Point(root.x + ux * along + uy * across, root.y + uy * along - ux * across), end


def limb(root: Point, what: Mapping[str, Any], first: float, second: float) -> tuple[Point, Point]:
    """The two outer places of a limb, as the pose says."""
    end = Point(*(what.get("hand") or what["foot"]))
    middle = what.get("elbow") or what.get("knee")
    if middle is None:
        return joint(root, end, first, second, what["side"])
    bent = Point(*middle)
    for a, b, length in ((root, bent, first), (bent, end, second)):
        if not length / 1.6 <= math.hypot(a.x - b.x, a.y - b.y) <= length * 1.35:
            raise PoseError(f"from {a} to {b} is not {length:.0f}")
    return bent, end


def path(points: tuple[Point, ...], kind: str) -> str:
    """A line over places."""
    return f'<path class="{kind}" d="M{"L".join(map(str, points))}"/>'


def leg(hip: Point, what: Mapping[str, Any], kind: str) -> str:
    """Thigh, shin and, seen from the side, foot."""
    knee, ankle = limb(hip, what, THIGH, SHIN)
    toes = (ankle.towards(what["toe"], FOOT),) if "toe" in what else ()
    return path((hip, knee, ankle, *toes), kind)


def arm(shoulder: Point, what: Mapping[str, Any], kind: str) -> str:
    """Upper arm and forearm."""
    return path((shoulder, *limb(shoulder, what, UPPER_ARM, FOREARM)), kind)


def figure(pose: Mapping[str, Any]) -> Iterator[str]:
    """Far limbs, torso, head, near limbs."""
    hip = Point(*pose["hip"])
    neck = hip.towards(pose["torso"], TORSO)
    shoulder = hip.towards(pose["torso"], TORSO - BELOW_NECK)
    front = pose.get("view") == "front"
    far = "l" if front else "l f"
    spread, stance = (SHOULDERS, HIPS) if front else (0.0, 0.0)
    yield leg(Point(hip.x - stance, hip.y), pose["far_leg"], far)
    yield arm(Point(shoulder.x - spread, shoulder.y), pose["far_arm"], far)
    head = neck.towards(pose.get("head", pose["torso"]), NECK)
    throat = path((neck.towards(pose["torso"], -BELOW_NECK), head), "l")
    yield f'<g class="o">{torso(hip, neck, pose, front)}{throat}</g>'
    yield f'<circle class="h" cx="{head.x:.1f}" cy="{head.y:.1f}" r="{HEAD}"/>'
    yield leg(Point(hip.x + stance, hip.y), pose["near_leg"], "l")
    yield arm(Point(shoulder.x + spread, shoulder.y), pose["near_arm"], "l")


def torso(hip: Point, neck: Point, pose: Mapping[str, Any], front: bool) -> str:
    """The back, rounded or straight; from the front with shoulders and hips."""
    if front:
        top = neck.y + BELOW_NECK
        left, right = Point(neck.x - SHOULDERS, top), Point(neck.x + SHOULDERS, top)
        low = Point(hip.x + HIPS, hip.y), Point(hip.x - HIPS, hip.y)
        return f'<path class="l h" d="M{left}L{right}L{low[0]}L{low[1]}Z"/>'
    over = Point((hip.x + neck.x) / 2, (hip.y + neck.y) / 2).towards(pose["torso"] + 90, 2 * pose.get("bend", 0))
    return f'<path class="l t" d="M{hip}Q{over} {neck}"/>'


def arrow(numbers: list[float]) -> str:
    """A curved arrow: from, over, to."""
    start, over, end = (Point(*numbers[i : i + 2]) for i in (0, 2, 4))
    back = math.degrees(math.atan2(end.y - over.y, over.x - end.x))
    wings = [end.towards(back + turn, 7.5) for turn in (35, -35)]
    return f'<path class="l a" d="M{start}Q{over} {end}M{wings[0]}L{end}L{wings[1]}"/>'


def around(pose: Mapping[str, Any]) -> Iterator[str]:
    """The room: wall, floor, furniture."""
    if "wall" in pose:
        x, y, width, height = pose["wall"]
        yield f'<rect class="r" x="{x}" y="{y}" width="{width}" height="{height}"/>'
    for line in ([6, FLOOR, WIDTH - 6, FLOOR], *pose.get("props", ())):
        yield path((Point(*line[:2]), Point(*line[2:])), "l p")


def held(pose: Mapping[str, Any]) -> Iterator[str]:
    """What is held, what was before, and how it moves."""
    for line in pose.get("band", ()):
        yield path((Point(*line[:2]), Point(*line[2:])), "l b")
    for x, y in pose.get("weights", ()):
        yield f'<rect class="w" x="{x - 9}" y="{y - 4}" width="18" height="8" rx="3"/>'
    if "ghost" in pose:
        x, y = pose["ghost"]
        yield f'<circle class="g" cx="{x}" cy="{y}" r="{HEAD}"/>'
    yield from map(arrow, pose.get("arrows", ()))


def drawing(pose: Mapping[str, Any]) -> str:
    """A whole picture."""
    body = "".join([*figure(pose), *held(pose)])
    if "scale" in pose:
        scale = pose["scale"]
        shift = f"translate({WIDTH / 2 * (1 - scale):g} {FLOOR * (1 - scale):g}) scale({scale:g})"
        body = f'<g transform="{shift}">{body}</g>'
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    content = "".join(around(pose)) + body
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{STYLE}</style>{content}</svg>\n'


def drawings() -> dict[str, str]:
    """Every picture by its file's name."""
    poses = tomllib.loads(POSES.read_text(encoding="utf-8"))
    pictures = {}
    for name, pose in poses.items():
        try:
            pictures[f"{name}.svg"] = drawing(pose)
        except PoseError as error:
            raise SystemExit(f"{POSES.name}: {name}: {error}; correct the places of its limbs") from None
    return pictures


def main() -> None:
    """Writes all pictures, or with --check compares them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    wanted, there = drawings(), {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.svg")}
    if check and wanted != there:
        raise SystemExit(f"{TARGET} is not what {POSES.name} says: run python web/ui/cards/draw.py")
    if not check:
        TARGET.mkdir(exist_ok=True)
        for name in there.keys() - wanted.keys():
            (TARGET / name).unlink()
        for name, text in wanted.items():
            (TARGET / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
