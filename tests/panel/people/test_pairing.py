"""A phone's way in and out, over HTTP, where nobody is trusted for sitting at this computer."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest
from brokers import BrokerProcess
from poultice.mqtt.connection import BrokerAddress
from poultice.mqtt.messages import PadEvent, Reason
from poultice_panel.app import create_app
from poultice_panel.people.address import house_url
from poultice_panel.people.door import KEY_NAME, Access, Door
from poultice_panel.people.store import NAME, Store
from starlette.datastructures import Headers

from tests.panel.conftest import Stream, until
from tests.panel.people.conftest import House

pytestmark = pytest.mark.broker


def test_a_code_makes_a_phone_that_outlives_a_restart(house: House) -> None:
    phone = house.phone()
    answer = phone.post("/api/pairing/claim", json={"code": house.code("use"), "name": " Ada "})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age="):
        assert word in cookie
    assert "Secure" not in cookie, "there is no TLS here; with it there is (below)"
    token = phone.cookies["poultice"]
    assert len(token) >= 43, "256 bits"
    me = house.me(phone)
    assert (me["name"], me["role"], me["here"]) == ("Ada", "use", False)
    assert [each["name"] for each in me["persons"]] == ["Ada"], "a person of its own"
    assert me["person"] == me["persons"][0]["id"] != "me"
    assert token not in (house.directory / NAME).read_text()
    house.restart()
    again = house.phone()
    again.cookies.set("poultice", token)
    assert house.me(again) == me


def test_wrong_codes_close_the_window_and_tries_are_slowed(house: House) -> None:
    code = house.code()
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    phone = house.phone()

    def claim(said: str) -> httpx.Response:
        return phone.post("/api/pairing/claim", json={"code": said, "name": "Eve"})

    said = [claim(wrong).json()["reason"]["code"] for _ in range(5)]
    assert said == ["wrong_code"] * 4 + ["no_window"]
    slowed = claim(code)
    assert (slowed.status_code, slowed.json()["reason"]["code"]) == (429, "slow")
    house.forget_tries()
    assert claim(code).json()["reason"]["code"] == "no_window", "the fifth wrong one has closed it"
    assert claim(house.code()).status_code == 200


@pytest.mark.parametrize("code", ["", "1234567", "123456789", "12 345 678", "１２３４５６７８", 12345678, None])
def test_what_is_no_code_is_no_try(house: House, code: object) -> None:
    answer = house.phone().post("/api/pairing/claim", json={"code": code, "name": "Eve"})
    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, 5])
def test_a_phone_has_a_name(house: House, name: object) -> None:
    assert house.phone().post("/api/pairing/claim", json={"code": house.code(), "name": name}).status_code == 422


def test_revoked_it_is_a_stranger_at_once_also_in_an_open_page(house: House) -> None:
    admin, phone = house.paired("admin", "Boss", "me"), house.paired("use", "Lost")
    stream = Stream(house.panel.url, dict(phone.cookies))
    assert stream.next().data["me"]["name"] == "Lost"
    assert admin.post(f"/api/phones/{house.me(phone)['phone']}/revoke", json={}).status_code == 200
    assert house.me(phone) is None
    assert phone.post("/api/pads/p/requests/start", json={"args": {"program": "x"}}).status_code == 401
    stream._thread.join(2.0)
    assert not stream._thread.is_alive(), "its page hears nothing more"
    assert [each["name"] for each in admin.get("/api/phones").json()] == ["Boss"]


def test_an_admin_renames_and_changes_what_a_phone_may(house: House) -> None:
    admin, phone = house.paired("admin", "Boss", "me"), house.paired("use", "Ada")
    path = f"/api/phones/{house.me(phone)['phone']}"
    assert admin.post(path, json={"name": "Kitchen", "role": "view", "persons": ["me"]}).status_code == 200
    me = house.me(phone)
    assert (me["name"], me["role"], me["person"]) == ("Kitchen", "view", "me")
    assert phone.post("/api/pads/p/requests/pause", json={}).status_code == 403
    assert admin.post(path, json={"persons": ["nobody"]}).json()["reason"]["code"] == "unknown_person"
    assert admin.post("/api/phones/nobody", json={"name": "x"}).json()["reason"]["code"] == "unknown_phone"


def test_each_phone_asks_for_its_own_person_unless_it_is_an_admins(house: House) -> None:
    admin, phone = house.paired("admin", "Boss", "me"), house.paired("use", "Ada")
    ada = house.me(phone)["person"]
    other = admin.post("/api/persons", json={"name": "Bob"}).json()["id"]
    for path, body in (
        ("requests/start", {"args": {"program": "warm", "person": other}}),
        ("forget", {"person": other}),
        ("checklist", {"accepted": True, "person": other}),
        ("coach/check", {"person": other, "item": "desk", "fits": True}),
    ):
        answer = phone.post(f"/api/pads/p/{path}", json=body)
        assert (answer.status_code, answer.json()["reason"]["code"]) == (403, "not_yours"), path
        assert admin.post(f"/api/pads/p/{path}", json=body).json()["reason"]["code"] == "unknown_pad"
    assert phone.get("/api/pads/p/what-helped", params={"person": other}).status_code == 403
    assert phone.post("/api/me", json={"person": other}).status_code == 403
    path = f"/api/phones/{house.me(phone)['phone']}"
    assert admin.post(path, json={"persons": [ada, other]}).status_code == 200
    assert house.me(phone)["person"] == ada
    assert phone.post("/api/me", json={"person": other}).status_code == 200
    assert house.me(phone)["person"] == other


def test_the_start_carries_the_person_of_the_phone(house: House, peers) -> None:
    peer = peers(house.panel.server.config.app.state.house and house._broker.address, "shared")
    phone = house.paired("use", "Ada")
    until(lambda: {"id": "shared"} in house.phone().get("/api/pads").json())
    until(lambda: phone.post("/api/pads/shared/requests/pause", json={}).status_code == 200)
    answer = phone.post("/api/pads/shared/requests/start", json={"args": {"program": "warm"}})
    assert answer.json()["applied"]["person"] == house.me(phone)["person"]
    assert "Ada" not in json.dumps([request.args for request in peer.requests]), "names stay in the panel"


def test_a_person_is_forgotten_at_every_pad_or_not_at_all(tmp_path, static, peers) -> None:
    with BrokerProcess("mosquitto", tmp_path) as broker:
        house = House(broker, static, tmp_path / "data")
        pads = [peers(broker.address, name) for name in ("one", "two")]
        admin = house.paired("admin", "Boss", "me")
        ada = admin.post("/api/persons", json={"name": "Ada"}).json()["id"]
        until(lambda: len(admin.get("/api/pads").json()) == 2)
        pads[1].close()
        answer = admin.post(f"/api/persons/{ada}/forget", json={})
        assert (answer.status_code, answer.json()["reason"]["code"]) == (504, "not_reached")
        assert "two" in answer.json()["reason"]["text"]
        assert ada in [each["id"] for each in admin.get("/api/persons").json()], "it can be tried again"
        again = peers(broker.address, "two")
        until(lambda: admin.post(f"/api/persons/{ada}/forget", json={}).status_code == 200)
        assert {"what": "persons", "op": "forget", "person": ada} in again.queries
        assert [each["id"] for each in admin.get("/api/persons").json()] == ["me"]
        assert admin.post(f"/api/persons/{ada}/forget", json={}).json()["reason"]["code"] == "unknown_person"
        house.panel.close()


def test_the_pads_button_opens_the_window_and_lets_nobody_in_by_itself(house: House, peers, capfd) -> None:
    peer = peers(house._broker.address, "held")
    reason = Reason(code="pairing", text="held")
    with house.console() as console:
        until(lambda: {"id": "held"} in console.get("/api/pads").json() or bool(console.get("/api/pads").json()))
        assert console.get("/api/pairing").json()["open"] is False
        peer.bridge.publish_event("held", PadEvent(time=datetime.now(UTC), kind="pairing", reason=reason))
        until(lambda: console.get("/api/pairing").json()["open"])
        code = console.get("/api/pairing").json()["code"]
    assert code in capfd.readouterr().out, "whoever sees the console reads it"
    stranger = house.phone()
    assert stranger.get("/api/pairing").status_code == 401
    assert house.me(stranger) is None
    assert stranger.post("/api/pairing/claim", json={"code": code, "name": "Ada"}).status_code == 200
    assert house.me(stranger)["role"] == "use"


def test_the_consoles_key_is_its_owners_alone_and_new_at_each_start(house: House) -> None:
    file = house.directory / KEY_NAME
    before = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert house.phone().get("/api/phones", headers={"Authorization": f"Bearer {before}"}).status_code == 200
    house.restart()
    assert file.read_text() != before
    assert house.phone().get("/api/phones", headers={"Authorization": f"Bearer {before}"}).status_code == 401


def test_with_a_damaged_file_nothing_is_lost_and_the_page_says_why(house: House) -> None:
    house.panel.close()
    (house.directory / NAME).write_text("{")
    house.restart()
    with house.console() as console:
        answer = console.post("/api/persons", json={"name": "Ada"})
    assert answer.status_code == 507
    assert NAME in answer.json()["reason"]["text"]
    assert (house.directory / NAME).read_text() == "{"


# -- Who is trusted for being here


def scope(client: str) -> dict[str, object]:
    return {"type": "http", "client": (client, 1), "server": ("127.0.0.1", 8080), "scheme": "http"}


@pytest.mark.parametrize(
    ("client", "host", "headers", "admin"),
    [
        ("127.0.0.1", "127.0.0.1", {}, True),
        ("::1", "[::1]", {}, True),
        ("127.0.0.1", "poultice.local", {}, False),
        ("192.168.1.9", "192.168.1.5", {}, False),
        ("192.168.1.9", "127.0.0.1", {}, False),
        ("127.0.0.1", "127.0.0.1", {"x-forwarded-for": "192.168.1.9"}, False),
        ("127.0.0.1", "127.0.0.1", {"forwarded": "for=x"}, False),
        ("", "127.0.0.1", {}, False),
    ],
)
def test_only_a_browser_of_this_computer_needs_no_pairing(
    client: str, host: str, headers: dict[str, str], admin: bool
) -> None:
    found = Door(Access(lan=True), Store(None)).viewer(scope(client), Headers(headers), host)
    assert (found is not None) is admin
    assert found is None or (found.admin and found.here)
    assert Door(Access(trust_loopback=False), Store(None)).viewer(scope(client), Headers(headers), host) is None


def test_the_address_for_a_phone() -> None:
    assert house_url("192.168.1.5:8080", ("192.168.1.5", 8080), lan=True) == "http://192.168.1.5:8080"
    assert house_url("poultice.local", ("192.168.1.5", 80), lan=True) == "http://poultice.local"
    assert house_url("127.0.0.1:8080", ("127.0.0.1", 8080), lan=False) is None
    here = house_url("127.0.0.1:8080", ("127.0.0.1", 8080), lan=True)
    assert here is None or (here.endswith(":8080") and "127.0.0.1" not in here)
    plain = house_url("127.0.0.1", ("127.0.0.1", 80), lan=True)
    assert plain is None or plain.count(":") == 1, "a browser takes port 80 by itself"


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_under_tls_the_cookie_is_for_tls_alone(scheme: str, secure: bool) -> None:
    async def story() -> httpx.Response:
        app = create_app(BrokerAddress("127.0.0.1", 1))
        code = app.state.house.people.open("use", None).code
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://127.0.0.1") as phone:
            return await phone.post("/api/pairing/claim", json={"code": code, "name": "Ada"})

    answer = asyncio.run(story())
    assert answer.status_code == 200
    assert ("Secure" in answer.headers["set-cookie"]) is secure


# -- Backup


def test_a_backup_comes_back_and_phones_are_not_in_it(house: House) -> None:
    admin = house.paired("admin", "Boss", "me")
    ada = admin.post("/api/persons", json={"name": "Ada"}).json()["id"]
    saved = admin.get("/api/backup")
    assert "attachment" in saved.headers["content-disposition"]
    assert "phone" not in saved.text
    assert "token" not in saved.text
    admin.post(f"/api/persons/{ada}", json={"name": "Changed"})
    bob = admin.post("/api/persons", json={"name": "Bob"}).json()["id"]
    assert admin.post("/api/backup", json=saved.json()).json() == {"status": "ok", "parts": ["persons"]}
    assert {each["id"]: each["name"] for each in admin.get("/api/persons").json()} == {"me": "", ada: "Ada", bob: "Bob"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "foreign"),
        (b"{", "foreign"),
        (b"[1]", "foreign"),
        (b'{"schema": "something/1", "made": "2026-01-01T00:00:00Z", "parts": {"persons": []}}', "foreign"),
        (b'{"schema": "poultice-panel-backup/1", "made": "2026-01-01T00:00:00Z", "parts": {"moon": []}}', "newer"),
        (
            b'{"schema": "poultice-panel-backup/1", "made": "2026-01-01T00:00:00Z", "parts": {"persons": [1]}}',
            "damaged",
        ),
        (
            b'{"schema": "poultice-panel-backup/1", "made": "2026-01-01T00:00:00Z", "parts": {"persons": '
            b'[{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]}}',
            "damaged",
        ),
    ],
)
def test_a_damaged_or_foreign_file_changes_nothing(house: House, content: bytes, code: str) -> None:
    with house.console() as console:
        console.post("/api/persons", json={"name": "Ada"})
        before = console.get("/api/persons").json()
        answer = console.post("/api/backup", content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["reason"]["code"]) == (422, code)
        assert console.get("/api/persons").json() == before
