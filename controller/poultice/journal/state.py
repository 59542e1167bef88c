"""The whole state of a pad's core as text, so that a re-run of the journal can begin at each of its files.

It is a pickle, but one that can name nothing except the values of the therapy core: whoever hands you a journal hands
you no code. It fits the version that wrote it; the beginning of a run needs none.
"""

from __future__ import annotations

import base64
import io
import pickle
import zlib
from collections.abc import Mapping
from typing import Any

from poultice.therapy.pad import Pad
from poultice.therapy.programs import Program
from poultice.therapy.tailored import tailored

CORE = "poultice.therapy"
OTHERS = {
    "builtins": {"set", "frozenset"},
    "collections": {"deque", "OrderedDict"},
    "simple_pid.pid": {"PID"},
    "numpy": {"ndarray", "dtype"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.numeric": {"_frombuffer"},
}
Named = str | tuple[str, str, float]  # a program's id; of one made on request also its zone and °C
ZIPPED_MAX = 4_000_000  # bytes of a state; a pad in the middle of a session has some 100,000


class _Writer(pickle.Pickler):
    """Programs are named, not written: the journal has them elsewhere."""

    def persistent_id(self, thing: object) -> Named | None:
        if not isinstance(thing, Program):
            return None
        return thing.id if thing.tailored is None else (thing.id, *thing.tailored)


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, programs: Mapping[str, Program]) -> None:
        super().__init__(file)
        self._programs = programs

    def persistent_load(self, name: Named) -> Program:
        if isinstance(name, str):
            return self._programs[name]
        program, zone, target_c = name
        return tailored(self._programs[program], zone, target_c)

    def find_class(self, module: str, name: str) -> Any:
        if module == "builtins" and name == "getattr":
            return _method
        found = super().find_class(module, name) if _is_core(module) or name in OTHERS.get(module, ()) else None
        if found is None or (_is_core(module) and not _is_core(getattr(found, "__module__", ""))):
            raise pickle.UnpicklingError(f"a pad's state has no {module}.{name}")
        return found


def _is_core(module: str) -> bool:
    return module.startswith(f"{CORE}.")


def _method(owner: Any, name: str) -> Any:
    """A verb's own method: what `getattr` may mean in a state."""
    if not _is_core(type(owner).__module__) or name.startswith("__"):
        raise pickle.UnpicklingError(f"a pad's state has no {name}")
    return getattr(owner, name)


def to_text(pad: Pad, without: str) -> str:
    """All that a pad knows, but for its attribute `without`."""
    state = {name: value for name, value in vars(pad).items() if name != without}
    file = io.BytesIO()
    _Writer(file, pickle.HIGHEST_PROTOCOL).dump(state)
    return base64.b85encode(zlib.compress(file.getvalue(), 1)).decode()


def from_text(text: str, programs: Mapping[str, Program]) -> Pad:
    """A pad that goes on from there. Raises ValueError where the text is no state of this version's core."""
    try:
        unzipped = zlib.decompressobj().decompress(base64.b85decode(text), ZIPPED_MAX)
        state = _Reader(io.BytesIO(unzipped), programs).load()
        pad = Pad.__new__(Pad)
        vars(pad).update(state)
    except Exception as error:  # noqa: BLE001 - a damaged pickle raises anything
        raise ValueError(f"{type(error).__name__}: {error}") from None
    return pad
