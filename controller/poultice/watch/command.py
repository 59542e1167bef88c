"""The command: connects, prints a line for what is news, finds back to a broker that was gone, ends at Ctrl-C."""

from __future__ import annotations

import os
import queue
import secrets
import signal
import sys
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.text import Text

from poultice.broker import address
from poultice.clock import RealClock
from poultice.config import Config
from poultice.errors import SetupError
from poultice.mqtt.connection import BrokerAddress, Connection
from poultice.mqtt.topics import ROOT, SLUG
from poultice.watch.lines import BAD, GOOD, Line, Reader, as_json

MOST_WAITING = 10_000  # of a flood the newest are left out, and counted
GOODBYE_S = 0.5


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message, or what became of the connection."""

    topic: str = ""
    payload: bytes = b""
    retained: bool = False
    line: Line | None = None
    lost: bool = False


class Watch:
    """One watcher of a broker; `pad` narrows it to one pad."""

    def __init__(self, broker: BrokerAddress, pad: str | None) -> None:
        self._filters = [f"{ROOT}/pad/{pad or '+'}/#", f"{ROOT}/controller/+/#"]
        self._waiting: queue.Queue[_Heard] = queue.Queue(MOST_WAITING)
        self._left_out = 0
        self.connection = Connection(broker, f"poultice-watch-{secrets.token_hex(4)}", self)

    def next(self) -> _Heard:
        """What comes next; waits for it."""
        while True:  # a wait without an end cannot be interrupted on every system
            try:
                return self._waiting.get(timeout=1.0)
            except queue.Empty:
                continue

    def left_out(self) -> int:
        """How many messages there was no room for, since the last call."""
        count, self._left_out = self._left_out, 0
        return count

    # From here on, the connection's thread calls.

    def on_connected(self, protocol: str) -> None:
        """Subscribes anew."""
        self.connection.subscribe(self._filters)
        self._put(_Heard(line=Line("broker", "there", f"connected, MQTT {protocol}", GOOD)))

    def on_disconnected(self, reason: str) -> None:
        """Says so."""
        self._put(_Heard(line=Line("broker", "there", reason, BAD), lost=True))

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        """Takes it in."""
        self._put(_Heard(topic, payload, retained))

    def _put(self, heard: _Heard) -> None:
        try:
            self._waiting.put_nowait(heard)
        except queue.Full:
            self._left_out += 1


def run(config: Config, pad: str | None, as_lines: bool) -> None:
    """Prints until Ctrl-C. Raises SetupError where there is no broker, or `pad` is no name of one."""
    if pad is not None and not SLUG.match(pad):
        raise SetupError(f"{pad[:40]} is no pad's name: those are lower-case letters, digits and hyphens.")
    watch = Watch(address(config.broker), pad)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell in the background had it ignored
        signal.signal(number, signal.default_int_handler)
    watch.connection.start()
    try:
        _show(watch, as_lines)
    except KeyboardInterrupt:
        pass  # that is how it ends
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        watch.connection.stop(GOODBYE_S)


def _show(watch: Watch, as_lines: bool) -> None:
    first = watch.next()
    if first.lost and first.line is not None:
        raise SetupError(f"{first.line.text} Start one with `poultice up`, or say in broker.url where it is.")
    (_print_json if as_lines else _print_text)(watch, first)


def _print_json(watch: Watch, heard: _Heard) -> None:
    clock = RealClock()
    while True:
        if heard.line is None:
            text = as_json(clock.wall().isoformat(timespec="milliseconds"), heard.topic, heard.payload, heard.retained)
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
        heard = watch.next()


def _print_text(watch: Watch, heard: _Heard) -> None:
    console, reader, clock = Console(highlight=False, soft_wrap=True), Reader(), RealClock()
    while True:
        line = heard.line or reader.read(heard.topic, heard.payload, heard.retained)
        if line is not None:
            console.print(_text(clock.wall(), line))
        if count := watch.left_out():
            console.print(Text(f"{count} messages came too fast to be shown.", BAD))
        heard = watch.next()


def _text(time: datetime, line: Line) -> Text:
    return Text.assemble(
        (f"{time:%H:%M:%S} ", "dim"),
        (f"{line.whose:<12} ", "bold"),
        (f"{line.kind:<8} ", "dim"),
        (line.text, line.tone),
    )
