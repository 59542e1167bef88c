"""`query` and `result`: what moves no output. What `result` holds, by what was asked, is in mqtt/results.py."""

from __future__ import annotations

from typing import Any, Literal

from poultice.mqtt.messages.base import Args, Id, Message, Reason


class QueryMessage(Message):
    """`query/<role>/<what>`."""

    id: Id
    args: Args = {}


class ResultMessage(Message):
    """`result/<role>/<what>`; at most 256 KiB."""

    id: str
    status: Literal["ok", "refused"]
    reason: Reason
    result: dict[str, Any] = {}
