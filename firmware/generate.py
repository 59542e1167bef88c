"""Writes the C headers and Python modules that firmware/contract.toml and hardware/facts.toml define.

    python firmware/generate.py [--check] [--root DIRECTORY]

With --check nothing is written; exit 1 where a generated file differs. Exit 2 where a TOML file is wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generator import contract_model, emit_c, emit_pins, emit_python, facts_model, thermistor
from generator.contract_model import Contract
from generator.facts_model import Facts
from generator.source import Problem, SourceError, read

CONTRACT = "firmware/contract.toml"
FACTS = "hardware/facts.toml"


def load(root: Path) -> tuple[Contract, Facts]:
    """Reads and checks both files. Raises SourceError with every problem found."""
    sentences: list[str] = []
    contract = facts = None
    try:
        contract = read(root / CONTRACT, CONTRACT, Contract)
        sentences += [p.sentence(CONTRACT) for p in contract_model.problems(contract)]
    except SourceError as error:
        sentences += error.sentences
    try:
        facts = read(root / FACTS, FACTS, Facts)
        sentences += [p.sentence(FACTS) for p in (*facts_model.problems(facts, contract), *_table_problems(facts))]
    except SourceError as error:
        sentences += error.sentences
    if sentences or contract is None or facts is None:
        raise SourceError(sentences)
    return contract, facts


def _table_problems(facts: Facts) -> list[Problem]:
    error = thermistor.error_k(facts)
    if error <= thermistor.ERROR_MAX_K:
        return []
    remedy = f"the table may differ by {thermistor.ERROR_MAX_K} K, choose a pull-up nearer the NTC's resistance"
    return [Problem("ntc", f"makes a table that is {error:.3f} K off", remedy)]


def generate(root: Path) -> dict[str, str]:
    """All generated files as text, by path from the root. Raises SourceError."""
    contract, facts = load(root)
    return {
        "firmware/core/contract.h": emit_c.contract_h(contract),
        "firmware/core/facts.h": emit_c.facts_h(facts),
        "firmware/core/thermistor_table.h": emit_c.thermistor_table_h(facts),
        "firmware/avr/pins.h": emit_pins.pins_h(facts),
        "controller/poultice/link/contract.py": emit_python.contract_py(contract),
        "controller/poultice/link/facts.py": emit_python.facts_py(facts),
    }


def stale(root: Path, files: dict[str, str]) -> list[str]:
    """Which of the generated files are missing or differ."""
    return [
        path
        for path, text in files.items()
        if not (root / path).is_file() or (root / path).read_bytes() != text.encode()
    ]


def main(arguments: list[str]) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description="Makes C and Python of the contract and the facts.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a generated file differs")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the checkout")
    options = parser.parse_args(arguments)
    try:
        files = generate(options.root)
    except SourceError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    changed = stale(options.root, files)
    if options.check:
        for path in changed:
            print(f"{path}: differs from what its TOML file says: run `make contract`.", file=sys.stderr)  # noqa: T201
        return 1 if changed else 0
    for path in changed:
        (options.root / path).parent.mkdir(parents=True, exist_ok=True)
        (options.root / path).write_bytes(files[path].encode())
        print(f"wrote {path}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
