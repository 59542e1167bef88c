"""Each address of the panel names the least role that it needs, and each line of that table is an address."""

from __future__ import annotations

from fastapi import FastAPI
from poultice.mqtt.connection import BrokerAddress
from poultice_panel.app import create_app
from poultice_panel.people.rights import RIGHTS, Right, right_of


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of everything that the panel answers below /api."""
    paths = app.openapi()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods if path.startswith("/api")}


def test_no_route_is_without_a_right_and_no_right_without_a_route() -> None:
    found = routes(create_app(BrokerAddress("127.0.0.1", 1)))
    assert len(found) > 20
    assert found - set(RIGHTS) == set(), "give it a right in people/rights.py"
    assert set(RIGHTS) - found == set(), "this is no address of the panel any more"


def test_each_address_is_judged_by_its_own_line() -> None:
    """A line before it that matches too would decide in its place."""
    for (method, path), right in RIGHTS.items():
        example = (
            path.replace("{pad}", "sofa").replace("{verb}", "start").replace("{person}", "p").replace("{phone}", "p")
        )
        assert right_of(method, example) is right, path


def test_what_is_forgotten_locks_out() -> None:
    assert right_of("POST", "/api/anything/new") is Right.ADMIN
    assert right_of("DELETE", "/api/pads") is Right.ADMIN
    assert right_of("GET", "/api") is Right.ADMIN
    assert right_of("GET", "/api/pads/a/b/requests/stop") is Right.ADMIN
    assert right_of("GET", "/assets/index.js") is Right.OPEN
