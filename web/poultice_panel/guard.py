"""What every request must satisfy before anything looks at it, and what every response carries.

Only names of this computer as Host, so that no page of a stranger's name can reach us (DNS rebinding); an Origin, where
a browser sends one, must be ours; bodies are small and JSON; who asks has the right to. STOP is exempt from all but the
size of the body.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from poultice_panel.people.door import Door, Refusal, client_of, is_loopback

LARGEST_BODY_BYTES = 16 * 1024
LARGER_BODIES = {"/api/backup": 8 * 1024 * 1024}  # a year of history comes back as one file
LARGEST_PROGRAM_BYTES = 192 * 1024  # a program file of 64 KiB as JSON with all its keys; a query may have 256 KiB
PROGRAM_PATH = re.compile(r"^/api/pads/[^/]+/programs/(check|save)$")
STOP_PATH = re.compile(r"^/api/pads/[^/]+/requests/stop$")
POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
    "connect-src 'self'; img-src 'self'; script-src 'self'; style-src 'self'"
)
RESPONSE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ALONE = {"Cross-Origin-Opener-Policy": "same-origin"}  # over plain HTTP from afar browsers ignore it, and complain


class Guard:
    """ASGI middleware around the whole panel."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through or answers it with one sentence."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, alone=scope["scheme"] == "https" or is_loopback(client_of(scope)))
        refusal = self._judge(scope)
        if refusal is None and not _is_stop(scope["method"], scope["path"]):
            receive, refusal = await _read(receive, largest_bytes(scope["path"]))
        if refusal is not None:
            await answer.refuse(*refusal)
        else:
            await self._app(scope, receive, answer.send)

    def _judge(self, scope: Scope) -> Refusal | None:
        """A refusal by the request's head, or None; who asks is in the scope from here on."""
        method, path, headers = scope["method"], scope["path"], Headers(scope=scope)
        viewer = None
        refusal = length_refusal(path, headers)
        if refusal is None and not _is_stop(method, path):
            host = host_name(headers.get("host", ""))
            refusal = self._door.host_refusal(scope, host) or form_refusal(method, headers)
            viewer = self._door.viewer(scope, headers, host)
            refusal = refusal or self._door.refusal(method, path, viewer)
        scope.setdefault("state", {})["viewer"] = viewer
        return refusal


def largest_bytes(path: str) -> int:
    """How large the body of a request to this path may be."""
    return LARGEST_PROGRAM_BYTES if PROGRAM_PATH.match(path) else LARGER_BODIES.get(path, LARGEST_BODY_BYTES)


def _too_large(most_bytes: int) -> Refusal:
    return 413, "too_large", f"The body of this request may have {most_bytes // 1024} KiB."


def length_refusal(path: str, headers: Headers) -> Refusal | None:
    """A body that says it is too long; it holds for STOP, too."""
    most, length = largest_bytes(path), headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > most:
        return _too_large(most)
    return None


def form_refusal(method: str, headers: Headers) -> Refusal | None:
    """A request of another page's, or not in JSON."""
    origin = headers.get("origin")
    if origin is not None and not same_origin(origin, headers.get("host", "")):
        return 403, "origin", "The request comes from another page than the panel's own."
    if method == "POST" and headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return 415, "not_json", "Send the body as JSON, with Content-Type: application/json."
    return None


def _is_stop(method: str, path: str) -> bool:
    return method == "POST" and STOP_PATH.match(path) is not None


def host_name(host: str) -> str:
    """The name in a Host header, without the port."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(:\d{1,5})?", host)
    return match[1].lower() if match else ""


def same_origin(origin: str, host: str) -> bool:
    """Whether an Origin names the very host and port that was asked."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


async def _read(receive: Receive, most_bytes: int) -> tuple[Receive, Refusal | None]:
    """Reads the body, whatever length it claims, and gives a way to receive it again. STOP does not wait for its."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most_bytes:
            return receive, _too_large(most_bytes)
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again, None


class _Answer:
    """The way back: adds our headers; `alone` where a browser would heed that no other page may hold ours."""

    def __init__(self, send: Send, *, alone: bool) -> None:
        self._send = send
        self._headers = RESPONSE_HEADERS | (ALONE if alone else {})

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)

    async def refuse(self, status: int, code: str, text: str) -> None:
        body = json.dumps({"status": "error", "reason": {"code": code, "text": text, "values": {}}}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
