"""Messages of somebody who means harm, or whose program is broken: on a pad's topics, one after another, by chance.

    for message in hostile("sofa", 100_000, seed=1): ... message.topic, message.payload, message.retained

None of them may start anything: who makes them knows no epoch of now. `recorded` are (verb, payload) of real traffic
of the past, which are played again among them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from poultice.mqtt.topics import PadTopics
from poultice.therapy.state import Role, Verb

GIANT = b"x" * 1_000_000
DEEP_LIST = b'{"id": "d", "args": {"a": ' + b"[" * 3000 + b"]" * 3000 + b"}}"
DEEP_OBJECT = b'{"id": "d", "args": ' + b'{"a":' * 1500 + b"1" + b"}" * 1500 + b"}"
WIDE = b'{"id": "w", "args": {' + b",".join(b'"%d": 1' % n for n in range(600)) + b"}}"
NUMBERS = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1e-999", b"9" * 400, b"-" + b"9" * 400, b"0.1e1000000",
    b"4" * 5000, b"1.7976931348623157e308", b"5e-324", b"-0.0", b"00", b"0x2a", b"1_000", b"1e", b"true", b"[]",
)  # fmt: skip
TEXTS = (
    b"", b"\x00", b"\xff\xfe\xfd", b"\xc3\x28", b"\xed\xa0\x80", b"{", b"}", b"null", b"[]", b'"stop"', b"{}" * 2,
    b'{"id": "a", "id": "b"}', b'{"id": "\\ud800"}', b'{"id": "\\u0000"}', b'{"id": "' + b"a" * 65 + b'"}',
    b'{"id": ["a"]}', b'{"id": {"$ne": 1}}', b'{"args": "warmth"}', b'{"epoch": 1}', b"<start/>", b"start", b"1", b"ON",
    b'\xef\xbb\xbf{"id": "bom"}', b'{"id": "a", "args": {"program": "../../etc/passwd"}}', b"\n" * 100,
    b'{"id": "a", "args": {"program": "warmth"}, "role": "phone", "fresh": true}', GIANT, DEEP_LIST, DEEP_OBJECT, WIDE,
)  # fmt: skip
STRANGE_TOPICS = (
    "poultice/v1/pad/{pad}/request/phone", "poultice/v1/pad/{pad}/request/admin/start",
    "poultice/v1/pad/{pad}/request//",
    "poultice/v1/pad/{pad}/request/phone/start/now", "poultice/v1/pad/{pad}/request/phone/START", "poultice/v1/pad",
    "poultice/v1/pad/../request/phone/start", "poultice/v2/pad/{pad}/request/phone/start",
    "poultice/v1/pad/{pad}/state",
    "poultice/v1/pad/{pad}/query/phone", "poultice/v1/pad/{pad}/query/admin/settings", "$SYS/{pad}", "", "/",
    "a" * 60_000,
    "poultice/v1/pad/{pad}/reply/phone/start", "poultice/v1/pad/" + "a" * 33 + "/request/phone/start", "\u0000", "😀",
)  # fmt: skip
WHAT = ("programs", "sessions", "settings", "persons", "coach", "calibration", "logs", "x" * 300)
PROGRAMS = ("warmth", "lower-back-ease", "short-massage", "calibration", "pad-test", "nothing", "")
VERBS = tuple(verb for verb in Verb if verb is not Verb.STOP)  # a stop is obeyed, whoever says it: it is no harm


@dataclass(frozen=True, slots=True)
class Message:
    """As a broker hands it over."""

    topic: str
    payload: bytes
    retained: bool = False


def hostile(
    pad: str, count: int, seed: int, recorded: Sequence[tuple[Verb, bytes]] = (), stops: bool = False
) -> Iterator[Message]:
    """So many messages. With `stops`, a hundredth are STOPs."""
    chance = random.Random(seed)
    topics, last = PadTopics(pad), Message("", b"")
    for number in range(count):
        if chance.random() < 0.1 and last.topic:
            yield last  # twice
            continue
        if stops and chance.random() < 0.01:
            last = Message(topics.request(chance.choice([*Role]), Verb.STOP), chance.choice(TEXTS), _one_in(chance, 20))
        elif recorded and chance.random() < 0.2:
            verb, payload = chance.choice(recorded)
            last = Message(topics.request(Role.PHONE, verb), payload)
        else:
            last = Message(_topic(chance, topics), _payload(chance, number), _one_in(chance, 10))
        if "/query/" in last.topic and chance.random() < 0.5:
            op = chance.choice(["list", "get", "preview", "forget", "answer", "what_helped", "acknowledge", "x" * 99])
            args = {"op": op, "program": chance.choice(PROGRAMS), "person": "nobody"}
            wanted = chance.sample(sorted(args), chance.randrange(4))
            body = {"id": f"q{number}", "args": {key: args[key] for key in wanted}}
            last = Message(last.topic, json.dumps(body).encode())
        yield last


def _one_in(chance: random.Random, many: int) -> bool:
    return chance.random() < 1.0 / many


def _topic(chance: random.Random, topics: PadTopics) -> str:
    match chance.randrange(10):
        case 0:
            return chance.choice(STRANGE_TOPICS).format(pad=topics.pad)
        case 1:
            return topics.query(chance.choice([*Role]), chance.choice(WHAT))
        case _:
            return topics.request(chance.choice([*Role]), chance.choice(VERBS))


def _payload(chance: random.Random, number: int) -> bytes:
    match chance.randrange(6):
        case 0:
            # a giant now and then: each costs its megabyte on the way in
            return chance.choice(TEXTS) if _one_in(chance, 20) else chance.choice([t for t in TEXTS if len(t) < 20_000])
        case 1:
            return chance.randbytes(chance.randrange(1, 200))
        case 2:
            return _cut(chance, _sound(chance, number))
        case 3:
            number_text = chance.choice(NUMBERS).decode()
            key = chance.choice(["target", "intensity", "value", "program", "press_s"])
            return f'{{"id": "n{number}", "epoch": "e", "args": {{"zone": "lumbar", "{key}": {number_text}}}}}'.encode()
        case _:
            return _sound(chance, number)


def _sound(chance: random.Random, number: int) -> bytes:
    """As the page would write it, but for an epoch that nobody knows."""
    epoch = chance.choice([None, "", f"{chance.getrandbits(64):016x}", "0" * 16, "e" * 100])
    args = chance.choice(
        [
            {"program": chance.choice(PROGRAMS)},
            {"zone": "lumbar", "target": chance.choice([41.0, 42.0, 60.0, -300, 1e300, "42", True, [42]])},
            {
                "intensity": chance.choice([0, 100, 101, -1, 2**70]),
                "motors": chance.choice([[], ["upper_left"], "all"]),
            },
            {
                "question": chance.choice(["awake", "next", "comfort", "pain"]),
                "value": chance.choice(["more", 3, None]),
            },
            {},
        ]
    )
    return json.dumps({"id": f"h{number % 5000}", "epoch": epoch, "args": args}).encode()


def _cut(chance: random.Random, payload: bytes) -> bytes:
    """Damaged on the way."""
    at = chance.randrange(len(payload))
    return payload[:at] + chance.randbytes(chance.randrange(3)) + payload[at + chance.randrange(3) :]
