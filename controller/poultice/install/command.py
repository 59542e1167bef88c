"""What a person sees of `poultice install`, `uninstall` and `update`: the plan first, then each step as it is done."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from poultice.clock import Clock, RealClock
from poultice.config import load
from poultice.errors import SetupError
from poultice.house_name import NAME
from poultice.install.places import UNITS, USER, Places
from poultice.install.plan import Wish, has_avahi, installation, next_version, refuse
from poultice.install.serving import HTTP_PORT, served
from poultice.install.source import own_source
from poultice.install.steps import Link, Step, Version, carry_out, now
from poultice.install.system import System
from poultice.pairing import offer, show
from poultice.supervise import answers

ANSWERS_WITHIN_S = 20.0
MARKS = {"skip": "[dim]is there[/dim]", "begin": "…", "done": "[green]done[/green]", "undo": "[yellow]undone[/yellow]"}


class Installer:
    """The three commands on one computer."""

    def __init__(
        self, console: Console, places: Places | None = None, system: System | None = None, clock: Clock | None = None
    ) -> None:
        self._console = console
        self._places = places or Places()
        self._system = system or System()
        self._clock = clock or RealClock()

    def install(self, wish: Wish, dry_run: bool) -> None:
        """Shows the plan and carries it out. Raises SetupError where it cannot; all is as before then."""
        refuse(wish, self._places, self._system)
        steps = installation(wish, self._places, self._system, _python())
        if dry_run:
            self._show(steps)
            return
        first = not self._places.manifest.exists()
        carry_out(steps, self._tell)
        self._console.print(hint(wish, self._system), style="yellow", end="")
        if not self._system.runs_systemd:
            self._console.print("systemd does not run here: the services start at the next boot.")
            return
        page = load(self._places.configuration).panel.here
        if not self._answers(f"{page}/healthz"):
            raise SetupError(
                f"Everything is installed, but the page does not answer at {page}: look at "
                "`journalctl -u poultice-panel -u poultice-controller -u poultice-broker`, then `sudo poultice doctor`."
            )
        self._say_where(wish, page, first)

    def _say_where(self, wish: Wish, here: str, first: bool) -> None:
        """The page's address; the first time also a code for the first phone."""
        named = wish.page.lan and has_avahi(self._system)
        page = f"http://{NAME}{'' if wish.page.port == HTTP_PORT else f':{wish.page.port}'}" if named else here
        where = f"serves its page at [bold]{page}[/bold]" if named or not wish.page.lan else "serves your house"
        self._console.print(f"Poultice is installed and {where}, after each boot, too.")
        if not wish.page.lan:
            return
        self._console.print(
            "It speaks plain HTTP: whoever is in your network could read along. Every phone is paired; STOP needs none."
        )
        if first:
            show(offer(load(self._places.configuration)), self._console)
        self._console.print("Another phone: `sudo poultice pair`, with --role admin for one that may do everything.")

    def update(self, source: str, dry_run: bool) -> None:
        """Another version beside the one that runs; back to that where the new one does not serve."""
        self._require_installed()
        if not self._system.is_root:
            raise SetupError("Updating needs root: run it again with sudo.")
        place = self._places.opt / "versions" / next_version(self._places, _version_of(source))
        before = self._places.current.resolve()
        steps: list[Step] = [
            Version(self._system, _python(), place, source),
            _TurnOver(self._system, Link(self._places.current, place), self._manifest()["units"]),
        ]
        if dry_run:
            self._show(steps)
            return
        page = load(self._places.configuration).panel.here
        steps.append(_Serves(self._system, f"{page}/healthz", self._answers))
        carry_out(steps, self._tell)
        self._say_contract(before)
        self._forget_all_but(before, place)

    def uninstall(self, purge: bool, dry_run: bool) -> None:
        """Takes away what was installed; history and configuration only where told to."""
        self._require_installed()
        if not self._system.is_root:
            raise SetupError("Uninstalling needs root: run it again with sudo.")
        manifest = self._manifest()
        places = self._places
        gone = [places.units / unit for unit in manifest["units"]]
        gone += [places.udev_rule, places.avahi_services / "poultice.service", places.opt, places.broker]
        gone += [places.command] if Link(places.command, places.program).done() else []
        gone += [places.environment("controller"), places.environment("panel"), places.manifest]
        gone += [places.etc, places.data] if purge else []
        kept = [] if purge else [path for path in (places.configuration, places.data) if path.exists()]
        self._console.print(f"stop and disable {', '.join(manifest['units'])}")
        for path in gone:
            if path.exists() or path.is_symlink():
                self._console.print(f"remove {escape(str(path))}")
        for path in kept:
            self._console.print(f"[dim]keep {escape(str(path))} (--purge removes it, too)[/dim]")
        if not dry_run:
            self._take_away(manifest, gone, purge)

    def _take_away(self, manifest: dict[str, Any], gone: Sequence[Path], purge: bool) -> None:
        system = self._system
        system.run("systemctl", "disable", *now(system), *_controller_first(manifest["units"]))
        for path in gone:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if system.runs_systemd:
            system.run("systemctl", "daemon-reload")
        for unit in manifest["disabled"]:
            system.run("systemctl", "enable", *now(system), unit)
        if purge and system.succeeds("getent", "passwd", USER):
            system.run("userdel", USER)
        self._console.print("Poultice is gone from this computer.")

    # -- Parts

    def _show(self, steps: Sequence[Step]) -> None:
        for step in steps:
            mark = "[dim](is there)[/dim] " if step.done() else ""
            self._console.print(f"{mark}{escape(step.words)}")
        self._console.print("Nothing was changed.")

    def _tell(self, what: str, step: Step) -> None:
        self._console.print(f"{escape(step.words)} {MARKS[what]}")

    def _answers(self, url: str) -> bool:
        deadline_s = self._clock.real_s() + ANSWERS_WITHIN_S
        while self._clock.real_s() < deadline_s:
            if answers(url):
                return True
            self._clock.sleep_until(self._clock.now_s() + 0.2)
        return False

    def _require_installed(self) -> None:
        if not self._places.manifest.exists():
            raise SetupError("Poultice is not installed on this computer: `poultice install` does that.")

    def _manifest(self) -> dict[str, Any]:
        try:
            manifest: dict[str, Any] = json.loads(self._places.manifest.read_text())
        except ValueError:
            raise SetupError(
                f"{self._places.manifest} is damaged: run `poultice install` again, it mends it."
            ) from None
        return manifest

    def _say_contract(self, before: Path) -> None:
        """A new contract needs new firmware: until then the controller asks for no heat."""
        current = (self._places.current / Version.COMPLETE).read_text().strip()
        earlier = (before / Version.COMPLETE).read_text().strip() if (before / Version.COMPLETE).exists() else ""
        self._console.print(f"Now {escape(current)}.")
        self._console.print("`sudo poultice install` once more brings what its services and rights have new.")
        if earlier and earlier.split(", ")[1:] != current.split(", ")[1:]:
            self._console.print(
                "[yellow]The contract with the board has changed: flash its firmware (`poultice flash`). "
                "Until then the pad does not heat.[/yellow]"
            )

    def _forget_all_but(self, *kept: Path) -> None:
        for place in (self._places.opt / "versions").glob("*"):
            if place.resolve() not in {one.resolve() for one in kept}:
                shutil.rmtree(place, ignore_errors=True)


