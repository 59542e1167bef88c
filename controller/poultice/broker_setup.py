"""`poultice broker setup`: what a mosquitto for the whole house needs. Configuration, rights, passwords.

Passwords are made once and kept: running it again changes rights and configuration, never what others log in with.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from poultice.broker import find_mosquitto, user_name
from poultice.broker_certificates import CA, CERTIFICATE, GOOD_DAYS, KEY, certify
from poultice.errors import SetupError
from poultice.files import replace_file
from poultice.mqtt.access import USERS, acl

CONFIGURATION, RIGHTS, HASHES, PASSWORDS = "mosquitto.conf", "acl", "hashes", "passwords.json"
HASHES_WITHIN_S = 30.0  # mosquitto_passwd takes its time on purpose, for each password
PASSWORD_BYTES = 18  # 24 letters: nobody types it twice, and nobody guesses it
SERVICE_USER = "mosquitto"  # whom Debian's package makes for it


@dataclass(frozen=True, slots=True)
class Listener:
    """Where the broker listens; `names` by which it is known to others, where it shall speak TLS."""

    host: str
    port: int
    names: tuple[str, ...] = ()


def set_up(directory: Path, listener: Listener, renew: Collection[str] = ()) -> Iterator[str]:
    """Writes it all into `directory`, with a new password for each user in `renew`; lines for people. Raises
    SetupError, and what was there before still works then."""
    hasher = _hasher()
    _check(renew)
    _check_reach(directory)
    passwords = _passwords(directory, renew)
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(directory / RIGHTS, acl().rstrip("\n"))
        _write_hashes(hasher, directory / HASHES, passwords)
        if listener.names:
            certify(directory, listener.names)
        replace_file(directory / PASSWORDS, json.dumps(passwords, indent=2))
        replace_file(directory / CONFIGURATION, _configuration(directory, listener))
        _hand_over(directory)
    except OSError as error:
        raise SetupError(f"{directory} cannot be written ({error.strerror}): name a --directory that can.") from None
    yield from _words(directory, listener)


def _hasher() -> str:
    broker = find_mosquitto()
    beside = [str(Path(broker).parent)] if broker else []
    found = shutil.which("mosquitto_passwd", path=os.pathsep.join([os.environ.get("PATH", ""), *beside, "/usr/bin"]))
    if broker is None or found is None:
        raise SetupError("mosquitto is not installed: apt install mosquitto, then set it up again.")
    return found


def _check(renew: Collection[str]) -> None:
    names = [user.name for user in USERS]
    if unknown := [name for name in renew if name not in names]:
        raise SetupError(f"There is no user {unknown[0]}: --renew takes {', '.join(names)}.")


def _check_reach(directory: Path) -> None:
    closed = [parent for parent in directory.parents if parent.is_dir() and not parent.stat().st_mode & stat.S_IXOTH]
    if _as_service() and closed:
        raise SetupError(
            f"{closed[0]} is closed to the user {SERVICE_USER}, as which the broker runs: name another --directory, "
            "like /etc/poultice/broker."
        )


def _passwords(directory: Path, renew: Collection[str]) -> dict[str, str]:
    """By user: as they were, and new ones where there are none."""
    file = directory / PASSWORDS
    try:
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        kept = {name: str(word) for name, word in known.items() if name not in renew}
    except (OSError, ValueError, AttributeError):
        raise SetupError(f"{file} cannot be read: mend it, or delete it for new passwords for all.") from None
    return {user.name: kept.get(user.name) or secrets.token_urlsafe(PASSWORD_BYTES) for user in USERS}


def _write_hashes(hasher: str, file: Path, passwords: dict[str, str]) -> None:
    """mosquitto's own tool hashes them where they stand: no password is seen in a list of processes."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{name}:{word}\n" for name, word in passwords.items()), encoding="utf-8")
    try:
        done = subprocess.run(
            [hasher, "-U", str(draft)], capture_output=True, text=True, timeout=HASHES_WITHIN_S, check=False
        )
        if done.returncode != 0:
            raise SetupError(f"mosquitto_passwd failed ({done.stderr.strip()}): see whether mosquitto 2 is installed.")
        os.replace(draft, file)
    except subprocess.TimeoutExpired:
        raise SetupError("mosquitto_passwd does not end: see whether mosquitto 2 is installed.") from None
    finally:
        draft.unlink(missing_ok=True)


def _configuration(directory: Path, listener: Listener) -> str:
    template = resources.files("poultice.mqtt").joinpath("mosquitto-shared.conf").read_text(encoding="utf-8")
    values = {
        "host": listener.host,
        "port": str(listener.port),
        "user": SERVICE_USER if _as_service() else user_name(),
        "hashes": str(directory / HASHES),
        "rights": str(directory / RIGHTS),
    }
    lines = [line if line.startswith("#") else line.format(**values) for line in template.splitlines()]
    if listener.names:
        lines += ["", "# Nobody can read along; only TLS gets in.", f"certfile {directory / CERTIFICATE}"]
        lines += [f"keyfile {directory / KEY}", "tls_version tlsv1.2"]
    return "\n".join(lines)


def _as_service() -> bool:
    """Whether root sets it up for the system's own mosquitto, which runs as another user."""
    if os.geteuid() != 0:
        return False
    try:
        pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return False
    return True


def _hand_over(directory: Path) -> None:
    """The service's user reads rights and hashes; the passwords themselves stay ours alone."""
    if _as_service():
        shutil.chown(directory, group=SERVICE_USER)
        directory.chmod(stat.S_IRWXU | stat.S_IXGRP)
        for name in (CONFIGURATION, RIGHTS, HASHES, CERTIFICATE, KEY):
            if (directory / name).exists():
                shutil.chown(directory / name, SERVICE_USER)


def _words(directory: Path, listener: Listener) -> Iterator[str]:
    yield f"Run it with: mosquitto -c {directory / CONFIGURATION}"
    yield f"The passwords stand in {directory / PASSWORDS}, which only you can read:"
    for user in USERS:
        yield f"  {user.name:<11}{user.purpose}"
    yield "Each part logs in as its own user, in its poultice.toml or environment:"
    host = "HOST" if listener.host in ("0.0.0.0", "::") else listener.host  # noqa: S104
    scheme = "mqtts" if listener.names else "mqtt"
    for name in ("controller", "panel"):
        yield f'  {name}: [broker] url = "{scheme}://{name}:PASSWORD@{host}:{listener.port}"'
    if listener.names:
        yield f'and knows the broker by a copy of {directory / CA}: ca = "…/{CA}" below each url.'
        yield f"HOST is one of {', '.join(listener.names)}, as in the certificate, which is good for {GOOD_DAYS} days."
    else:
        yield "The passwords travel in the clear: only in a network that you trust, or with --tls."
