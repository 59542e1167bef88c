"""All public topics: how each is delivered, what it carries, and an example. docs/mqtt.md is made of this. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from poultice.link.contract import TARGET_MAX_C
from poultice.mqtt.access import USERS
from poultice.mqtt.topics import ControllerTopics, PadTopics, answers

VERSION = 1  # the v1 of the topics; see "What may change" in docs/mqtt.md
PAD, CONTROLLER = PadTopics("sofa"), ControllerTopics("attic")
EPOCH = "5f0c9d41b7a2e683"
NOON = "2026-03-01T12:00:00+00:00"
WORD = "word"  # the payload is no JSON


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic, of the pad `sofa` at the controller `attic`. `schema` is the name of its payload's schema without
    ending, or WORD; `args` those of what stands in its `args` or `result`; `example` a whole payload."""

    name: str
    title: str
    qos: int
    retained: bool
    content: str
    schema: str
    example: Any
    args: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """With what differs from pad to pad in angle brackets."""
        return self.name.replace("/sofa", "/<pad>").replace("/attic", "/<controller>")

    @property
    def writers(self) -> list[str]:
        """The users of a shared broker who may write it."""
        return [user.name for user in USERS if any(covers(each, self.name) for each in user.writes)]

    @property
    def readers(self) -> list[str]:
        """Those who may read it."""
        return [user.name for user in USERS if any(covers(each, self.name) for each in user.reads)]


def covers(wanted: str, topic: str) -> bool:
    """Whether a filter of MQTT is about a topic."""
    filters, words = wanted.split("/"), topic.split("/")
    if filters[-1] == "#":
        filters, words = filters[:-1], words[: len(filters) - 1]
    pairs = zip(filters, words, strict=False)
    return len(filters) == len(words) and all(one in ("+", word) for one, word in pairs)


def _reason(code: str, text: str, **values: float | str) -> dict[str, Any]:
    return {"code": code, "text": text, "values": values}


def _asked(number: int, **args: Any) -> dict[str, Any]:
    return {"id": f"a{number}", "epoch": EPOCH, "args": args}


def _accepted(number: int, reason: dict[str, Any], **applied: Any) -> dict[str, Any]:
    return {"id": f"a{number}", "status": "accepted", "reason": reason, "applied": applied}


