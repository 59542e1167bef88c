"""How often a pad may ask for a press on its button, by role: each invitation chirps. Instants are s, monotonic."""

from __future__ import annotations

from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Role

HOUR_S = 3600.0


class Inviting:
    """The invitations of the last hour. Of a phone's only those count that no press answered: who presses is there and
    wants it. Of automation all do, for it asks without being asked."""

    def __init__(self, limits: HostLimits) -> None:
        self._most = limits.invitations_an_hour
        self._at_s: dict[Role, list[float]] = {role: [] for role in Role}

    def invited(self, role: Role, now_s: float) -> None:
        """One more."""
        self._at_s[role] = [*self._lately(role, now_s), now_s]

    def answered(self, role: Role) -> None:
        """The last one was answered by a press."""
        if role is Role.PHONE:
            del self._at_s[role][-1:]

    def waits_s(self, role: Role, now_s: float) -> float:
        """How long until this role may invite again, s; 0 where it may."""
        lately = self._lately(role, now_s)
        return 0.0 if len(lately) < self._most else lately[-self._most] + HOUR_S - now_s

    def _lately(self, role: Role, now_s: float) -> list[float]:
        return [at_s for at_s in self._at_s[role] if now_s - at_s < HOUR_S]
