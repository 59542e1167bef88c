"""Who may do what: every address of the panel with the least role that it needs. Pure.

The table of SAFETY.md ("Panel and broker") by route. An address below `/api` that is not in it is for admins alone, so
that a forgotten line locks out instead of letting in; a rule test finds it all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

RoleName = Literal["view", "use", "admin"]


HERE = "here"  # in the place of a phone: a browser at this computer


class Right(IntEnum):
    """The least that somebody must be; each includes those before it."""

    OPEN = 0  # anybody who reaches the panel
    VIEW = 1
    USE = 2
    ADMIN = 3


RANKS: dict[RoleName, Right] = {"view": Right.VIEW, "use": Right.USE, "admin": Right.ADMIN}

RIGHTS: dict[tuple[str, str], Right] = {
    # STOP comes before its neighbour, which would match it, too.
    ("POST", "/api/pads/{pad}/requests/stop"): Right.OPEN,
    ("POST", "/api/pads/{pad}/requests/{verb}"): Right.USE,
    ("POST", "/api/pads/{pad}/simulated/button"): Right.USE,
    # Strangers are told the pads' ids, which STOP needs, and nothing else.
    ("GET", "/api/pads"): Right.OPEN,
    ("GET", "/api/live"): Right.OPEN,
    ("GET", "/api/me"): Right.OPEN,
    ("POST", "/api/pairing/claim"): Right.OPEN,
    ("GET", "/api/pads/{pad}/settings"): Right.VIEW,
    ("POST", "/api/pads/{pad}/settings"): Right.ADMIN,
    ("POST", "/api/pads/{pad}/checklist"): Right.USE,  # one's own; whoever lies down answers for themselves
    ("POST", "/api/pads/{pad}/preview"): Right.VIEW,
    ("GET", "/api/pads/{pad}/curve"): Right.VIEW,
    ("GET", "/api/pads/{pad}/course"): Right.VIEW,
    ("GET", "/api/pads/{pad}/calibration"): Right.VIEW,
    ("GET", "/api/pads/{pad}/logs"): Right.ADMIN,
    ("GET", "/api/pads/{pad}/what-helped"): Right.VIEW,
    ("POST", "/api/pads/{pad}/forget"): Right.USE,  # one's own; another's is an admin's (routes look)
    ("GET", "/api/pads/{pad}/coach"): Right.VIEW,
    ("POST", "/api/pads/{pad}/coach"): Right.USE,
    ("POST", "/api/pads/{pad}/coach/answer"): Right.USE,
    ("POST", "/api/pads/{pad}/coach/check"): Right.USE,
    ("POST", "/api/me"): Right.VIEW,  # which of one's persons lies down now
    ("GET", "/api/persons"): Right.ADMIN,
    ("POST", "/api/persons"): Right.ADMIN,
    ("POST", "/api/persons/{person}"): Right.ADMIN,
    ("POST", "/api/persons/{person}/ceiling"): Right.ADMIN,
    ("POST", "/api/persons/{person}/forget"): Right.ADMIN,
    ("POST", "/api/notes"): Right.ADMIN,
    ("GET", "/api/phones"): Right.ADMIN,
    ("POST", "/api/phones/{phone}"): Right.ADMIN,
    ("POST", "/api/phones/{phone}/revoke"): Right.ADMIN,
    ("GET", "/api/pairing"): Right.ADMIN,
    ("POST", "/api/pairing"): Right.ADMIN,
    ("POST", "/api/pairing/close"): Right.ADMIN,
    ("GET", "/api/pairing/code.svg"): Right.ADMIN,
    # One's own history, and that of those for whom one may ask (routes look).
    ("GET", "/api/history/sessions"): Right.VIEW,
    ("GET", "/api/history/sessions.csv"): Right.VIEW,
    ("GET", "/api/history/sessions/{session}"): Right.VIEW,
    ("GET", "/api/history/sessions/{session}/curve.csv"): Right.VIEW,
    ("GET", "/api/history/summary"): Right.VIEW,
    ("GET", "/api/history/after/{pad}"): Right.VIEW,
    ("GET", "/api/history/report"): Right.VIEW,
    ("GET", "/api/history/what-helped"): Right.VIEW,
    ("POST", "/api/history/sessions/{session}/note"): Right.USE,
    ("POST", "/api/history/sessions/{session}/pain"): Right.USE,
    ("POST", "/api/history/sessions/{session}/forget"): Right.USE,
    ("POST", "/api/history/set-aside"): Right.ADMIN,
    ("GET", "/api/fleet"): Right.VIEW,
    ("POST", "/api/pads/{pad}/programs/get"): Right.VIEW,
    ("POST", "/api/pads/{pad}/programs/check"): Right.USE,
    ("POST", "/api/pads/{pad}/programs/save"): Right.USE,
    ("POST", "/api/pads/{pad}/programs/delete"): Right.USE,
    ("GET", "/api/backup"): Right.ADMIN,
    ("GET", "/api/backup/all"): Right.ADMIN,
    ("POST", "/api/backup"): Right.ADMIN,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who was let in: with which phone (its id), as what, for which person now, and for which persons."""

    phone: str
    name: str
    role: RoleName
    person: str
    persons: tuple[str, ...] = ()
    here: bool = False  # at this computer, without pairing

    def may(self, right: Right) -> bool:
        """Whether this role includes a right."""
        return RANKS[self.role] >= right

    @property
    def admin(self) -> bool:
        """Whether everything is allowed."""
        return self.role == "admin"


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", template) + r"\Z")


_PATTERNS = [(method, _pattern(template), right) for (method, template), right in RIGHTS.items()]


def right_of(method: str, path: str) -> Right:
    """What a request needs. The page itself is for anybody: it says how to pair."""
    if path != "/api" and not path.startswith("/api/"):
        return Right.OPEN
    asked = "GET" if method == "HEAD" else method
    for known, pattern, right in _PATTERNS:
        if known == asked and pattern.match(path):
            return right
    return Right.ADMIN
