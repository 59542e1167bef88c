"""What a session asks a person now: still awake, or the question of its step; and which answers fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poultice.therapy import reasons
from poultice.therapy.body import REGIONS
from poultice.therapy.state import Reason

COMFORTS = ("less", "fine", "more", "stop")
PAIN_MAX = 10
NOTE_MAX = 500  # characters


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how long it still waits for its answer, s. Of pain: in which region, as far as the program says;
    one that a person named is nobody else's business."""

    question: str
    remaining_s: float
    region: str | None = None


def misfit(args: Mapping[str, Any]) -> Reason | None:
    """Why an answer cannot be understood; None where it can."""
    question, value, region = args.get("question"), args.get("value"), args.get("region")
    if set(args) - {"question", "value", "region"} or (region is not None and not _may_have(question, region)):
        return reasons.BAD_ANSWER
    match question:
        case "next" | "awake":
            return None
        case "rest":
            good = value == "no"
        case "comfort":
            good = value in COMFORTS
        case "pain":
            good = type(value) is int and 0 <= value <= PAIN_MAX
        case "note":
            good = isinstance(value, str) and 0 < len(value) <= NOTE_MAX
        case _:
            good = False
    return None if good else reasons.BAD_ANSWER


def _may_have(question: Any, region: Any) -> bool:
    return question == "pain" and region in REGIONS


def is_stop(args: Mapping[str, Any]) -> bool:
    """Whether an answer says stop: that is obeyed as any STOP is."""
    return args.get("question") == "comfort" and args.get("value") == "stop"
