"""The file itself: a zip whose `manifest.json` names each part with its length and SHA-256."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poultice.backup.contents import belongs
from poultice.errors import SetupError

SCHEMA = "poultice-backup/1"
MANIFEST = "manifest.json"
MANIFEST_BYTES = 64 * 1024 * 1024  # a hundred thousand sessions
CHUNK = 1024 * 1024


class Part(BaseModel):
    """One file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What is in a backup, and which version made it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Literal["poultice-backup/1"] = Field("poultice-backup/1", alias="schema")
    made: datetime
    version: Annotated[str, Field(max_length=100)]
    parts: dict[str, Part]


def write(file: Path, parts: Mapping[str, Path], made: datetime, version: str) -> Manifest:
    """Puts `parts`, by name, into `file`, which belongs to its owner alone. Raises OSError; no file is left then, and
    one that was there is as it was."""
    new = file.with_name(f".{file.name}.new")
    try:
        descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "r+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
                held = {name: _pack(packed, name, path) for name, path in parts.items()}
                manifest = Manifest(made=made, version=version, parts=held)
                packed.writestr(MANIFEST, manifest.model_dump_json(by_alias=True, indent=1))
            raw.flush()
            os.fsync(raw.fileno())
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return manifest


def _pack(packed: zipfile.ZipFile, name: str, path: Path) -> Part:
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file, packed.open(name, "w", force_zip64=True) as into:
        while data := file.read(CHUNK):
            digest.update(data)
            length += len(data)
            into.write(data)
    return Part(bytes=length, sha256=digest.hexdigest())


def unpack(file: Path, into: Path) -> Manifest:
    """Puts all of `file` into the folder `into`, each part compared with the manifest. Raises SetupError with what is
    wrong with it."""
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = _manifest(file, packed)
            _room(into, manifest)
            for name, part in manifest.parts.items():
                _take_out(file, packed, name, part, into / name)
    except FileNotFoundError:
        raise SetupError(f"There is no file {file}: give the one that `poultice backup` wrote.") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # it sends the reader before its beginning
            raise _damaged(file, "it is no whole zip file") from None
        raise SetupError(
            f"{error.filename or file}: {error.strerror or error}: free some space or correct its rights."
        ) from None
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
        zlib.error,
    ):
        raise _damaged(file, "it is no whole zip file") from None
    return manifest


def _manifest(file: Path, packed: zipfile.ZipFile) -> Manifest:
    try:
        if packed.getinfo(MANIFEST).file_size > MANIFEST_BYTES:
            raise KeyError(MANIFEST)
        text = packed.read(MANIFEST)
    except KeyError:
        raise SetupError(f"{file} is no backup of Poultice: give the one that `poultice backup` wrote.") from None
    _refuse_newer(file, text)
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError:
        raise _damaged(file, "its manifest cannot be read") from None
    if strange := [name for name in manifest.parts if not belongs(name)]:
        raise _damaged(file, f"it holds {strange[0]!r}, which is no part of a backup")
    return manifest


def _refuse_newer(file: Path, text: bytes) -> None:
    try:
        schema = json.loads(text).get("schema")
    except (ValueError, AttributeError, RecursionError):
        return
    if isinstance(schema, str) and schema.startswith("poultice-backup/") and schema != SCHEMA:
        raise SetupError(f"{file} is of a newer Poultice ({schema[:40]}): update Poultice first, then restore it.")


def _room(into: Path, manifest: Manifest) -> None:
    wanted = sum(part.bytes for part in manifest.parts.values())
    if (free := shutil.disk_usage(into).free) < wanted:
        raise SetupError(
            f"{free / 1e6:.0f} MB are free at {into.parent}: make room for {wanted / 1e6:.0f} MB; nothing has changed."
        )


def _take_out(file: Path, packed: zipfile.ZipFile, name: str, part: Part, to: Path) -> None:
    digest, left = hashlib.sha256(), part.bytes
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with packed.open(name) as source, os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as into:
            while data := source.read(min(CHUNK, left + 1)):
                left -= len(data)
                if left < 0:
                    break
                digest.update(data)
                into.write(data)
            into.flush()
            os.fsync(into.fileno())
    except KeyError:
        raise _damaged(file, f"{name} is missing in it") from None
    except (zipfile.BadZipFile, EOFError, zlib.error):
        raise _damaged(file, f"{name} in it cannot be read") from None
    if left or digest.hexdigest() != part.sha256:
        raise _damaged(file, f"{name} in it is not what was saved")


def _damaged(file: Path, why: str) -> SetupError:
    return SetupError(f"{file} is damaged ({why}): nothing has changed; take an older backup, or copy it again.")