_HOLDING = _reason("holding", "holding 40 °C", target_c=40.0)
_STATE = {
    "seq": 1812, "epoch": EPOCH, "time": NOON, "phase": "running", "armed": True, "armed_remaining_s": 540.0,
    "outputs_off": False,
    "zones": {"lumbar": {"asked": 40.0, "target": 40.0, "temperature": 39.94, "duty": 0.41, "watts": 12.1}},
    "motors": {"lower_left": {"asked": 40, "actual": 39}},
    "session": {
        "id": "s-7", "program": "lower-back-ease", "title": {"en": "Lower back ease", "de": "Unterer Rücken"},
        "step": 1, "steps": 4, "step_id": "wave", "elapsed_s": 500.0, "remaining_s": 940.0, "step_remaining_s": 80.0,
    },
    "dose": {"lumbar": 0.21}, "checklist_accepted": True, "reason": _HOLDING,
}  # fmt: skip
_INFO = {
    "name": "Sofa", "controller": "attic", "simulated": False, "firmware_version": "0.1.0", "contract_hash": "9d0f11c2",
    "facts_hash": "51b8a7e0", "board_id": "0a17c3", "zones": [{"name": "lumbar", "area_m2": 0.06, "nominal_w": 30.0}],
    "motors": [{"name": "lower_left", "x_m": -0.08, "y_m": -0.12}], "limits": {"target_max_c": TARGET_MAX_C},
    "programs": [],
}  # fmt: skip
_HEALTH = {
    "uptime_s": 86400.0, "reading_age_s": 0.04, "loop_jitter_p99_s": 0.0011, "link_errors": 0, "frames_bad": 0,
    "demands_refused": 0, "board_uptime_s": 86399.0, "heat_models": {"lumbar": "learned"},
    "controller": "attic", "time": NOON,
    "service": {"heated_s": 210600.0, "sessions": 117, "faults": {"supply_low": 1}},
    "spent": {"dose": {"lumbar": 0.21}, "warm_day_s": 1800.0, "warm_s": 500.0, "resting": False},
}  # fmt: skip
_VERBS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("start", "Begins a program; without the button's press it is an invitation.", {"program": "lower-back-ease"}),
    ("stop", "Stops, always. Any payload that is not empty will do, retained or not.", {}),
    ("pause", "Outputs off until `resume`. Needs neither id nor epoch.", {}),
    ("resume", "Goes on where it was paused.", {}),
    ("adjust", "Warmer, cooler, stronger, weaker. To lower something needs neither id nor epoch.",
     {"zone": "lumbar", "target": 39.5}),
    ("skip", "The next step.", {}),
    ("back", "The step before, from its beginning.", {}),
    ("answer", "What the pad asked. `comfort` with `stop` is a STOP.", {"question": "pain", "value": 4}),
    ("nudge", "One soft pulse of massage, three seconds at most.", {}),
    ("select", "Chooses what a start of `@selected` begins; nothing moves.", {"program": "lower-back-ease"}),
)  # fmt: skip
_QUERIES: tuple[tuple[str, str, dict[str, Any], dict[str, Any], tuple[str, ...]], ...] = (
    ("programs", "`list` them, or `preview` one; `get`, `check`, `save` or `delete` one's own. Automation only lists.",
     {"op": "list"}, {"programs": []},
     ("pad-query-programs", "pad-query-programs-edit", "pad-result-programs", "pad-result-programs-preview",
      "pad-result-programs-get", "pad-result-programs-check", "pad-result-programs-save",
      "pad-result-programs-save-refused", "pad-result-programs-delete")),
    ("settings", "`get` what was set for this pad, or `set` it.", {"op": "set", "checklist_accepted": True},
     {"checklist_accepted": True, "coach": {}, "ceiling": {"target_max_c": 39.0}, "pad": {"name": "Sofa"}},
     ("pad-query-settings", "pad-result-settings")),
    ("sessions",
     "`list` them `since` one, one's `course`, `acknowledge` them, `pain` afterwards, `what_helped`, `forget` one.",
     {"op": "list", "since": "s-6"}, {"sessions": [], "more": False, "from_oldest": False},
     ("pad-query-sessions", "pad-result-sessions", "pad-result-sessions-acknowledge", "pad-result-sessions-course",
      "pad-result-sessions-pain", "pad-result-sessions-what_helped", "pad-result-sessions-forget")),
    ("persons", "`forget` one: sessions, comfort, coach, here and everywhere.", {"op": "forget", "person": "me"},
     {"person": "me", "erased": {"sessions": 12}}, ("pad-query-persons", "pad-result-persons")),
    ("coach", "`get` what it would do, `answer` a prompt, `check` an item, or `forget` it all.", {"op": "get"},
     {"plan": {}, "standing": "off", "prompt": None, "week": {}, "checks": {}},
     ("pad-query-coach", "pad-result-coach")),
    ("calibration", "The last measured warm-up. No arguments.", {},
     {"step_s": 0.5, "zones": {"lumbar": {"temperature_c": [24.0, 24.2], "power_w": [29.4, 29.4], "pair_k": 0.3,
                                          "element_w": 29.4}}}, ("pad-result-calibration",)),
    ("logs", "The last lines of the controller's log. No arguments.", {},
     {"lines": ["2026-03-01 12:00:00 INFO Poultice 0.1.0 begins: board at /dev/ttyUSB0"]}, ("pad-result-logs",)),
)  # fmt: skip


