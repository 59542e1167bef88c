"""The public state of a pad, and when it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from poultice.link.contract import FAULTS
from poultice.mqtt.messages import PadState
from poultice.mqtt.publish import FASTEST_S, SLOWEST_S, EndsAt, PublishPolicy, to_event, to_reply, to_state
from poultice.therapy.asking import Asked
from poultice.therapy.state import Phase, Reason, Reply, Role, Status
from poultice.therapy.view import (
    FaultView,
    InvitationView,
    MotorView,
    OfferView,
    PadHappening,
    PadView,
    SessionView,
    ZoneView,
)

TIME = datetime(2026, 1, 1, 12, tzinfo=UTC)
VIEW = PadView(
    phase=Phase.RUNNING,
    armed=True,
    armed_remaining_s=123.456,
    outputs_off=False,
    zones={"lumbar": ZoneView(40.0, 39.456, 38.123, 0.12345, 12.34, Reason("cap", "Capped.", {"w": 30.0}))},
    motors={"upper-left": MotorView(40, 39, 45)},
    session=SessionView(
        "s",
        "warmth",
        {"en": "Warmth"},
        1,
        3,
        "hold",
        60.04,
        120.06,
        30.04,
        "bridge",
        "person",
        Asked("pain", 30.04, "neck"),
        "wave",
    ),
    invitation=InvitationView("warmth", {"en": "Warmth"}, Role.PHONE, 599.96, "c0ffee", {"lumbar": 39.0}),
    offer=OfferView("warmth", {"en": "Warmth"}, 1, 3, 120.06),
    dose={"lumbar": 0.123456},
    faults=(FaultView("sensor_open", True),),
    checklist_accepted=True,
    reason=Reason("holding", "Holding 40 °C.", {"target": 40.0}),
    reading_age_s=0.05,
    selected="warm",
    thermostats={"lumbar": 38.5},
)
ENDS_AT = TIME + timedelta(seconds=120)


def test_everything_a_pad_shows_is_published():
    state = to_state(VIEW, 7, "epoch", TIME, ENDS_AT)
    assert (state.seq, state.epoch, state.time, state.phase) == (7, "epoch", TIME, Phase.RUNNING)
    assert (state.armed, state.armed_remaining_s, state.outputs_off, state.checklist_accepted) == (
        True,
        123.5,
        False,
        True,
    )
    zone = state.zones["lumbar"]
    assert (zone.asked, zone.target, zone.temperature, zone.duty, zone.watts) == (40.0, 39.46, 38.12, 0.123, 12.3)
    assert zone.limited_by is not None
    assert zone.limited_by.values == {"w": 30.0}
    assert zone.thermostat == 38.5
    assert state.motors["upper-left"].model_dump() == {"asked": 40, "actual": 39, "strength": 45}
    assert state.selected == "warm"
    assert state.session is not None
    assert state.session.model_dump() == {
        "id": "s", "program": "warmth", "title": {"en": "Warmth"}, "step": 1, "steps": 3, "step_id": "hold",
        "elapsed_s": 60.0, "remaining_s": 120.1, "step_remaining_s": 30.0, "card": "bridge", "wait": "person",
        "question": {"question": "pain", "remaining_s": 30.0, "region": "neck"},
        "pattern": "wave", "ends_at": ENDS_AT,
    }  # fmt: skip
    assert state.offer is not None
    assert (state.offer.step, state.offer.remaining_s) == (1, 120.1)
    assert state.invitation is not None
    assert (state.invitation.role, state.invitation.remaining_s) == ("phone", 600.0)
    assert state.invitation.heat == {"lumbar": 39.0}
    assert state.dose == {"lumbar": 0.1235}
    assert state.reason.text == "Holding 40 °C."


def test_the_end_stands_still_until_it_is_off_by_more_than_a_quarter_of_a_minute():
    ends_at, said = EndsAt(), []
    assert VIEW.session is not None
    for passed_s, left_s in [(0, 120.0), (1, 119.0), (2, 132.9), (3, 132.1), (4, 132.0), (5, 114.9), (6, 115.0)]:
        view = replace(VIEW, session=replace(VIEW.session, remaining_s=left_s))
        now = TIME + timedelta(seconds=passed_s)
        end = ends_at.of(view, now)
        assert end is not None
        assert abs(end - now - timedelta(seconds=left_s)) <= timedelta(seconds=16)
        said.append((end - TIME).total_seconds())
    assert said == [120, 120, 120, 120, 136, 119, 119]


def test_nobody_knows_the_end_of_what_is_paused_or_over():
    ends_at = EndsAt()
    assert ends_at.of(VIEW, TIME) is not None
    assert ends_at.of(replace(VIEW, phase=Phase.PAUSED), TIME) is None
    assert ends_at.of(replace(VIEW, session=None), TIME) is None


def test_what_is_not_known_is_null():
    view = replace(VIEW, zones={"lumbar": ZoneView()}, session=None, invitation=None, faults=())
    state = to_state(view, 1, "e", TIME)
    zone = state.zones["lumbar"]
    assert (zone.asked, zone.target, zone.temperature, zone.limited_by) == (None, None, None, None)
    assert state.session is state.invitation is None


@pytest.mark.parametrize("info", FAULTS.values(), ids=lambda info: info.name)
def test_every_fault_of_the_board_has_its_sentence(info):
    fault = to_state(replace(VIEW, faults=(FaultView(info.name, False),)), 1, "e", TIME).faults[0]
    assert (fault.name, fault.lockout, fault.latched) == (info.name, info.lockout, False)
    assert fault.sentence == info.sentence
    assert fault.action == info.action


def test_a_state_survives_the_wire():
    state = to_state(VIEW, 7, "epoch", TIME)
    assert PadState.model_validate_json(state.model_dump_json()) == state


def test_a_happening_becomes_an_event_with_its_details():
    event = to_event(PadHappening("button", Reason("press", "Pressed.", {"a": 1.0}), "s", {"press_s": 0.5}), TIME)
    assert (event.kind, event.time, event.session) == ("button", TIME, "s")
    assert event.reason.values == {"a": 1.0, "press_s": 0.5}


def test_a_reply_keeps_id_status_and_what_holds():
    message = to_reply(Reply("1", Status.REFUSED, Reason("warm", "Too warm."), {"target": 40.0}))
    assert (message.id, message.status, message.applied) == ("1", Status.REFUSED, {"target": 40.0})


@pytest.mark.parametrize("waited_s", [0.0, FASTEST_S - 0.001, FASTEST_S, SLOWEST_S])
@pytest.mark.parametrize("change", [{}, {"armed": False}, {"phase": Phase.IDLE}, {"outputs_off": True}, {"faults": ()},
                                    {"reading_age_s": 0.4}])  # fmt: skip
def test_a_state_that_is_due_was_worth_to_be_made(waited_s: float, change: dict[str, object]):
    view = replace(VIEW, **change)
    policy = policy_at(10.0)
    worth = policy.may_be_due(view.urgent, 10.0 + waited_s)
    assert worth == (waited_s >= FASTEST_S or view.urgent != VIEW.urgent)
    assert worth or not policy.due(view, 10.0 + waited_s)


def test_before_the_first_and_when_hurried_a_state_is_worth_to_be_made():
    assert PublishPolicy().may_be_due(VIEW.urgent, 0.0)
    policy = policy_at(10.0)
    policy.hurry()
    assert policy.may_be_due(VIEW.urgent, 10.001)


def test_the_first_state_is_due_at_once():
    assert PublishPolicy().due(VIEW, 0.0)


def policy_at(now_s: float) -> PublishPolicy:
    policy = PublishPolicy()
    assert policy.due(VIEW, now_s)
    return policy


def test_unchanged_it_is_due_before_a_second_is_over_and_not_sooner():
    policy = policy_at(10.0)
    assert not policy.due(VIEW, 10.0 + SLOWEST_S - 0.001)
    assert policy.due(VIEW, 10.0 + SLOWEST_S)
    assert SLOWEST_S + 0.1 <= 1.0  # a late look of the loop included


def test_the_age_of_the_reading_alone_is_no_change():
    assert not policy_at(10.0).due(replace(VIEW, reading_age_s=0.4), 10.0 + FASTEST_S)


def test_changed_it_is_due_twice_a_second():
    warmer = replace(VIEW, zones={"lumbar": ZoneView(temperature_c=39.0)})
    policy = policy_at(10.0)
    assert not policy.due(warmer, 10.0 + FASTEST_S - 0.001)
    assert policy.due(warmer, 10.0 + FASTEST_S)
    assert not policy.due(warmer, 10.0 + FASTEST_S + 0.001)


@pytest.mark.parametrize(
    "change",
    [{"phase": Phase.PAUSED}, {"armed": False}, {"faults": ()}, {"outputs_off": True}],
    ids=lambda change: next(iter(change)),
)
def test_what_matters_is_due_at_once(change):
    assert policy_at(10.0).due(replace(VIEW, **change), 10.0)


def test_hurry_makes_the_next_due_and_only_that():
    policy = policy_at(10.0)
    policy.hurry()
    assert policy.due(VIEW, 10.001)
    assert not policy.due(VIEW, 10.002)


def test_a_flapping_temperature_never_exceeds_two_a_second():
    policy, published = policy_at(0.0), 0
    for tick in range(1, 200):
        view = replace(VIEW, zones={"lumbar": ZoneView(temperature_c=30.0 + tick % 2)})
        published += policy.due(view, tick * 0.05)
    assert 18 <= published <= 20
