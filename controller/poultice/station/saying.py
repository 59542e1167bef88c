"""What one pad says as it goes: at once what happened; how it is, when the turn has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from poultice.clock import Clock
from poultice.journal.writing import Recorder
from poultice.mqtt.freshness import Freshness
from poultice.mqtt.publish import EndsAt, PublishPolicy, to_event, to_state
from poultice.station.ports import Broker
from poultice.therapy.pad import Pad
from poultice.therapy.view import PadHappening, PadView

LOOK_EVERY_S = 0.1  # whether there is something new to say; each reading and each request looks, too


class Saying:
    """One pad's. `freshness` knows the epoch that its states carry."""

    def __init__(
        self, pad_id: str, pad: Pad, broker: Broker, *, journal: Recorder, clock: Clock, freshness: Freshness
    ) -> None:
        self._pad_id = pad_id
        self._pad = pad
        self._broker = broker
        self._journal = journal
        self._clock = clock
        self._freshness = freshness
        self._policy = PublishPolicy()
        self._ends_at = EndsAt()
        self._looked_s = float("-inf")
        self._seq = 0

    @property
    def has_waited(self) -> bool:
        """Whether nobody looked for a while."""
        return self._clock.real_s() - self._looked_s >= LOOK_EVERY_S

    def hurry(self) -> None:
        """The next state is due at once."""
        self._policy.hurry()

    def happened(self, happenings: Iterable[PadHappening], now_s: float) -> None:
        """Tells what happened; it is in the journal, too."""
        wall = self._clock.wall()
        for happening in happenings:
            self._journal.write("event", now_s, what=happening.kind, reason=happening.reason.text)
            self._broker.publish_event(self._pad_id, to_event(happening, wall))

    def look(self, now_s: float, *, silent: bool) -> None:
        """Says how the pad is, if that is due; `silent`, it only counts as said."""
        self._looked_s = self._clock.real_s()
        if self._policy.may_be_due(self._pad.urgent(now_s), self._looked_s):
            view = self._pad.view(now_s)
            if self._policy.due(view, self._looked_s) and not silent:
                self._publish(view, self._clock.wall())

    def _publish(self, view: PadView, wall: datetime) -> None:
        self._seq += 1
        epoch = self._freshness.epoch(self._clock.real_s())
        state = to_state(view, self._seq, epoch, wall, self._ends_at.of(view, wall))
        self._broker.publish_state(self._pad_id, state)
