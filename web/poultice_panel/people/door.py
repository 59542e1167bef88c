"""The door of the panel: under which names it is reached, who comes, and whether they may.

A phone carries its token in a cookie; the console carries its key, a file that only its owner reads; whoever sits at
this computer needs neither, unless that was switched off: the broker beside us would obey them anyway.
"""

from __future__ import annotations

import contextlib
import hmac
import ipaddress
import os
import secrets
import socket
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import Scope

from poultice_panel.people.rights import HERE, Right, Viewer, right_of
from poultice_panel.people.store import Phone, Store

COOKIE = "poultice"
KEY_NAME = "panel-console.key"
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
NOT_HERE = "The panel is not called so: open it by its address, or add the name to panel.names."
LOOPBACK_ONLY = "The panel serves this computer only: open it as http://127.0.0.1 or http://localhost."
UNPAIRED = "This phone is not paired: ask an admin for a code, or hold the pad's button for 5 s and read the console."
NOT_ALLOWED = "This phone may not do that: an admin can change what it may, under phones."

Refusal = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Access:
    """How the panel may be reached: `directory` of its data (None: nothing is kept), further `names` of this computer,
    whether it serves the `lan`, and whether who sits at this computer is an admin without pairing."""

    directory: Path | None = None
    names: tuple[str, ...] = ()
    lan: bool = False
    trust_loopback: bool = True


def own_names(names: tuple[str, ...]) -> frozenset[str]:
    """What this computer is called in its house, lower-case."""
    host = socket.gethostname().lower()
    return frozenset(
        {"poultice.local", host, f"{host.removesuffix('.local')}.local", *(name.lower() for name in names)}
    )


def console_key(directory: Path | None) -> str:
    """The key by which the console comes in, made anew at each start; only the owner of the data can read it."""
    key = secrets.token_urlsafe(32)
    if directory is not None:
        with contextlib.suppress(OSError):  # then the console cannot come in, and everybody else can
            _write_key(directory / KEY_NAME, key)
    return key


def _write_key(path: Path, key: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(key)


class Door:
    """Judges each request by its head."""

    def __init__(self, access: Access, store: Store) -> None:
        self._access = access
        self._store = store
        self._names = own_names(access.names) if access.lan else frozenset()
        self._key = console_key(access.directory)

    def host_refusal(self, scope: Scope, host: str) -> Refusal | None:
        """A name or an address that is not ours: another page may have been told that its name is ours."""
        if is_loopback(client_of(scope)) and host in LOOPBACK_NAMES:
            return None
        if not self._access.lan:
            return 400, "host", LOOPBACK_ONLY
        served = (scope.get("server") or ("", 0))[0]
        if host in self._names or host in (served, f"[{served}]"):
            return None
        return 400, "host", NOT_HERE

    def viewer(self, scope: Scope, headers: Headers, host: str) -> Viewer | None:
        """Who comes, by a `host` that was let through; None for a stranger."""
        phone = self._store.phone_of(_token(headers))
        if phone is not None:
            return viewer_of(phone)
        here = self._store.people.here
        if self._is_console(headers):
            return Viewer("console", "Console", "admin", here, here=True)
        if self._access.trust_loopback and host in LOOPBACK_NAMES and _is_here(scope, headers):
            return Viewer(HERE, "", "admin", here, here=True)
        return None

    def refusal(self, method: str, path: str, viewer: Viewer | None) -> Refusal | None:
        """Why somebody may not do this; None where they may."""
        right = right_of(method, path)
        if right is Right.OPEN or (viewer is not None and viewer.may(right)):
            return None
        return (401, "unpaired", UNPAIRED) if viewer is None else (403, "right", NOT_ALLOWED)

    def _is_console(self, headers: Headers) -> bool:
        return hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {self._key}".encode())


def viewer_of(phone: Phone) -> Viewer:
    """Who carries this phone."""
    return Viewer(phone.id, phone.name, phone.role, phone.person, phone.persons)


def client_of(scope: Scope) -> str:
    """The address of who asks."""
    return str((scope.get("client") or ("", 0))[0])


def is_loopback(address: str) -> bool:
    """Whether an address is of this computer alone."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_here(scope: Scope, headers: Headers) -> bool:
    """Whether somebody at this computer asks, and nobody passes it on from elsewhere."""
    return is_loopback(client_of(scope)) and not any(name in headers for name in FORWARDED)


def _token(headers: Headers) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookie[COOKIE].value if COOKIE in cookie else ""