def topics() -> Iterator[Topic]:
    """All of them, in the order of the page."""
    yield from _of_a_controller()
    yield from _of_a_pad()
    for number, (verb, title, args) in enumerate(_VERBS, 1):
        yield _request(number, verb, title, args)
    yield Topic(
        PAD.reply("phone", "start"), "Answer to a request", 1, False,
        "`status` is `accepted`, `invited`, `refused` or `stale`; `reason` why; `applied` what holds now.",
        "pad-reply",
        {"id": "a1", "status": "invited",
         "reason": _reason("invited", "press the pad's button to start Lower back ease"),
         "applied": {"program": "lower-back-ease", "content_hash": "1f2e3d4c"}},
    )  # fmt: skip
    for what, title, args, result, schemas in _QUERIES:
        yield from _query(what, title, args, result, schemas)
    yield Topic(
        f"{answers('automation')}flow-7", "Answer where you want it (MQTT 5)", 1, False,
        "The same reply or result, where a request or query named this as its response topic, with its correlation.",
        "pad-reply", _accepted(5, _reason("adjusted", "set to 39.5 °C"), zone="lumbar", target=39.5),
    )  # fmt: skip


def _of_a_controller() -> Iterator[Topic]:
    yield Topic(
        CONTROLLER.availability, "Whether a controller is there", 1, True, "`online` or `offline`; the last will.",
        WORD, "online",
    )  # fmt: skip
    yield Topic(
        CONTROLLER.info, "What a controller is", 1, True,
        "Its version, its computer and its pads; `boards`: those that are there, by the id in their EEPROM.",
        "controller-info",
        {"version": "0.1.0", "host": "raspberrypi", "pads": ["sofa"], "boards": {"sofa": "0a17c30000000001"}},
    )  # fmt: skip
    yield Topic(
        CONTROLLER.health, "How well its loop does", 0, True,
        "Every five seconds; `problems` are what a person must set right at its places.", "controller-health",
        {"time": NOON, "uptime_s": 86400.0, "loop_jitter_p99_s": 0.0011, "loop_busy_p99_s": 0.0009, "pads": 1,
         "problems": []},
    )  # fmt: skip


def _of_a_pad() -> Iterator[Topic]:
    yield Topic(
        PAD.availability, "Whether a pad is there", 1, True,
        "`online` or `offline`: its board. A pad is there when it and its controller are both online.", WORD, "online",
    )  # fmt: skip
    yield Topic(PAD.info, "What a pad is", 1, True, "Zones, motors, limits, programs.", "pad-info", _INFO)
    yield Topic(
        PAD.state, "The whole truth of a pad", 0, True,
        "At least every second, at most twice, but phase, arming, faults and outputs-off at once.", "pad-state", _STATE,
    )  # fmt: skip
    yield Topic(PAD.health, "How well loop and link do", 0, True, "Every five seconds.", "pad-health", _HEALTH)
    yield Topic(
        PAD.event, "Something happened", 1, False, "Once each.", "pad-event",
        {"time": NOON, "kind": "step", "reason": _reason("step", "next: wave", step="wave"), "session": "s-7"},
    )  # fmt: skip
    yield Topic(
        PAD.prompt, "The coach speaks", 1, False, "To a person, until it is answered or over.", "pad-prompt",
        {"id": "p1", "person": "me", "kind": "breaks", "text": {"en": "Stand up.", "de": "Steh auf."}, "until": NOON},
    )  # fmt: skip
    yield Topic(
        PAD.simulated_button, "The button of a simulated pad", 1, False,
        "Only a simulated pad listens; of a real one's button there is no message.", "pad-simulated-button",
        {"press_s": 0.5},
    )  # fmt: skip


def _request(number: int, verb: str, title: str, args: dict[str, Any]) -> Topic:
    schemas = () if verb in ("stop", "pause") else (f"pad-request-{verb}",)
    body = _asked(number, **args)
    return Topic(PAD.request("phone", verb), f"Request: {verb}", 1, False, title, "pad-request", body, schemas)


def _query(
    what: str, title: str, args: dict[str, Any], result: dict[str, Any], schemas: tuple[str, ...]
) -> Iterator[Topic]:
    wanted = tuple(name for name in schemas if name.startswith("pad-query"))
    found = tuple(name for name in schemas if name not in wanted)
    body = {"id": f"q-{what}", "args": args}
    yield Topic(PAD.query("phone", what), f"Query: {what}", 1, False, title, "pad-query", body, wanted)
    answer = {"id": body["id"], "status": "ok", "reason": _reason("ok", "done"), "result": result}
    yield Topic(PAD.result("phone", what), f"Result: {what}", 1, False, "Its answer.", "pad-result", answer, found)
