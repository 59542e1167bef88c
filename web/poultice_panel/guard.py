"""What every request must satisfy before anything looks at it, and what every response carries.

Only names of this computer as Host, so that no page of a stranger's name can reach us (DNS rebinding); an Origin, where
a browser sends one, must be ours; bodies are small and JSON. STOP is exempt from all but the size of the body.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refusal = tuple[int, str, str]  # status, code, sentence
LARGEST_BODY_BYTES = 16 * 1024
LARGEST_PROGRAM_BYTES = 192 * 1024  # a program file of 64 KiB as JSON with all its keys; a query may have 256 KiB
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
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
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """ASGI middleware around the whole panel."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through or answers it with one sentence."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        refusal = refuse(scope["method"], scope["path"], Headers(scope=scope))
        if refusal is None and not _is_stop(scope["method"], scope["path"]):
            receive, refusal = await _read(receive, largest_bytes(scope["path"]))
        if refusal is not None:
            await answer.refuse(*refusal)
        else:
            await self._app(scope, receive, answer.send)


def largest_bytes(path: str) -> int:
    """How large a body may be that is sent to this address."""
    return LARGEST_PROGRAM_BYTES if PROGRAM_PATH.match(path) else LARGEST_BODY_BYTES


def _too_large(limit_bytes: int) -> Refusal:
    return 413, "too_large", f"The body of this request may have {limit_bytes // 1024} KiB."


def refuse(method: str, path: str, headers: Headers) -> Refusal | None:
    """A refusal by the request's head, or None."""
    length = headers.get("content-length", "0")
    limit_bytes = largest_bytes(path)
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > limit_bytes:
        return _too_large(limit_bytes)
    if _is_stop(method, path):
        return None
    host = headers.get("host", "")
    if host_name(host) not in LOOPBACK:
        return 400, "host", "The panel serves this computer only: open it as http://127.0.0.1 or http://localhost."
    origin = headers.get("origin")
    if origin is not None and not same_origin(origin, host):
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


async def _read(receive: Receive, limit_bytes: int) -> tuple[Receive, Refusal | None]:
    """Reads the body, whatever length it claims, and gives a way to receive it again. STOP does not wait for its."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit_bytes:
            return receive, _too_large(limit_bytes)
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again, None


class _Answer:
    """The way back: adds our headers."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in RESPONSE_HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)

    async def refuse(self, status: int, code: str, text: str) -> None:
        body = json.dumps({"status": "error", "reason": {"code": code, "text": text, "values": {}}}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
