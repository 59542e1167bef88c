"""`make test-install`: the README's commands in a fresh Debian, as a person types them, from the wheel alone.

Prints what was seen, a line each; exit 1 where something was not so. Where this machine cannot make a Debian in a
folder, one line says why, and that nothing was tried.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from brokers import free_port

from tests.install_on_debian.root import Debian, UnableError, entered, make, require_able

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "install"
INSTALL_LIMIT_S = 90.0  # from the wheel to a served page, with warm caches
READY_LIMIT_S = 20.0  # from a unit's start to a pad that is there
UNITS = ("poultice-broker", "poultice-controller", "poultice-panel")
PERSON = "alex"


class Seen:
    """What was looked at, and whether all of it was so."""

    def __init__(self) -> None:
        self.failed = False

    def __call__(self, what: str, so: bool, more: str = "") -> None:
        """One line."""
        self.failed |= not so
        sys.stdout.write(f"{'  good' if so else '  BAD '}  {what}{f': {more}' if more else ''}\n")
        sys.stdout.flush()


def collect(wheel: Path) -> Path:
    """The wheel and all that it needs, from where this machine's pip gets it."""
    wheels = BUILD / "wheels"
    command = [sys.executable, "-m", "pip", "download", "-qq", "--dest", str(wheels), str(wheel)]
    subprocess.run(command, check=True, timeout=900)
    for old in wheels.glob("poultice-*"):
        old.unlink()
    (wheels / wheel.name).write_bytes(wheel.read_bytes())
    return wheels


def page(port: int, within_s: float) -> float | None:
    """After how many seconds the page and a broker behind it answered."""
    begun_s = time.monotonic()
    while time.monotonic() - begun_s < within_s:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
                known = json.load(answer)
                if known["broker_connected"] and known["pads"]:
                    return time.monotonic() - begun_s
        except (urllib.error.URLError, OSError, ValueError):
            pass
        time.sleep(0.1)
    return None


def as_a_person(debian: Debian, wheel: str, seen: Seen) -> None:
    """A normal user, a virtual environment, the page: without compiler, Node or root."""
    home = f"/home/{PERSON}"
    debian.run("root", "useradd", "--create-home", PERSON)
    seen("there is no compiler here", debian.run("root", "sh", "-c", "command -v cc gcc node").returncode != 0)
    begun_s = time.monotonic()
    debian.run(PERSON, "python3", "-m", "venv", f"{home}/poultice")
    put = debian.run(PERSON, f"{home}/poultice/bin/pip", "install", "-qq", f"/srv/wheels/{wheel}")
    seen("pip install in a virtual environment", put.returncode == 0, put.stderr.strip()[-200:])
    said = debian.run(PERSON, f"{home}/poultice/bin/poultice", "--version").stdout.strip()
    seen("poultice --version", "contract" in said, said)
    port = free_port()
    with_ports = {"POULTICE_PANEL__PORT": str(port), "POULTICE_BROKER__PORT": str(free_port())}
    running = debian.start(PERSON, with_ports, [f"{home}/poultice/bin/poultice", "up"])
    served = page(port, 60)
    seen(
        "poultice up serves a page with a pad", served is not None, f"{time.monotonic() - begun_s:.0f} s after nothing"
    )
    running.terminate()
    seen("and ends when told to", running.wait(10) == 0)


class Services:
    """The installed units, started by hand as systemd would: it does not run in a folder."""

    def __init__(self, debian: Debian) -> None:
        self._debian = debian
        self._running: list[subprocess.Popen[str]] = []

    def start(self) -> None:
        """Each with its own user, environment and command, in order."""
        for unit in UNITS:
            text = (self._debian.path / f"etc/systemd/system/{unit}.service").read_text()
            lines = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
            variables = {"XDG_CACHE_HOME": "/var/cache/poultice"}
            if file := lines.get("EnvironmentFile"):
                variables |= dict(one.split("=", 1) for one in (self._debian.path / file[1:]).read_text().splitlines())
            self._running.append(self._debian.start(lines["User"], variables, lines["ExecStart"].split()))
            time.sleep(0.5)

    def stop(self) -> bool:
        """The controller first; whether each ended by itself."""
        ended = []
        for process in (self._running[1], self._running[2], self._running[0]):
            process.terminate()
            try:
                ended.append(process.wait(10) is not None)
            except subprocess.TimeoutExpired:
                process.kill()
                ended.append(False)
        self._running.clear()
        return all(ended)


