"""`make test-install`: the README's commands in a fresh Debian, as a person types them, from the wheel alone.

Prints what was seen, a line each; exit 1 where something was not so. Where this machine cannot make a Debian in a
folder, one line says why, and that nothing was tried.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.install_on_debian.network import House, alone
from tests.install_on_debian.root import Debian, UnableError, alone_here, entered, make, require_able

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "install"
INSTALL_LIMIT_S = 90.0  # from the wheel to a served page, with warm caches
READY_LIMIT_S = 20.0  # from a unit's start to a pad that is there
UNITS = ("poultice-broker", "poultice-controller", "poultice-panel", "poultice-name")
PANEL_PORT, UP_PORT = 80, 8080
FIRST, SECOND = "10.9.8.7", "10.9.8.8"
MOVED_WITHIN_S = 15.0
INSIDE = "--inside"
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


def collect(wheel: Path) -> None:
    """The wheel and all that it needs, from where this machine's pip gets it."""
    wheels = BUILD / "wheels"
    command = [sys.executable, "-m", "pip", "download", "-qq", "--dest", str(wheels), str(wheel)]
    subprocess.run(command, check=True, timeout=900)
    for old in wheels.glob("poultice-*"):
        old.unlink()
    (wheels / wheel.name).write_bytes(wheel.read_bytes())


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
    running = debian.start(PERSON, {}, [f"{home}/poultice/bin/poultice", "up"])
    served = page(UP_PORT, 60)
    seen(
        "poultice up serves a page with a pad", served is not None, f"{time.monotonic() - begun_s:.0f} s after nothing"
    )
    busy = debian.run("root", f"{home}/poultice/bin/poultice", "install", "--no-lan")
    told = busy.returncode == 1 and "in use" in busy.stderr
    seen("install beside it is one sentence", told, busy.stderr.strip())
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
            capability = lines["AmbientCapabilities"].removeprefix("CAP_").lower()
            words = lines["ExecStart"].split()
            self._running.append(self._debian.start(lines["User"], variables, words, capability))
            time.sleep(0.5)

    def stop(self) -> bool:
        """The controller first; whether each ended by itself."""
        ended = []
        for process in (self._running[1], *self._running[2:], self._running[0]):
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
    install = (program, "install", "--from", f"/srv/wheels/{wheel}")
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
    served = page(PANEL_PORT, 60) is not None
    ready_s, whole_s = time.monotonic() - started_s, time.monotonic() - begun_s
    limit = f"from the wheel to a served page within {INSTALL_LIMIT_S:.0f} s"
    seen(limit, served and whole_s <= INSTALL_LIMIT_S, f"{whole_s:.0f} s")
    seen(f"ready within {READY_LIMIT_S:.0f} s of the start", served and ready_s <= READY_LIMIT_S, f"{ready_s:.1f} s")
    look(debian, seen)
    in_the_house(debian, seen)
    beside_it(debian, seen)
    seen("all services end when told to", services.stop())

    again = debian.run("root", *install)
    did = [line for line in again.stdout.splitlines() if not line.endswith("is there")]
    seen("once more does nothing but start the services", again.returncode == 0 and len(did) <= 3, "; ".join(did))

    damaged = debian.path / "srv/poultice-9.9.9-py3-none-any.whl"
    damaged.write_bytes(b"no wheel")
    broken = debian.run("root", "poultice", "update", "--from", "/srv/poultice-9.9.9-py3-none-any.whl")
    seen(
        "a broken update is one sentence",
        broken.returncode == 1 and "as it was" in broken.stderr,
        broken.stderr.strip()[-160:],
    )
    still = debian.run("root", "poultice", "--version")
    seen("and the old version still runs", still.returncode == 0, still.stdout.strip())
    renewed = debian.run("root", "poultice", "update", "--from", f"/srv/wheels/{wheel}")
    seen("a good update", renewed.returncode == 0, (renewed.stdout + renewed.stderr).strip().splitlines()[-1])

    gone = debian.run("root", "poultice", "uninstall")
    kept = sorted(debian.files() - before)
    seen(
        "uninstall keeps configuration and history",
        gone.returncode == 0 and any("poultice.toml" in name for name in kept),
        gone.stderr,
    )
    debian.run("root", *install)
    purged = debian.run("root", "poultice", "uninstall", "--purge")
    left = sorted(name for name in debian.files() ^ before if not name.startswith("etc/") or "poultice" in name)
    seen("uninstall --purge leaves nothing", purged.returncode == 0 and left == [], ", ".join(left[:5]) + purged.stderr)


