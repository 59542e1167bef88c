"""How often a role may ask something of a pad: a bucket that fills again. Pure; instants are real seconds."""

from __future__ import annotations

from dataclasses import dataclass

from poultice.therapy.state import Role


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many a second for ever."""

    at_once: int
    per_s: float


REQUESTS = {
    Role.PHONE: Rate(30, 10.0),  # thumbs on several phones; a slider that is drawn to and fro
    Role.AUTOMATION: Rate(15, 2.0),  # a scene sets every entity of a pad at once; nothing needs more for long
}
QUERIES = {Role.PHONE: Rate(30, 5.0), Role.AUTOMATION: Rate(5, 0.5)}  # the page asks several things when it opens

PREVIEW_COSTS = 6.0  # of other queries: it plays a whole program on paper, some 30 ms of a thread


class Rates:
    """What each role has left."""

    def __init__(self, rates: dict[Role, Rate], now_s: float) -> None:
        self._rates = rates
        self._left = {role: float(rate.at_once) for role, rate in rates.items()}
        self._then_s = dict.fromkeys(rates, now_s)

    def take(self, role: Role, now_s: float, cost: float = 1.0) -> bool:
        """Whether one more may be asked now, that costs as much as so many; what is refused costs nothing."""
        rate = self._rates[role]
        gained = max(0.0, now_s - self._then_s[role]) * rate.per_s
        self._left[role] = min(float(rate.at_once), self._left[role] + gained)
        self._then_s[role] = now_s
        if self._left[role] < cost:
            return False
        self._left[role] -= cost
        return True

    def waits_s(self, role: Role, cost: float = 1.0) -> float:
        """How long from the last question until one more of that cost may be asked, s."""
        return max(0.0, cost - self._left[role]) / self._rates[role].per_s
