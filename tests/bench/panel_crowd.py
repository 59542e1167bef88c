"""Fifty phones that watch twenty pads: how late the slowest hears of a state, and what the panel needs for it.

The phones are connections of a process of its own, which notes for each state how old it is when its last byte came.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from brokers import BrokerProcess

from tests.bench.figures import Figure
from tests.bench.panel_live import panel
from tests.bench.panel_pads import pads

PHONES = 50
PADS = 20
RATE_HZ = 2.0  # as often as a pad says anything
SECONDS = 30.0
LATE_LIMIT_MS = 500.0
RSS_LIMIT_MB = 200.0
LISTEN = r"""
import asyncio, json, re, sys, time
from datetime import datetime
port, phones, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
TOLD = re.compile(rb'"time":"([^"]+)"[^\n]{0,40}"phase"')
late, status = [], []

async def phone():
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    writer.write(b"GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % port)
    status.append((await reader.readline()).split()[1])
    event = b""
    while True:
        line = await reader.readline()
        if not line:
            return
        if line.startswith(b"event: "):
            event = line
        elif line.startswith(b"data: ") and event.startswith(b"event: pad"):
            found = TOLD.search(line)
            if found:
                late.append(time.time() - datetime.fromisoformat(found[1].decode()).timestamp())

async def main():
    asked = [asyncio.create_task(phone()) for _ in range(phones)]
    print("ready", flush=True)
    await asyncio.sleep(seconds)
    for each in asked:
        each.cancel()
    late.sort()
    print(json.dumps({"heard": len(late), "p50": late[len(late) // 2], "p99": late[int(len(late) * 0.99)],
                      "worst": late[-1], "phones": status.count(b"200")}))

asyncio.run(main())
"""


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """Every pad says something twice a second, for half a minute."""
    with (
        tempfile.TemporaryDirectory() as directory,
        BrokerProcess("mosquitto", Path(directory)) as broker,
        pads(broker.port, PADS) as told,
        panel(Path(directory), broker.port) as (url, process),
    ):
        command = [sys.executable, "-c", LISTEN, url.rsplit(":", 1)[1], str(PHONES), str(SECONDS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listening:
            assert listening.stdout is not None
            listening.stdout.readline()
            watched = psutil.Process(process.pid)
            begun_s, before_s = time.monotonic(), sum(watched.cpu_times()[:2])
            most = 0
            count = 0
            while (passed_s := time.monotonic() - begun_s) < SECONDS - 2:
                if count % 20 == 0:
                    progress(f"{PHONES} phones, {PADS} pads: {passed_s:.0f} of {SECONDS:.0f} s")
                    most = max(most, watched.memory_info().rss)
                told.say(told.names[count % PADS], "watched")
                count += 1
                time.sleep(max(0.0, begun_s + count / (RATE_HZ * PADS) - time.monotonic()))
            share = 100 * (sum(watched.cpu_times()[:2]) - before_s) / passed_s
            found = json.loads(listening.stdout.readline())
    note = f"{found['phones']} phones heard {found['heard']} of {count * PHONES} states; {share:.0f} % of a core"
    name = f"{PHONES} phones, {PADS} pads"
    whole = found["phones"] == PHONES
    yield Figure(f"{name}, p99", 1000 * found["p99"] if whole else float("inf"), "ms", LATE_LIMIT_MS, note)
    yield Figure(f"{name}, the panel's memory", most / 1e6, "MB", RSS_LIMIT_MB)