def in_the_house(debian: Debian, seen: Seen) -> None:
    """A phone finds the page by its name, is paired, and finds it again at another address and after a day without."""
    house = House()
    house.move(FIRST)
    (debian.path / "run/dbus").mkdir(parents=True, exist_ok=True)
    helpers = [debian.start("root", {}, ["dbus-daemon", "--system", "--nofork", "--nopidfile"])]
    time.sleep(0.5)
    helpers.append(debian.start("root", {}, ["avahi-daemon", "--no-proc-title"]))
    try:
        found = found_at(house, FIRST)
        seen("a phone finds poultice.local", found is not None, f"{found:.1f} s" if found is not None else "")
        shown = house.open("/")
        seen("and its page at port 80", shown["status"] == 200 and "<title>" in shown["text"], str(shown["status"]))
        refused = house.open("/api/persons")["status"]
        seen("an unpaired phone is shown nothing", refused == 401, str(refused))
        cookie = paired(debian, house, seen)
        house.move(SECOND)
        found = found_at(house, SECOND)
        limit = f"at a new address it is found within {MOVED_WITHIN_S:.0f} s"
        seen(limit, found is not None and found <= MOVED_WITHIN_S, f"{found:.1f} s" if found is not None else "")
        again = house.open("/api/persons", cookie)["status"]
        seen("and the phone is still paired", again == 200, str(again))
        house.down()
        seen("without a network the controller and the page go on", page(PANEL_PORT, 10) is not None)
        time.sleep(6)
        house.up()
        found = found_at(house, SECOND)
        seen("with it again the phone finds it", found is not None and house.open("/", cookie)["status"] == 200)
    finally:
        for helper in reversed(helpers):
            helper.terminate()
            helper.wait(10)
        house.end()


def found_at(house: House, address: str) -> float | None:
    """After how many seconds the phone was told this address."""
    begun_s = time.monotonic()
    while time.monotonic() - begun_s < 2 * MOVED_WITHIN_S:
        if house.find("poultice.local") == address:
            return time.monotonic() - begun_s
    return None


def paired(debian: Debian, house: House, seen: Seen) -> str:
    """The phone's cookie, by a code that an admin asked for."""
    offer = debian.run("root", "poultice", "pair", "--role", "admin")
    code = re.search(r"code (\d{4}) (\d{4})", offer.stdout)
    seen("sudo poultice pair says a code", code is not None, (offer.stdout + offer.stderr).split("\n")[0])
    body = {"code": "".join(code.groups()) if code else "", "name": "Phone"}
    claimed = house.open("/api/pairing/claim", body=body)
    seen("with which the phone is paired", claimed["status"] == 200 and bool(claimed["cookie"]), str(claimed["status"]))
    return str(claimed["cookie"])


def beside_it(debian: Debian, seen: Seen) -> None:
    """What an admin and somebody else type while the services run."""
    doctor = debian.run("root", "poultice", "doctor", "--json")
    findings = json.loads(doctor.stdout or "[]")
    amiss = [one["text"] for one in findings if one["verdict"] == "bad"]
    seen("sudo poultice doctor finds nothing bad", doctor.returncode == 0 and not amiss, "; ".join(amiss))
    heard = any(one["subject"] == "board" and one["verdict"] == "good" for one in findings)
    seen("and hears the pad over the broker", heard)
    refused = debian.run(PERSON, "poultice", "doctor")
    told = refused.returncode == 1 and "sudo" in refused.stderr and "Traceback" not in refused.stderr
    seen("doctor without root is one sentence", told, refused.stderr.strip())
    second = debian.run(PERSON, f"/home/{PERSON}/poultice/bin/poultice", "up")
    told = second.returncode == 1 and "Traceback" not in second.stderr
    seen("a second poultice beside it is one sentence", told, (second.stdout + second.stderr).strip()[-200:])
    seen("and the first still serves", page(PANEL_PORT, 5) is not None)


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
        if INSIDE not in sys.argv:
            with alone_here(BUILD):
                make(BUILD / "debian")
                collect(wheel)
                inside = alone(sys.executable, "-m", "tests.install_on_debian", INSIDE)
                return subprocess.run(inside, check=False, cwd=ROOT).returncode
        wheels = BUILD / "wheels"
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
