"""The names of all topics, built and taken apart in one place.

Everything lives below `poultice/v1`. A controller or pad id is a slug: lower-case letters, digits and hyphens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ROOT = "poultice/v1"
LONGEST = 200  # characters of a response topic
SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")


def answers(role: str) -> str:
    """Below here an answer may be wanted, besides its own topic."""
    return f"{ROOT}/answer/{role}/"


def may_be_answered(topic: str, role: str) -> bool:
    """Whether a stranger may have an answer sent to a topic of his choice (MQTT 5: response topic): only below
    `poultice/v1/answer/<role>`, for elsewhere he would write with the controller's rights."""
    return topic.startswith(answers(role)) and len(topic) <= LONGEST and not set("+#\0") & set(topic)


def slug(text: str) -> str:
    """Makes an id of any text; `pad` where nothing usable is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:32].strip("-") or "pad"


@dataclass(frozen=True, slots=True)
class ControllerTopics:
    """Topics of one controller."""

    controller: str

    @property
    def base(self) -> str:
        return f"{ROOT}/controller/{self.controller}"

    @property
    def availability(self) -> str:
        return f"{self.base}/availability"

    @property
    def info(self) -> str:
        return f"{self.base}/info"

    @property
    def health(self) -> str:
        return f"{self.base}/health"


@dataclass(frozen=True, slots=True)
class PadTopics:
    """Topics of one pad."""

    pad: str

    @property
    def base(self) -> str:
        return f"{ROOT}/pad/{self.pad}"

    @property
    def availability(self) -> str:
        return f"{self.base}/availability"

    @property
    def info(self) -> str:
        return f"{self.base}/info"

    @property
    def state(self) -> str:
        return f"{self.base}/state"

    @property
    def health(self) -> str:
        return f"{self.base}/health"

    @property
    def event(self) -> str:
        return f"{self.base}/event"

    @property
    def prompt(self) -> str:
        return f"{self.base}/prompt"

    @property
    def simulated_button(self) -> str:
        return f"{self.base}/simulated/button"

    def request(self, role: str, verb: str) -> str:
        return f"{self.base}/request/{role}/{verb}"

    def reply(self, role: str, verb: str) -> str:
        return f"{self.base}/reply/{role}/{verb}"

    def query(self, role: str, what: str) -> str:
        return f"{self.base}/query/{role}/{what}"

    def result(self, role: str, what: str) -> str:
        return f"{self.base}/result/{role}/{what}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A topic taken apart: whose, and the words behind the id (`("request", "phone", "stop")`)."""

    kind: str
    id: str
    path: tuple[str, ...]


def parse(topic: str) -> Parsed | None:
    """Takes a topic apart; None where it is not one of ours."""
    parts = topic.split("/")
    if len(parts) < 5 or parts[:2] != ROOT.split("/") or parts[2] not in ("controller", "pad"):
        return None
    if not SLUG.match(parts[3]) or "" in parts[4:]:
        return None
    return Parsed(parts[2], parts[3], tuple(parts[4:]))
