"""Before anything is looked at: whether a request comes too late, or after too many others. A STOP always passes. Pure
but for the journal of its complaints.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

from poultice.mqtt.envelope import Envelope
from poultice.mqtt.incoming import QueryIn, RequestIn
from poultice.mqtt.rates import PREVIEW_COSTS, QUERIES, REQUESTS, Rates
from poultice.therapy import asking
from poultice.therapy.state import Reason, Role, Verb

log = logging.getLogger(__name__)

TELL_EVERY_S = 60.0
EXPIRED = Reason("expired", "refused: it came later than it was to count; ask again")


class Gate:
    """Of one pad. `real_s` tells real seconds, monotonic, as the envelopes do."""

    def __init__(self, pad: str, real_s: Callable[[], float]) -> None:
        self._pad = pad
        self._real_s = real_s
        self._requests = Rates(REQUESTS, real_s())
        self._queries = Rates(QUERIES, real_s())
        self._told_s: dict[Role, float] = {}

    def why_not(self, request: RequestIn) -> Reason | None:
        """Why a request is not even looked at; None where it is. However late, what stops or pauses is."""
        if request.verb is Verb.STOP or (request.verb is Verb.ANSWER and asking.is_stop(request.message.args)):
            return None
        if request.verb is not Verb.PAUSE and self._expired(request.envelope):
            return EXPIRED
        return self._too_many(self._requests, request.role)

    def why_no_query(self, query: QueryIn) -> Reason | None:
        """The same of a query."""
        previews = query.role is Role.PHONE and query.message.args.get("op") == "preview"  # others may not
        cost = PREVIEW_COSTS if previews else 1.0
        return EXPIRED if self._expired(query.envelope) else self._too_many(self._queries, query.role, cost)

    def _expired(self, envelope: Envelope) -> bool:
        return envelope.expires_s is not None and self._real_s() > envelope.expires_s

    def _too_many(self, rates: Rates, role: Role, cost: float = 1.0) -> Reason | None:
        if rates.take(role, self._real_s(), cost):
            return None
        if self._real_s() - self._told_s.get(role, -math.inf) >= TELL_EVERY_S:
            self._told_s[role] = self._real_s()
            log.warning("Pad %s is asked too much at once by %s; what is too much is refused.", self._pad, role)
        in_s = math.ceil(rates.waits_s(role, cost) * 10.0) / 10.0
        return Reason("too_many", f"refused: too many requests at once; ask again in {in_s:g} s", {"in_s": in_s})
