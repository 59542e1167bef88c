"""`simulated/button`: a press on a pin that is none."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from poultice.mqtt.messages.base import Message


class ButtonMessage(Message):
    """`simulated/button`: a press on a simulated pad's pin."""

    press_s: Annotated[float, Field(ge=0.02, le=20)]
