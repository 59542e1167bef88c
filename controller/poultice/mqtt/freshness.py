"""Whether a request was made just now, for this pad, by someone who sees its state: epochs and ids. Pure.

The state carries a random epoch, renewed at boot, at each broker connection and every 30 s. Only a request with the
current or the previous epoch of this connection and an id not yet seen is fresh, so that nothing recorded earlier can
start heat. No clock but ours and no feature of the broker is trusted.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from poultice.therapy.state import Request, Role, Verb

EPOCH_S = 30.0
MOST_IDS = 1000  # of one epoch; when full nothing more is fresh, rather than an old id forgotten
NEEDS_NOTHING = frozenset({Verb.STOP, Verb.PAUSE})


def random_epoch() -> str:
    """64 random bits: not to be guessed within its minute of life."""
    return secrets.token_hex(8)


class Freshness:
    """The epochs and seen ids of one pad. Lowering by `adjust` needs no freshness either, but only the pad knows what
    lowers: it is told whether the request is fresh and asks where it matters."""

    def __init__(self, now_s: float, new_epoch: Callable[[], str] = random_epoch) -> None:
        self._new_epoch = new_epoch
        self.connected(now_s)

    def connected(self, now_s: float) -> None:
        """A new connection to the broker: every earlier epoch is void."""
        self._begin(now_s)
        self._previous: str | None = None
        self._seen_before: set[str] = set()

    def epoch(self, now_s: float) -> str:
        """The epoch to publish now."""
        self._renew(now_s)
        return self._current

    def judge(self, request: Request, now_s: float) -> bool:
        """Whether the request is fresh; asking remembers its id."""
        self._renew(now_s)
        if request.verb in NEEDS_NOTHING:
            return True
        if request.role is Role.AUTOMATION:
            return self._judge_automation(request)
        return self._epoch_holds(request.epoch) and bool(request.id) and self._is_new(request.id)

    def _judge_automation(self, request: Request) -> bool:
        """Automation may leave out epoch and id, because it can do less; what it does say must hold."""
        if request.epoch is not None and not self._epoch_holds(request.epoch):
            return False
        return not request.id or self._is_new(request.id)

    def _epoch_holds(self, epoch: str | None) -> bool:
        return epoch is not None and epoch in (self._current, self._previous)

    def _is_new(self, request_id: str) -> bool:
        if request_id in self._seen or request_id in self._seen_before or len(self._seen) >= MOST_IDS:
            return False
        self._seen.add(request_id)
        return True

    def _renew(self, now_s: float) -> None:
        if now_s - self._since_s >= EPOCH_S:
            self._previous, self._seen_before = self._current, self._seen
            self._begin(now_s)

    def _begin(self, now_s: float) -> None:
        self._current = self._new_epoch()
        self._since_s = now_s
        self._seen: set[str] = set()
