"""Answers to `query/phone/settings`: what people set for a pad, who accepted its checklist, what the coach does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from poultice.mqtt.messages import NarrowerLimits, PadSettings, PersonCeiling, PersonName
from poultice.refusals import RefusedError
from poultice.settings import SettingsStore
from poultice.therapy.coach.plan import Plan
from poultice.therapy.invitation import DEFAULT_PERSON
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program

MOST_COACHED = 32  # persons of one pad
MOST_ACCEPTED = 64
WIDEST = HostLimits()
MOST_CEILINGS = 256  # persons of all panels that ever told theirs
SETTABLE = ("checklist_accepted", "coach", "pad", "ceilings")


class SettingsArgs(BaseModel):
    """`get`, or `set` with what shall change; of `pad` what is left out stays as it is. `ceilings` are persons' own, on
    all pads of this controller; null takes one away, who is not named keeps theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    op: str = "get"
    checklist_accepted: bool | None = None
    coach: Annotated[Plan, Field(strict=False)] | None = None
    pad: Annotated[PadSettings, Field(strict=False)] | None = None
    ceilings: Annotated[dict[PersonName, PersonCeiling | None], Field(max_length=64, strict=False)] | None = None
    person: PersonName = DEFAULT_PERSON


def settings(
    pad: str, args: SettingsArgs, store: SettingsStore, programs: Iterable[Program], zones: Iterable[str]
) -> dict[str, Any]:
    """The settings as they are now. Raises RefusedError, and SetupError where the disk refuses."""
    match args.op:
        case "set" if all(getattr(args, name) is None for name in SETTABLE):
            raise RefusedError("arguments", "There is nothing to set; say checklist_accepted, coach, pad or ceilings.")
        case "set":
            _set(pad, args, store, programs, zones)
        case "get":
            pass
        case _:
            raise RefusedError("unknown", f"There is no operation {args.op[:40]} on settings; known are get and set.")
    return {
        "checklist_accepted": args.person in store.accepted(pad),
        "coach": store.coach(pad).get(args.person, Plan()).model_dump(mode="json"),
        "pad": store.of(pad).model_dump(mode="json"),
        "ceiling": store.ceilings().get(args.person, PersonCeiling()).model_dump(mode="json"),
    }


def _set(pad: str, args: SettingsArgs, store: SettingsStore, programs: Iterable[Program], zones: Iterable[str]) -> None:
    known = {program.id for program in programs}
    if args.coach is not None:
        _set_coach(pad, args.person, args.coach, store, known)
    if args.pad is not None:
        _set_pad(pad, args.pad, store, known, zones)
    if args.ceilings is not None:
        _set_ceilings(args.ceilings, store)
    if args.checklist_accepted is not None:
        _accept(pad, args.person, args.checklist_accepted, store)


def _set_coach(pad: str, person: str, plan: Plan, store: SettingsStore, known: set[str]) -> None:
    plans = store.coach(pad)
    if person not in plans and len(plans) >= MOST_COACHED:
        raise RefusedError("too_many", f"{MOST_COACHED} persons are coached on this pad already: forget one first.")
    _require(plan.strength.days.values(), known)
    store.set_coach(pad, person, plan)


def _set_pad(pad: str, wish: PadSettings, store: SettingsStore, known: set[str], zones: Iterable[str]) -> None:
    _require(wish.automation, known)
    _require_narrower(wish.limits)
    strange = sorted(set(wish.zones) - set(zones))
    if strange:
        raise RefusedError("unknown_zone", f"This pad has no zone {strange[0][:40]}.")
    said = {name: getattr(wish, name) for name in wish.model_fields_set}
    store.set(pad, store.of(pad).model_copy(update=said))


def _set_ceilings(told: Mapping[str, PersonCeiling | None], store: SettingsStore) -> None:
    bound = {person: None if each == PersonCeiling() else each for person, each in told.items()}
    kept = {person for person, each in {**store.ceilings(), **bound}.items() if each is not None}
    if len(kept) > MOST_CEILINGS:
        raise RefusedError("too_many", f"{MOST_CEILINGS} persons have a ceiling already: take one away first.")
    store.set_ceilings(bound)


def _require_narrower(wish: NarrowerLimits) -> None:
    low_c, high_c, longest_min = WIDEST.target_min_c, WIDEST.target_max_c, WIDEST.session_max_s / 60
    if wish.target_max_c is not None and not low_c <= wish.target_max_c <= high_c:
        raise RefusedError("too_wide", f"The warmest target may be {low_c:g} to {high_c:g} °C.")
    if wish.session_max_min is not None and wish.session_max_min > longest_min:
        raise RefusedError("too_wide", f"A session may last {longest_min:g} minutes at most.")


def _require(wanted: Iterable[str], known: set[str]) -> None:
    for name in wanted:
        if name not in known:
            raise RefusedError("unknown_program", f"There is no program {name[:40]}; ask for the list.")


def _accept(pad: str, person: str, accepted: bool, store: SettingsStore) -> None:
    if accepted and len(store.accepted(pad) - {person}) >= MOST_ACCEPTED:
        raise RefusedError("too_many", f"{MOST_ACCEPTED} persons use this pad already: forget one first.")
    store.accept(pad, person, accepted)
