"""A person's own ceiling: what one person is never asked for more of, below whatever the pad and the program allow."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

FULL_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The warmest target, °C, the longest session, s, and the strongest massage, percent (0: none). It can only narrow:
    whoever uses it takes the lower of this and what holds anyway."""

    target_max_c: float = math.inf
    session_max_s: float = math.inf
    percent_max: int = FULL_PERCENT

    def below(self, other: Ceiling) -> Ceiling:
        """The lower of both, thing by thing."""
        return Ceiling(
            min(self.target_max_c, other.target_max_c),
            min(self.session_max_s, other.session_max_s),
            min(self.percent_max, other.percent_max),
        )


NONE = Ceiling()


class Ceilings:
    """Those of all persons; who has none is not among them."""

    def __init__(self) -> None:
        self._by_person: dict[str, Ceiling] = {}

    def replace(self, ceilings: Mapping[str, Ceiling]) -> None:
        """From now on these hold."""
        self._by_person = dict(ceilings)

    def of(self, person: str) -> Ceiling:
        """A person's."""
        return self._by_person.get(person, NONE)

    def weakest_percent(self, persons: Collection[str]) -> int:
        """How strong a massage may be that is meant for nobody in particular: as each of these may have it."""
        return min((self.of(person).percent_max for person in persons), default=FULL_PERCENT)
