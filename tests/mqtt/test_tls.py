"""TLS with a real mosquitto, set up as a person does it: who is let in, and what is said to whom is not."""

from __future__ import annotations

import json
import queue
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from brokers import BrokerProcess, free_port
from poultice.broker import address, in_the_clear, why_not_let_in
from poultice.broker_certificates import CA, CA_KEY, CERTIFICATE, KEY, certify
from poultice.broker_setup import CONFIGURATION, PASSWORDS, Listener, set_up
from poultice.config import load
from poultice.errors import SetupError
from poultice.mqtt.connection import BrokerAddress, Connection

from tests.household import wait_until_listening

pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """What `poultice broker setup --tls` writes, where the broker's own user can read it."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name) / "broker"


@pytest.fixture(scope="module")
def broker(directory: Path) -> Iterator[BrokerAddress]:
    """A broker that speaks TLS alone, as localhost, and how its controller knows it."""
    port = free_port()
    words = list(set_up(directory, Listener("127.0.0.1", port, ("localhost",))))
    assert any("mqtts://controller" in line for line in words)
    password = json.loads((directory / PASSWORDS).read_text())["controller"]
    with subprocess.Popen(["mosquitto", "-c", str(directory / CONFIGURATION)], stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_listening(port)
            yield BrokerAddress("localhost", port, "controller", password, tls=True, ca=str(directory / CA))
        finally:
            process.terminate()


class Ear:
    """Hears everything."""

    def __init__(self) -> None:
        self.let_in: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def on_connected(self, protocol: str) -> None:
        self.let_in.put(protocol)

    def on_disconnected(self, reason: str) -> None:
        self.let_in.put(reason)

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        self.heard.put(payload)


def test_it_lets_us_in_and_messages_of_any_size_come_through(broker: BrokerAddress) -> None:
    ear = Ear()
    connection = Connection(broker, "of-tls", ear)
    connection.start()
    try:
        assert ear.let_in.get(timeout=10) == "5"
        connection.subscribe(["poultice/v1/pad/+/info"])
        sizes = [1, 16_000, 16_384, 100_000, 250_000, 3] * 3
        for size in sizes:
            assert connection.publish("poultice/v1/pad/x/info", b"x" * size, 1)
        assert sorted(len(ear.heard.get(timeout=10)) for _ in sizes) == sorted(sizes)
    finally:
        connection.stop(1.0)


def test_keys_are_their_owners_alone(broker: BrokerAddress, directory: Path) -> None:
    for name in (KEY, CA_KEY):
        assert (directory / name).stat().st_mode & 0o077 == 0


def test_another_authority_is_not_believed(broker: BrokerAddress, tmp_path: Path) -> None:
    certify(tmp_path, ["localhost"])
    why = why_not_let_in(replace(broker, ca=str(tmp_path / CA)), 10)
    assert why is not None
    assert "not trusted here: set broker.ca to its ca.crt" in why
    assert why_not_let_in(replace(broker, ca=None), 10) == why, "nor is it one that this computer believes"


def test_another_name_is_not_believed(broker: BrokerAddress) -> None:
    why = why_not_let_in(replace(broker, host="127.0.0.1"), 10)
    assert why is not None
    assert "a certificate for another name: write the one that stands in it into broker.url" in why


def test_a_certificate_that_has_expired(directory: Path, tmp_path: Path) -> None:
    """One that was good for a day, long ago: openssl signs it with dates of its own choice."""
    for name in (CA, CA_KEY):
        (tmp_path / name).write_bytes((directory / name).read_bytes())
    certify(tmp_path, ["localhost"])
    old = tmp_path / "old"
    old.mkdir()
    (old / "index.txt").touch()
    (old / "serial").write_text("01")
    (old / "ca.cnf").write_text(
        f"[ca]\ndefault_ca=c\n[c]\ndir={old}\ndatabase={old}/index.txt\nserial={old}/serial\nnew_certs_dir={old}\n"
        "default_md=sha256\npolicy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=DNS:localhost\n"
    )
    asked = ["openssl", "req", "-new", "-key", str(tmp_path / KEY), "-subj", "/CN=old", "-out", str(old / "asked")]
    dates = ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"]
    signing = ["-cert", str(tmp_path / CA), "-keyfile", str(tmp_path / CA_KEY), "-in", str(old / "asked")]
    ca = ["openssl", "ca", "-batch", "-config", str(old / "ca.cnf"), *dates, *signing, "-out", str(old / CERTIFICATE)]
    for command in (asked, ca):
        subprocess.run(command, check=True, capture_output=True)
    port = free_port()
    (tmp_path / "m.conf").write_text(
        f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\n"
        f"certfile {old / CERTIFICATE}\nkeyfile {tmp_path / KEY}\n"
    )
    with subprocess.Popen(["mosquitto", "-c", str(tmp_path / "m.conf")], stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_listening(port)
            why = why_not_let_in(BrokerAddress("localhost", port, tls=True, ca=str(tmp_path / CA)), 10)
        finally:
            process.terminate()
    assert why is not None
    assert "has expired: make it a new one (poultice broker setup --tls)" in why


def test_where_no_tls_is_spoken(tmp_path: Path) -> None:
    with BrokerProcess("mosquitto", tmp_path) as plain:
        why = why_not_let_in(replace(plain.address, tls=True), 10)
    assert why is not None
    assert "speaks no TLS there" in why
    assert "or mqtt://" in why


def test_set_up_again_the_authority_stays_and_the_certificate_is_new(broker: BrokerAddress, directory: Path) -> None:
    before = [(directory / name).read_bytes() for name in (CA, CERTIFICATE)]
    certify(directory, ["localhost"])
    after = [(directory / name).read_bytes() for name in (CA, CERTIFICATE)]
    assert before[0] == after[0]
    assert before[1] != after[1]
    assert why_not_let_in(broker, 10) is None


# -- Settings


def broker_section(tmp_path: Path, text: str) -> object:
    file = tmp_path / "poultice.toml"
    file.write_text(f"[broker]\n{text}\n")
    return load(file).broker


def test_the_port_follows_the_scheme_and_the_ca_the_file(tmp_path: Path, directory: Path) -> None:
    certify(tmp_path, ["x"])
    section = broker_section(tmp_path, f'url = "mqtts://u:p@host"\nca = "{tmp_path / CA}"')
    assert address(section) == BrokerAddress("host", 8883, "u", "p", tls=True, ca=str(tmp_path / CA))
    assert address(broker_section(tmp_path, 'url = "mqtt://host"')) == BrokerAddress("host", 1883)


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), ("no certificate", "not a certificate in PEM")])
def test_a_ca_that_is_none(tmp_path: Path, content: str | None, why: str) -> None:
    if content is not None:
        (tmp_path / "ca.crt").write_text(content)
    section = broker_section(tmp_path, f'url = "mqtts://host"\nca = "{tmp_path}/ca.crt"')
    with pytest.raises(SetupError, match=f"broker.ca: .*{why}.*name the file ca.crt of your broker"):
        address(section)


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("mqtt://u:p@192.168.1.2", True),
        ("mqtt://u:p@127.0.0.1", False),
        ("mqtt://u:p@localhost", False),
        ("mqtt://u@192.168.1.2", False),
        ("mqtts://u:p@192.168.1.2", False),
    ],
)
def test_a_password_in_the_clear_is_warned_of(tmp_path: Path, url: str, warned: bool) -> None:
    said = in_the_clear(broker_section(tmp_path, f'url = "{url}"'))
    assert (said is not None) is warned
    assert said is None or ("mqtts://" in said and "p@" not in said)
