"""How a command that an admin types knows what the installed services know: as their user, with their login."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

from poultice.config import ENVIRONMENT_PREFIX, find
from poultice.errors import SetupError
from poultice.install.places import USER, Places

URL = f"{ENVIRONMENT_PREFIX}BROKER__URL"


def as_the_service(part: str, places: Places | None = None) -> None:
    """Root at an installed computer takes the login at the broker of `part` (controller or panel), and becomes its user
    where the installed program runs: what the services cannot do, a command like `poultice doctor` cannot either, and
    what it writes is theirs. Does nothing for another configuration or another login. Raises SetupError for somebody
    else: the login is root's alone."""
    places = places or Places()
    if URL in os.environ or find(None) != places.configuration or not places.manifest.exists():
        return
    if os.geteuid() != 0:
        raise SetupError("Poultice is installed on this computer, and its services are asked by root: use sudo.")
    login = places.environment(part)
    if login.exists():
        os.environ[URL] = login.read_text().strip().removeprefix(f"{URL}=")
    if Path(sys.prefix).resolve().is_relative_to(places.opt):
        _become(USER, places.data)


def _become(user: str, home: Path) -> None:
    known = pwd.getpwnam(user)
    os.chdir("/")  # the folder that root stands in may be closed to others
    os.environ["HOME"] = str(home)
    os.initgroups(user, known.pw_gid)
    os.setgid(known.pw_gid)
    os.setuid(known.pw_uid)
