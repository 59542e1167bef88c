"""Where an installed Poultice lives. Tests put all of it below a folder of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

USER = "poultice"  # of the services
UNITS = ("poultice-broker.service", "poultice-controller.service", "poultice-panel.service")  # in the order they start
NAME_UNIT = "poultice-name.service"  # where the house is served and avahi is there


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute paths."""

    root: Path = Path("/")

    @property
    def opt(self) -> Path:
        """Programs: a folder a version, and `current`, which points at the one that runs."""
        return self.root / "opt" / "poultice"

    @property
    def current(self) -> Path:
        """A link."""
        return self.opt / "current"

    @property
    def python(self) -> Path:
        """Python, of whichever version is current."""
        return self.current / "bin" / "python"

    @property
    def command(self) -> Path:
        """What people type; a link."""
        return self.root / "usr" / "local" / "bin" / "poultice"

    @property
    def program(self) -> Path:
        """The command, of whichever version is current."""
        return self.current / "bin" / "poultice"

    @property
    def etc(self) -> Path:
        """What an admin reads and edits."""
        return self.root / "etc" / "poultice"

    @property
    def configuration(self) -> Path:
        """poultice.toml."""
        return self.etc / "poultice.toml"

    @property
    def broker(self) -> Path:
        """The broker's configuration, rights and passwords."""
        return self.etc / "broker"

    @property
    def manifest(self) -> Path:
        """What was installed, and how."""
        return self.etc / "installed.json"

    @property
    def data(self) -> Path:
        """Journal, sessions, history."""
        return self.root / "var" / "lib" / "poultice"

    @property
    def units(self) -> Path:
        """systemd's, of this computer's admin."""
        return self.root / "etc" / "systemd" / "system"

    @property
    def udev_rule(self) -> Path:
        """The board's name and group."""
        return self.root / "etc" / "udev" / "rules.d" / "60-poultice.rules"

    @property
    def avahi_services(self) -> Path:
        """A folder; there where avahi is installed."""
        return self.root / "etc" / "avahi" / "services"

    @property
    def foreign_broker(self) -> Path:
        """What a system's own mosquitto is told besides its defaults."""
        return self.root / "etc" / "mosquitto" / "conf.d"

    def environment(self, part: str) -> Path:
        """How `controller` or `panel` logs in at the broker; readable by root alone."""
        return self.etc / f"{part}.env"
