"""The cable to a real board: finds it, opens it, reads it in a thread of its own, opens it again when it was out."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import serial
from serial.tools import list_ports

from poultice.link import facts

READ_TIMEOUT_S = 0.1
WRITE_TIMEOUT_S = 0.02  # a board that takes no bytes must not hold up the loop
DRAIN_S = 0.1
RETRY_FIRST_S = 0.25
RETRY_LAST_S = 2.0  # plugged back in, a board is found again well within 5 s
DEVICES = Path("/dev")


@dataclass(frozen=True, slots=True)
class PortOpened:
    """The serial port at `path` is open."""

    path: str


@dataclass(frozen=True, slots=True)
class PortClosed:
    """The serial port is gone or cannot be opened; `sentence` says what to do. It is tried again by itself."""

    sentence: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class PortBytes:
    """Bytes came in at a place, counted from 0."""

    data: bytes
    place: int = 0


PortItem = PortOpened | PortClosed | PortBytes


def discover() -> str | None:
    """The path of the first board: one that a udev rule named `poultice…`, or a USB port whose product says so."""
    for path in sorted(DEVICES.glob("poultice*")):
        return str(path)
    for port in sorted(list_ports.comports(), key=lambda port: port.device):
        if "poultice" in (port.product or "").lower():
            return str(port.device)
    return None


def known_ports() -> list[str]:
    """The serial ports of this computer, for a sentence about one that is not there."""
    return sorted(port.device for port in list_ports.comports())


class Finder:
    """Where to look for the board: at the one path that was named, or (path None) wherever one is discovered."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._last: str | None = None

    def __call__(self) -> str | None:
        """The path to open now; None where there is nothing to open."""
        if self._path is not None:
            return self._path
        if self._last is None or not Path(self._last).exists():
            self._last = discover()
        return self._last


class SerialCable:
    """A serial port that keeps coming back. `put` is called from the reader's thread with what happens."""

    def __init__(self, find: Callable[[], str | None], put: Callable[[PortItem], None], place: int = 0) -> None:
        """`place` tells its items from those of other cables."""
        self._place = place
        self._find = find
        self._put = put
        self._port: serial.Serial | None = None
        self._failed = threading.Event()
        self._ending = threading.Event()
        self._complaint = ""
        self._thread = threading.Thread(target=self._run, name="serial", daemon=True)

    def start(self) -> None:
        """Begins to look for the port."""
        self._thread.start()

    def write(self, data: bytes) -> bool:
        """Sends `data`; False where it could not go out whole."""
        port = self._port
        if port is None:
            return False
        try:
            return port.write(data) == len(data)
        except serial.SerialTimeoutException:
            return False  # full; the board is not reading
        except (OSError, TypeError):  # TypeError: pyserial, where the reader has just closed it
            self._failed.set()
            return False

    def close(self) -> None:
        """Lets the last bytes out, then closes; returns within 0.4 s."""
        port = self._port
        if port is not None:
            _drain(port)
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(0.3)

    def _run(self) -> None:
        wait_s = RETRY_FIRST_S
        while not self._ending.is_set():
            if self._open():
                wait_s = RETRY_FIRST_S
                self._read_until_gone()
            self._ending.wait(wait_s)
            wait_s = min(2 * wait_s, RETRY_LAST_S)

    def _open(self) -> bool:
        path = self._find()
        if path is None:
            return self._complain("No pad is connected: plug its cable in; it is found by itself.")
        try:
            port = open_port(path)
        except (OSError, ValueError) as error:
            return self._complain(why_not(path, error))
        self._failed.clear()
        self._complaint = ""
        self._port = port
        self._put(PortOpened(path))
        return True

    def _complain(self, sentence: str) -> bool:
        if sentence != self._complaint:  # once, not at every try
            self._complaint = sentence
            self._put(PortClosed(sentence, self._place))
        return False

    def _read_until_gone(self) -> None:
        port = self._port
        assert port is not None, "only called with an open port"  # noqa: S101
        try:
            while not (self._ending.is_set() or self._failed.is_set()):
                if data := port.read(1):
                    self._put(PortBytes(data + port.read(port.in_waiting), self._place))
        except (OSError, TypeError):
            pass  # the cable is out; said below
        finally:
            self._port = None
            port.close()
        if not self._ending.is_set():
            out = f"The cable at {port.port} is out: plug it back in; the pad is found again by itself."
            self._put(PortClosed(out, self._place))


def open_port(path: str) -> serial.Serial:
    """The port at the board's speed, for us alone. Raises OSError or ValueError; `why_not` has the sentence."""
    try:
        return _serial(path, facts.BOARD.baud)
    except (OSError, ValueError):
        if not path.startswith("/dev/pts/"):
            raise
        return _serial(path, 115_200)  # a pseudo-terminal has no baud, and some systems refuse to set an odd one


def _serial(path: str, baud: int) -> serial.Serial:
    return serial.Serial(path, baud, timeout=READ_TIMEOUT_S, write_timeout=WRITE_TIMEOUT_S, exclusive=True)


def _drain(port: serial.Serial) -> None:
    step_s = 0.005
    pause = threading.Event()
    try:
        for _ in range(int(DRAIN_S / step_s)):
            if port.out_waiting == 0:
                return
            pause.wait(step_s)
    except (OSError, TypeError):
        return


def why_not(path: str, error: Exception) -> str:
    """A sentence for a port that cannot be opened."""
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return f"There is no serial port {path}: plug the pad's cable in; it is looked for again by itself."
    if number == errno.EACCES:
        return f"Serial port {path} may not be opened: add yourself to the group dialout and log in again."
    if number in (errno.EBUSY, errno.EAGAIN):
        return f"Serial port {path} is in use by another program: end that one."
    return f"Serial port {path} cannot be opened ({error}): check that it is the pad's."
