"""Certificates of a broker for the whole house, made by openssl: an authority of one's own, and what it signs.

The authority is made once and kept, so that those who know it need nothing new; the broker's certificate is made anew
at each run, for the names that are given.
"""

from __future__ import annotations

import ipaddress
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from poultice.errors import SetupError

CA, CA_KEY, CERTIFICATE, KEY = "ca.crt", "ca.key", "broker.crt", "broker.key"
GOOD_DAYS = 825  # longer ones are refused by some clients
AUTHORITY_DAYS = 3650
WITHIN_S = 60.0
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def own_names(host: str) -> tuple[str, ...]:
    """By what this computer is known: its name, in the house's own network too, and the address it listens at."""
    name = socket.gethostname()
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104
    return tuple(dict.fromkeys([name, f"{name}.local", *([] if everywhere else [host]), "localhost", "127.0.0.1"]))


def certify(directory: Path, names: Sequence[str]) -> None:
    """Writes the authority, where there is none, and a certificate for `names`. Raises SetupError and OSError; what was
    there before is still there then."""
    tool = shutil.which("openssl")
    if tool is None:
        raise SetupError("openssl is not installed: apt install openssl, then set it up again.")
    if not (directory / CA).exists() or not (directory / CA_KEY).exists():
        _authority(tool, directory)
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        new = Path(folder)
        _run(tool, "req", *CURVE, "-keyout", new / KEY, "-out", new / "asked", "-subj", "/CN=Poultice broker")
        (new / "names").write_text(
            f"subjectAltName={','.join(map(_alternative, names))}\nextendedKeyUsage=serverAuth\n"
        )
        signing = ("-CA", directory / CA, "-CAkey", directory / CA_KEY, "-CAcreateserial", "-extfile", new / "names")
        _run(tool, "x509", "-req", "-in", new / "asked", *signing, "-days", GOOD_DAYS, "-out", new / CERTIFICATE)
        (new / KEY).chmod(0o600)
        (new / KEY).replace(directory / KEY)
        (new / CERTIFICATE).replace(directory / CERTIFICATE)


def _authority(tool: str, directory: Path) -> None:
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        new = Path(folder)
        about = ("-subj", "/CN=Poultice of this house", "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0")
        days = ("-days", AUTHORITY_DAYS, "-addext", "keyUsage=critical,keyCertSign")
        _run(tool, "req", "-x509", *CURVE, *about, *days, "-keyout", new / CA_KEY, "-out", new / CA)
        (new / CA_KEY).chmod(0o600)
        (new / CA_KEY).replace(directory / CA_KEY)
        (new / CA).replace(directory / CA)


def _alternative(name: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        return f"DNS:{name}"


def _run(*words: object) -> None:
    try:
        done = subprocess.run(
            [str(word) for word in words], capture_output=True, text=True, timeout=WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise SetupError("openssl does not end: see whether openssl 3 is installed.") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        raise SetupError(f"openssl failed ({last}): see whether openssl 3 is installed, and the names are names.")
