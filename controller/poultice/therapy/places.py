"""Of which regions a question of pain still wants a score: one after another, those that the program treats."""

from __future__ import annotations

from poultice.therapy.body import ELSEWHERE


class Places:
    """Of one question."""

    def __init__(self, treats: tuple[str, ...]) -> None:
        self._left = list(treats or (ELSEWHERE,))
        self._said: list[str] = []

    @property
    def next(self) -> str | None:
        """The region that is asked of now; None where there is nothing left to say."""
        return self._left[0] if self._left else None

    def hear(self, region: str | None) -> str:
        """A score was given; the region that it is of. One that is named instead of the one that is asked of takes its
        place; one that was named before is corrected."""
        region = region or self.next or self._said[-1]
        if region in self._left:
            self._left.remove(region)
        elif region not in self._said and self._left:
            self._left.pop(0)
        self._said.append(region)
        return region
