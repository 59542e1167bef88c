"""What Lighthouse says of the page on a phone, what axe finds, and how soon there is something useful to see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from household import AT_REST, PAD
from running import Up, wait_until

from tests.bench.figures import Figure
from tests.bench.panel_chromium import phone
from tests.bench.panel_live import NOW, phase

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "build" / "lighthouse"
VERSION = "12.8.2"
PERFORMANCE, ACCESSIBILITY, PRACTICES = "performance", "accessibility", "best-practices"
LEAST = {PERFORMANCE: 95, ACCESSIBILITY: 100, PRACTICES: 95}
RUNS = 3  # the one in the middle counts: each is disturbed by whatever else the computer does
GOOD = {  # what web.dev calls good on a phone: its limit, and how many of Lighthouse's units make one of ours
    "first-contentful-paint": (1.8, "s", 1000),
    "largest-contentful-paint": (2.5, "s", 1000),
    "total-blocking-time": (200, "ms", 1),
    "cumulative-layout-shift": (0.1, "", 1),
}
LOADS = 10
PAINT_LIMIT_S = 1.0
PHONE_INDEX = 400.0  # Lighthouse's benchmarkIndex of a phone of the middle class, as its documentation places them
FLAGS = "--headless=new --no-sandbox --disable-gpu"
USEFUL = """() => new Promise((done) => {
  const look = () => {
    if (document.querySelector("section.now h2")?.textContent) requestAnimationFrame(() => done(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})"""


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """The first screen of a household at rest, whose checklist was read."""
    with tempfile.TemporaryDirectory() as directory, Up(Path(directory), "simulated") as up:
        wait_until(lambda: phase(up.url) in AT_REST, 20, "a pad at rest")
        httpx.post(f"{up.url}/api/pads/{PAD}/checklist", json={"accepted": True}).raise_for_status()
        yield from _paint(up.url, progress)
        yield from _lighthouse(up.url, progress)


def _paint(url: str, progress: Callable[[str], None]) -> Iterator[Figure]:
    taken = []
    with phone() as page:
        for count in range(LOADS):
            progress(f"first useful paint: {count} of {LOADS}")
            page.goto(url, wait_until="commit")
            taken.append(float(page.evaluate(USEFUL)) / 1000)
        page.locator(NOW).wait_for()
        found = Axe().run(page).response["violations"]
    yield Figure("first useful paint, worst", max(taken), "s", PAINT_LIMIT_S, f"{LOADS} loads, from this computer")
    yield Figure("axe finds on the first screen", len(found), "", 0, ", ".join(one["id"] for one in found))


def _lighthouse(url: str, progress: Callable[[str], None]) -> Iterator[Figure]:
    progress("Lighthouse: installing")
    _install()
    progress("Lighthouse: how fast this computer is")
    index = float(_run(url, 4.0)["environment"]["benchmarkIndex"])
    slowdown = max(1.0, round(index / PHONE_INDEX, 1))
    runs = []
    for count in range(RUNS):
        progress(f"Lighthouse: {count} of {RUNS}")
        runs.append(_run(url, slowdown))
    told = sorted(runs, key=lambda run: float(run["categories"][PERFORMANCE]["score"]))[RUNS // 2]
    for name, (limit, unit, divisor) in GOOD.items():
        values = sorted(float(run["audits"][name]["numericValue"]) / divisor for run in runs)
        note = "of " + ", ".join(f"{each:.3g}" for each in values)
        yield Figure(f"Lighthouse, {name.replace('-', ' ')}", values[RUNS // 2], unit, limit, note)
    how = f"this computer {index:.0f}, slowed {slowdown:g}-fold to a phone's {PHONE_INDEX:.0f}"
    for name, least in LEAST.items():
        score = round(100 * told["categories"][name]["score"])
        note = _weak(told, name) or (how if name == PERFORMANCE else "")
        yield Figure(
            f"Lighthouse, {name}: missing to 100", 100 - score, "", 100 - least, f"{score}; {note}".strip("; ")
        )


def _weak(told: dict[str, Any], category: str) -> str:
    """What costs a category most, where it does not keep its limit."""
    if 100 * told["categories"][category]["score"] >= LEAST[category]:
        return ""
    audits = [(ref["weight"], told["audits"][ref["id"]]) for ref in told["categories"][category]["auditRefs"]]
    lost = [(weight * (1 - audit["score"]), audit) for weight, audit in audits if audit.get("score") is not None]
    worst = sorted(lost, key=lambda one: -one[0])[:3]
    return ", ".join(f"{audit['id']} {audit.get('displayValue', '')}" for cost, audit in worst if cost)


def _run(url: str, slowdown: float) -> dict[str, Any]:
    told = HOME / "told.json"  # a pipe would lose what Node has not written when it ends
    command = [
        "node", str(HOME / "node_modules" / "lighthouse" / "cli" / "index.js"), url, "--quiet", "--output=json",
        f"--output-path={told}", f"--chrome-flags={FLAGS}", f"--only-categories={','.join(LEAST)}",
        f"--throttling.cpuSlowdownMultiplier={slowdown:g}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": "/usr/bin/chromium"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        sys.exit(f"Lighthouse did not succeed: {done.stderr.strip()[-600:]}")
    return dict(json.loads(told.read_bytes()))


def _install() -> None:
    """Lighthouse out of npm, into build: it is a bench's tool, and no part of the page."""
    HOME.mkdir(parents=True, exist_ok=True)
    if (HOME / "node_modules" / "lighthouse" / "package.json").exists():
        return
    (HOME / "package.json").write_text('{"private": true}', encoding="utf-8")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", f"lighthouse@{VERSION}"]
    subprocess.run(command, cwd=HOME, check=True, capture_output=True, timeout=300)
