"""States of a pad that stand still, each with a name: what the page is shown in the gallery."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from poultice.description import layout
from poultice.mqtt.messages import (
    FaultState,
    Invitation,
    MotorState,
    Offer,
    PadInfo,
    PadState,
    ProgramOutline,
    PromptMessage,
    QuestionState,
    Reason,
    SessionState,
    ZoneState,
)
from poultice.therapy import reasons
from poultice.therapy.state import Phase
from poultice.therapy.state import Reason as TherapyReason

NOW = datetime(2026, 3, 14, 18, 30, tzinfo=UTC)
PAD = "sofa"
LONG = "The heat pad of grandmother Wilhelmine-Charlotte in the conservatory behind the kitchen"
NO_CEILING = {"target_max_c": None, "session_max_min": None, "massage_max_percent": None}
PERSONS = [
    {"id": "me", "name": "Anna", "ceiling": NO_CEILING},
    {"id": "ben", "name": "Ben", "ceiling": {**NO_CEILING, "target_max_c": 38.5, "massage_max_percent": 0}},
]
ME = {
    "phone": "here",
    "name": "This computer",
    "role": "admin",
    "person": "me",
    "persons": PERSONS,
    "here": True,
    "notes": True,
}


@dataclass(frozen=True)
class Scene:
    """One thing to look at: what the panel says, and where the page is. `snapshot` None: nothing was said."""

    name: str
    snapshot: dict[str, Any] | None
    route: str = ""
    selector: str = "main"  # what must be there before the picture is taken
    click: tuple[str, ...] = field(default=())
    course: dict[str, Any] | None = None  # what the panel kept of the session; without it, nothing
    tall: bool = False  # in a window that shows all of a phone's page


def scenes(info: PadInfo) -> Iterator[Scene]:
    """All of the first screen."""
    yield Scene("loading", None)
    yield Scene("empty: no pad", {"time": NOW.isoformat(), "broker_connected": True, "me": ME, "pads": {}})
    yield Scene("offline: no broker", _house(info, _state(), broker_connected=False, state_age_s=45.0))
    yield Scene("offline: no controller", _house(info, _state(), controller_online=False, state_age_s=45.0))
    yield Scene("offline: no board", _house(info, _state(Phase.OFFLINE), online=False))
    yield Scene("stale", _house(info, _state(), state_age_s=12.0))
    yield Scene("first use", _house(info, _state(checklist_accepted=False, accepted_by=[])))
    yield Scene("ready", _house(info, _state()))
    yield Scene("ready, with a prompt", _house(info, _state(), prompts=[_prompt().model_dump(mode="json")]))
    yield Scene("ready, on a phone that looks on", _house(info, _state(), role="view"))
    yield Scene("ready, one person", _house(info, _state(), persons=PERSONS[:1]))
    yield Scene("offered rest", _house(info, _state(offer=_offer(info))))
    yield Scene("invited", _house(info, _state(Phase.INVITED, invitation=_invitation(info))))
    for name, state in _sessions(info):
        yield Scene(name, _house(info, state))
    yield Scene("running, on a phone that looks on", _house(info, _running(info, 2, motors=40), role="view"))
    yield from _courses(info)
    yield Scene("cooling", _house(info, _state(Phase.COOLING, warm=38.6, reason=_said(reasons.STOPPED))))
    yield Scene(
        "finished",
        _house(info, _state(Phase.ENDED, warm=36.2, reason=_said(reasons.finished("Lower back ease", 1140)))),
    )
    yield Scene("faulted", _house(info, _state(Phase.FAULTED, faults=[_fault()], zones=_zones(None, None, 35.0))))
    long = info.model_copy(update={"name": LONG, "programs": [_long(each) for each in info.programs]})
    yield Scene("long names", _house(long, _state()))
    yield Scene("long names, running", _house(long, _running(long, 2)))
    yield Scene("several pads", _house(info, _state(), others=("Bed", "Desk", LONG)))


def ready(info: PadInfo) -> dict[str, Any]:
    """What sheets are opened over."""
    return _house(info, _state())


def _sessions(info: PadInfo) -> Iterator[tuple[str, PadState]]:
    yield "warming", _running(info, 0, Phase.WARMING, warm=34.2, asked=40.0)
    yield "running, with massage", _running(info, 2, motors=40, asked=39.0, warm=38.7)
    limited = _said(reasons.NEAR_LIMIT)
    yield "limited", _running(info, 2, zones=_zones(40.0, 38.5, 39.4, limited))
    yield "paused", _running(info, 2, Phase.PAUSED, asked=None)
    for question in ("comfort", "pain", "note", "awake"):
        asked = QuestionState(question=question, remaining_s=38, region="lower_back" if question == "pain" else None)
        yield f"asked: {question}", _running(info, 1, question=asked)
    yield "your turn: a card", _running(info, 1, Phase.WAITING, card="knee-to-chest", wait="person", asked=None)
    yield "your turn: the button", _running(info, 1, Phase.WAITING, wait="press", asked=None)


def _courses(info: PadInfo) -> Iterator[Scene]:
    """The session's curve: measured over expected."""
    drawn = {"selector": ".plot canvas", "tall": True}
    begun = _running(info, 0, Phase.WARMING, warm=30.4, asked=40.0)
    yield Scene("curve: it begins", _house(info, begun), course=course(begun), **drawn)
    middle = _running(info, 3)
    yield Scene("curve: in the middle", _house(info, middle), course=course(middle), **drawn)
    yield Scene("curve: nothing foretold", _house(info, middle), course=course(middle) | {"expected": None}, **drawn)
    yield Scene("curve: stale", _house(info, middle, state_age_s=20.0), course=course(middle), **drawn)
    paused = _running(info, 2, Phase.PAUSED, asked=None)
    yield Scene("curve: paused", _house(info, paused), course=course(paused, pause_s=140), **drawn)
    again = _running(info, 3)
    yield Scene("curve: after a pause", _house(info, again), course=course(again, pause_s=140, since_s=90), **drawn)
    over = _state(Phase.COOLING, warm=38.6, reason=_said(reasons.STOPPED))
    yield Scene("curve: cooling", _house(info, over), course=course(middle, pause_s=120), **drawn)


