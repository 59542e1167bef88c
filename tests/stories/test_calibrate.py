"""`poultice calibrate` at a simulated pad, all in real processes: measured to its end, interrupted, refused."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import BrokerProcess
from household import PAD, Process, Talker, write_configuration

SPEED = "25"
pytestmark = pytest.mark.broker
ALONE = pytest.mark.realtime  # people's waits, at a speed that a busy machine may not keep


class Home:
    """A controller, a phone and a place to type commands."""

    def __init__(self, directory: Path, phone: Talker) -> None:
        self.directory = directory
        self.phone = phone

    def accept(self) -> None:
        assert self.phone.query("settings", op="set", checklist_accepted=True)["status"] == "ok"

    def calibrate(self, *arguments: str) -> Process:
        folder = self.directory / "typed"
        folder.mkdir(exist_ok=True)
        return Process(folder, "calibrate", *arguments, "--config", str(self.directory / "poultice.toml"))

    def press(self) -> None:
        self.phone.wait(lambda: self.phone.state.get("phase") == "invited", 30)
        self.phone.send(self.phone.topics.simulated_button, {"press_s": 0.5})
        self.phone.wait(lambda: self.phone.state.get("session"), 20)


@pytest.fixture
def as_in_a_terminal() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl-C, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """`param`: how fast the pad's time runs."""
    speed = getattr(request, "param", SPEED)
    with BrokerProcess("mosquitto", tmp_path) as broker:
        file = write_configuration(tmp_path, broker=f'url = "mqtt://127.0.0.1:{broker.port}"')
        with (
            Process(tmp_path, "controller", "--config", str(file), "--speed", speed),
            Talker(broker.port) as phone,
        ):
            phone.wait(lambda: phone.state.get("phase") == "idle", 30)
            yield Home(tmp_path, phone)


def ended(process: Process, timeout_s: float) -> tuple[int, str, str]:
    """Exit code, what it printed, and what it complained of."""
    lines = []
    while line := process.line():
        lines.append(line)
    code, _ = process.end(timeout_s=timeout_s)
    return code, "".join(lines), process.complaints()


@ALONE
def test_five_minutes_tell_what_the_pad_is_like(home: Home) -> None:
    home.accept()
    with home.calibrate(PAD, "--json", "--plot", "pad.png") as command:
        home.press()
        code, said, complaints = ended(command, 60)
    assert code == 0, complaints
    assert "button" in complaints
    zones: dict[str, Any] = json.loads(said)["zones"]
    for zone in zones.values():
        assert zone["verdict"] == ["fine"]
        heat = zone["parameters"]["pad_j_per_k"]
        assert abs(heat["value"] - 177.0) < 3.0 * heat["sigma"]
    assert (home.directory / "typed" / "pad.png").read_bytes().startswith(b"\x89PNG")


@ALONE
@pytest.mark.usefixtures("as_in_a_terminal")
def test_ctrl_c_switches_the_heat_off(home: Home) -> None:
    home.accept()
    with home.calibrate(PAD) as command:
        home.press()
        home.phone.wait(lambda: not home.phone.state["outputs_off"], 20)
        command.send(signal.SIGINT)
        code, _, complaints = ended(command, 20)
    assert code == 1
    assert "Interrupted: heat is off." in complaints
    assert "Traceback" not in complaints
    home.phone.wait(lambda: home.phone.state["session"] is None and home.phone.state["outputs_off"], 5)


@ALONE
@pytest.mark.parametrize("home", ["100"], indirect=True)
def test_an_invitation_that_ends_ends_it(home: Home) -> None:
    home.accept()
    with home.calibrate(PAD) as command:
        home.phone.wait(lambda: home.phone.state.get("phase") == "invited", 30)
        home.phone.wait(lambda: home.phone.state.get("phase") == "idle", 60)  # ten of the pad's minutes
        code, _, complaints = ended(command, 20)
    assert code == 1
    assert "the invitation has expired" in complaints


@pytest.mark.parametrize("home", ["1"], indirect=True)
def test_what_cannot_be_is_one_sentence(home: Home) -> None:
    with home.calibrate("nobody") as command:
        code, _, complaints = ended(command, 30)
    assert (code, "There is no pad nobody (known here: sofa)" in complaints) == (1, True), complaints
    with home.calibrate(PAD) as command:
        code, _, complaints = ended(command, 30)
    assert (code, "checklist" in complaints) == (1, True), complaints


def test_without_a_broker_it_says_what_to_look_at(tmp_path: Path) -> None:
    file = write_configuration(tmp_path, broker='url = "mqtt://127.0.0.1:1"')
    with Process(tmp_path, "calibrate", PAD, "--config", str(file)) as command:
        code, _, complaints = ended(command, 30)
    assert code == 1
    assert "is `poultice up` running" in complaints
    assert complaints.count("\n") == 1
