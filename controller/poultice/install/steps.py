"""What an installation is made of. Each step knows whether it is done, does itself, and undoes what it did."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from poultice.errors import SetupError
from poultice.files import replace_file
from poultice.install.system import System

PIP_S = 1800.0  # a Raspberry Pi Zero, an SD card, a slow line


class Step(ABC):
    """`words` say it in the plan; `did`: it has changed something in this run."""

    words: str
    did: bool = False

    @abstractmethod
    def done(self) -> bool:
        """Whether nothing is to do."""

    @abstractmethod
    def do(self) -> None:
        """Raises SetupError or OSError; what it had changed until then `undo` takes back."""

    @abstractmethod
    def undo(self) -> None:
        """As before `do`. Called only after `do`, also after one that failed."""


class WriteFile(Step):
    """A file of ours, whole. `keep`: one that is there already stays as it is."""

    def __init__(self, path: Path, text: str, mode: int = 0o644, keep: bool = False) -> None:
        self.words = f"write {path}"
        self._path = path
        self._text = text if text.endswith("\n") else text + "\n"
        self._mode = mode
        self._keep = keep
        self._before: tuple[str, int] | None = None

    def done(self) -> bool:
        if not self._path.exists():
            return False
        return self._keep or (self._path.read_text() == self._text and self._path.stat().st_mode & 0o777 == self._mode)

    def do(self) -> None:
        there = self._path.exists()
        self._before = (self._path.read_text(), self._path.stat().st_mode & 0o777) if there else None
        self._write(self._text, self._mode)

    def _write(self, text: str, mode: int) -> None:
        replace_file(self._path, text.removesuffix("\n"))
        self._path.chmod(mode)

    def undo(self) -> None:
        if self._before is None:
            self._path.unlink(missing_ok=True)
        else:
            self._write(*self._before)


class Directory(Step):
    """A directory, with owner where one is named."""

    def __init__(self, path: Path, mode: int = 0o755, owner: str = "") -> None:
        self.words = f"make {path}" + (f" of the user {owner}" if owner else "")
        self._path = path
        self._mode = mode
        self._owner = owner
        self._made: list[Path] = []

    def done(self) -> bool:
        if not self._path.is_dir() or self._path.stat().st_mode & 0o777 != self._mode:
            return False
        return not self._owner or self._path.owner() == self._owner

    def do(self) -> None:
        self._made = [one for one in (self._path, *self._path.parents) if not one.exists()]
        self._path.mkdir(parents=True, exist_ok=True)
        self._path.chmod(self._mode)
        if self._owner:
            shutil.chown(self._path, self._owner, self._owner)

    def undo(self) -> None:
        for made in self._made:
            if made.is_dir() and not any(made.iterdir()):
                made.rmdir()


class SystemUser(Step):
    """A user without a shell, as which services run."""

    def __init__(self, system: System, name: str, home: Path) -> None:
        self._system = system
        self.words = f"make the user {name}, without shell and password"
        self._name = name
        self._home = home

    def done(self) -> bool:
        return self._system.succeeds("getent", "passwd", self._name)

    def do(self) -> None:
        options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
        self._system.run("useradd", *options, "--home-dir", str(self._home), self._name)

    def undo(self) -> None:
        if self.done():
            self._system.run("userdel", self._name)


class Version(Step):
    """A virtual environment with one version of Poultice, made from `source` (a wheel, a folder, a requirement)."""

    COMPLETE = ".complete"  # written last: a folder without it is the ruin of a power cut

    def __init__(self, system: System, python: str, place: Path, source: str) -> None:
        self._system = system
        self.words = f"install {source} into {place}"
        self._python = python
        self._place = place
        self._source = source

    def done(self) -> bool:
        return (self._place / self.COMPLETE).exists()

    def do(self) -> None:
        shutil.rmtree(self._place, ignore_errors=True)
        self._place.parent.mkdir(parents=True, exist_ok=True)
        self._system.run(self._python, "-m", "venv", str(self._place), within_s=PIP_S)
        pip = (str(self._place / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check")
        self._system.run(*pip, self._source, within_s=PIP_S)
        said = self._system.run(str(self._place / "bin" / "poultice"), "--version")
        replace_file(self._place / self.COMPLETE, said.strip())

    def undo(self) -> None:
        shutil.rmtree(self._place, ignore_errors=True)


class Link(Step):
    """A symbolic link, turned over at once."""

    def __init__(self, path: Path, target: Path) -> None:
        self.words = f"let {path} point at {target}"
        self._path = path
        self._target = target
        self._before: Path | None = None

    def done(self) -> bool:
        return self._path.is_symlink() and self._path.readlink() == self._target

    def do(self) -> None:
        self._before = self._path.readlink() if self._path.is_symlink() else None
        self._point(self._target)

    def _point(self, target: Path) -> None:
        fresh = self._path.with_name(f".{self._path.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self._path)

    def undo(self) -> None:
        if self._before is None:
            self._path.unlink(missing_ok=True)
        else:
            self._point(self._before)


class Call(Step):
    """Something that another room does: `work` writes into `place`, where nothing was before."""

    def __init__(self, words: str, place: Path, is_done: Callable[[], bool], work: Callable[[], object]) -> None:
        self.words = words
        self._place = place
        self._is_done = is_done
        self._work = work
        self._was_there = True

    def done(self) -> bool:
        return self._is_done()

    def do(self) -> None:
        self._was_there = self._place.exists()
        self._work()

    def undo(self) -> None:
        if not self._was_there:
            shutil.rmtree(self._place, ignore_errors=True)


class Disable(Step):
    """A service of somebody else's stands in the way: it is stopped, and not started at boot any more."""

    def __init__(self, system: System, unit: str, why: str) -> None:
        self._system = system
        self.words = f"disable {unit}: {why}"
        self._unit = unit

    def done(self) -> bool:
        return not self._system.succeeds("systemctl", "is-enabled", "--quiet", self._unit)

    def do(self) -> None:
        self._system.run("systemctl", "disable", *now(self._system), self._unit)

    def undo(self) -> None:
        self._system.run("systemctl", "enable", *now(self._system), self._unit)


