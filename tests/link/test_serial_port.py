"""The cable: opened, read, pulled out and found again. A pseudo-terminal is a serial port here."""

from __future__ import annotations

import os
import pty
import queue
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from poultice.link import serial_port
from poultice.link.serial_port import Finder, PortBytes, PortClosed, PortItem, PortOpened, SerialCable

PATIENCE_S = 5.0


class Terminal:
    """A pseudo-terminal behind a path that stays the same, like a udev link."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.plug()

    def plug(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.link.symlink_to(os.ttyname(slave))
        self._slave = slave

    def pull(self) -> None:
        self.link.unlink()
        os.close(self._slave)
        os.close(self.master)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "poultice0")


@pytest.fixture
def inbox() -> queue.SimpleQueue[PortItem]:
    return queue.SimpleQueue()


@pytest.fixture
def cable_at(inbox: queue.SimpleQueue[PortItem]) -> Iterator[Callable[[str | None], SerialCable]]:
    cables = []

    def make(path: str | None) -> SerialCable:
        cable = SerialCable(Finder(path), inbox.put)
        cables.append(cable)
        cable.start()
        return cable

    yield make
    for cable in cables:
        cable.close()


def test_bytes_go_both_ways(
    terminal: Terminal, inbox: queue.SimpleQueue[PortItem], cable_at: Callable[[str | None], SerialCable]
) -> None:
    cable = cable_at(str(terminal.link))
    assert inbox.get(timeout=PATIENCE_S) == PortOpened(str(terminal.link))
    assert cable.write(b"\x00\x11\x13\xff demand")
    assert os.read(terminal.master, 100) == b"\x00\x11\x13\xff demand"
    os.write(terminal.master, bytes(range(256)))
    received = b""
    while len(received) < 256:
        item = inbox.get(timeout=PATIENCE_S)
        assert isinstance(item, PortBytes)
        received += item.data
    assert received == bytes(range(256)), "no byte is touched by the terminal"


@pytest.mark.slow
def test_a_cable_pulled_out_is_said_and_found_again_within_five_seconds(
    terminal: Terminal, inbox: queue.SimpleQueue[PortItem], cable_at: Callable[[str | None], SerialCable]
) -> None:
    cable = cable_at(str(terminal.link))
    assert isinstance(inbox.get(timeout=PATIENCE_S), PortOpened)
    terminal.pull()
    closed = inbox.get(timeout=PATIENCE_S)
    assert isinstance(closed, PortClosed)
    assert "plug" in closed.sentence
    assert not cable.write(b"demand")
    absent = inbox.get(timeout=PATIENCE_S)
    assert isinstance(absent, PortClosed)
    assert str(terminal.link) in absent.sentence
    time.sleep(1.0)  # the back-off has grown
    terminal.plug()
    plugged_s = time.monotonic()
    assert inbox.get(timeout=PATIENCE_S) == PortOpened(str(terminal.link)), "absence is said once, not at every try"
    assert time.monotonic() - plugged_s <= 5.0
    assert cable.write(b"again")
    assert os.read(terminal.master, 100) == b"again"


def test_a_board_that_reads_nothing_does_not_hold_up_the_loop(
    terminal: Terminal, inbox: queue.SimpleQueue[PortItem], cable_at: Callable[[str | None], SerialCable]
) -> None:
    cable = cable_at(str(terminal.link))
    assert isinstance(inbox.get(timeout=PATIENCE_S), PortOpened)
    worst_s, results = 0.0, []
    for _ in range(20):
        begun_s = time.monotonic()
        results.append(cable.write(bytes(1000)))
        worst_s = max(worst_s, time.monotonic() - begun_s)
    assert results[0], "there was room at first"
    assert not results[-1], "a full line is reported"
    assert worst_s < 0.1
    begun_s = time.monotonic()
    cable.close()
    assert time.monotonic() - begun_s < 0.5


def test_a_port_that_is_not_there_is_said_with_its_name(
    tmp_path: Path, inbox: queue.SimpleQueue[PortItem], cable_at: Callable[[str | None], SerialCable]
) -> None:
    cable_at(str(tmp_path / "ttyUSB9"))
    item = inbox.get(timeout=PATIENCE_S)
    assert isinstance(item, PortClosed)
    assert f"no serial port {tmp_path}/ttyUSB9" in item.sentence


def test_a_port_in_use_is_said(
    terminal: Terminal, inbox: queue.SimpleQueue[PortItem], cable_at: Callable[[str | None], SerialCable]
) -> None:
    cable_at(str(terminal.link))
    assert isinstance(inbox.get(timeout=PATIENCE_S), PortOpened)
    cable_at(str(terminal.link))
    item = inbox.get(timeout=PATIENCE_S)
    assert isinstance(item, PortClosed)
    assert "in use" in item.sentence


def test_what_is_no_serial_port_is_said(
    tmp_path: Path, inbox: queue.SimpleQueue[PortItem], cable_at: Callable[[str | None], SerialCable]
) -> None:
    plain = tmp_path / "notes.txt"
    plain.write_text("no port")
    cable_at(str(plain))
    item = inbox.get(timeout=PATIENCE_S)
    assert isinstance(item, PortClosed)
    assert str(plain) in item.sentence


class _Usb:
    def __init__(self, device: str, product: str | None) -> None:
        self.device = device
        self.product = product


class TestDiscovery:
    @pytest.fixture(autouse=True)
    def _computer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.devices = tmp_path
        self.usb: list[_Usb] = []
        monkeypatch.setattr(serial_port, "DEVICES", tmp_path)
        monkeypatch.setattr(serial_port.list_ports, "comports", lambda: self.usb)

    def test_nothing(self) -> None:
        self.usb = [_Usb("/dev/ttyUSB0", "FT232R"), _Usb("/dev/ttyS0", None)]
        assert serial_port.discover() is None

    def test_a_usb_product_that_says_so(self) -> None:
        self.usb = [_Usb("/dev/ttyUSB0", "FT232R"), _Usb("/dev/ttyUSB1", "Poultice pad")]
        assert serial_port.discover() == "/dev/ttyUSB1"

    def test_a_udev_name_comes_first(self) -> None:
        self.usb = [_Usb("/dev/ttyUSB1", "Poultice pad")]
        (self.devices / "poultice1").touch()
        (self.devices / "poultice0").touch()
        assert serial_port.discover() == str(self.devices / "poultice0")

    def test_a_board_that_comes_back_under_another_name_is_found(self) -> None:
        find = Finder(None)
        assert find() is None
        (self.devices / "poultice0").touch()
        assert find() == str(self.devices / "poultice0")
        (self.devices / "poultice1").touch()
        assert find() == str(self.devices / "poultice0"), "not swapped for another while it is there"
        (self.devices / "poultice0").unlink()
        assert find() == str(self.devices / "poultice1")
