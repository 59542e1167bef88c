"""Where an installation serves its page: what was asked for, what its configuration says already, or what suits."""

from __future__ import annotations

import json
from dataclasses import dataclass

from poultice.broker import why_port_busy
from poultice.config import EVERYWHERE, load
from poultice.errors import SetupError
from poultice.install.places import Places

HTTP_PORT = 80  # what a browser takes where an address names none: http://poultice.local
OTHER_PORT = 8080


@dataclass(frozen=True, slots=True)
class Served:
    """`lan`: to the whole house, with pairing; else to this computer alone."""

    lan: bool
    port: int


def served(places: Places, lan: bool | None, port: int | None) -> Served:
    """None: not asked for. A configuration that is there stays as its owner wrote it; to ask for something else raises
    SetupError. A computer in a living room serves the house, at port 80 where that is free."""
    if not places.configuration.exists():
        house = lan is not False
        return Served(house, port or (HTTP_PORT if house and not why_port_busy(EVERYWHERE, HTTP_PORT) else OTHER_PORT))
    panel = load(places.configuration).panel
    for name, asked, said in (("host", lan, panel.lan), ("port", port, panel.port)):
        if asked is not None and asked != said:
            value = json.dumps(getattr(panel, name))
            raise SetupError(
                f"{places.configuration} says panel.{name} = {value}: change it there, then install once more."
            )
    return Served(panel.lan, panel.port)
