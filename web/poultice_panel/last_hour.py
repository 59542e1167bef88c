"""The last hour of a pad's temperatures, one sample a second. Pure."""

from __future__ import annotations

import json
from collections import deque

from poultice.mqtt.messages import PadState

KEEP_S = 3600.0
APART_S = 0.95  # states come every 0.5 or 0.9 s; this makes about one sample a second of both


class Curve:
    """A ring of samples by the time they arrived, s."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, dict[str, tuple[float | None, float | None]]]] = deque(maxlen=int(KEEP_S))

    def add(self, state: PadState, at_s: float) -> None:
        """Takes in a state; one too close to the last sample is left out."""
        if self._samples and at_s - self._samples[-1][0] < APART_S:
            return
        zones = {name: (zone.temperature, zone.target) for name, zone in state.zones.items()}
        self._samples.append((at_s, zones))

    def as_json(self, now_s: float) -> str:
        """`{t: [s before now, oldest first], zones: {name: {temperature: [°C or null], target: [°C or null]}}}`."""
        kept = [(at_s, zones) for at_s, zones in self._samples if now_s - at_s <= KEEP_S]
        names = sorted({name for _, zones in kept for name in zones})
        columns = {name: [zones.get(name, (None, None)) for _, zones in kept] for name in names}
        body = {
            "t": [round(now_s - at_s, 1) for at_s, _ in kept],
            "zones": {
                name: {"temperature": [pair[0] for pair in pairs], "target": [pair[1] for pair in pairs]}
                for name, pairs in columns.items()
            },
        }
        return json.dumps(body, separators=(",", ":"))
