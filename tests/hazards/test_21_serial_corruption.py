"""Hazard 21: bits flip on the cable. A damaged frame is dropped; where all are, what was lent ends within 1.6 s."""

from __future__ import annotations

import random

import pytest
from poultice.link import contract

LEASE_S = 1.6
FRAMES = 20_000
FRAMES_EACH_STEP = 8  # 10 ms hold 250 bytes of the line, a demand has 21


def flipped(frame: bytes, count: int, chance: random.Random) -> bytes:
    """With `count` bits of it turned over."""
    damaged = bytearray(frame)
    for bit in chance.sample(range(8 * len(frame)), count):
        damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


@pytest.mark.parametrize("bits", [1, 2, 3, 8, 40])
def test_damaged_frames_end_heat_and_never_begin_it(host, bits: int) -> None:
    chance = random.Random(bits)  # the same damage each time
    host.heat(target_c=40.0)
    accepted = host.status.demand_counter
    host.sends = lambda: host.board.receive(flipped(host.next_demand(), bits, chance))
    reaction = host.react(LEASE_S, 5.0)
    host.judge(21, f"{bits} bits of each frame flipped", reaction, LEASE_S, contract.Fault.LEASE_EXPIRED)

    used = host.board.observe().used_j
    sent = 0
    while sent < FRAMES // 5:
        for _ in range(FRAMES_EACH_STEP):
            host.board.receive(flipped(host.next_demand(), bits, chance))
        sent += FRAMES_EACH_STEP
        host.board.advance(0.01)
    host.sends = host.say_nothing
    host.run(0.5)
    assert host.board.observe().used_j == used
    assert (host.status.demand_counter - accepted) % 2**16 <= 1, "not one was taken for a demand"
    assert host.status.frames_bad >= sent // 3  # some run together


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
