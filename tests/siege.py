"""A house under hostile messages: the real bridge reads them, the real inbox bounds them, the real loop works them off.

    figures = besiege(house, hostile(PAD, 100_000, seed=1))

In virtual time; what it costs is measured in processor time and resident memory of this process.
"""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from poultice.clock import processor_s
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.connection import BrokerAddress

from tests.harness import PAD, VirtualHouse
from tests.hostile import Message

A_TURN = 200  # 4,000 messages a second of the house: as fast as a broker could bring them
WARM_UP = 20_000  # messages before memory is looked at; of fewer nothing is known


@dataclass(frozen=True, slots=True)
class Siege:
    """What it came to: messages, and how many of them a second of the processor; the longest turn of the loop, s of the
    processor; bytes of memory that grew after the first 20,000; messages that the full inbox dropped."""

    messages: int
    per_s: float
    longest_turn_s: float
    grown_bytes: int
    dropped: int


def besiege(house: VirtualHouse, messages: Iterable[Message], a_turn: int = A_TURN) -> Siege:
    """Sends all of them while the house lives on."""
    bridge = Bridge(BrokerAddress(), "besieged", house.inbox.put)  # never started: what it says goes nowhere
    bridge.announce(PAD, house.broker.infos[-1])
    gc.collect()
    gc.freeze()  # what other tests have left in this process is not the loop's to look through
    try:
        return _besiege(house, bridge, messages, a_turn)
    finally:
        gc.unfreeze()


def _besiege(house: VirtualHouse, bridge: Bridge, messages: Iterable[Message], a_turn: int) -> Siege:
    read_s, turns_s, count, before = 0.0, [], 0, None
    for batch in _batches(messages, a_turn):
        before = resident_bytes() if before is None and count >= WARM_UP else before
        count += len(batch)
        begun_s = processor_s()
        for message in batch:
            bridge.on_message(message.topic, message.payload, message.retained)
        read_s += processor_s() - begun_s
        begun_s = processor_s()
        house.turn()
        turns_s.append(processor_s() - begun_s)
        forget(house)
    grown = 0 if before is None else resident_bytes() - before
    return Siege(count, count / (read_s + sum(turns_s)), max(turns_s), grown, house.inbox.dropped)


def _batches(messages: Iterable[Message], size: int) -> Iterator[tuple[Message, ...]]:
    """One at a time: a hundred thousand messages kept would cost the loop its time, when Python looks for rubbish."""
    left = iter(messages)
    return iter(lambda: tuple(itertools.islice(left, size)), ())


def forget(house: VirtualHouse) -> None:
    """Nothing of what the house said or recorded is kept here but the last state."""
    broker = house.broker
    for said in (broker.replies, broker.results, broker.events, broker.healths):
        said.clear()
    del broker.states[:-1]
    house.journal.records.clear()


def resident_bytes() -> int:
    """Of this process, after whatever can be freed was."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
