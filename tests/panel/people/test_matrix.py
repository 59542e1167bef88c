"""Each address × each role: who may not is told so before anything is looked at, and STOP is everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from brokers import BrokerProcess
from poultice_panel.people.rights import RIGHTS, Right

from tests.panel.people.conftest import House

pytestmark = pytest.mark.broker
NAMES = {"{pad}": "nobodys", "{verb}": "start", "{person}": "nobody", "{phone}": "nobody"}


@pytest.fixture(scope="module")
def phones(
    broker: BrokerProcess, static: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Right, httpx.Client]]:
    """A phone of each rank; OPEN is a stranger's."""
    house = House(broker, static, tmp_path_factory.mktemp("matrix"))
    yield {
        Right.OPEN: house.phone(),
        Right.VIEW: house.paired("view", "Guest"),
        Right.USE: house.paired("use", "Ada"),
        Right.ADMIN: house.paired("admin", "Boss"),
    }
    house.panel.close()


@pytest.mark.parametrize(("method", "template"), RIGHTS)
@pytest.mark.parametrize("rank", Right)
def test_the_matrix(phones: dict[Right, httpx.Client], method: str, template: str, rank: Right) -> None:
    needed, path = RIGHTS[method, template], template
    for name, value in NAMES.items():
        path = path.replace(name, value)
    if path == "/api/live":
        with phones[rank].stream("GET", path) as response:
            assert response.status_code == 200
        return
    # A body that fits nowhere: who may is told so, who may not is not even heard.
    answer = phones[rank].request(method, path, json={"nothing": "fits"} if method == "POST" else None)
    if rank >= needed:
        assert answer.status_code not in (401, 415), answer.text
        assert answer.json()["reason"]["code"] != "right" if answer.status_code == 403 else True
    elif rank is Right.OPEN:
        assert (answer.status_code, answer.json()["reason"]["code"]) == (401, "unpaired")
    else:
        assert (answer.status_code, answer.json()["reason"]["code"]) == (403, "right")


@pytest.mark.parametrize("headers", [{}, {"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Cookie": "x"}])
def test_a_stranger_is_refused_before_the_body_is_read_and_stop_is_not(phones, headers: dict[str, str]) -> None:
    stranger = phones[Right.OPEN]
    broken = stranger.post("/api/pads/p/requests/start", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 401
    stop = stranger.post("/api/pads/p/requests/stop", content=b"now", headers=headers)
    assert stop.status_code == 504, "sent, and nobody of that name confirmed"


@pytest.mark.parametrize(
    "cookie", ["", "poultice=", "poultice=wrong", "poultice=" + "a" * 4000, 'poultice="', "=;=", "é"]
)
def test_no_other_cookie_opens(phones, cookie: str) -> None:
    answer = phones[Right.OPEN].get("/api/phones", headers={"Cookie": cookie.encode()})
    assert answer.status_code == 401


def test_a_stranger_learns_the_names_that_stop_needs_and_nothing_else(phones) -> None:
    assert all(set(pad) == {"id"} for pad in phones[Right.OPEN].get("/api/pads").json())
    assert phones[Right.OPEN].get("/api/me").json() is None
    with phones[Right.OPEN].stream("GET", "/api/live") as response:
        lines = response.iter_lines()
        assert next(lines) == "event: snapshot"
        assert next(lines).startswith("id: ")
        assert '"me":null,"pads":{}' in next(lines)