def course(state: PadState, pause_s: int = 0, since_s: int = 0) -> dict[str, Any]:
    """What a panel would have kept of a session: a little slower than expected. A pause ended `since_s` ago."""
    session = state.session
    assert session is not None
    places: list[float | None] = [float(at) for at in range(0, int(session.elapsed_s) - since_s, 5)]
    places += [None] * (pause_s // 5)
    places += [float(at) for at in range(int(session.elapsed_s) - since_s, int(session.elapsed_s), 5)]
    warm = [29.0]
    for at in places[1:]:
        warm.append(warm[-1] + ((39.6 if at is not None else 26.0) - warm[-1]) * (0.024 if at is not None else 0.012))
    total_s = int(session.elapsed_s + session.remaining_s)
    t_s = [float(at) for at in range(0, total_s + 1, 10)]
    line = [39.9 - (39.9 - 29) * math.exp(-t / 170) for t in t_s]
    return {
        "session": session.id,
        "program": session.program,
        "t": [5.0 * (len(places) - index) for index in range(len(places))],
        "at": places,
        "zones": {
            "lumbar": {"temperature": [round(each, 2) for each in warm], "target": [40.0] * len(places)},
            "upper_back": {"temperature": [31.4] * len(places), "target": [None] * len(places)},
        },
        "expected": {
            "t_s": t_s,
            "zones": {
                "lumbar": {
                    "temperature_c": line,
                    "low_c": [each - 0.9 * (1 - math.exp(-t / 60)) for t, each in zip(t_s, line, strict=True)],
                    "high_c": [each + 0.7 * (1 - math.exp(-t / 60)) for t, each in zip(t_s, line, strict=True)],
                }
            },
        },
    }


def _house(info: PadInfo, state: PadState, *, broker_connected: bool = True, **entry: Any) -> dict[str, Any]:
    others = entry.pop("others", ())
    me = ME | {key: entry.pop(key) for key in ("role", "persons") if key in entry}
    pad = {
        "id": PAD,
        "controller_online": True,
        "online": True,
        "info": info.model_dump(mode="json"),
        "state": state.model_dump(mode="json"),
        "state_age_s": 0.3,
        "health": None,
        "prompts": [],
        **entry,
    }
    pads = {PAD: pad}
    for number, name in enumerate(others):
        pads[f"other-{number}"] = {**pad, "id": f"other-{number}", "info": {**pad["info"], "name": name}}
    return {"time": NOW.isoformat(), "broker_connected": broker_connected, "me": me, "pads": pads}


def curve(entry: dict[str, Any]) -> dict[str, Any]:
    """Twenty minutes up to now: it warmed, and holds what the state says."""
    ages = [float(t) for t in range(1200, 0, -5)]
    zones = {}
    for name, zone in PadState.model_validate(entry["state"]).zones.items():
        end = zone.temperature
        values = [None if end is None else round(end - (end - 29) * math.exp(-(1200 - t) / 260), 2) for t in ages]
        zones[name] = {"temperature": values, "target": [zone.target for _ in ages]}
    return {"t": ages, "zones": zones}


def _zones(
    asked: float | None, target: float | None, temperature: float | None, limited_by: Reason | None = None
) -> dict[str, ZoneState]:
    lumbar = ZoneState(asked=asked, target=target, temperature=temperature, duty=0.4, watts=12.3, limited_by=limited_by)
    if asked is None:
        lumbar = lumbar.model_copy(update={"duty": 0.0, "watts": 0.0})
    return {"lumbar": lumbar, "upper_back": ZoneState(temperature=31.4)}


def _said(reason: TherapyReason) -> Reason:
    return Reason(code=reason.code, text=reason.text, values=dict(reason.values))


def _state(phase: Phase = Phase.IDLE, warm: float = 29.6, **changes: Any) -> PadState:
    values: dict[str, Any] = {
        "seq": 1,
        "epoch": "gallery",
        "time": NOW,
        "phase": phase,
        "armed": False,
        "outputs_off": True,
        "zones": _zones(None, None, warm),
        "motors": {motor.name: MotorState() for motor in layout().motors},
        "checklist_accepted": True,
        "accepted_by": ["me"],
        "reason": _said(reasons.READY),
    }
    return PadState(**{**values, **changes})


def _running(
    info: PadInfo,
    step: int,
    phase: Phase = Phase.RUNNING,
    *,
    warm: float = 39.6,
    asked: float | None = 40.0,
    motors: int = 0,
    zones: dict[str, ZoneState] | None = None,
    **session: Any,
) -> PadState:
    program = next(each for each in info.programs if each.id == "lower-back-ease")
    before_s = sum(each.duration_s for each in program.steps[:step])
    at = program.steps[step]
    told = SessionState(
        id="s1",
        program=program.id,
        title=program.title,
        step=step,
        steps=len(program.steps),
        step_id=at.id,
        elapsed_s=before_s + 20,
        remaining_s=program.total_s - before_s - 20,
        step_remaining_s=at.duration_s - 20,
        **session,
    )
    reason = reasons.PAUSED if phase is Phase.PAUSED else reasons.holding(asked) if asked else reasons.READY
    return _state(
        phase,
        session=told,
        armed=True,
        outputs_off=asked is None and not motors,
        zones=zones or _zones(asked, asked, warm),
        motors={motor.name: MotorState(asked=motors, actual=motors) for motor in layout().motors},
        reason=_said(reason),
    )


def _invitation(info: PadInfo) -> Invitation:
    program = next(each for each in info.programs if each.id == "lower-back-ease")
    return Invitation(program=program.id, title=program.title, role="phone", remaining_s=48)


def _offer(info: PadInfo) -> Offer:
    program = next(each for each in info.programs if each.id == "lower-back-ease")
    return Offer(program=program.id, title=program.title, step=3, steps=len(program.steps), remaining_s=540)


def _fault() -> FaultState:
    return FaultState(
        name="sensor_open",
        lockout="A",
        latched=True,
        sentence="A temperature sensor is not connected.",
        action="Check the pad's cable; if it stays, the pad needs repair.",
    )


def _prompt() -> PromptMessage:
    return PromptMessage(
        id="p1",
        person="me",
        kind="breaks",
        text={
            "en": "Half a minute: stand up and look far away.",
            "de": "Eine halbe Minute: steh auf und schau weit weg.",
        },
        until=NOW,
        card="stand-and-reach",
        program=None,
        may_snooze=True,
    )


def _long(program: ProgramOutline) -> ProgramOutline:
    title = {
        "en": f"{program.title['en']}, the way the physiotherapist of the clinic recommended it",
        "de": f"{program.title['de']}, so wie die Krankengymnastin der Rehabilitationsklinik es empfahl",
    }
    return program.model_copy(update={"title": title})
