"""Answers to `query/<role>/<what>`: what moves no output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poultice.coaching.day import Coaching
from poultice.description import built_in_programs, layout, outline
from poultice.errors import SetupError
from poultice.foresight import ROOM_C, as_plain
from poultice.link import facts
from poultice.mqtt.incoming import QueryIn, first_problem
from poultice.mqtt.messages import PersonName, PromptAnswer, Reason, ResultMessage
from poultice.refusals import RefusedError as _RefusedError
from poultice.settings import SettingsStore
from poultice.settings_query import SettingsArgs
from poultice.settings_query import settings as settings_answer
from poultice.therapy.calibration import STEP_S, Course, Recorder
from poultice.therapy.coach.memory import Item
from poultice.therapy.limits import HostLimits
from poultice.therapy.preview import Preview
from poultice.therapy.programs import Program
from poultice.therapy.state import Role
from poultice.therapy.tailored import PROGRAM as WARMTH
from poultice.therapy.tailored import tailored, target_refusal


class _Args(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _CoachArgs(_Args):
    op: str = "get"
    person: PersonName = "me"
    id: str | None = None
    answer: PromptAnswer | None = None
    item: Item | None = None
    fits: bool | None = None


class _ProgramsArgs(_Args):
    op: str = "list"
    program: str | None = None
    zone: str | None = None
    target: Annotated[float, Field(strict=False)] | None = None
    room_c: Annotated[float, Field(ge=ROOM_C[0], le=ROOM_C[1], strict=False)] | None = None


ARGS: dict[str, type[BaseModel]] = {"programs": _ProgramsArgs, "settings": SettingsArgs, "coach": _CoachArgs}


Foresee = Callable[[Program, float | None], Preview]
"""Of a program and the room's temperature, °C (None: unknown): what this pad would do."""


def is_preview(query: QueryIn) -> bool:
    """Whether a whole program is to be played on paper: some 20 ms of a fast computer, which no tick shall wait for."""
    return query.what == "programs" and query.message.args.get("op") == "preview"


def answer(
    query: QueryIn,
    programs: Iterable[Program],
    settings: SettingsStore,
    foresee: Foresee,
    recorder: Recorder,
    *,
    coaching: Coaching,
    lines: Callable[[], Sequence[str]] = tuple,
) -> ResultMessage:
    """The result of a query; refused with a reason where it cannot be had."""
    try:
        result = _answer(query, programs, settings, foresee, recorder, coaching=coaching, lines=lines)
    except _RefusedError as refused:
        return _result(query, "refused", refused.code, str(refused))
    except ValidationError as error:
        return _result(
            query, "refused", "arguments", f"The arguments of {query.what} do not fit: {first_problem(error)}."
        )
    except SetupError as error:
        return _result(query, "refused", "disk", str(error))
    return _result(query, "ok", "ok", "done", result)


def _result(query: QueryIn, status: Any, code: str, text: str, result: dict[str, Any] | None = None) -> ResultMessage:
    return ResultMessage(id=query.message.id, status=status, reason=Reason(code=code, text=text), result=result or {})


def _answer(
    query: QueryIn,
    programs: Iterable[Program],
    settings: SettingsStore,
    foresee: Foresee,
    recorder: Recorder,
    *,
    coaching: Coaching,
    lines: Callable[[], Sequence[str]] = tuple,
) -> dict[str, Any]:
    match query.what:
        case "programs":
            return _programs(query.role, _ProgramsArgs.model_validate(query.message.args), programs, foresee)
        case "calibration" if query.role is Role.PHONE:
            return _calibration(recorder)
        case "settings" if query.role is Role.PHONE:
            args = SettingsArgs.model_validate(query.message.args)
            return settings_answer(query.pad, args, settings, programs, [zone.name for zone in facts.ZONES])
        case "coach" if query.role is Role.PHONE:
            return _coach(_CoachArgs.model_validate(query.message.args), coaching)
        case "logs" if query.role is Role.PHONE:
            return {"lines": list(lines())}
        case "settings" | "coach" | "logs":
            raise _RefusedError("role", f"Home automation may not see or change {query.what}.")
    raise _RefusedError(
        "unknown",
        f"There is no query {query.what[:40]}; known are programs, sessions, persons, settings, coach, calibration "
        "and logs.",
    )


def _calibration(recorder: Recorder) -> dict[str, Any]:
    if not all(course.power_w for course in recorder.courses.values()):
        raise _RefusedError("no_calibration", "No warm-up was measured: start the program calibration.")
    return {"step_s": STEP_S, "zones": {name: _course(course) for name, course in recorder.courses.items()}}


def _course(course: Course) -> dict[str, Any]:
    return {
        "temperature_c": [round(each, 3) for each in course.temperature_c],
        "power_w": [round(each, 2) for each in course.power_w],
        "pair_k": round(course.pair_k, 2),
        "element_w": round(course.element_w, 2),
    }


def _programs(role: Role, args: _ProgramsArgs, programs: Iterable[Program], foresee: Foresee) -> dict[str, Any]:
    match args.op:
        case "list":
            return {"programs": [outline(program).model_dump() for program in programs]}
        case "preview" if role is Role.PHONE:
            return as_plain(foresee(_wanted(args, programs), args.room_c))
        case "preview":
            raise _RefusedError("role", "Home automation may only list programs.")
    raise _RefusedError(
        "unknown",
        f"There is no operation {args.op[:40]} on programs; known are list, preview, get, check, save and delete.",
    )


def _wanted(args: _ProgramsArgs, programs: Iterable[Program]) -> Program:
    """The program that is named; `warmth` as it would be for the zone and temperature that are named, too."""
    warmth = built_in_programs()[WARMTH]
    if args.program != warmth.id:
        return _named(args.program, programs)
    if why := target_refusal(args.zone, args.target, layout(), HostLimits()):
        raise _RefusedError(why.code, f"{why.text}.")
    return tailored(warmth, str(args.zone), float(args.target or 0.0))


def _named(name: str | None, programs: Iterable[Program]) -> Program:
    for program in programs:
        if program.id == name:
            return program
    raise _RefusedError("unknown_program", f"There is no program {str(name)[:40]}; ask for the list.")


def _coach(args: _CoachArgs, coaching: Coaching) -> dict[str, Any]:
    match args.op:
        case "get":
            pass
        case "answer" if args.id is not None and args.answer is not None:
            done, reason = coaching.answer(args.person, args.id, args.answer)
            if not done:
                raise _RefusedError(reason.code, reason.text)
        case "check" if args.item is not None and args.fits is not None:
            coaching.check(args.person, args.item, args.fits)
        case "forget":
            coaching.forget(args.person)
        case "answer" | "check":
            raise _RefusedError("arguments", "To answer say id and answer; to check say item and fits.")
        case _:
            raise _RefusedError(
                "unknown", f"There is no operation {args.op[:40]}; known are get, answer, check and forget."
            )
    return coaching.report(args.person).model_dump(mode="json")
