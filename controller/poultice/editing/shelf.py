"""The programs of a person's own as files of one folder: which file holds which, written and removed as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from poultice.errors import SetupError
from poultice.files import remove_file, replace_file
from poultice.therapy.programs import Program


class Shelf:
    """One folder. `programs` are those that were read; which of them are one's own, their files say."""

    def __init__(self, directory: Path, programs: Iterable[Program] = ()) -> None:
        self._directory = directory
        found = {each.id: Path(each.source.file) for each in programs}
        self._files = {name: file for name, file in found.items() if file.parent == directory}

    def has(self, program: str) -> bool:
        """Whether it is one's own."""
        return program in self._files

    def text(self, program: str) -> str:
        """What its file says. Raises SetupError where it cannot be read."""
        file = self._files[program]
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(f"{file} cannot be read ({error}): make it a readable text file in UTF-8.") from None

    def file_for(self, program: str) -> Path:
        """Where it stands, or will: never a file that holds something else."""
        if program in self._files:
            return self._files[program]
        names = [program, *(f"{program}-{number}" for number in range(2, 100))]
        free = (self._directory / f"{name}.yaml" for name in names)
        return next((file for file in free if not file.exists()), self._directory / f"{names[-1]}.yaml")

    def keep(self, program: str, text: str) -> None:
        """Writes it. Raises SetupError where the disk refuses; nothing has changed then."""
        file = self.file_for(program)
        try:
            replace_file(file, text.removesuffix("\n"))
        except OSError as error:
            raise _refused(file, "written", error) from None
        self._files[program] = file

    def remove(self, program: str) -> None:
        """Takes it away. Raises SetupError where the disk refuses; nothing has changed then."""
        file = self._files[program]
        try:
            remove_file(file)
        except OSError as error:
            raise _refused(file, "removed", error) from None
        del self._files[program]


def revision(text: str) -> str:
    """What tells a text from another one: a page that began with the one must not write over the other."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def _refused(file: Path, what: str, error: OSError) -> SetupError:
    return SetupError(f"{file} cannot be {what} ({error.strerror}): free some space or correct its rights.")