class Services(Step):
    """Our services: known to systemd, started at boot, and started now where systemd runs; those that run already are
    started again only where one of the steps `before` has changed something, for that ends a session."""

    def __init__(self, system: System, units: Sequence[str], before: Sequence[Step] = ()) -> None:
        self._system = system
        self.words = f"enable and start {', '.join(units)}"
        self._units = units
        self._before = before

    def done(self) -> bool:
        """Never: a service may have been ended by hand."""
        return False

    def do(self) -> None:
        if self._system.runs_systemd:
            self._system.run("systemctl", "daemon-reload")
        self._system.run("systemctl", "enable", *self._units)
        if self._system.runs_systemd:
            self._system.run("udevadm", "control", "--reload")
            changed = any(step.did for step in self._before)
            self._system.run("systemctl", "restart" if changed else "start", *self._units)

    def undo(self) -> None:
        self._system.run("systemctl", "disable", *now(self._system), *reversed(self._units))


def now(system: System) -> tuple[str, ...]:
    """The option that starts or stops at once, where systemd runs."""
    return ("--now",) if system.runs_systemd else ()


def carry_out(steps: Sequence[Step], tell: Callable[[str, Step], None]) -> None:
    """Does what is not done yet; where one step fails, all that were done are undone, the last first, and SetupError
    says why. `tell` is told `begin`, `skip`, `done` or `undo` with the step."""
    doing: list[Step] = []
    try:
        for step in steps:
            if step.done():
                tell("skip", step)
                continue
            tell("begin", step)
            doing.append(step)
            step.do()
            step.did = True
            tell("done", step)
    except (SetupError, OSError, KeyboardInterrupt) as error:
        why = "it was interrupted" if isinstance(error, KeyboardInterrupt) else _sentence(error)
        left = _undo(doing, tell)
        after = f"This could not be undone: {'; '.join(left)}." if left else "All is as it was before."
        what = doing[-1].words if doing else "looking at what is there"
        raise SetupError(f"{what[0].upper()}{what[1:]} did not succeed ({why}). {after}") from None


def _undo(doing: Sequence[Step], tell: Callable[[str, Step], None]) -> list[str]:
    """The words of what could not be undone; the others are undone none the less."""
    left = []
    for step in reversed(doing):
        tell("undo", step)
        try:
            step.undo()
        except (SetupError, OSError) as error:
            left.append(f"{step.words} ({_sentence(error)})")
    return left


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error).rstrip(".")
