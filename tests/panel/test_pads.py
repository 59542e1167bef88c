"""The fold of what is published into what the panel knows: every order, every clearing, any bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.mqtt.messages import ControllerInfo, PadHealth, PromptMessage
from poultice_panel.pads import LARGEST_BYTES, MOST_PADS, MOST_PROMPTS, Pads

from tests.panel.conftest import info, state

WALL = datetime(2026, 1, 1, tzinfo=UTC)
STATE = state(time=WALL)
HEALTH = PadHealth(
    uptime_s=1, reading_age_s=0.1, loop_jitter_p99_s=0, link_errors=0, frames_bad=0, demands_refused=0, board_uptime_s=1
)
HOUSE = ("poultice/v1/controller/house/availability", b"online")
MESSAGES = (
    HOUSE,
    ("poultice/v1/pad/p/availability", b"online"),
    ("poultice/v1/pad/p/info", info("house").model_dump_json().encode()),
    ("poultice/v1/pad/p/state", STATE.model_dump_json().encode()),
    ("poultice/v1/pad/p/health", HEALTH.model_dump_json().encode()),
)


def fold(pads: Pads, topic: str, payload: bytes, retained: bool = False, now_s: float = 10.0) -> list[str]:
    return pads.fold(topic, payload, retained, now_s, WALL + timedelta(seconds=now_s))


def entry(pads: Pads, now_s: float = 10.0) -> dict:
    pad = pads.get("p")
    assert pad is not None
    return json.loads(pads.entry_json(pad, now_s, "me"))


@pytest.fixture
def full() -> Pads:
    pads = Pads()
    for topic, payload in MESSAGES:
        fold(pads, topic, payload)
    return pads


def test_an_entry_is_the_payloads_themselves(full):
    assert entry(full) == {
        "id": "p",
        "controller_online": True,
        "online": True,
        "info": json.loads(info("house").model_dump_json()),
        "state": json.loads(STATE.model_dump_json()),
        "state_age_s": 0.0,
        "health": json.loads(HEALTH.model_dump_json()),
        "prompts": [],
    }


PROMPT = PromptMessage(
    id="1", person="me", kind="breaks", text={"en": "Up.", "de": "Auf."}, until=WALL + timedelta(seconds=310)
)


def say(pads: Pads, prompt: PromptMessage = PROMPT, now_s: float = 10.0, **how: bool) -> list[str]:
    return fold(pads, "poultice/v1/pad/p/prompt", prompt.model_dump_json().encode(), now_s=now_s, **how)


def prompts(pads: Pads, now_s: float = 10.0) -> list[str]:
    """Of all persons, oldest first: each as that person sees it."""
    pad = pads.get("p")
    seen = [] if pad is None else [json.loads(pads.entry_json(pad, now_s, who))["prompts"] for who in pad.prompts]
    assert all(len(each) <= 1 for each in seen)
    return [prompt["id"] for each in seen for prompt in each]


def test_what_the_coach_says_to_others_is_theirs(full):
    say(full, PROMPT.model_copy(update={"person": "ada"}))
    assert entry(full)["prompts"] == []
    assert prompts(full) == ["1"]


def test_a_prompt_is_shown_until_it_is_over(full):
    assert say(full) == ["p"]
    assert entry(full)["prompts"] == [json.loads(PROMPT.model_dump_json())]
    assert prompts(full, 309.9) == ["1"]
    assert prompts(full, 310.0) == [], "also where nobody says that it is over"
    assert say(full, PROMPT.model_copy(update={"over": True}), now_s=20.0) == ["p"]
    assert prompts(full, 20.0) == []
    say(full)
    assert say(full, PROMPT.model_copy(update={"until": WALL + timedelta(seconds=20)}), now_s=20.0) == ["p"]
    assert prompts(full, 20.0) == [], "one of long ago, said late"


def test_each_person_has_one_prompt_and_the_newest_persons_are_kept(full):
    for number in range(MOST_PROMPTS + 2):
        say(full, PROMPT.model_copy(update={"id": str(number), "person": f"p{number}"}))
    say(full, PROMPT.model_copy(update={"id": "again", "person": "p5"}))
    assert len(prompts(full)) == MOST_PROMPTS
    assert prompts(full)[0] == "2"
    assert prompts(full)[-1] == "again"
    assert "5" not in prompts(full)


def test_a_prompt_that_was_retained_or_of_nobody_or_no_prompt_is_none(full):
    assert say(full, retained=True) == []
    assert say(Pads()) == []
    naive = PROMPT.model_copy(update={"until": WALL.replace(tzinfo=None)})
    assert say(full, naive) == []
    assert fold(full, "poultice/v1/pad/p/prompt", b"{") == []
    assert prompts(full) == []


def test_a_new_connection_to_the_broker_forgets_prompts(full):
    say(full)
    full.forget_who_is_there()
    assert prompts(full) == []


@given(st.permutations(MESSAGES))
def test_the_order_of_messages_does_not_matter(messages):
    pads = Pads()
    changes = [fold(pads, topic, payload) for topic, payload in messages]
    assert entry(pads)["controller_online"]
    assert entry(pads)["online"]
    assert entry(pads)["state"]["phase"] == "idle"
    assert all(change in ([], ["p"]) for change in changes)


def test_a_state_ages_from_its_arrival(full):
    assert entry(full, 13.5)["state_age_s"] == 3.5


@pytest.mark.parametrize(("said_s_ago", "age_s"), [(0, 0.0), (60, 60.0), (-60, 0.0)])
def test_a_state_that_the_broker_kept_is_as_old_as_it_says(said_s_ago, age_s):
    pads = Pads()
    said = state(time=WALL + timedelta(seconds=10 - said_s_ago))
    fold(pads, "poultice/v1/pad/p/state", said.model_dump_json().encode(), retained=True)
    assert entry(pads)["state_age_s"] == age_s
    assert entry(pads, 11.0)["state_age_s"] == age_s + 1


def test_a_kept_state_whose_time_has_no_zone_counts_from_its_arrival():
    pads = Pads()
    said = state(time=datetime(2020, 1, 1)).model_dump_json().encode()  # noqa: DTZ001
    fold(pads, "poultice/v1/pad/p/state", said, retained=True)
    assert entry(pads)["state_age_s"] == 0.0


def test_a_pad_whose_controller_is_gone_is_not_there(full):
    assert fold(full, HOUSE[0], b"offline") == ["p"]
    assert not entry(full)["controller_online"]
    assert entry(full)["online"]


def test_a_pad_that_its_controller_no_longer_names_is_not_there(full):
    named = ControllerInfo(version="1", host="h", pads=["p", "q"]).model_dump_json().encode()
    assert fold(full, "poultice/v1/controller/house/info", named) == ["p"]
    assert entry(full)["controller_online"]
    others = ControllerInfo(version="1", host="h", pads=["q"]).model_dump_json().encode()
    fold(full, "poultice/v1/controller/house/info", others)
    assert not entry(full)["controller_online"]


def test_another_controller_is_nothing_to_it(full):
    assert fold(full, "poultice/v1/controller/other/availability", b"offline") == []
    assert entry(full)["controller_online"]


@pytest.mark.parametrize("payload", [b"ONLINE", b"online ", b"", b"\xff", b"1"])
def test_only_the_word_online_is_online(full, payload):
    fold(full, "poultice/v1/pad/p/availability", payload)
    assert not entry(full)["online"]


def test_after_a_new_connection_nobody_is_there_until_the_broker_says_so(full):
    assert full.forget_who_is_there() == ["p"]
    assert not entry(full)["controller_online"]
    assert not entry(full)["online"]
    assert entry(full)["state"] is not None


@pytest.mark.parametrize("word", ["info", "state", "health"])
def test_an_empty_payload_clears(full, word):
    assert fold(full, f"poultice/v1/pad/p/{word}", b"") == ["p"]
    assert entry(full)[word] is None
    assert (entry(full)["state_age_s"] is None) == (word == "state")


@pytest.mark.parametrize("payload", [b"{", b"{}", b"null", b"\xff", b"[" * 9000, b'{"seq": 1}', b" " * LARGEST_BYTES])
@pytest.mark.parametrize("word", ["info", "state", "health"])
def test_what_cannot_be_read_changes_nothing(full, word, payload):
    before = entry(full)
    assert fold(full, f"poultice/v1/pad/p/{word}", payload) == []
    assert entry(full) == before


def test_a_giant_state_is_not_looked_at(full):
    giant = STATE.model_dump_json().encode()
    giant += b" " * (LARGEST_BYTES - len(giant))
    assert fold(full, "poultice/v1/pad/p/state", giant) == ["p"]
    assert fold(full, "poultice/v1/pad/p/state", giant + b" ") == []


def test_a_hostile_broker_cannot_fill_the_memory():
    pads = Pads()
    for number in range(2 * MOST_PADS):
        fold(pads, f"poultice/v1/pad/p{number}/availability", b"online")
        fold(pads, f"poultice/v1/controller/c{number}/availability", b"online")
    assert len(pads) == MOST_PADS
    assert [pad.id for pad in pads] == sorted(pad.id for pad in pads)


def test_clearing_an_unknown_pad_does_not_make_it_known():
    pads = Pads()
    assert fold(pads, "poultice/v1/pad/p/state", b"") == []
    assert len(pads) == 0


@given(
    st.sampled_from(["info", "state", "health", "availability", "event", "state/x", ""]),
    st.binary(max_size=100) | st.sampled_from([payload for _, payload in MESSAGES]),
    st.booleans(),
)
def test_any_message_is_survived_and_leaves_json(word, payload, retained):
    pads = Pads()
    changed = fold(pads, f"poultice/v1/pad/p/{word}", payload, retained)
    assert changed in ([], ["p"])
    if pads.get("p"):
        entry(pads)


def test_words_that_would_break_out_of_json_stay_inside(full):
    nasty = info("house").model_copy(update={"name": '"}</script>\u2028\n'})
    fold(full, "poultice/v1/pad/p/info", nasty.model_dump_json().encode())
    assert entry(full)["info"]["name"] == nasty.name
    assert "\n" not in full.entry_json(full.get("p"), 10.0, "me")
