"""The plan, what is refused before it, and the units that systemd gets."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from poultice.errors import SetupError
from poultice.install.login import URL, as_the_service
from poultice.install.places import NAME_UNIT, UNITS, Places
from poultice.install.plan import Wish, foreign_broker_is_plain, installation, next_version, refuse, units
from poultice.install.serving import Served, served
from poultice.install.steps import Services, Step, WriteFile, carry_out
from poultice.install.system import System

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")


class Computer(System):
    """A computer that remembers what was asked of it, and has what a test says: commands cannot really be run here."""

    def __init__(
        self, *, root: bool = True, release: int = 252, enabled: tuple[str, ...] = (), without: str = ""
    ) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.release = release
        self.enabled = enabled
        self.without = without
        self.root = root

    def run(self, *command: str, within_s: float = 0.0, environment: Mapping[str, str] | None = None) -> str:
        self.asked.append(command)
        if command == ("systemctl", "--version"):
            return f"systemd {self.release} ({self.release}.1)\n"
        if command[:2] == ("systemctl", "is-enabled") and command[-1] not in self.enabled:
            raise SetupError("disabled")
        return ""

    def has(self, command: str) -> bool:
        return command != self.without

    @property
    def is_root(self) -> bool:
        return self.root

    @property
    def runs_systemd(self) -> bool:
        return False


def wish(**more: object) -> Wish:
    page = Served(lan=False, port=free())
    return Wish(**{"source": "poultice.whl", "version": "1.0", "page": page, "broker_port": free(), **more})  # type: ignore[arg-type]


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


class TestRefused:
    """One sentence each, with what to do."""

    def test_without_root(self, places: Places) -> None:
        with pytest.raises(SetupError, match="sudo"):
            refuse(wish(), places, Computer(root=False))

    def test_without_systemd(self, places: Places) -> None:
        with pytest.raises(SetupError, match="poultice up"):
            refuse(wish(), places, Computer(without="systemctl"))

    def test_without_a_broker(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("poultice.install.plan.find_mosquitto", lambda: None)
        with pytest.raises(SetupError, match="apt install mosquitto"):
            refuse(wish(), places, Computer())
        refuse(wish(broker_url="mqtt://house"), places, Computer())

    def test_a_full_disk(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = shutil.disk_usage("/")._replace(free=399_999_999)
        monkeypatch.setattr("poultice.install.plan.shutil.disk_usage", lambda _path: usage)
        with pytest.raises(SetupError, match="make room for 400 MB"):
            refuse(wish(), places, Computer())

    @pytest.mark.parametrize("which", ["panel_port", "broker_port"])
    def test_a_busy_port(self, places: Places, which: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = busy.getsockname()[1]
            taken = wish(page=Served(lan=True, port=port)) if which == "panel_port" else wish(broker_port=port)
            with pytest.raises(
                SetupError, match=f"port {busy.getsockname()[1]} is in use .*--{which.replace('_', '-')}"
            ):
                refuse(taken, places, Computer())
            if which == "broker_port":  # the system's own, which nobody has told anything, makes way
                refuse(taken, places, Computer(enabled=("mosquitto.service",)))
            places.etc.mkdir(parents=True)
            places.manifest.write_text("{}")  # installed already: it is ours that listens there
            refuse(taken, places, Computer())


def test_a_foreign_broker_that_was_told_something_stays(places: Places) -> None:
    computer = Computer(enabled=("mosquitto.service",))
    assert foreign_broker_is_plain(places, computer)
    places.foreign_broker.mkdir(parents=True)
    (places.foreign_broker / "README").write_text("")
    assert foreign_broker_is_plain(places, computer)
    (places.foreign_broker / "house.conf").write_text("listener 1883\n")
    assert not foreign_broker_is_plain(places, computer)


def test_what_was_put_out_of_the_way_is_remembered(places: Places) -> None:
    """By a second run, too, which finds it out of the way."""
    for enabled in (("mosquitto.service",), ()):
        steps = installation(wish(), places, Computer(enabled=enabled), "python3")
        (manifest,) = [one for one in steps if isinstance(one, WriteFile) and one.words.endswith("installed.json")]
        carry_out([manifest], lambda _what, _step: None)
        assert json.loads(places.manifest.read_text())["disabled"] == ["mosquitto.service"]


def test_with_a_broker_of_the_house_none_of_ours(places: Places) -> None:
    words = " | ".join(
        step.words for step in installation(wish(broker_url="mqtt://u:p@house"), places, Computer(), "python3")
    )
    assert "poultice-broker" not in words
    assert "passwords" not in words
    assert "poultice-controller.service, poultice-panel.service" in words


class TestServed:
    """Whom the page is served to."""

    def test_a_living_room_by_itself(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        busy: dict[int, str] = {}
        monkeypatch.setattr("poultice.install.serving.why_port_busy", lambda _host, port: busy.get(port))
        assert served(places, None, None) == Served(lan=True, port=80)
        assert served(places, None, 8090) == Served(lan=True, port=8090)
        assert served(places, False, None) == Served(lan=False, port=8080)
        busy[80] = "is in use by another program"
        assert served(places, True, None) == Served(lan=True, port=8080)

    def test_as_its_owner_wrote_it(self, places: Places) -> None:
        """What is asked for besides is refused, with where it is to be changed."""
        places.etc.mkdir(parents=True)
        places.configuration.write_text('[panel]\nhost = "0.0.0.0"\nport = 8088\n')
        for asked in ((None, None), (True, None), (None, 8088)):
            assert served(places, *asked) == Served(lan=True, port=8088)
        with pytest.raises(SetupError, match=r'panel.host = "0.0.0.0": change it there'):
            served(places, False, None)
        with pytest.raises(SetupError, match=r"panel.port = 8088: change it there"):
            served(places, None, 80)

    def test_what_is_written_is_what_is_read(self, places: Places) -> None:
        for page in (Served(lan=True, port=80), Served(lan=False, port=8080)):
            steps = installation(wish(page=page), places, Computer(), "python3")
            wanted = f"write {places.configuration}"
            (written,) = [one for one in steps if one.words == wanted]
            carry_out([written], lambda _what, _step: None)
            assert served(places, None, None) == page
            places.configuration.unlink()

    def test_the_name_where_avahi_is(self, places: Places) -> None:
        house = wish(page=Served(lan=True, port=80))
        places.avahi_services.mkdir(parents=True)
        words = " | ".join(step.words for step in installation(house, places, Computer(), "python3"))
        assert NAME_UNIT in words
        assert "avahi/services/poultice.service" in words
        without = Computer(without="avahi-publish")
        assert NAME_UNIT not in units(house, places, without)
        alone = " | ".join(step.words for step in installation(wish(), places, Computer(), "python3"))
        assert "avahi/services" not in alone  # what nobody else can open is not advertised
        assert NAME_UNIT not in alone


@pytest.mark.parametrize(("changed", "verb"), [(True, "restart"), (False, "start")])
def test_a_session_is_ended_only_for_a_change(changed: bool, verb: str) -> None:
    class Running(Computer):
        @property
        def runs_systemd(self) -> bool:
            return True

    before: Step = WriteFile(Path("unit"), "")
    before.did = changed
    computer = Running()
    Services(computer, UNITS, [before]).do()
    assert ("systemctl", verb, *UNITS) in computer.asked


@pytest.mark.parametrize("others", ["file", "link"])
def test_a_command_of_somebody_else_stays(places: Places, tmp_path: Path, others: str) -> None:
    def words() -> list[str]:
        return [step.words for step in installation(wish(), places, Computer(), "python3")]

    ours = f"let {places.command} point at {places.program}"
    assert ours in words()
    places.command.parent.mkdir(parents=True)
    if others == "file":
        places.command.write_text("#!/bin/sh\n")
    else:
        places.command.symlink_to(tmp_path / "pipx")
    assert ours not in words()
    places.command.unlink()
    places.command.symlink_to(places.program)
    assert ours in words()


def test_an_admin_asks_as_the_services_do(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """With their login where it is their configuration; nobody else, and no other."""
    monkeypatch.delenv(URL, raising=False)
    monkeypatch.setattr("poultice.install.login.os.geteuid", lambda: 0)
    places.etc.mkdir(parents=True)
    places.manifest.write_text("{}")
    places.environment("controller").write_text(f"{URL}=mqtt://controller:p%3D@127.0.0.1:1883\n")
    monkeypatch.setattr("poultice.install.login.find", lambda _explicit: places.etc / "other.toml")
    as_the_service("controller", places)
    assert URL not in os.environ
    monkeypatch.setattr("poultice.install.login.find", lambda _explicit: places.configuration)
    monkeypatch.setattr("poultice.install.login.os.geteuid", lambda: 1000)
    with pytest.raises(SetupError, match="use sudo"):
        as_the_service("controller", places)
    assert URL not in os.environ
    monkeypatch.setattr("poultice.install.login.os.geteuid", lambda: 0)
    as_the_service("controller", places)
    assert os.environ.pop(URL) == "mqtt://controller:p%3D@127.0.0.1:1883"


def test_a_version_installed_once_more_has_a_folder_of_its_own(places: Places) -> None:
    assert next_version(places, "1.0") == "1.0"
    (places.opt / "versions" / "1.0").mkdir(parents=True)
    assert next_version(places, "1.0") == "1.0-2"


@needs_systemd
@pytest.mark.parametrize(("release", "lan"), [(252, True), (252, False), (257, True)])
def test_systemd_takes_the_units_without_a_word(places: Places, tmp_path: Path, release: int, lan: bool) -> None:
    """Of its own release; a newer one waits longer after each failure."""
    program = places.program
    program.parent.mkdir(parents=True)
    program.symlink_to("/bin/true")
    places.python.symlink_to("/bin/true")
    made = units(wish(page=Served(lan=lan, port=80 if lan else 8080)), places, Computer(release=release))
    assert tuple(made) == ((*UNITS, NAME_UNIT) if lan else UNITS)
    for unit, text in made.items():
        assert ("RestartSteps" in text) == (release >= 254)
        file = tmp_path / unit
        file.write_text(text.replace("/usr/sbin/mosquitto", "/bin/true"))
        if release == 252:
            seen = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
            assert seen.stderr == "", unit
            exposed = ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(file)]
            assert subprocess.run(exposed, capture_output=True, check=False).returncode == 0, unit


def test_the_heat_goes_off_first(places: Places) -> None:
    """What starts behind the broker is stopped before it; a hung loop is ended."""
    controller = units(wish(), places, Computer())["poultice-controller.service"]
    assert "After=poultice-broker.service" in controller
    assert "WatchdogSec=5" in controller
    assert "Type=notify" in controller
    assert "SystemCallFilter=adjtimex" in controller  # without it no clock would ever be believed


def test_no_service_waits_for_clock_or_network(places: Places) -> None:
    """A computer that starts without either heats as it always did."""
    for unit, text in units(wish(page=Served(lan=True, port=80)), places, Computer()).items():
        awaited = [line for line in text.splitlines() if line.startswith(("After=", "Wants=", "Requires="))]
        assert awaited
        assert not [line for line in awaited if "time-" in line or "online" in line], unit
