"""What a step may send: 160 bytes, of which a STATUS takes 91, a HELLO 35 and an event 14; an event waits for room."""

from __future__ import annotations

from typing import Any

import pytest
from native import HELLO_REQUEST, Device, heat, massage
from poultice.link import contract

HELLO, STATUS, EVENT = contract.Hello, contract.Status, contract.Event


@pytest.mark.parametrize(
    ("request_", "elapsed_ms", "first", "events"),
    [
        (b"", 10, [], 8),
        (b"", 100, [STATUS], 4),  # 147 bytes; a fifth event lacks one
        (HELLO_REQUEST, 10, [HELLO], 8),  # 147 bytes, too
        (HELLO_REQUEST, 100, [HELLO, STATUS], 2),
    ],
)
def test_as_many_events_as_there_is_room_for(
    device: Device, request_: bytes, elapsed_ms: int, first: list[Any], events: int
) -> None:
    device.settle()
    device.step(elapsed_ms=100)
    device.messages.clear()
    refused = (heat(31, 40), massage(101)) * 4  # the same refusal is told once
    device.step(b"".join(map(device.next_demand, refused)) + request_, elapsed_ms)
    assert [type(message) for message in device.messages] == [*first, *[EVENT] * events]
    device.step(elapsed_ms=10)
    assert len(device.take(EVENT)) == 8, "the others follow at once"
