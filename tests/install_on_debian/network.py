"""A house of its own: a network that no other program is in, with this computer on one end of a wire and a phone on the
other. Nothing leaves it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE, PHONE = "house0", "house1"
PHONE_ADDRESS = "10.9.8.100/24"
PREPARED_S = 5.0
PHONE_S = 30.0


class House:
    """Made by a process that was started by `alone`."""

    def __init__(self) -> None:
        self.address = ""
        _ip("link", "add", HERE, "type", "veth", "peer", "name", PHONE)
        self._phone = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        until_s = time.monotonic() + PREPARED_S
        while not self._apart():
            if time.monotonic() > until_s:
                raise TimeoutError("the phone has no network of its own")
            time.sleep(0.01)
        _ip("link", "set", PHONE, "netns", str(self._phone.pid))
        for words in (("addr", "add", PHONE_ADDRESS, "dev", PHONE), ("link", "set", PHONE, "up")):
            self._in_phone("ip", *words)
        self._in_phone("ip", "route", "add", "default", "dev", PHONE)

    def _apart(self) -> bool:
        return Path(f"/proc/{self._phone.pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()

    def move(self, address: str) -> None:
        """The router gives this computer an address, in the place of any before."""
        if self.address:
            _ip("addr", "del", f"{self.address}/24", "dev", HERE)
        _ip("addr", "add", f"{address}/24", "dev", HERE)
        self.address = address
        self.up()

    def up(self) -> None:
        """There is Wi-Fi."""
        _ip("link", "set", HERE, "up")
        _ip("route", "replace", "default", "dev", HERE)

    def down(self) -> None:
        """There is none."""
        _ip("link", "set", HERE, "down")

    def find(self, name: str) -> str | None:
        """The address that the phone is told for a name, by multicast DNS; None where nobody answers."""
        found: str | None = self._ask("find", name)["address"]
        return found

    def open(self, path: str, cookie: str = "", body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """What the phone gets from `http://poultice.local` at its address of now: `status`, `text`, `cookie`."""
        return self._ask("open", self.address, path, cookie, "" if body is None else json.dumps(body))

    def _ask(self, *words: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(
            self._in_phone(sys.executable, str(Path(__file__).with_name("phone.py")), *words)
        )
        return answer

    def _in_phone(self, *command: str) -> str:
        enter = ["nsenter", f"--target={self._phone.pid}", "--net", *command]
        return subprocess.run(enter, capture_output=True, text=True, check=True, timeout=PHONE_S).stdout

    def end(self) -> None:
        """The phone is put away; the wire goes with it."""
        self._phone.terminate()
        self._phone.wait(5)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, timeout=10)


def alone(*command: str) -> list[str]:
    """The command, in a network in which this computer has nobody but itself; what it mounts goes when it ends."""
    return ["unshare", "--net", "--mount", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]
