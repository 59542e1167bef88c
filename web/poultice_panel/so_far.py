"""What a pad's session has done until now, beside what was expected of it when it began. Pure.

    {session, program, t, at, zones: {name: {temperature, target}}, expected}

`t` are s before now, oldest first; `at` s on the program's timeline, null while nothing plays (a pause, or after it);
°C or null. `expected` is the controller's preview `{t_s, zones: {name: {temperature_c, low_c, high_c}}}` as it was when
the session began, or null: it starts from how warm the pad is, so one that is asked for later would be another.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from poultice.mqtt.messages import PadState

APART_S = 2.0  # a pad warms by a tenth of a degree in this time
MOST = 800  # twice the width of a phone; then every other sample goes, and the rest lie twice as far apart
BEGINS_S = 20.0  # one that is first seen later was not seen to begin
MOST_EXPECTED = 200
EXPECTED = ("temperature_c", "low_c", "high_c")
AFTER = ("cooling", "ended")


@dataclass(frozen=True, slots=True)
class _Sample:
    at_s: float
    place_s: float | None
    zones: dict[str, tuple[float | None, float | None]]


@dataclass(slots=True)
class SoFar:
    """One pad's newest session; `session` is empty before there is one."""

    session: str = ""
    program: str = ""
    expected: dict[str, Any] | None = None
    _over: bool = True
    _apart_s: float = APART_S
    _samples: list[_Sample] = field(default_factory=list)

    def add(self, state: PadState, now_s: float) -> bool:
        """Takes in a state; True where a session begins with it, of which now can be asked what is expected."""
        session = state.session
        begins = session is not None and session.id != self.session
        if session is not None and begins:
            self.session, self.program, self.expected = session.id, session.program, None
            self._samples, self._apart_s = [], APART_S
        self._over = session is None and (self._over or state.phase not in AFTER)
        if not self._over and (not self._samples or now_s - self._samples[-1].at_s >= self._apart_s):
            self._keep(state, now_s)
        return begins and session is not None and session.elapsed_s <= BEGINS_S

    def foresee(self, session: str, preview: dict[str, Any]) -> None:
        """What the controller expects of a session, thinned; nothing where another has begun since, or it has no
        zones."""
        if session == self.session and preview.get("zones"):
            self.expected = _thinned(preview)

    def as_json(self, now_s: float) -> str:
        """As described above."""
        names = sorted({name for sample in self._samples for name in sample.zones})
        columns = {name: [sample.zones.get(name, (None, None)) for sample in self._samples] for name in names}
        body = {
            "session": self.session,
            "program": self.program,
            "t": [round(now_s - sample.at_s, 1) for sample in self._samples],
            "at": [sample.place_s for sample in self._samples],
            "zones": {
                name: {"temperature": [pair[0] for pair in pairs], "target": [pair[1] for pair in pairs]}
                for name, pairs in columns.items()
            },
            "expected": self.expected,
        }
        return json.dumps(body, separators=(",", ":"))

    def _keep(self, state: PadState, now_s: float) -> None:
        zones = {name: (zone.temperature, zone.target) for name, zone in state.zones.items()}
        plays = state.session is not None and state.phase != "paused"
        place_s = round(state.session.elapsed_s, 1) if state.session is not None and plays else None
        self._samples.append(_Sample(now_s, place_s, zones))
        if len(self._samples) > MOST:
            self._samples, self._apart_s = self._samples[::2], 2 * self._apart_s


def _thinned(preview: dict[str, Any]) -> dict[str, Any]:
    t_s: Sequence[float] = preview["t_s"]
    every = -(-len(t_s) // MOST_EXPECTED) or 1
    zones = {name: {key: zone[key][::every] for key in EXPECTED} for name, zone in preview["zones"].items()}
    return {"t_s": list(t_s[::every]), "zones": zones}
