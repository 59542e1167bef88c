"""Who may read and write which topics of a broker that serves more than one computer: a user for each role.

The role in `request/<role>/<verb>` counts for something only because the broker lets nobody else write there. What is
not named here is refused. Mosquitto's own words for it come from `acl()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from poultice.mqtt.topics import ControllerTopics, PadTopics, answers

ANY_PAD = PadTopics("+")
ANY_CONTROLLER = ControllerTopics("+")
DISCOVERY = "homeassistant/#"  # where home automation looks for devices
BIRTH = "homeassistant/status"  # where it says that it is there

_CONTROLLERS = (ANY_CONTROLLER.availability, ANY_CONTROLLER.info, ANY_CONTROLLER.health)
_SEEN = (ANY_PAD.availability, ANY_PAD.info, ANY_PAD.state, ANY_PAD.event)  # what a guest may watch
_WATCHED = (*_SEEN, ANY_PAD.health, f"{ANY_PAD.base}/prompt")


def _answers(role: str) -> tuple[str, str, str]:
    return ANY_PAD.reply(role, "+"), ANY_PAD.result(role, "+"), f"{answers(role)}#"


@dataclass(frozen=True, slots=True)
class User:
    """A user of the broker: what it is for, and the topic filters that it may read and write."""

    name: str
    purpose: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]


USERS = (
    User(
        "controller",
        "a controller, with its boards",
        reads=(
            ANY_CONTROLLER.availability,
            ANY_CONTROLLER.info,  # which of our pads are somewhere else now
            ANY_PAD.info,  # what one is called that came from there, and how warm it has been
            ANY_PAD.health,
            ANY_CONTROLLER.health,  # for the doctor, who asks as a controller, what it says itself
            ANY_PAD.availability,
            ANY_PAD.state,
            ANY_PAD.request("+", "+"),
            ANY_PAD.query("+", "+"),
            ANY_PAD.simulated_button,
            DISCOVERY,  # home automation's birth, and for the doctor what it was told
        ),
        writes=(
            *_CONTROLLERS,
            *_WATCHED,
            ANY_PAD.reply("+", "+"),
            ANY_PAD.result("+", "+"),
            f"{answers('+')}#",
            ANY_PAD.request("+", "stop"),  # a retained one is obeyed, then cleared
            DISCOVERY,
        ),
    ),
    User(
        "panel",
        "the page and the phones paired with it",
        reads=(*_CONTROLLERS, *_WATCHED, *_answers("phone")),
        writes=(ANY_PAD.request("phone", "+"), ANY_PAD.query("phone", "+"), ANY_PAD.simulated_button),
    ),
    User(
        "automation",
        "home automation",
        reads=(*_CONTROLLERS, *_WATCHED, *_answers("automation"), DISCOVERY),
        writes=(ANY_PAD.request("automation", "+"), ANY_PAD.query("automation", "programs"), BIRTH),
    ),
    User(
        "viewer",
        "whoever may watch, and stop",
        reads=(ANY_CONTROLLER.availability, *_SEEN),
        writes=(ANY_PAD.request("automation", "stop"),),
    ),
)


def acl() -> str:
    """mosquitto's acl_file. Without a user before them its lines would hold for guests: there are none."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Made by `poultice broker setup`. A topic that a user is not given here is refused."
    for user in USERS:
        yield ""
        yield f"# {user.purpose}"
        yield f"user {user.name}"
        both = [topic for topic in user.reads if topic in user.writes]
        yield from (f"topic readwrite {topic}" for topic in both)
        yield from (f"topic read {topic}" for topic in user.reads if topic not in both)
        yield from (f"topic write {topic}" for topic in user.writes if topic not in both)
