"""A chip in a file, behind avrdude's command line: no programmer of avrdude 7 works without hardware.

`$CHIP` is a JSON file: fuses and program as they were written, `trouble` for what is broken. It does what avrdude's
manual says of the operations that Poultice uses, and answers with its words and exit codes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

TROUBLE = {
    "no-programmer": "avrdude error: could not find USB device with vid=0x16c0 pid=0x5dc vendor='www.fischl.de'",
    "no-chip": "avrdude error: initialization failed, rc=-1",
    "other-chip": "avrdude error: Expected signature for ATmega328P is 1E 95 0F",
}


def main() -> int:
    """One call."""
    file = Path(os.environ["CHIP"])
    chip = json.loads(file.read_text())
    chip["calls"].append(sys.argv[1:])
    code = trouble(chip) or operate(
        chip, [word for before, word in zip(sys.argv, sys.argv[1:], strict=False) if before == "-U"]
    )
    file.write_text(json.dumps(chip))
    return code


def trouble(chip: dict[str, object]) -> int:
    words = TROUBLE.get(str(chip["trouble"]))
    if words:
        sys.stderr.write(words + "\n")
    return 1 if words else 0


def operate(chip: dict[str, str], operations: list[str]) -> int:
    for operation in operations:
        memory, how, what, kind = operation.split(":")
        value = Path(what).read_text() if kind == "i" else what
        if how == "w":
            chip[memory] = value[:100] if chip["trouble"] == "power-cut" and memory == "flash" else value
        elif chip[memory] != value:
            sys.stderr.write("avrdude error: verification mismatch\n")
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
