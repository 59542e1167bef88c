"""Where a phone of this house reaches the panel."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

from poultice_panel.people.door import LOOPBACK_NAMES

ANYWHERE = ("192.0.2.1", 9)  # a documentation address: nothing is sent, only the way there is looked up
HTTP_PORT = 80  # a browser's, where an address names none


def own_address() -> str | None:
    """This computer's address in its house; None where it has no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ANYWHERE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if ipaddress.ip_address(address).is_loopback else address


def house_url(asked: str, served: Sequence[object], *, lan: bool) -> str | None:
    """The address to give to a phone: the one that was `asked` for, where that is more than this computer's own; else
    this computer's in the house. `served` is the socket's (host, port); None where only this computer is served."""
    if not lan:
        return None
    host, _, _ = asked.rpartition(":") if asked.rpartition(":")[2].isdigit() else (asked, "", "")
    if host and host.lower() not in LOOPBACK_NAMES:
        return f"http://{asked}"
    found = own_address()
    return None if found is None else f"http://{found}" + ("" if served[1] == HTTP_PORT else f":{served[1]}")
