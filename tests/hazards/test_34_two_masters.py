"""Hazard 34: two masters. Phones and home automation ask the same pad at the same moment, in any order.

Of one tick the lower wins, otherwise the later accepted one holds; stop wins against everything; automation never asks
for more than 40 °C, nor for more again within ten minutes of a person's less. Through the real loop onto the real core.
At the cable there is one lease: the counter of a second host is refused.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from harness import PAD, VirtualHouse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from poultice.link import contract
from poultice.link.frames import encode
from poultice.mqtt.incoming import RequestIn
from poultice.mqtt.messages import ReplyMessage, RequestMessage
from poultice.therapy.state import Role, Verb

AUTOMATION_MAX_C = 40.0  # stated once more on purpose
WAITS_S = 600.0
TICK_S = 0.05


@dataclass(frozen=True)
class Wish:
    """One master asks for something."""

    role: Role
    verb: Verb
    args: tuple[tuple[str, Any], ...] = ()

    @property
    def target(self) -> float | None:
        return dict(self.args).get("target")


def adjust(role: Role, target_c: float) -> Wish:
    return Wish(role, Verb.ADJUST, (("zone", "lumbar"), ("target", target_c)))


targets = st.sampled_from([30.0, 36.0, 38.0, 39.0, 39.5, 40.0, 40.01, 41.0, 42.0, 42.01])
wishes = st.one_of(
    st.builds(adjust, st.sampled_from(Role), targets),
    st.builds(adjust, st.sampled_from(Role), targets),
    st.builds(Wish, st.sampled_from(Role), st.sampled_from([Verb.STOP, Verb.PAUSE, Verb.RESUME, Verb.SKIP])),
    st.just(Wish(Role.PHONE, Verb.START, (("program", "warm"),))),
    st.just(Wish(Role.PHONE, Verb.ANSWER, (("question", "comfort"), ("value", "less")))),
)
ticks = st.lists(st.tuples(st.lists(wishes, min_size=1, max_size=4), st.sampled_from([1, 2, 20])), max_size=6)


class Masters:
    """A house with a session that heats, and all who ask it."""

    def __init__(self, house: VirtualHouse) -> None:
        self.house = house
        self._ids = itertools.count()
        self.person_lowered_s = float("-inf")

    def ask(self, wishes: list[Wish]) -> list[ReplyMessage]:
        """All in one tick, in this order; the answers."""
        before = len(self.house.broker.replies)
        for wish in wishes:
            message = RequestMessage(id=f"m{next(self._ids)}", epoch=self.house.state.epoch, args=dict(wish.args))
            self.house.inbox.put(RequestIn(PAD, wish.role, wish.verb, message))
        self.house.turn()
        replies = self.house.broker.replies[before:]
        assert len(replies) == len(wishes), "each has its answer"
        assert all(reply.reason.text for reply in replies)
        return replies

    @property
    def asked_c(self) -> float | None:
        return self.house.state.zones["lumbar"].asked


def one_tick(masters: Masters, asked: list[Wish]) -> None:
    """What must hold after it, whatever was asked."""
    house, before_c, session = masters.house, masters.asked_c, masters.house.state.session
    replies = masters.ask(asked)
    done = [wish for wish, reply in zip(asked, replies, strict=True) if reply.status == "accepted"]
    accepted = [wish.target for wish in done if wish.target is not None]
    persons_c = max((wish.target or 0.0 for wish in done if wish.role is Role.PHONE), default=0.0)
    for wish, reply in zip(asked, replies, strict=True):
        if wish.target is not None and reply.status == "accepted":
            assert reply.applied == {"zone": "lumbar", "target": wish.target}
            assert wish.target <= 42.0
            raised = before_c is not None and wish.target > max(before_c, persons_c)
            if wish.role is Role.AUTOMATION and raised and house.state.session is not None:  # at rest it starts nothing
                assert wish.target <= AUTOMATION_MAX_C
                assert house.now_s - masters.person_lowered_s >= WAITS_S
    if any(wish.verb is Verb.STOP for wish in done):
        assert house.state.session is None, "whatever else was asked, before or after"
        assert house.state.invitation is None
        house.run(2 * TICK_S)
        assert not any(house.board.observe().duty_permille)
    elif any(wish.verb is Verb.PAUSE for wish in done) and session is not None:
        assert house.state.phase in ("paused", "cooling", "ended"), "or skipped past its last step"
    if accepted and masters.asked_c is not None and not any(wish.verb in (Verb.SKIP, Verb.ANSWER) for wish in done):
        assert masters.asked_c == min(accepted)
    lowered = [wish for wish in done if wish.role is Role.PHONE and (wish.target or 99.0) < (before_c or 0.0)]
    if lowered or any(wish.role is Role.PHONE and wish.verb in (Verb.STOP, Verb.PAUSE) for wish in done):
        masters.person_lowered_s = house.now_s


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=ticks)
def test_whatever_masters_ask_the_lower_wins(tmp_path_factory: pytest.TempPathFactory, story: Any) -> None:
    house = VirtualHouse(tmp_path_factory.mktemp("masters"))
    house.start()
    house.run(1.0)
    masters = Masters(house)
    for asked, turns in story:
        one_tick(masters, asked)
        house.run(turns * TICK_S)


@pytest.fixture
def masters(tmp_path: Path) -> Masters:
    house = VirtualHouse(tmp_path)
    house.start()
    house.run(1.0)
    return Masters(house)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["person first", "automation first"])
@pytest.mark.parametrize(("person_c", "automation_c"), [(38.0, 39.0), (39.0, 38.0), (42.0, 39.0), (38.0, 40.0)])
def test_of_one_tick_the_lower_wins(
    masters: Masters, order: tuple[int, int], person_c: float, automation_c: float
) -> None:
    pair = [adjust(Role.PHONE, person_c), adjust(Role.AUTOMATION, automation_c)]
    masters.ask([pair[i] for i in order])
    assert masters.asked_c == min(person_c, automation_c)


def test_of_two_ticks_the_later_accepted_one_holds(masters: Masters) -> None:
    masters.ask([adjust(Role.AUTOMATION, 38.0)])
    assert masters.asked_c == 38.0
    masters.ask([adjust(Role.PHONE, 41.0)])
    assert masters.asked_c == 41.0
    (refused,) = masters.ask([adjust(Role.AUTOMATION, 41.5)])
    assert refused.status == "refused"
    assert masters.asked_c == 41.0


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("at", range(4))
def test_a_stop_among_others_stops(masters: Masters, role: Role, at: int) -> None:
    others = [
        adjust(Role.PHONE, 41.0),
        Wish(Role.PHONE, Verb.SKIP),
        Wish(Role.PHONE, Verb.START, (("program", "warm"),)),
    ]
    others.insert(at, Wish(role, Verb.STOP))
    one_tick(masters, others)
    assert masters.house.state.session is None


def test_two_hosts_on_one_cable_are_one_lease(masters: Masters) -> None:
    """Somebody else's program writes to the port, too: its demand, though well formed, lends nothing."""
    house = masters.house
    house.run(5.0)
    refused = last_status(house).demands_refused
    foreign = contract.Demand(0, (300, 300), (4200, 4200), (0, 0, 0, 0), contract.Cue.NONE)
    for sequence in range(40):
        house.port.write(encode(contract.Demand.ID, sequence, foreign.pack()))
        house.run(TICK_S)
        assert max(last_status(house).zone_target_centi_c) <= 4000, "what the session asks, and no more"
    assert last_status(house).demands_refused > refused
    assert house.state.session is not None


def last_status(house: VirtualHouse) -> contract.Status:
    status = house.station._status
    assert status is not None
    return status
