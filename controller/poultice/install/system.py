"""The computer that is installed on: the one door to its commands."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from poultice.errors import SetupError

QUICK_S = 60.0


class System:
    """Runs commands; a command that fails raises SetupError with its own last words."""

    def run(self, *command: str, within_s: float = QUICK_S, environment: Mapping[str, str] | None = None) -> str:
        """What it said on stdout."""
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=within_s,
                check=False,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            )
        except FileNotFoundError:
            raise SetupError(f"{command[0]} is not installed") from None
        except subprocess.TimeoutExpired:
            raise SetupError(f"`{' '.join(command[:3])} …` did not end within {within_s:.0f} s") from None
        if done.returncode != 0:
            words = (done.stderr or done.stdout).strip().splitlines()
            raise SetupError(f"`{' '.join(command[:4])}` failed: {words[-1] if words else 'without a word'}")
        return done.stdout

    def succeeds(self, *command: str) -> bool:
        """Whether it ends well."""
        try:
            self.run(*command)
        except SetupError:
            return False
        return True

    def has(self, command: str) -> bool:
        """Whether there is such a command."""
        return shutil.which(command, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None

    @property
    def is_root(self) -> bool:
        """Whether all may be done."""
        return os.geteuid() == 0

    @property
    def runs_systemd(self) -> bool:
        """Whether services can be started now; in a chroot or container they can only be enabled."""
        return Path("/run/systemd/system").is_dir()
