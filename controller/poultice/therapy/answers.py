"""The answer to a request, while it is made: its status, why, and what holds now."""

from __future__ import annotations

from typing import Any

from poultice.therapy import reasons
from poultice.therapy.state import Reason, Status

Answer = tuple[Status, Reason, dict[str, Any]]


def accepted(reason: Reason, **applied: Any) -> Answer:
    """It was done."""
    return Status.ACCEPTED, reason, applied


def refused(reason: Reason) -> Answer:
    """It was not, and nothing has changed."""
    return (Status.STALE if reason is reasons.STALE else Status.REFUSED), reason, {}
