"""docs/mqtt.md, made of the catalogue, the schemas and the rights: `python -m poultice.mqtt.page FILE` writes it.

A rule test makes it anew and compares.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from poultice.mqtt.catalogue import VERSION, WORD, Topic, topics
from poultice.mqtt.connection import FIRST_DELAY_S, KEEPALIVE_S, LONGEST_DELAY_S
from poultice.mqtt.freshness import EPOCH_S
from poultice.mqtt.incoming import MAX_QUERY_BYTES, MAX_REQUEST_BYTES
from poultice.mqtt.rates import PREVIEW_COSTS, QUERIES, REQUESTS
from poultice.mqtt.schemas import DIRECTORY, schemas
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Role

SCHEMAS = f"controller/poultice/mqtt/{DIRECTORY.name}"
LIMITS = HostLimits()
Schemas = Mapping[str, Mapping[str, Any]]
INTRODUCTION = """# MQTT

Everything that Poultice says and hears on a broker, made from the code (`python -m poultice.mqtt.page
docs/mqtt.md`). `poultice mqtt watch` shows it live.

All topics lie below `poultice/v{version}`. A payload is JSON in UTF-8 by the schema that is named, and has no
other keys; `availability` is a bare word. Temperatures are °C, powers W, durations s, intensities percent,
times of day ISO 8601 with zone. Numbers are finite. A request may have {request_kb} KiB, a query {query_kb}.

## How to ask

Publish to `request/<role>/<verb>`, **never retained**, and listen on `reply/<role>/<verb>` for your `id`. Every
request is answered with a status, a reason (a stable `code`, a sentence, values) and what holds now. The role
is the topic's: `phone` for persons, `automation` for programs; what a message says of itself counts for
nothing, and on a shared broker ([docs/broker.md](broker.md)) only the user of that role may write there.

- A request of a `phone` that starts, resumes, skips, raises, selects or answers must carry the `epoch` of the
  pad's present state and an `id` that was not used before. The epoch is renewed every {epoch_s:g} s and at each
  connection to the broker; the one before still counts, but none of another connection. Else the answer is
  `stale`: look at the state, ask again.
- `stop`, `pause` and whatever only lowers need neither. `automation` may leave out both, because it can do
  less: it starts what a person allowed and raises, both up to {automation_c:g} °C, and never resumes, skips or
  answers.
- Without a press on the pad's button a start with heat is an **invitation**: one at a time, for
  {invitation_min:g} minutes, never changed. Automation may invite {invitations} times an hour, and not in quiet
  hours.
- Of requests within the same 50 ms the lower wins; otherwise the later accepted one holds. After a person
  turned something down, automation raises nothing for {waits_min:g} minutes.
- At once a phone may ask {phone_once} requests and {phone_per_s:g} a second from then on, automation
  {automation_once} and {automation_per_s:g}, of queries {phone_queries} and {automation_queries} (a preview
  counts as {preview:g}). What is more is refused with `too_many`. A `stop` is never too many.
- Retained requests are dropped and logged. A retained `stop` is obeyed, then cleared. Empty payloads mean
  nothing.

`query/<role>/<what>` asks for what moves no output; the answer comes on `result/<role>/<what>`.

## MQTT 5 and 3.1.1

The controller speaks 5 where the broker does, else 3.1.1, with the same safety. With 5 it honours a request's
message expiry (what comes later is refused as `expired`, but a `stop` or a `pause`), and answers on the
request's response topic, too, if that lies below `poultice/v{version}/answer/<role>/`, with its correlation
data. Replies and results say `status`, `code` and `reason` as user properties, and expire after a minute. No
right hangs on any of it.

Each connection begins clean and keeps no session: what was asked while nobody listened is never done.
Keep-alive is {keepalive} s; who loses the broker tries again for ever, after {first:g} s at first and at most
{longest:g} s, by chance a little sooner. The controller's last will is `offline` on its `availability`.

## What may change

Within `v{version}` topics and optional keys may be added, and new codes and kinds of events: read what you
know, and pass over the rest. What would break a reader comes as `v{next}`.

## Topics

QoS is that of who writes; `retained` says whether the broker keeps the last. Who may read and write holds on a
shared broker. For requests and queries `automation` stands in place of `phone` where the rights allow it.

"""


def page() -> str:
    """The whole page."""
    all_topics = list(topics())
    known = {name.removesuffix(".json"): json.loads(text) for name, text in schemas().items()}
    return _introduction() + "\n".join([*_table(all_topics), "", *_chapters(all_topics, known)]) + "\n"


def _introduction() -> str:
    phone, automation = REQUESTS[Role.PHONE], REQUESTS[Role.AUTOMATION]
    return INTRODUCTION.format(
        version=VERSION,
        next=VERSION + 1,
        request_kb=MAX_REQUEST_BYTES // 1024,
        query_kb=MAX_QUERY_BYTES // 1024,
        epoch_s=EPOCH_S,
        automation_c=LIMITS.automation_target_max_c,
        invitation_min=LIMITS.invitation_max_s / 60,
        invitations=LIMITS.invitations_an_hour,
        waits_min=LIMITS.automation_waits_s / 60,
        phone_once=phone.at_once,
        phone_per_s=phone.per_s,
        automation_once=automation.at_once,
        automation_per_s=automation.per_s,
        phone_queries=QUERIES[Role.PHONE].at_once,
        automation_queries=QUERIES[Role.AUTOMATION].at_once,
        preview=PREVIEW_COSTS,
        keepalive=KEEPALIVE_S,
        first=FIRST_DELAY_S,
        longest=LONGEST_DELAY_S,
    )


def _table(all_topics: list[Topic]) -> Iterator[str]:
    yield "| topic | QoS | retained | written by | read by | what |"
    yield "|---|---|---|---|---|---|"
    for each in all_topics:
        kept = "yes" if each.retained else "never"
        who = f"{', '.join(each.writers)} | {', '.join(each.readers)}"
        yield f"| `{each.pattern}` | {each.qos} | {kept} | {who} | {each.title} |"


def _chapters(all_topics: list[Topic], known: Schemas) -> Iterator[str]:
    for each in all_topics:
        yield f"### {each.title}"
        yield ""
        yield f"`{each.pattern}`: {each.content}"
        yield ""
        yield from _payload(each, known)


def _payload(topic: Topic, known: Schemas) -> Iterator[str]:
    if topic.schema == WORD:
        yield f"Example: `{topic.example}`"
        yield ""
        return
    names = (topic.schema, *topic.args)
    yield "Schemas: " + ", ".join(f"[{name}](../{SCHEMAS}/{name}.json)" for name in names)
    yield ""
    for name in topic.args:
        yield from _fields(name, known[name])
    yield "```json"
    yield json.dumps(topic.example, indent=2, ensure_ascii=False)
    yield "```"
    yield ""


def _fields(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    found = schema.get("properties", {})
    if not found:
        return
    yield f"| in `{name}` | type | needed |"
    yield "|---|---|---|"
    for field, what in found.items():
        yield f"| `{field}` | {_type(what)} | {'yes' if field in schema.get('required', ()) else 'no'} |"
    yield ""


def _type(schema: dict[str, Any]) -> str:
    """In a few words; the schema has the rest."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(each) for each in schema["anyOf"] if each.get("type") != "null"))
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    low, high = schema.get("minimum"), schema.get("maximum")
    span = f", {low:g} to {high:g}" if low is not None and high is not None else ""
    inner = f" of {_type(schema['items'])}" if isinstance(schema.get("items"), dict) else ""
    return f"{schema.get('type', 'anything')}{inner}{span}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