def as_an_admin(debian: Debian, wheel: str, seen: Seen) -> None:
    """Installed for the computer: plan, install, serve, again, updates good and broken, uninstalled."""
    program = f"/home/{PERSON}/poultice/bin/poultice"
    ports = ("--panel-port", str(panel := free_port()), "--broker-port", str(free_port()))
    install = (program, "install", "--from", f"/srv/wheels/{wheel}", *ports)
    before = debian.files()

    refused = debian.run(PERSON, *install)
    seen(
        "install without root is one sentence",
        refused.returncode == 1 and "sudo" in refused.stderr,
        refused.stderr.strip(),
    )
    plan = debian.run("root", *install, "--dry-run")
    seen("--dry-run shows the plan", plan.returncode == 0 and "Nothing was changed" in plan.stdout)
    seen("and changes nothing", debian.files() == before)

    begun_s = time.monotonic()
    done = debian.run("root", *install)
    seen("poultice install", done.returncode == 0, done.stderr.strip())
    services = Services(debian)
    started_s = time.monotonic()
    services.start()
    served = page(panel, 60) is not None
    ready_s, whole_s = time.monotonic() - started_s, time.monotonic() - begun_s
    limit = f"from the wheel to a served page within {INSTALL_LIMIT_S:.0f} s"
    seen(limit, served and whole_s <= INSTALL_LIMIT_S, f"{whole_s:.0f} s")
    seen(f"ready within {READY_LIMIT_S:.0f} s of the start", served and ready_s <= READY_LIMIT_S, f"{ready_s:.1f} s")
    look(debian, seen)
    seen("all services end when told to", services.stop())

    again = debian.run("root", *install)
    did = [line for line in again.stdout.splitlines() if not line.endswith("is there")]
    seen("once more does nothing but start the services", again.returncode == 0 and len(did) <= 3, "; ".join(did))

    damaged = debian.path / "srv/poultice-9.9.9-py3-none-any.whl"
    damaged.write_bytes(b"no wheel")
    broken = debian.run(
        "root", "/opt/poultice/current/bin/poultice", "update", "--from", "/srv/poultice-9.9.9-py3-none-any.whl"
    )
    seen(
        "a broken update is one sentence",
        broken.returncode == 1 and "as it was" in broken.stderr,
        broken.stderr.strip()[-160:],
    )
    still = debian.run("root", "/opt/poultice/current/bin/poultice", "--version")
    seen("and the old version still runs", still.returncode == 0, still.stdout.strip())
    renewed = debian.run("root", "/opt/poultice/current/bin/poultice", "update", "--from", f"/srv/wheels/{wheel}")
    seen("a good update", renewed.returncode == 0, (renewed.stdout + renewed.stderr).strip().splitlines()[-1])

    gone = debian.run("root", "/opt/poultice/current/bin/poultice", "uninstall")
    kept = sorted(debian.files() - before)
    seen(
        "uninstall keeps configuration and history",
        gone.returncode == 0 and any("poultice.toml" in name for name in kept),
        gone.stderr,
    )
    debian.run("root", *install)
    purged = debian.run("root", "/opt/poultice/current/bin/poultice", "uninstall", "--purge")
    left = sorted(name for name in debian.files() ^ before if not name.startswith("etc/") or "poultice" in name)
    seen("uninstall --purge leaves nothing", purged.returncode == 0 and left == [], ", ".join(left[:5]) + purged.stderr)


def look(debian: Debian, seen: Seen) -> None:
    """At what was laid down."""
    for unit in UNITS:
        enabled = debian.run("root", "systemctl", "is-enabled", unit).stdout.strip()
        seen(f"{unit} is started at boot", enabled == "enabled", enabled)
        file = f"/etc/systemd/system/{unit}.service"
        verified = debian.run("root", "systemd-analyze", "verify", file)
        seen(f"{unit} is verified without a word", verified.stderr == "", verified.stderr.strip())
        exposed = debian.run("root", "systemd-analyze", "security", "--offline=true", "--threshold=25", file)
        seen(f"{unit} is exposed by 2.5 at most", exposed.returncode == 0, exposed.stdout.strip().splitlines()[-1][2:])
    for secret in ("etc/poultice/controller.env", "etc/poultice/panel.env", "etc/poultice/broker/passwords.json"):
        seen(f"{secret} is root's alone", (debian.path / secret).stat().st_mode & 0o077 == 0)


def main() -> int:
    """Exit code."""
    seen = Seen()
    try:
        require_able()
        (wheel,) = (ROOT / "dist").glob("poultice-*.whl")
        make(BUILD / "debian")
        wheels = collect(wheel)
        with entered(BUILD / "debian", BUILD / "root") as debian:
            subprocess.run(["cp", "-a", str(wheels), str(debian.path / "srv")], check=True)
            steps: list[Callable[[Debian, str, Seen], None]] = [as_a_person, as_an_admin]
            for step in steps:
                step(debian, wheel.name, seen)
    except UnableError as error:
        sys.stdout.write(f"Not tried: {error}.\n")
        return 0
    sys.stdout.write("Something is NOT as it should be.\n" if seen.failed else "All is as it should be.\n")
    return 1 if seen.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
