"""What people said of a program's strength: how many steps weaker each person wants it, now and the next time."""

from __future__ import annotations

from collections.abc import Mapping

LESS_MAX = 4  # steps; who wants it weaker still should take another program
Key = tuple[str, str]
"""Person and program id."""


class Comfort:
    """Steps of "less" by person and program."""

    def __init__(self) -> None:
        self._steps: dict[Key, int] = {}
        self._changes: dict[Key, int] = {}

    def remember(self, steps: Mapping[Key, int]) -> None:
        """What was said before this controller began."""
        self._steps = {key: min(LESS_MAX, max(0, count)) for key, count in steps.items()}

    def forget(self, person: str) -> None:
        """As if this person had never said anything."""
        for known in (self._steps, self._changes):
            for key in [key for key in known if key[0] == person]:
                del known[key]

    def steps(self, person: str, program: str) -> int:
        """How many steps weaker this person wants this program; none where nothing was said."""
        return self._steps.get((person, program), 0)

    def change(self, person: str, program: str, by: int) -> bool:
        """Takes "less" (+1) or takes one back (-1); False where there is no more to lower or to take back."""
        wanted = self.steps(person, program) + by
        if not 0 <= wanted <= LESS_MAX:
            return False
        self._steps[person, program] = self._changes[person, program] = wanted
        return True

    def take_changes(self) -> dict[Key, int]:
        """What is to be kept, since the last call."""
        changes, self._changes = self._changes, {}
        return changes
