"""How soon a state on MQTT is on a phone's page, and how soon a tap on STOP is confirmed there."""

from __future__ import annotations

import contextlib
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from brokers import BrokerProcess, free_port
from household import AT_REST, PAD, Process, write_configuration
from running import Up, wait_until

from tests.bench.figures import Figure, percentile
from tests.bench.panel_chromium import phone, seen, watch
from tests.bench.panel_pads import pads

STATES = 200
STATE_LIMIT_MS = 100.0
TAPS = 60
TAP_LIMIT_MS = 250.0
NOW = "section.now"
TAP = """() => new Promise((done) => {
  const begun = performance.now();
  const look = () => {
    if (!/Confirmed: everything is off/.test(document.body.textContent)) return;
    watching.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  };
  const watching = new MutationObserver(look);
  watching.observe(document.body, { subtree: true, childList: true, characterData: true });
  [...document.querySelectorAll("button")].find((one) => /STOP/.test(one.textContent)).click();
  setTimeout(() => done(10000), 10000);
})"""


@contextlib.contextmanager
def panel(directory: Path, broker_port: int) -> Iterator[tuple[str, Process]]:
    """A panel of its own process at a broker: where it is, and it."""
    panel_port = free_port()
    broker = f'url = "mqtt://127.0.0.1:{broker_port}"'
    file = write_configuration(directory, broker=broker, panel_port=panel_port)
    url = f"http://127.0.0.1:{panel_port}"
    with Process(directory, "panel", "--config", str(file)) as process:
        wait_until(lambda: _serves(url), 20, f"the panel: {process.complaints()}")
        yield url, process


def _serves(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return bool(httpx.get(f"{url}/healthz", timeout=1).json()["broker_connected"])
    return False


def measure_states(progress: Callable[[str], None]) -> Iterator[Figure]:
    """From the publication of a state to the frame that shows it."""
    with (
        tempfile.TemporaryDirectory() as directory,
        BrokerProcess("mosquitto", Path(directory)) as broker,
        pads(broker.port, 1) as told,
        panel(Path(directory), broker.port) as (url, _),
        phone() as page,
    ):
        page.goto(url)
        page.locator(NOW).wait_for()
        watch(page, NOW, r"State \d+")
        sent: dict[str, float] = {}
        chance = random.Random(1)
        for count in range(STATES):
            progress(f"state on the page: {count} of {STATES}")
            sent[f"State {count}"] = told.say(told.names[0], f"state {count}")
            page.wait_for_timeout(1000 * chance.uniform(0.1, 0.25))
        found = seen(page)
    late = [1000 * (found.get(name, float("inf")) - at_s) for name, at_s in sent.items()]
    note = f"{STATES} states, p50 {percentile(late, 0.5):.0f}, worst {max(late):.0f}"
    yield Figure("state on MQTT to the page, p99", percentile(late, 0.99), "ms", STATE_LIMIT_MS, note)


def measure_stop(progress: Callable[[str], None]) -> Iterator[Figure]:
    """From the tap to "confirmed" on the page, with massage on a simulated pad."""
    taken: list[float] = []
    with tempfile.TemporaryDirectory() as directory, Up(Path(directory), "simulated") as up, phone() as page:
        way = f"{up.url}/api/pads/{PAD}"
        wait_until(lambda: phase(up.url) in AT_REST, 20, "a pad at rest")
        httpx.post(f"{way}/checklist", json={"accepted": True}).raise_for_status()
        page.goto(up.url)
        page.locator(NOW).wait_for()
        chance = random.Random(1)
        for count in range(TAPS):
            progress(f"STOP on the page: {count} of {TAPS}")
            wait_until(lambda: _start(way), 10, "massage")
            page.wait_for_timeout(1000 * chance.uniform(0.4, 0.8))
            page.reload()
            page.locator("section.now").get_by_text("left", exact=True).wait_for()
            taken.append(float(page.evaluate(TAP)))
    note = f"{TAPS} taps, p50 {percentile(taken, 0.5):.0f}, p90 {percentile(taken, 0.9):.0f}, worst {max(taken):.0f}"
    yield Figure("STOP tapped to confirmed off, p99", percentile(taken, 0.99), "ms", TAP_LIMIT_MS, note)


def phase(url: str) -> str:
    """What the panel says that its one pad does; empty where it says nothing."""
    with contextlib.suppress(httpx.HTTPError, IndexError, TypeError, KeyError):
        return str(httpx.get(f"{url}/api/pads", timeout=2).json()[0]["state"]["phase"])
    return ""


def _start(way: str) -> bool:
    answer = httpx.post(f"{way}/requests/start", json={"args": {"program": "short-massage"}}, timeout=5)
    time.sleep(0.05)
    return bool(answer.json()["status"] == "accepted")
