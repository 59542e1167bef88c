"""Whether the pad's button permits heat: what the board says, less what we already asked it to take back."""

from __future__ import annotations

STOP_CONFIRMED_WITHIN_S = 1.0  # so long a STOP is repeated on the link; by then the board has obeyed or is gone


class Arming:
    """Believes a board that says "not armed" at once, one that says "armed" only if no STOP is on its way to it."""

    def __init__(self) -> None:
        self.armed = False
        self._stopped_s: float | None = None

    def stopped(self, now_s: float) -> None:
        """A STOP goes out: from now on nothing counts as armed until the board has been heard to obey."""
        self.armed = False
        self._stopped_s = now_s

    def forget(self) -> None:
        """The board is gone."""
        self.armed = False

    def heard(self, armed: bool, now_s: float) -> None:
        """The board says whether it is armed; what it said before it could obey our STOP does not count."""
        if not armed or (self._stopped_s is not None and now_s - self._stopped_s > STOP_CONFIRMED_WITHIN_S):
            self._stopped_s = None
        self.armed = armed and self._stopped_s is None

    @property
    def stop_pending(self) -> bool:
        """Whether a STOP was sent that the board has not been heard to obey."""
        return self._stopped_s is not None
