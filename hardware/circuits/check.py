"""One computed figure beside the limit that it has to keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """A figure in `unit`; good where it lies from `least` to `most`. Without limits it is told, not judged."""

    name: str
    figure: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def judged(self) -> bool:
        """Whether it has a limit at all."""
        return self.least is not None or self.most is not None

    @property
    def good(self) -> bool:
        """Also of what is not judged. A figure that is no number keeps no limit."""
        if not self.judged:
            return True
        low = self.least is None or self.figure >= self.least
        return low and (self.most is None or self.figure <= self.most)

    @property
    def told(self) -> str:
        """The figure in words."""
        return f"{self.figure:.3g} {self.unit}" if self.unit else ("yes" if self.figure else "NO")

    @property
    def limit(self) -> str:
        """The limit in words."""
        if not self.unit:
            return "yes"
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g} {self.unit}"
        if self.most is not None:
            return f"≤ {self.most:g} {self.unit}"
        return f"≥ {self.least:g} {self.unit}" if self.least is not None else "told, not judged"


def yes(name: str, holds: bool) -> Check:
    """A check of something that is or is not so."""
    return Check(name, float(holds), "", least=1.0)
