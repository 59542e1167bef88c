"""Why no answer can be had: the status, and one sentence in the same shape everywhere."""

from __future__ import annotations

from typing import Literal

from poultice.mqtt.messages import Reason
from pydantic import BaseModel


class Problem(BaseModel):
    """No answer could be had."""

    status: Literal["error"] = "error"
    reason: Reason


class ProblemError(Exception):
    """A request that cannot be answered."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
