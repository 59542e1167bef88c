"""What a board remembers over a loss of power, field by field: from the record into the board, and into the next."""

from __future__ import annotations

from typing import Any

import pytest
from native import BANDGAP_SUM, Device, heat
from poultice.link.contract import EventKind, Fault, Status

ARMED, REST_DUE = 1, 2
LATCHED = 1 << Fault.SENSOR_OPEN - 1
RECORD: dict[str, Any] = {
    "dose_cs": [6000, 12_000],
    "heat_time_s": 1234,
    "bandgap_sum": BANDGAP_SUM + 3,
    "trip_zone": 1,
    "lock_left_min": [7, 5],
    "hang_left_s": [70, 50],
}


def recalled(**fields: Any) -> Device:
    return Device(record_found=True, record={**RECORD, **fields})


@pytest.mark.parametrize(
    ("flags", "centi", "heat_time_s"), [(0, (100, 200), 1234), (REST_DUE, (100, 200), 1234), (ARMED, (150, 250), 1534)]
)
def test_each_zone_gets_its_own_dose_back_and_more_where_it_ended_armed(
    flags: int, centi: tuple[int, int], heat_time_s: int
) -> None:
    device = recalled(flags=flags)
    device.step()
    status = device.status()
    assert status.zone_dose_centi_cem43 == centi
    assert status.heat_time_s == heat_time_s
    assert (Fault.REST_DUE in device.faults) is (flags == REST_DUE)


def test_latches_locks_and_hangs_come_back() -> None:
    device = recalled(latched=LATCHED)
    assert device.latched == {Fault.SENSOR_OPEN}
    assert list(device.supervisor.lockout.lock_left_ms) == [420_000, 300_000]
    assert list(device.supervisor.lockout.hang_left_ms) == [70_000, 50_000]


def test_every_latch_at_once_is_told_too() -> None:
    """Also bits that only a newer firmware knows: all of them set differ from none by -1."""
    device = recalled(latched=2**32 - 1)
    device.run(200)
    told = {detail for kind, detail in device.take_events() if kind is EventKind.FAULT}
    assert max(Fault) in told


def test_what_was_recalled_is_written_down_again() -> None:
    device = recalled()
    device.arm()
    device.run(200)
    assert device.kept is not None
    assert device.kept["flags"] == ARMED
    assert device.kept["latched"] == 0
    assert device.kept["bandgap_sum"] == BANDGAP_SUM + 3
    assert device.kept["trip_zone"] == 0, "the other one's turn"
    assert device.kept["dose_cs"] == pytest.approx([6000, 12_000], abs=2)
    assert device.kept["heat_time_s"] == pytest.approx(1234, abs=3)
    assert device.kept["lock_left_min"] == [7, 5]
    assert device.kept["hang_left_s"] == pytest.approx([70, 50], abs=1)


@pytest.mark.parametrize("flags", [0, REST_DUE])
def test_a_lock_is_written_down_with_the_rest_that_is_due(flags: int) -> None:
    device = recalled(flags=flags, lock_left_min=[0, 0])
    device.settle()
    device.inputs.sensor_sum[0] = 65_472
    device.run(500)
    assert device.kept is not None
    assert (device.kept["flags"], device.kept["latched"]) == (flags, LATCHED)
    assert device.kept["trip_zone"] == 1


def test_the_next_record_waits_until_something_changes() -> None:
    device = recalled()
    device.arm()
    device.run(200)
    device.kept = None
    device.run(5000)
    assert device.kept is None


def test_a_record_comes_once_and_with_a_status() -> None:
    device = recalled()
    device.settle()
    device.inputs.button_pressed = True
    due = []
    for step in range(200):
        device.inputs.button_pressed = step < 50
        device.take(Status)
        device.run(10)
        if device.outputs.record_due:
            due.append(len(device.take(Status)))
    assert due in ([1], [1, 1]), "the trip's turn and the arming, in one or in two"


def test_heat_is_written_down_every_five_minutes() -> None:
    device = recalled()
    device.arm()
    device.run(200)
    written = []
    for _ in range(6100):
        device.kept = None
        device.cycle(device.next_demand(heat(30.0, 40.0)))
        if device.kept is not None:
            written.append(device.kept["heat_time_s"])
    assert [later - 1234 for later in written] == pytest.approx([300, 600], abs=4)


def test_five_minutes_count_from_the_last_record_to_the_millisecond() -> None:
    device = recalled(heat_time_s=5000)
    while device.kept is None and device.uptime_ms < 400_000:
        device.cycle()
    assert device.kept is not None
    assert device.uptime_ms >= 300_000
    device.kept = None
    for elapsed_ms in (*[100] * 2998, 99, 100):
        device.step(elapsed_ms=elapsed_ms, adc_complete=True)
    assert device.kept is None, "299.999 s"
    device.step(elapsed_ms=100, adc_complete=True)
    assert device.kept is not None
