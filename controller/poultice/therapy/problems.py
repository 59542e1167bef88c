"""What is wrong with a program file, all of it at once: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from poultice.errors import SetupError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `path` reads like `steps[1].heat.lumbar.target`; empty for the file as a whole."""

    file: str
    line: int
    path: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """File, line, path, what is wrong and the remedy, in one sentence."""
        where = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}: {where}{self.message}; {self.remedy}"

    @property
    def words(self) -> str:
        """The same for who did not write the file: without its name and line."""
        return f"{self.message}; {self.remedy}"


class ProgramError(SetupError):
    """A program that cannot be played; `problems` has all of them in the order of their lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, p.path)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def written(path: Path) -> str:
    """A path as people write it: `steps[1].heat.lumbar`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
