"""The rest of a session that was cut off. It is only offered: it begins when a person starts it, as any program."""

from __future__ import annotations

from dataclasses import dataclass

from poultice.therapy.programs import Program


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What must be known of a session to offer its rest after a restart."""

    program: str
    content_hash: str
    step: int
    person: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Which program, from which step on, for whom, and until when it makes sense (s, monotonic)."""

    program: Program
    at_step: int
    person: str
    until_s: float
