"""Our own MQTT broker: mosquitto with the shipped configuration where it is installed, else amqtt in this process."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import pwd
import queue
import shutil
import signal
import socket
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import NoReturn

from poultice.config import BrokerSection, Config
from poultice.errors import SetupError
from poultice.mqtt import tls
from poultice.mqtt.connection import BrokerAddress, Connection

MOSQUITTO = "mosquitto"
EMBEDDED = "embedded"
SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")  # not on a normal user's PATH everywhere
SHUTDOWN_S = 0.5


def find_mosquitto() -> str | None:
    """The path of an installed mosquitto."""
    return shutil.which(MOSQUITTO, path=os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS]))


def kind(section: BrokerSection) -> str:
    """Which broker of ours would run: `mosquitto` or `embedded`. Raises SetupError where it is not there."""
    if section.mode == EMBEDDED:
        return EMBEDDED
    if find_mosquitto() is not None:
        return MOSQUITTO
    if section.mode == MOSQUITTO:
        raise SetupError('mosquitto is not installed: install it, or set broker.mode = "auto" to do without.')
    return EMBEDDED


def address(section: BrokerSection) -> BrokerAddress:
    """Where the broker is and how it knows us. Raises SetupError where broker.ca is no certificate."""
    host, port = section.address
    ca = None if section.ca is None else str(section.ca)
    if section.tls:
        tls.context(ca)
    return BrokerAddress(host, port, *section.credentials, tls=section.tls, ca=ca)


def in_the_clear(section: BrokerSection) -> str | None:
    """What is to be said where a password can be read on its way; None where it cannot."""
    if not section.in_the_clear:
        return None
    return (
        f"The password for the broker at {address(section)} travels in the clear: use mqtts:// (poultice broker setup "
        "--tls), or a network that you trust to the last socket."
    )


def with_remedy(why: str, remedy: str) -> str:
    """A sentence about a broker; those about certificates have their own remedy."""
    return why if "certificate" in why or "TLS" in why else f"{why.rstrip('.')}: {remedy}."


def why_port_busy(host: str, port: int) -> str | None:
    """Why nothing can listen there; None where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return "is in use by another program"
            if error.errno == errno.EACCES:
                return "may only be used by root; choose one above 1023"
            return f"cannot be used ({error.strerror})"
    return None


def require_free(section: BrokerSection) -> None:
    """Raises SetupError where our own broker could not listen."""
    why = why_port_busy(section.host, section.port)
    if why is None:
        return
    place = f"{section.host}:{section.port}"
    if why_not_let_in(BrokerAddress(section.host, section.port), 1.0) is None:
        raise SetupError(
            f'Another MQTT broker already listens at {place}: use it with broker.url = "mqtt://{place}", '
            "or choose another broker.port."
        )
    raise SetupError(f"broker.port: {place} {why}; set another broker.port, or end that program.")


class _FirstWord:
    """Hears what a connection says."""

    def __init__(self) -> None:
        self.words: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def on_connected(self, protocol: str) -> None:  # noqa: ARG002
        self.words.put(None)

    def on_disconnected(self, reason: str) -> None:
        self.words.put(reason)

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        """Nothing is subscribed."""


def why_not_let_in(where: BrokerAddress, timeout_s: float) -> str | None:
    """Connects to a broker; None where it lets us in within `timeout_s`, else its first complaint as a sentence."""
    listener = _FirstWord()
    connection = Connection(where, f"poultice-probe-{os.getpid()}", listener)
    connection.start()
    try:
        return listener.words.get(timeout=timeout_s)
    except queue.Empty:
        return f"The broker at {where} takes the connection but does not answer."
    finally:
        connection.stop(0.2)


def run(config: Config, ready: Callable[[str], None]) -> None:
    """Runs our own broker until SIGTERM or Ctrl-C. `ready` is told its kind just before. Mosquitto takes this process
    over, so that whoever ends it ends the broker."""
    section = config.broker
    if section.external:
        raise SetupError(f"broker.url names an existing broker ({address(section)}); there is none to run here.")
    chosen = kind(section)
    require_free(section)
    ready(chosen)
    if chosen == MOSQUITTO:
        _become_mosquitto(config)
    asyncio.run(_embedded(section))


def _become_mosquitto(config: Config) -> NoReturn:
    path = find_mosquitto() or MOSQUITTO
    os.execv(path, [MOSQUITTO, "-c", str(write_configuration(config))])  # noqa: S606


def write_configuration(config: Config) -> Path:
    """Writes mosquitto's configuration into the data directory; its path."""
    template = resources.files("poultice.mqtt").joinpath("mosquitto.conf").read_text(encoding="utf-8")
    values = {"host": config.broker.host, "port": str(config.broker.port), "user": user_name()}
    lines = [line if line.startswith("#") else line.format(**values) for line in template.splitlines()]
    file = config.data.directory / f"mosquitto-{config.broker.port}.conf"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{file} cannot be written ({error.strerror}): set data.directory to one that can.") from None
    return file


def user_name() -> str:
    """Who runs this, as mosquitto wants to know it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a user without a name is not root, and mosquitto asks only root
        return "nobody"


async def _embedded(section: BrokerSection) -> None:
    from amqtt.broker import Broker  # noqa: PLC0415  (half a second that mosquitto need not wait for)
    from amqtt.errors import BrokerError  # noqa: PLC0415

    logging.getLogger("amqtt").setLevel(logging.ERROR)
    logging.getLogger("transitions").setLevel(logging.ERROR)
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{section.host}:{section.port}", "max_connections": 100}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        await broker.start()
    except BrokerError as error:
        raise SetupError(f"broker.port: {section.host}:{section.port} cannot be used ({error}); set another.") from None
    await ended.wait()
    try:
        await asyncio.wait_for(broker.shutdown(), SHUTDOWN_S)
    except TimeoutError:
        return
