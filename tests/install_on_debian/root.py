"""A fresh Debian in a folder: made once by debootstrap, copied for each run, entered by chroot."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

RELEASE = "bookworm"
PACKAGES = ("python3-venv", "mosquitto", "dbus", "avahi-daemon", "avahi-utils", "systemd", "udev")
DEVICES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}  # minor numbers of memory's, major 1
LINKS = {"ptmx": "pts/ptmx", "fd": "/proc/self/fd"} | {
    name: f"/proc/self/fd/{number}" for number, name in enumerate(("stdin", "stdout", "stderr"))
}
BOOTSTRAP_S = 900
COMMAND_S = 600


class UnableError(Exception):
    """This machine cannot do it; `str()` says why."""


def require_able() -> None:
    """Raises UnableError where a Debian cannot be made here."""
    if os.geteuid() != 0:
        raise UnableError("making a Debian in a folder needs root")
    for command in ("debootstrap", "chroot", "mount", "unshare", "nsenter", "ip"):
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
    _remove(base)
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

    def command(self, user: str, *words: str, capability: str = "") -> list[str]:
        """What runs `words` inside, as `user`; with one capability where it is named, as systemd gives it."""
        enter = ["chroot", str(self.path), "/usr/bin/env", "-i"]
        who = [] if user == "root" else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        who += [f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}"] if capability else []
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

    def start(
        self, user: str, environment: Mapping[str, str], words: Sequence[str], capability: str = ""
    ) -> subprocess.Popen[str]:
        """Starts it."""
        given = [f"{name}={value}" for name, value in environment.items()]
        command = self.command(user, "env", *given, *words, capability=capability)
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True)

    def files(self) -> set[str]:
        """Everything in the folders that an installation may touch."""
        roots = ("etc", "opt", "var/lib/poultice", "usr/local", "home")
        found = {str(path.relative_to(self.path)) for name in roots for path in (self.path / name).rglob("*")}
        return {name for name in found if "/__pycache__" not in name}


@contextmanager
def alone_here(folder: Path) -> Iterator[None]:
    """One run at a time: a second would take the first one's Debian away below it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UnableError("another run is going on in this folder") from None
        yield


def _remove(root: Path) -> None:
    """What an interrupted run left mounted is let go first, and no other file system is ever entered."""
    for line in reversed(Path("/proc/self/mounts").read_text().splitlines()):
        place = line.split()[1]
        if Path(place) == root or root in Path(place).parents:
            subprocess.run(["umount", "--lazy", place], check=False)
    subprocess.run(["rm", "-rf", "--one-file-system", str(root)], check=True, timeout=COMMAND_S)


def _furnish(dev: Path) -> None:
    """Devices of its own: a mounted devtmpfs would be this very computer's, and whoever empties it empties that."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755,size=64m", "tmpfs", str(dev)], check=True)
    for name, minor in DEVICES.items():
        os.mknod(dev / name, 0o666 | stat.S_IFCHR, os.makedev(1, minor))
        (dev / name).chmod(0o666)
    (dev / "pts").mkdir()
    (dev / "shm").mkdir()
    (dev / "shm").chmod(0o1777)
    subprocess.run(
        ["mount", "-t", "devpts", "-o", "newinstance,ptmxmode=0666,mode=620", "devpts", str(dev / "pts")], check=True
    )
    for name, aim in LINKS.items():
        (dev / name).symlink_to(aim)


@contextmanager
def entered(base: Path, work: Path) -> Iterator[Debian]:
    """A copy of the base, with /proc and a /dev of its own; gone afterwards."""
    _remove(work)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(work)], check=True, timeout=COMMAND_S)
    try:
        try:
            subprocess.run(["mount", "-t", "proc", "proc", str(work / "proc")], check=True)
            _furnish(work / "dev")
        except (subprocess.CalledProcessError, PermissionError) as error:
            raise UnableError(f"a folder cannot be furnished as a root: {error}") from None
        yield Debian(work)
    finally:
        _remove(work)
