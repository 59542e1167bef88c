"""How many requests a role may make: at once, for ever, and by the boundary values of the bucket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.mqtt.envelope import Envelope
from poultice.mqtt.gate import Gate
from poultice.mqtt.incoming import QueryIn, RequestIn
from poultice.mqtt.messages import QueryMessage, RequestMessage
from poultice.mqtt.rates import QUERIES, REQUESTS, Rate, Rates
from poultice.therapy.state import Reason, Role, Verb

LATER = Envelope(expires_s=100.0)


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def request(verb: Verb = Verb.START, role: Role = Role.PHONE, envelope: Envelope | None = None, **args) -> RequestIn:
    return RequestIn("pad", role, verb, RequestMessage(id="1", args=args), envelope=envelope or Envelope())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Gate:
    return Gate("pad", clock)


def code(why: Reason | None) -> str | None:
    return None if why is None else why.code


@pytest.mark.parametrize("role", Role)
def test_so_many_at_once_and_so_many_a_second(gate: Gate, clock: Clock, role: Role) -> None:
    rate = REQUESTS[role]
    assert [code(gate.why_not(request(role=role))) for _ in range(rate.at_once)] == [None] * rate.at_once
    why = gate.why_not(request(role=role))
    assert code(why) == "too_fast"
    assert why.values["in_s"] == pytest.approx(1 / rate.per_s)
    clock.now_s += 0.99 / rate.per_s
    assert code(gate.why_not(request(role=role))) == "too_fast"
    clock.now_s += 0.01 / rate.per_s + 1e-9
    assert gate.why_not(request(role=role)) is None
    assert code(gate.why_not(request(role=role))) == "too_fast"
    clock.now_s += 1e6
    assert [code(gate.why_not(request(role=role))) for _ in range(rate.at_once + 1)][-2:] == [None, "too_fast"]


def test_one_role_uses_up_nothing_of_the_other(gate: Gate) -> None:
    while gate.why_not(request(role=Role.AUTOMATION)) is None:
        pass
    assert gate.why_not(request(role=Role.PHONE)) is None
    assert gate.why_no_query(QueryIn("pad", Role.AUTOMATION, "programs", QueryMessage(id="1"))) is None


@pytest.mark.parametrize("role", Role)
def test_a_stop_is_never_too_fast_nor_too_late(gate: Gate, clock: Clock, role: Role) -> None:
    clock.now_s += 1.0
    for _ in range(1000):
        assert gate.why_not(request(Verb.STOP, role, LATER)) is None
        assert gate.why_not(request(Verb.ANSWER, role, LATER, question="comfort", value="stop")) is None
    while gate.why_not(request(role=role)) is None:
        pass
    assert gate.why_not(request(Verb.STOP, role)) is None


@pytest.mark.parametrize(("after_s", "expected"), [(-1.0, None), (0.0, None), (0.001, "expired"), (1e6, "expired")])
def test_what_came_too_late_is_refused_but_a_pause(
    gate: Gate, clock: Clock, after_s: float, expected: str | None
) -> None:
    clock.now_s += after_s
    assert code(gate.why_not(request(Verb.START, envelope=LATER))) == expected
    assert code(gate.why_not(request(Verb.ADJUST, envelope=LATER))) == expected
    assert gate.why_not(request(Verb.PAUSE, envelope=LATER)) is None
    assert code(gate.why_no_query(QueryIn("pad", Role.PHONE, "logs", QueryMessage(id="1"), LATER))) == expected


def test_queries_have_their_own(gate: Gate) -> None:
    query = QueryIn("pad", Role.PHONE, "programs", QueryMessage(id="1"))
    allowed = [gate.why_no_query(query) for _ in range(QUERIES[Role.PHONE].at_once + 1)]
    assert [code(why) for why in allowed[-2:]] == [None, "too_fast"]
    assert gate.why_not(request()) is None


def test_previews_are_dear(gate: Gate) -> None:
    preview = QueryIn("pad", Role.PHONE, "programs", QueryMessage(id="1", args={"op": "preview"}))
    allowed = [gate.why_no_query(preview) for _ in range(6)]
    assert [code(why) for why in allowed] == [None] * 5 + ["too_fast"]


def test_a_flood_is_told_once_a_minute(gate: Gate, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(500):
        gate.why_not(request(role=Role.AUTOMATION))
    assert caplog.text.count("asked too much") == 1
    clock.now_s += 59.9
    gate.why_not(request(role=Role.AUTOMATION))
    assert caplog.text.count("asked too much") == 1
    clock.now_s += 0.1
    for _ in range(500):
        gate.why_not(request(role=Role.AUTOMATION))
    assert caplog.text.count("asked too much") == 2


@given(st.lists(st.floats(0.0, 5.0), max_size=60))
def test_never_more_than_the_bucket_and_what_flowed_in(waits_s: list[float]) -> None:
    rates, now_s, taken = Rates({Role.PHONE: Rate(3, 2.0)}, 0.0), 0.0, 0
    for wait_s in waits_s:
        now_s += wait_s
        taken += rates.take(Role.PHONE, now_s)
        assert taken <= 3 + 2.0 * now_s + 1e-6
        assert 0.0 <= rates.waits_s(Role.PHONE) <= 0.5
