"""Hazard 21: bits flip on the cable. A damaged frame is dropped; where all are, what was lent ends within 1.5 s."""

from __future__ import annotations

import os
import random
from itertools import pairwise

import pytest
from hazard_figures import FILE
from poultice.link import contract

LEASE_S = 1.52  # and the step that hears the last demand, and the one that ends it
BITS = [1, 2, 3, 8, 40]
FRAMES = 1_000_000 if FILE in os.environ else 50_000  # the million in `make hazards`
FRAMES_EACH_STEP = 8  # 10 ms hold 250 bytes of the line, a demand has 21
COUNTERS = 2**16
CAUGHT_FOR_SURE = 3  # flips: the CRC's Hamming distance at this length is 4
MISSED_SHARE = 1 / 2**16  # of all other damage; range and counter refuse most of what the CRC misses


def flipped(frame: bytes, count: int, chance: random.Random) -> bytes:
    """With `count` bits of it turned over."""
    mask = sum(1 << bit for bit in chance.sample(range(8 * len(frame)), count))
    return (int.from_bytes(frame) ^ mask).to_bytes(len(frame))


def flood(host, bits: int, chance: random.Random, frames: int) -> int:
    """Sends so many damaged demands, no two of them with the same counter in a row, as fast as the line is."""
    whole = [host.next_demand() for _ in range(min(frames, COUNTERS))]
    for first in range(0, frames, FRAMES_EACH_STEP):
        places = range(first, min(first + FRAMES_EACH_STEP, frames))
        host.board.receive(b"".join(flipped(whole[place % COUNTERS], bits, chance) for place in places))
        host.board.advance(0.01)
    return frames


@pytest.mark.slow
@pytest.mark.parametrize("bits", BITS)
def test_damaged_frames_end_heat_and_never_begin_it(host, bits: int) -> None:
    chance = random.Random(bits)  # the same damage each time
    host.heat(target_c=40.0)
    host.sends = lambda: host.board.receive(flipped(host.next_demand(), bits, chance))
    reaction = host.react(LEASE_S, 5.0)
    host.judge(21, f"{bits} bits of each frame flipped", reaction, LEASE_S, contract.Fault.LEASE_EXPIRED)

    used, before = host.board.observe().used_j, len(host.statuses)
    sent = flood(host, bits, chance, FRAMES // len(BITS))
    host.sends = host.say_nothing
    host.run(0.5)
    taken = sum(one.demand_counter != other.demand_counter for one, other in pairwise(host.statuses[before - 1 :]))
    assert host.board.observe().used_j == used
    assert taken <= (0 if bits <= CAUGHT_FOR_SURE else 1 + 4 * MISSED_SHARE * sent), "taken for demands"
    assert host.status.frames_bad >= min(sent // 3, 2**16 - 1), "some run together; the count stops at its end"


def test_a_flip_in_each_place_of_a_frame_is_noticed(host) -> None:
    """Every single bit of a demand, turned over alone."""
    host.heat(target_c=40.0)
    for bit in range(8 * len(host.next_demand())):
        frame = bytearray(host.next_demand())
        frame[bit // 8] ^= 1 << bit % 8
        host.board.receive(bytes(frame) + b"\0")
        host.board.advance(0.01)
    host.sends = host.say_nothing
    bad = host.status.frames_bad
    host.run(0.2)
    assert host.status.frames_bad > bad
    assert (host.counter - host.status.demand_counter) % 2**16 >= 8 * 15, "none of them advanced the counter"


def test_noise_is_not_a_host(host) -> None:
    chance = random.Random(21)
    host.arm()
    host.sends = lambda: host.board.receive(chance.randbytes(200))
    assert host.run(60.0).used_j == (0.0, 0.0)
    assert not host.board.observe().armed
    assert host.events(contract.EventKind.DISARMED)
