"""The public contract on MQTT: every payload as a strict model, its JSON Schema made from it.

Times of day are ISO 8601 with zone; durations s; temperatures °C; powers W; duty 0 to 1; intensities percent.
Retained: availability, info, state, health. Never retained: request, reply, query, result, event, prompt,
simulated/button. The models stand beside this by subject; others import them from here.
"""

from __future__ import annotations

from typing import Literal

from pydantic import RootModel

from poultice.mqtt.messages.base import Args, Id, Message, Name, PersonName, ProgramName, Reason, Slug
from poultice.mqtt.messages.coach import (
    CoachCheck,
    CoachItem,
    CoachPlan,
    CoachReport,
    CoachTally,
    PromptAnswer,
    PromptMessage,
)
from poultice.mqtt.messages.controller import ControllerHealth, ControllerInfo
from poultice.mqtt.messages.event import EventKind, PadEvent
from poultice.mqtt.messages.health import PadHealth, Service, Spent
from poultice.mqtt.messages.helped import HelpedResult, HelpedRow, helped_of
from poultice.mqtt.messages.info import CardInfo, MotorInfo, PadInfo, ProgramOutline, StepOutline, ZoneInfo
from poultice.mqtt.messages.queries import QueryMessage, ResultMessage
from poultice.mqtt.messages.requests import (
    AdjustArgs,
    AnswerArgs,
    NoArgs,
    NudgeArgs,
    ReplyMessage,
    RequestMessage,
    SelectArgs,
    StartArgs,
)
from poultice.mqtt.messages.sessions import (
    CourseResult,
    PainScore,
    PainScores,
    SaidInSession,
    SessionOutcome,
    SessionsResult,
    pain_matters,
)
from poultice.mqtt.messages.settings import NarrowerLimits, PadSettings, PersonCeiling
from poultice.mqtt.messages.simulated import ButtonMessage
from poultice.mqtt.messages.state import (
    FaultState,
    Invitation,
    MotorState,
    Offer,
    PadState,
    QuestionState,
    SessionState,
    ZoneState,
)

__all__ = [
    "PAYLOADS",
    "AdjustArgs",
    "AnswerArgs",
    "Args",
    "Availability",
    "ButtonMessage",
    "CardInfo",
    "CoachCheck",
    "CoachItem",
    "CoachPlan",
    "CoachReport",
    "CoachTally",
    "ControllerHealth",
    "ControllerInfo",
    "CourseResult",
    "EventKind",
    "FaultState",
    "HelpedResult",
    "HelpedRow",
    "Id",
    "Invitation",
    "Message",
    "MotorInfo",
    "MotorState",
    "Name",
    "NarrowerLimits",
    "NoArgs",
    "NudgeArgs",
    "Offer",
    "PadEvent",
    "PadHealth",
    "PadInfo",
    "PadSettings",
    "PadState",
    "PainScore",
    "PainScores",
    "PersonCeiling",
    "PersonName",
    "ProgramName",
    "ProgramOutline",
    "PromptAnswer",
    "PromptMessage",
    "QueryMessage",
    "QuestionState",
    "Reason",
    "ReplyMessage",
    "RequestMessage",
    "ResultMessage",
    "SaidInSession",
    "SelectArgs",
    "Service",
    "SessionOutcome",
    "SessionState",
    "SessionsResult",
    "Slug",
    "Spent",
    "StartArgs",
    "StepOutline",
    "ZoneInfo",
    "ZoneState",
    "helped_of",
    "pain_matters",
]

Availability = RootModel[Literal["online", "offline"]]
"""`availability` of a controller or a pad: the bare word, no JSON."""

PAYLOADS: dict[str, type[Message]] = {
    "pad/info": PadInfo,
    "pad/state": PadState,
    "pad/health": PadHealth,
    "pad/event": PadEvent,
    "pad/prompt": PromptMessage,
    "pad/request": RequestMessage,
    "pad/reply": ReplyMessage,
    "pad/query": QueryMessage,
    "pad/result": ResultMessage,
    "pad/simulated/button": ButtonMessage,
    "controller/info": ControllerInfo,
    "controller/health": ControllerHealth,
}
