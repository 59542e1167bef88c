"""How much a session writes: `make bench-storage`. Controller, panel and broker run for some minutes with one pad that
heats and one open page; what the kernel counts for them (`write_bytes`: pages that go to the disk) is told for an hour.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil

from tests.brokers import free_port
from tests.household import Process, Talker, write_configuration
from tests.storage_trace import build, read

LIMIT_MB = 5.0
PROGRAM = "evening-wind-down"
SETTLES_S = 20.0
HOUR_S = 3600.0


def pages_of(up: psutil.Process) -> int:
    """Bytes that the kernel has for the disk of a process and its children, so far."""
    family = [up, *up.children(recursive=True)]
    return sum(int(_counted(each.pid)["write_bytes"]) for each in family)


def _counted(pid: int) -> dict[str, str]:
    return dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())


def measure(directory: Path, memory: Path, minutes: float) -> tuple[float, dict[str, float]]:
    """MB an hour that go to the disk, and MB an hour that are handed to the kernel, by file. The trace is kept in
    `memory`, for it is no part of it."""
    port, panel_port = free_port(), free_port()
    file = write_configuration(directory, broker=f"port = {port}", panel_port=panel_port)
    trace = memory / "trace"
    traced = {"LD_PRELOAD": str(build(directory)), "TRACED": str(directory / "data"), "TRACE": str(trace)}
    with Process(directory, "up", "--config", str(file), "--json", environment=traced) as up:
        assert up.line().startswith("{"), up.complaints()
        family = psutil.Process(up.pid)
        with Talker(port) as talker:
            talker.wait(lambda: talker.state.get("phase") == "idle", 30)
            talker.start(PROGRAM, lambda press_s: talker.send(talker.topics.simulated_button, {"press_s": press_s}))
            time.sleep(SETTLES_S)
            before, traced_before, begun_s = pages_of(family), trace.stat().st_size, time.monotonic()
            with httpx.stream("GET", f"http://127.0.0.1:{panel_port}/api/live", timeout=30) as page:
                for _ in page.iter_raw():
                    if time.monotonic() - begun_s > minutes * 60:
                        break
            pages = pages_of(family) - before
            hours = (time.monotonic() - begun_s) / HOUR_S
        up.end(timeout_s=10)
    by_file: Counter[str] = Counter()
    names: dict[int, str] = {}
    for step in read(trace):
        if step.kind == "o":
            names[step.inode] = step.path.split(".json.")[0]
        elif step.kind == "w" and step.end > traced_before:
            by_file[names[step.inode]] += len(step.data)
    return pages / hours / 1e6, {name: size / hours / 1e6 for name, size in by_file.most_common()}


def main(minutes: float) -> None:
    """Prints it; exits with 1 above the limit."""
    with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        disk, by_file = measure(Path(directory), Path(memory), minutes)
    lines = [f"{megabytes:6.2f} MB/h handed over for {name}" for name, megabytes in by_file.items()]
    lines.append(f"{sum(by_file.values()):6.2f} MB/h handed over in all")
    lines.append(f"{disk:6.2f} MB/h of pages that go to the disk; the limit is {LIMIT_MB:g}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(disk > LIMIT_MB)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
