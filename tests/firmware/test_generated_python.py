"""The generated Python messages: what is packed comes back, and nothing out of range leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.link import contract as wire
from poultice.link.contract import Cue, Demand, DeviceState, Fault, Hello, Status

GOOD = Demand(7, (300, 0), (4200, 0), (100, 0, 1, 99), Cue.LIMITED)


def test_a_demand_is_these_bytes() -> None:
    demand = Demand(0x0102, (300, 1), (4000, 0), (1, 2, 3, 4), Cue.INVITED)
    assert demand.pack().hex(" ") == "02 01 2c 01 01 00 a0 0f 00 00 01 02 03 04 01"


def refusal(act: Callable[[], object]) -> str | None:
    """The words of a ValueError; None where all went well."""
    try:
        act()
    except ValueError as error:
        return str(error)
    return None


@given(st.data())
@pytest.mark.parametrize("message", wire.MESSAGES.values())
def test_any_bytes_of_good_enumerations_come_back(message: type[Any], data: st.DataObject) -> None:
    payload = data.draw(st.binary(min_size=message.SIZE, max_size=message.SIZE))
    refused = refusal(lambda: message.unpack(payload))
    if refused is not None:
        assert "is not a valid" in refused
        return
    value = message.unpack(payload)
    refused = refusal(value.pack)
    if refused is not None:
        assert message is Demand, "only a demand has narrower ranges than the wire"
        assert "outside of" in refused
    else:
        assert value.pack() == payload


@pytest.mark.parametrize("message", wire.MESSAGES.values())
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_wrong_length_is_refused(message: type[Any], difference: int) -> None:
    size = message.SIZE + difference
    if size >= 0:
        with pytest.raises(ValueError, match=f"has {size} bytes, not {message.SIZE}"):
            message.unpack(bytes(size))


def test_zeros_are_a_status() -> None:
    status = Status.unpack(bytes(Status.SIZE))
    assert status.state is DeviceState.IDLE
    assert status.sensor_trust == (wire.SensorTrust.TRUSTED,) * 4
    assert status.pack() == bytes(Status.SIZE)


EDGES: list[tuple[str, Any, Any]] = [
    ("counter", 65_535, 65_536),
    ("counter", 0, -1),
    ("zone_power_deci_w", (300, 300), (300, 301)),
    ("zone_power_deci_w", (0, 0), (-1, 0)),
    ("zone_power_deci_w", (0, 0), (0, 0, 0)),
    ("zone_target_centi_c", (4200, 4200), (4201, 0)),
    ("zone_target_centi_c", (0, 0), (0, -1)),
    ("motor_intensity_percent", (100, 100, 100, 100), (100, 100, 100, 101)),
    ("motor_intensity_percent", (0, 0, 0, 0), (0, 0, 0)),
    ("cue", Cue.LIMITED, 4),
]


@pytest.mark.parametrize(("field", "good", "bad"), EDGES)
def test_a_demand_out_of_range_does_not_leave(field: str, good: Any, bad: Any) -> None:
    assert len(replace(GOOD, **{field: good}).pack()) == Demand.SIZE
    with pytest.raises(ValueError, match=field):
        replace(GOOD, **{field: bad}).pack()


def test_every_field_of_a_demand_has_its_edges() -> None:
    assert {field for field, _, _ in EDGES} == {field.name for field in fields(Demand)}


def test_ids_tell_the_way() -> None:
    assert set(wire.MESSAGES_DOWN) == {1, 2, 3}
    assert wire.MESSAGES_UP[17] is Hello
    assert set(wire.MESSAGES) == set(wire.MESSAGES_DOWN) | set(wire.MESSAGES_UP)
    assert all(key == message.ID for key, message in wire.MESSAGES.items())


def test_every_fault_has_words() -> None:
    assert set(wire.FAULTS) == set(Fault)
    for fault, info in wire.FAULTS.items():
        assert info.name == fault.name.lower()
        assert info.lockout in "ABC"
        assert info.sentence.endswith(".")
        assert info.action.endswith(".")
