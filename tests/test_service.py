"""What a pad has behind it: counted from readings, kept over restarts, taken over from another controller."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from poultice.mqtt.messages import Service
from poultice.service import DAMAGED, KEEP_EVERY_S, NAME, Book, ServiceStore
from poultice.therapy.state import Reading

from tests.harness import VirtualHouse


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    (tmp_path / "house").mkdir()
    found = VirtualHouse(tmp_path / "house").station._reading
    assert found is not None
    return found


def warm(reading: Reading, at_s: float, watts: float = 10.0, faults: tuple[str, ...] = ()) -> Reading:
    zones = tuple(replace(zone, applied_w=watts) for zone in reading.zones)
    return replace(reading, at_s=at_s, zones=zones, faults=faults)


def test_seconds_of_heat_are_counted_once_whatever_the_zones(reading: Reading) -> None:
    book = Book("sofa", None)
    for step in range(11):
        book.reading(warm(reading, step / 10))
    book.reading(warm(reading, 1.1, watts=0.0))
    book.reading(warm(reading, 50.0))  # nobody saw what was between
    assert book.look(0.0).heated_s == pytest.approx(1.0, abs=0.11)


def test_a_fault_counts_as_it_comes_not_while_it_lasts(reading: Reading) -> None:
    book = Book("sofa", None)
    for step, faults in enumerate([(), ("sensor_open",), ("sensor_open",), (), ("sensor_open",)]):
        book.reading(warm(reading, step / 10, faults=faults))
    assert book.look(0.0).faults == {"sensor_open": 2}


def test_it_outlives_the_process(tmp_path: Path, reading: Reading) -> None:
    store = ServiceStore(tmp_path)
    book = Book("sofa", store)
    book.keep("0102")
    book.reading(warm(reading, 0.0))
    book.reading(warm(reading, 0.5))
    book.look(KEEP_EVERY_S)
    again = ServiceStore(tmp_path)
    assert again.of("sofa").heated_s == 0.5
    assert again.board_of("sofa") == "0102"
    assert again.board_of("bed") is None


def test_the_larger_counts_hold(tmp_path: Path) -> None:
    book = Book("sofa", None)
    book.at_least(Service(heated_s=100.0, sessions=3, faults={"sensor_open": 2, "made_up": 9}))
    book.at_least(Service(heated_s=50.0, sessions=1, faults={"sensor_open": 1, "sensor_short": 4}))
    found = book.look(0.0)
    assert (found.heated_s, found.sessions) == (100.0, 3)
    assert found.faults["sensor_open"] == 2
    assert "made_up" not in found.faults


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2}', '{"pads": {"a": {"heated_s": -1}}}'])
def test_a_damaged_file_is_set_aside(tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / NAME).write_text(text)
    with caplog.at_level(logging.WARNING):
        assert ServiceStore(tmp_path).of("sofa") == Service()
    assert "set aside" in caplog.text
    assert (tmp_path / DAMAGED).read_text() == text


def test_a_disk_that_refuses_is_said_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = ServiceStore(tmp_path / "file" / "under")
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        store.keep("sofa", Service(heated_s=1.0))
    assert "cannot be written" in caplog.text
    assert store.of("sofa").heated_s == 1.0