class _TurnOver(Step):
    """The other program behind the link, and the services started again with it."""

    def __init__(self, system: System, link: Link, units: Sequence[str]) -> None:
        self._system = system
        self.words = f"{link.words}, and start {', '.join(_controller_first(units))} again"
        self._link = link
        self._units = units

    def done(self) -> bool:
        return self._link.done()

    def do(self) -> None:
        self._link.do()
        self._restart()

    def undo(self) -> None:
        self._link.undo()
        self._restart()

    def _restart(self) -> None:
        if self._system.runs_systemd:
            self._system.run("systemctl", "stop", *_controller_first(self._units))
            self._system.run("systemctl", "start", *self._units)


class _Serves(Step):
    """Whether what was started answers."""

    def __init__(self, system: System, url: str, answering: Callable[[str], bool]) -> None:
        self.words = f"see that {url} answers"
        self._system = system
        self._url = url
        self._answering = answering

    def done(self) -> bool:
        return not self._system.runs_systemd

    def do(self) -> None:
        if not self._answering(self._url):
            raise SetupError("the new version does not serve its page")

    def undo(self) -> None:
        """Looking changes nothing."""


def _controller_first(units: Sequence[str]) -> list[str]:
    """The heat goes off before anything else ends."""
    return sorted(units, key=lambda unit: unit != UNITS[1])


def _python() -> str:
    """The system's Python of the same release, which stays where it is; a virtual environment's own may go."""
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")


def _version_of(source: str) -> str:
    name = Path(source).name
    return name.split("-")[1] if name.endswith(".whl") and name.count("-") >= 4 else version("poultice")


def hint(wish: Wish, system: System) -> str:
    """A line where the house would be served but not found; else nothing."""
    if not wish.page.lan or has_avahi(system):
        return ""
    return f"{NAME} needs avahi: apt install avahi-daemon avahi-utils, then install once more.\n"


def wish_of(
    source: str | None, broker_url: str | None, broker_port: int, lan: bool | None, panel_port: int | None
) -> Wish:
    """What the command line asked for. Raises SetupError where a configuration that is there says otherwise."""
    chosen = source or own_source()
    return Wish(chosen, _version_of(chosen), served(Places(), lan, panel_port), broker_url, broker_port)
