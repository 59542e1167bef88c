"""A panel that trusts nobody at this computer, and phones that are paired with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from brokers import BrokerProcess
from poultice_panel.people.door import KEY_NAME, Access

from tests.panel.conftest import WAIT_S, RunningPanel


class House:
    """A panel where everybody is a stranger until paired, and its console."""

    def __init__(self, broker: BrokerProcess, static: Path, directory: Path) -> None:
        self.directory = directory
        self._broker, self._static = broker, static
        self.panel = self._run()

    def _run(self) -> RunningPanel:
        access = Access(directory=self.directory, trust_loopback=False)
        return RunningPanel(self._broker.address, self._static, access)

    def restart(self) -> None:
        """Ends the panel and starts it anew, at another port."""
        self.panel.close()
        self.panel = self._run()

    def phone(self) -> httpx.Client:
        """Somebody without anything."""
        return httpx.Client(base_url=self.panel.url, timeout=WAIT_S)

    def console(self) -> httpx.Client:
        """Who may read the data directory."""
        key = (self.directory / KEY_NAME).read_text()
        return httpx.Client(base_url=self.panel.url, timeout=WAIT_S, headers={"Authorization": f"Bearer {key}"})

    def code(self, role: str = "use", person: str | None = None) -> str:
        with self.console() as console:
            answer = console.post("/api/pairing", json={"role": role, "person": person})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])

    def paired(self, role: str, name: str = "Phone", person: str | None = None) -> httpx.Client:
        """A phone that came in by a code."""
        phone = self.phone()
        answer = phone.post("/api/pairing/claim", json={"code": self.code(role, person), "name": name})
        assert answer.status_code == 200, answer.text
        return phone

    def forget_tries(self) -> None:
        """A minute goes by."""
        self.panel.server.config.app.state.house.people._logins._at_s.clear()

    def me(self, phone: httpx.Client) -> Any:
        return phone.get("/api/me").json()


@pytest.fixture
def house(broker: BrokerProcess, static: Path, tmp_path: Path) -> Iterator[House]:
    made = House(broker, static, tmp_path / "data")
    yield made
    made.panel.close()
