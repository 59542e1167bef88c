"""Which steps an installation takes on this computer, and what stands in its way."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from poultice.broker import find_mosquitto, why_port_busy
from poultice.broker_setup import PASSWORDS, RIGHTS, Listener, set_up
from poultice.config import EVERYWHERE
from poultice.errors import SetupError
from poultice.install.places import NAME_UNIT, UNITS, USER, Places
from poultice.install.serving import Served
from poultice.install.steps import Call, Directory, Disable, Link, Services, Step, SystemUser, Version, WriteFile
from poultice.install.system import System
from poultice.mqtt.access import acl

FOREIGN_BROKER = "mosquitto.service"
NEEDED_BYTES = 400_000_000  # numpy and the like, twice during an update
BACK_OFF_SINCE = 254  # the release of systemd that can wait longer after each failure
PRIVILEGED_PORTS = 1024  # below it a service needs a capability to listen
BROKER_FILES = ("mosquitto.conf", RIGHTS, "hashes", PASSWORDS)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: where the program comes from, where the broker is and whom the page is served to."""

    source: str
    version: str  # names the folder
    page: Served
    broker_url: str | None = None
    broker_port: int = 1883


def refuse(wish: Wish, places: Places, system: System) -> None:
    """Raises SetupError where the installation cannot succeed, before anything is changed."""
    if not system.is_root:
        raise SetupError("Installing for the whole computer needs root: run it again with sudo.")
    if not system.has("systemctl"):
        raise SetupError("There is no systemd here: use `poultice up` instead, from whatever starts programs here.")
    if wish.broker_url is None and find_mosquitto() is None:
        raise SetupError("mosquitto is not installed: apt install mosquitto, or name a broker with --broker-url.")
    free = shutil.disk_usage(next(parent for parent in places.opt.parents if parent.exists())).free
    if free < NEEDED_BYTES:
        raise SetupError(f"{free / 1e6:.0f} MB are free below {places.opt}: make room for {NEEDED_BYTES / 1e6:.0f} MB.")
    if not places.manifest.exists():
        _refuse_ports(wish, places, system)


def _refuse_ports(wish: Wish, places: Places, system: System) -> None:
    if why := why_port_busy(EVERYWHERE if wish.page.lan else "127.0.0.1", wish.page.port):
        raise SetupError(f"The page's port {wish.page.port} {why}: end that program, or choose another --panel-port.")
    if wish.broker_url is not None or not (why := why_port_busy("127.0.0.1", wish.broker_port)):
        return
    if not foreign_broker_is_plain(places, system):
        raise SetupError(
            f"The broker's port {wish.broker_port} {why}: use that broker with --broker-url, or choose another "
            "--broker-port."
        )


def foreign_broker_is_plain(places: Places, system: System) -> bool:
    """Whether the system's own mosquitto is enabled, and nobody has told it anything yet."""
    if not system.succeeds("systemctl", "is-enabled", "--quiet", FOREIGN_BROKER):
        return False
    return not list(places.foreign_broker.glob("*.conf"))


def installation(wish: Wish, places: Places, system: System, python: str) -> list[Step]:
    """The steps, in order."""
    version = places.opt / "versions" / wish.version
    steps: list[Step] = [
        SystemUser(system, USER, places.data),
        Version(system, python, version, wish.source),
        Link(places.current, version),
        *_command(places),
        Directory(places.etc),
        Directory(places.data, 0o700, USER),
        WriteFile(places.configuration, _configuration(wish, places), keep=True),
    ]
    if wish.broker_url is None:
        if foreign_broker_is_plain(places, system):
            steps.append(Disable(system, FOREIGN_BROKER, "it lets in everybody, and ours takes its port"))
        listener = Listener("127.0.0.1", wish.broker_port)
        steps.append(
            Call(
                f"make the broker's passwords and rights in {places.broker}",
                places.broker,
                lambda: _broker_is_set_up(places),
                lambda: list(set_up(places.broker, listener)),
            )
        )
    steps += [_Login(part, wish, places) for part in ("controller", "panel")]
    steps += [WriteFile(places.units / unit, text) for unit, text in units(wish, places, system).items()]
    steps.append(WriteFile(places.udev_rule, _shipped("60-poultice.rules")))
    if wish.page.lan and places.avahi_services.is_dir():
        advert = _shipped("poultice.avahi.xml").format(panel_port=wish.page.port)
        steps.append(WriteFile(places.avahi_services / "poultice.service", advert))
    chosen = chosen_units(wish, system)
    steps.append(WriteFile(places.manifest, _manifest(chosen, places, steps), 0o600))
    steps.append(Services(system, chosen, tuple(steps)))
    return steps


def _command(places: Places) -> list[Step]:
    """What people type, where nobody else's command of that name stands."""
    link = Link(places.command, places.program)
    taken = os.path.lexists(places.command) and not link.done()
    return [] if taken else [Directory(places.command.parent), link]


