"""A fresh Debian in a folder: made once by debootstrap, copied for each run, entered by chroot."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

RELEASE = "bookworm"
PACKAGES = ("python3-venv", "mosquitto", "systemd", "udev")
BOOTSTRAP_S = 900
COMMAND_S = 600


class UnableError(Exception):
    """This machine cannot do it; `str()` says why."""


def require_able() -> None:
    """Raises UnableError where a Debian cannot be made here."""
    if os.geteuid() != 0:
        raise UnableError("making a Debian in a folder needs root")
    for command in ("debootstrap", "chroot", "mount"):
        if shutil.which(command, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None:
            raise UnableError(f"there is no {command}: apt install {command}")


def _mirror() -> str:
    """Where this machine's own apt gets its packages."""
    ask = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", f"Codename: {RELEASE}"]
    said = subprocess.run(ask, capture_output=True, text=True, check=False, timeout=30).stdout.split()
    if not said:
        raise UnableError(f"this machine's apt knows no Debian {RELEASE}")
    return said[0]


def make(base: Path) -> None:
    """Bootstraps once; a ruin of an interrupted run is made anew."""
    complete = base.with_suffix(".complete")
    wanted = f"{RELEASE} {' '.join(PACKAGES)}"
    if complete.exists() and complete.read_text() == wanted:
        return
    shutil.rmtree(base, ignore_errors=True)
    base.parent.mkdir(parents=True, exist_ok=True)
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", RELEASE, str(base), _mirror()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=BOOTSTRAP_S)
    if done.returncode:
        raise UnableError(f"debootstrap failed: {(done.stdout + done.stderr).strip().splitlines()[-1]}")
    complete.write_text(wanted)


class Debian:
    """A root folder that commands run in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def command(self, user: str, *words: str) -> list[str]:
        """What runs `words` inside, as `user`."""
        enter = ["chroot", str(self.path), "/usr/bin/env", "-i"]
        who = [] if user == "root" else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        home = "/root" if user == "root" else f"/home/{user}"
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return [
            *enter,
            path,
            f"HOME={home}",
            "LC_ALL=C.UTF-8",
            "PIP_NO_INDEX=1",
            "PIP_FIND_LINKS=/srv/wheels",
            *who,
            *words,
        ]

    def run(self, user: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs it to its end."""
        return subprocess.run(
            self.command(user, *words),
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_S,
            stdin=subprocess.DEVNULL,
        )

    def start(self, user: str, environment: Mapping[str, str], words: Sequence[str]) -> subprocess.Popen[str]:
        """Starts it."""
        given = [f"{name}={value}" for name, value in environment.items()]
        return subprocess.Popen(self.command(user, "env", *given, *words), stdin=subprocess.DEVNULL, text=True)

    def files(self) -> set[str]:
        """Everything in the folders that an installation may touch."""
        roots = ("etc", "opt", "var/lib/poultice", "usr/local", "home")
        found = {str(path.relative_to(self.path)) for name in roots for path in (self.path / name).rglob("*")}
        return {name for name in found if "/__pycache__" not in name}


@contextmanager
def entered(base: Path, work: Path) -> Iterator[Debian]:
    """A copy of the base, with /proc and /dev; gone afterwards."""
    shutil.rmtree(work, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(work)], check=True, timeout=COMMAND_S)
    mounted: list[Path] = []
    try:
        for kind, place in (("proc", work / "proc"), ("devtmpfs", work / "dev")):
            done = subprocess.run(["mount", "-t", kind, kind, str(place)], capture_output=True, text=True, check=False)
            if done.returncode:
                raise UnableError(f"{kind} cannot be mounted: {done.stderr.strip()}")
            mounted.append(place)
        yield Debian(work)
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", "--lazy", str(place)], check=False)
        shutil.rmtree(work, ignore_errors=True)
