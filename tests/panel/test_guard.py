"""Who is let in, and what every response carries."""

from __future__ import annotations

import socket

import pytest
from poultice_panel.guard import (
    LARGEST_BODY_BYTES,
    POLICY,
    form_refusal,
    host_name,
    length_refusal,
    same_origin,
)
from poultice_panel.people.door import Access, Door
from poultice_panel.people.store import Store
from starlette.datastructures import Headers

from tests.panel.conftest import JSON

pytestmark = pytest.mark.broker
HOST = {"host": "127.0.0.1:8080"}
AT_HOME = Access()
IN_THE_HOUSE = Access(lan=True, names=("Sofa.home",))


def host_refusal(host: str, client: str = "127.0.0.1", server: str = "127.0.0.1", access: Access = AT_HOME):
    """What the door says of a Host."""
    scope = {"type": "http", "client": (client, 40000), "server": (server, 8080)}
    return Door(access, Store(None)).host_refusal(scope, host_name(host))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost", "LocalHost:1", "[::1]", "[::1]:8080"])
def test_names_of_this_computer_are_let_in(host):
    assert host_refusal(host) is None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1:80:80", "127.0.0.2", "::1",
     "[::1].evil.example", "127.0.0.1:8080@evil.example", "localhost:x", "localhost:123456", " localhost", "10.0.0.1"],
)  # fmt: skip
def test_all_other_names_are_refused(host):
    for client in ("127.0.0.1", "10.0.0.7"):
        refusal = host_refusal(host, client)
        assert refusal is not None
        assert refusal[:2] == (400, "host")


HERE = "192.168.1.5"


@pytest.mark.parametrize("host", [HERE, f"{HERE}:8080", "poultice.local", "sofa.home:8080", f"{socket.gethostname()}"])
def test_in_the_house_its_address_and_its_names_are_let_in(host):
    assert host_refusal(host, "192.168.1.9", HERE, IN_THE_HOUSE) is None
    assert host_refusal(host, "192.168.1.9", HERE) is not None, "not where it serves this computer only"


@pytest.mark.parametrize(
    "host", ["", "evil.example", "192.168.1.6", "127.0.0.1", "localhost", "poultice.local.evil.example"]
)
def test_in_the_house_all_others_are_refused(host):
    assert host_refusal(host, "192.168.1.9", HERE, IN_THE_HOUSE) is not None


def test_an_address_of_ipv6_stands_in_brackets():
    assert host_refusal("[fd00::2]:8080", "fd00::9", "fd00::2", IN_THE_HOUSE) is None
    assert host_refusal("[fd00::3]:8080", "fd00::9", "fd00::2", IN_THE_HOUSE) is not None


@pytest.mark.parametrize(
    ("origin", "same"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.0.0.1:8081", False),
        ("http://127.0.0.1", False),
        ("http://localhost:8080", False),
        ("https://127.0.0.1:8080", True),
        ("ftp://127.0.0.1:8080", False),
        ("null", False),
        ("", False),
        ("http://[", False),
        ("http://127.0.0.1:8080@evil.example", False),
    ],
)
def test_an_origin_must_be_ours(origin, same):
    assert same_origin(origin, HOST["host"]) is same
    refusal = form_refusal("GET", Headers({**HOST, "origin": origin}))
    assert (refusal is None) is same


@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("", False),
    ],
)
def test_json_only(kind, fits):
    refusal = form_refusal("POST", Headers({**HOST, "content-type": kind}))
    assert (refusal is None) is fits


@pytest.mark.parametrize("length", [str(LARGEST_BODY_BYTES + 1), "-1", "x", "9" * 5000, "1.5", "²"])
def test_lengths_beyond_the_limit_or_beyond_reason(length):
    headers = Headers({**HOST, **JSON, "content-length": length})
    for path in ("/api/pads/p/requests/start", "/api/pads/p/requests/stop"):
        refusal = length_refusal(path, headers)
        assert refusal is not None
        assert refusal[0] == 413


@pytest.mark.parametrize(
    "path", ["/api/pads/p/requests/stop/x", "/api/pads//requests/stop", "/x/api/pads/p/requests/stop"]
)
def test_only_stop_itself_is_exempt(panel, path):
    evil = {"Host": "evil.example"}
    assert panel.post(path, headers=evil).status_code == 400
    assert panel.http.get("/api/pads/p/requests/stop", headers=evil).status_code == 400


def test_host_names():
    assert [host_name(host) for host in ("a:1", "[::1]:2", "a:b", "a b")] == ["a", "[::1]", "", "a b"]


def test_every_response_carries_the_policy(panel):
    for path in ("/", "/api/pads", "/nothing", "/assets/index-abc.js", "/openapi.json"):
        headers = panel.http.get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY
    assert panel.http.get("/", headers={"Host": "evil.example"}).headers["content-security-policy"] == POLICY


def test_nothing_is_offered_to_other_origins(panel):
    answer = panel.http.options("/api/pads", headers={"Origin": panel.url, "Access-Control-Request-Method": "POST"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_body_without_a_length_is_counted(panel):
    """Chunked: the limit holds although nobody said how long the body is."""

    def endless():
        for _ in range(LARGEST_BODY_BYTES // 1024 + 1):
            yield b"x" * 1024

    answer = panel.http.post("/api/pads/p/requests/start", content=endless(), headers=JSON)
    assert answer.status_code == 413
    assert str(LARGEST_BODY_BYTES // 1024) in answer.json()["reason"]["text"]
    assert panel.http.get("/healthz").status_code == 200


def test_garbage_on_the_socket_is_survived(panel):
    for raw in (
        b"\x00" * 64,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"\r\n" * 9,
    ):
        with socket.create_connection(("127.0.0.1", panel.port), timeout=5) as sock:
            sock.sendall(raw)
    assert panel.http.get("/healthz").status_code == 200


def test_stop_does_not_wait_for_its_body(panel):
    """A phone that dies in the middle of its request has stopped the pad."""
    with socket.create_connection(("127.0.0.1", panel.port), timeout=5) as sock:
        sock.sendall(b"POST /api/pads/halfway/requests/stop HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert b"504" in sock.recv(100)
