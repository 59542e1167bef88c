"""MISRA C:2012 as cppcheck's addon sees it: every finding in firmware/core must have its reason in firmware/misra.md.

Fails on a finding without a reason, and on a reason without a finding.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from rich.console import Console

from gates.sources import CORE, ROOT

DEVIATIONS = ROOT / "firmware" / "misra.md"
COMMAND = (
    "cppcheck", "--addon=misra", "--enable=style", "--std=c11", "--platform=avr8", "--quiet", "--inline-suppr",
    "--template={file}:{line}:{id}", "-j2", f"-I{CORE}",
)  # fmt: skip

_FINDING = re.compile(r"^(?P<file>.+?):(?P<line>\d+):misra-c2012-(?P<rule>[\d.]+)$", re.MULTILINE)
_ROW = re.compile(
    r"^\| (?P<rule>\d+\.\d+) \| (?P<kind>\w+) \| (?P<places>[^|]+) \| (?P<reason>[^|]+) \|$", re.MULTILINE
)
_KINDS = {"required", "advisory"}  # a mandatory rule has no deviations

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One row of the table."""

    rule: str
    place: str
    reason: str

    def covers(self, finding: tuple[str, str, int]) -> bool:
        """True where it is about that finding."""
        return finding[0] == self.rule and fnmatch(finding[1], self.place)


def deviations() -> list[Deviation]:
    """The rows of firmware/misra.md, one for each place."""
    rows = []
    for row in _ROW.finditer(DEVIATIONS.read_text(encoding="utf-8")):
        if row["kind"] not in _KINDS or len(row["reason"].split()) < 4:
            raise SystemExit(
                f"firmware/misra.md: the row of rule {row['rule']} needs `required` or `advisory` and a reason."
            )
        for place in re.findall(r"`([^`]+)`", row["places"]):
            rows.append(Deviation(row["rule"], place, row["reason"]))
    return rows


def findings() -> list[tuple[str, str, int]]:
    """Rule, file and line of everything that cppcheck reports, each once."""
    files = [str(path) for path in sorted(CORE.glob("*.c"))]
    done = subprocess.run([*COMMAND, *files], capture_output=True, text=True, timeout=600, check=False)
    found = _FINDING.finditer(done.stderr)
    return sorted({(f["rule"], Path(f["file"]).name, int(f["line"])) for f in found}, key=lambda f: (f[1], f[2], f[0]))


def main() -> int:
    """Exit code 1 where findings and reasons do not match."""
    rows, found = deviations(), findings()
    open_ones = [finding for finding in found if not any(row.covers(finding) for row in rows)]
    idle = [row for row in rows if not any(row.covers(finding) for finding in found)]
    for rule, file, line in open_ones:
        console.print(
            f"firmware/core/{file}:{line}: MISRA rule {rule}: mend it, or write why not into firmware/misra.md"
        )
    for row in idle:
        console.print(f"firmware/misra.md: rule {row.rule} at `{row.place}` finds nothing any more: remove it")
    counts = Counter(rule for rule, _, _ in found)
    explained = len(found) - len(open_ones)
    console.print(
        f"MISRA: {len(found)} findings of {len(counts)} rules, {explained} with their reason in firmware/misra.md"
    )
    return 1 if open_ones or idle or not found else 0


if __name__ == "__main__":
    raise SystemExit(main())
