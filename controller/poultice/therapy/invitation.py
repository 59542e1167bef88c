"""A start that waits for a press on the pad's own button. It never changes: what was invited is what starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from poultice.therapy.programs import Program
from poultice.therapy.state import Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who invited to which program, and until when (s, monotonic). `at_most_c` is what was asked for since, by zone: it
    may only be less."""

    program: Program
    role: Role
    until_s: float
    at_step: int = 0
    person: str = "me"
    at_most_c: Mapping[str, float] = field(default_factory=dict)

    @property
    def heat(self) -> dict[str, float]:
        """What it would ask for at once, °C by zone."""
        step = self.program.steps[self.at_step]
        return {zone: min(heat.target_c, self.at_most_c.get(zone, heat.target_c)) for zone, heat in step.heat.items()}

    def expired(self, now_s: float) -> bool:
        """Whether the press would come too late."""
        return now_s >= self.until_s
