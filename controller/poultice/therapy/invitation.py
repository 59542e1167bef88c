"""A start that waits for a press on the pad's own button. It never changes: what was invited is what starts."""

from __future__ import annotations

from dataclasses import dataclass

from poultice.therapy.programs import Program
from poultice.therapy.state import Role

DEFAULT_PERSON = "me"  # whose session it is where nobody said so


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who invited to which program, and until when (s, monotonic)."""

    program: Program
    role: Role
    until_s: float
    at_step: int = 0
    person: str = DEFAULT_PERSON

    def expired(self, now_s: float) -> bool:
        """Whether the press would come too late."""
        return now_s >= self.until_s
