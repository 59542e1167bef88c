"""The pairing window: a code of eight digits for two minutes and five tries, and how often anybody may try. Pure."""

from __future__ import annotations

import hmac
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from poultice_panel.people.rights import RoleName

DIGITS = 8
OPEN_S = 120.0
TRIES = 5
LOGINS_A_MINUTE = 5
MINUTE_S = 60.0
MOST_ADDRESSES = 1000


class Verdict(Enum):
    """What became of a try."""

    RIGHT = auto()
    WRONG = auto()
    CLOSED = auto()  # no window is open, or this try has closed it


@dataclass(slots=True)
class Window:
    """An open window; who comes in gets `role` and `person` (None: a person of their own)."""

    code: str
    until_s: float
    role: RoleName
    person: str | None
    tries: int = TRIES


class Pairing:
    """One window at a time; `code` of `open` is drawn by the caller."""

    def __init__(self) -> None:
        self._window: Window | None = None

    def open(self, code: str, role: RoleName, person: str | None, now_s: float) -> Window:
        """Opens a window in the place of any before it."""
        self._window = Window(code, now_s + OPEN_S, role, person)
        return self._window

    def window(self, now_s: float) -> Window | None:
        """The window that is open now."""
        if self._window is not None and now_s >= self._window.until_s:
            self._window = None
        return self._window

    def close(self) -> None:
        """Nobody comes in any more."""
        self._window = None

    def claim(self, code: str, now_s: float) -> tuple[Verdict, Window | None]:
        """Somebody says a code; the right one closes the window behind them, the last wrong one before anybody."""
        window = self.window(now_s)
        if window is None:
            return Verdict.CLOSED, None
        if hmac.compare_digest(code.encode(), window.code.encode()):
            self._window = None
            return Verdict.RIGHT, window
        window.tries -= 1
        if window.tries <= 0:
            self._window = None
            return Verdict.CLOSED, None
        return Verdict.WRONG, None


@dataclass(slots=True)
class Logins:
    """How often each address has tried within the last minute."""

    _at_s: dict[str, deque[float]] = field(default_factory=dict)

    def wait_s(self, address: str, now_s: float) -> float:
        """0 where this address may try now, which counts as a try; else how long it has to wait, s."""
        self._tidy(now_s)
        tries = self._at_s.setdefault(address, deque(maxlen=LOGINS_A_MINUTE))
        if len(tries) == LOGINS_A_MINUTE:
            return tries[0] + MINUTE_S - now_s
        tries.append(now_s)
        return 0.0

    def _tidy(self, now_s: float) -> None:
        for address, tries in list(self._at_s.items()):
            while tries and now_s - tries[0] >= MINUTE_S:
                tries.popleft()
            if not tries:
                del self._at_s[address]
        while len(self._at_s) >= MOST_ADDRESSES:  # somebody has very many: the oldest gives way
            del self._at_s[next(iter(self._at_s))]