def _broker_is_set_up(places: Places) -> bool:
    """Whether all is there, with the rights of this version."""
    there = all((places.broker / name).exists() for name in BROKER_FILES)
    return there and (places.broker / RIGHTS).read_text() == acl()


class _Login(WriteFile):
    """How a service logs in at the broker: known once the broker's passwords are."""

    def __init__(self, part: str, wish: Wish, places: Places) -> None:
        super().__init__(places.environment(part), "", 0o600)
        self._part = part
        self._wish = wish
        self._passwords = places.broker / PASSWORDS

    def done(self) -> bool:
        if self._wish.broker_url is None and not self._passwords.exists():
            return False
        self._text = f"POULTICE_BROKER__URL={self._url()}\n"
        return super().done()

    def do(self) -> None:
        self._text = f"POULTICE_BROKER__URL={self._url()}\n"
        super().do()

    def _url(self) -> str:
        if self._wish.broker_url is not None:
            return self._wish.broker_url
        password = json.loads(self._passwords.read_text())[self._part]
        return f"mqtt://{self._part}:{quote(password, safe='')}@127.0.0.1:{self._wish.broker_port}"


def chosen_units(wish: Wish, system: System) -> tuple[str, ...]:
    """In the order in which they start."""
    ours = UNITS if wish.broker_url is None else UNITS[1:]
    return (*ours, NAME_UNIT) if wish.page.lan and has_avahi(system) else ours


def has_avahi(system: System) -> bool:
    """Whether somebody here can say a name to the house."""
    return system.has("avahi-publish")


def units(wish: Wish, places: Places, system: System) -> dict[str, str]:
    """The text of each unit that is wanted."""
    values = {
        "broker": str(places.broker),
        "program": str(places.program),
        "python": str(places.python),
        "configuration": str(places.configuration),
        "controller_environment": str(places.environment("controller")),
        "panel_environment": str(places.environment("panel")),
        "restart": "\n".join(_restart(systemd_release(system))),
        "sandbox": _shipped("sandbox.conf").rstrip(),
        "listening": "\n".join(_listening(wish.page.port)),
    }
    return {unit: _shipped(unit).format(**values) for unit in chosen_units(wish, system)}


def _listening(port: int) -> list[str]:
    """No other port than the page's. One below 1024 needs a capability, which a user namespace would take away."""
    ours = [f"SocketBindAllow=tcp:{port}", "SocketBindDeny=any"]
    if port >= PRIVILEGED_PORTS:
        return [*ours, "PrivateUsers=yes"]
    return [*ours, "CapabilityBoundingSet=CAP_NET_BIND_SERVICE", "AmbientCapabilities=CAP_NET_BIND_SERVICE"]


def systemd_release(system: System) -> int:
    """Like 252."""
    first = system.run("systemctl", "--version").split()
    return int(first[1]) if len(first) > 1 and first[1].isdigit() else 0


def _restart(release: int) -> list[str]:
    """Soon at first; later each time where systemd can."""
    if release >= BACK_OFF_SINCE:
        return ["RestartSec=1", "RestartSteps=6", "RestartMaxDelaySec=60"]
    return ["RestartSec=3"]


def _configuration(wish: Wish, places: Places) -> str:
    house = (
        f'# The whole house; every phone is paired once (`poultice pair`). "127.0.0.1" would be this computer alone.\n'
        f'host = "{EVERYWHERE}"\n'
        "# A browser at this computer is paired, too: other programs run here.\n"
        "trust_loopback = false\n"
    )
    return (
        "# Poultice's configuration: `poultice doctor` says whether it fits.\n"
        "# Limits may only be narrower than the board's. After a change of [panel]: `poultice install` once more.\n"
        f'[data]\ndirectory = "{places.data}"\n\n[panel]\nport = {wish.page.port}\n{house if wish.page.lan else ""}'
    )


def _manifest(chosen: tuple[str, ...], places: Places, steps: list[Step]) -> str:
    """What `uninstall` must know: also what an earlier run has brought, or put out of the way."""
    earlier = [unit for unit in _remembered(places).get("units", []) if unit not in chosen]
    disabled = {FOREIGN_BROKER} if any(isinstance(step, Disable) for step in steps) else set()
    disabled |= set(_remembered(places).get("disabled", []))
    return json.dumps({"units": [*chosen, *earlier], "disabled": sorted(disabled)}, indent=2)


def _remembered(places: Places) -> dict[str, list[str]]:
    try:
        found = json.loads(places.manifest.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _shipped(name: str) -> str:
    return resources.files("poultice.install").joinpath("files", name).read_text(encoding="utf-8")


def next_version(places: Places, version: str) -> str:
    """A folder's name for a version: one that is installed once more has a number behind it."""
    taken = {path.name for path in Path(places.opt / "versions").glob("*")}
    return next(name for name in (version, *(f"{version}-{n}" for n in range(2, 1000))) if name not in taken)
