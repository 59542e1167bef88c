"""The queue of events keeps the newest eight, in order."""

from __future__ import annotations

from typing import Any

import cffi


def test_keeps_order_and_forgets_the_oldest(core: Any, ffi: cffi.FFI) -> None:
    queue, event = ffi.new("struct event_queue *"), ffi.new("struct contract_event *")
    assert not core.event_take(queue, event)
    for number in range(11):
        event.detail = number
        core.event_put(queue, event)
    assert (queue.count, queue.forgotten) == (8, 3)
    taken = []
    while core.event_take(queue, event):
        taken.append(event.detail)
    assert taken == list(range(3, 11))


def test_the_count_of_forgotten_events_ends_at_its_top(core: Any, ffi: cffi.FFI) -> None:
    queue, event = ffi.new("struct event_queue *"), ffi.new("struct contract_event *")
    for _ in range(300):
        core.event_put(queue, event)
    assert (queue.count, queue.forgotten) == (8, 255)
