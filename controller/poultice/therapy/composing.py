"""The text of a program file, made from its content as JSON has it: what `programs.parse` reads, written for people.

The content has the shape of `ProgramFile` with quantities as people write them, "40 °C"; nothing is checked here but
that it can be written at all. What is read again from the text is the content, to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from poultice.therapy.problems import ProgramError
from poultice.therapy.yaml_source import DEPTH_MAX, Source

HEAD = "# yaml-language-server: $schema=poultice-program-1.schema.json\n"
WIDTH = 112  # where the lines of a long text are broken; a word may reach beyond
LINE = 100


class _Dumper(yaml.SafeDumper):
    """What has no collections within and fits stands on one line; no anchors, which a program file may not have."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        if sum(len(str(each)) + 4 for pair in mapping.items() for each in pair) > LINE:
            node.flow_style = False
        return node

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - none, whatever it is
        return True


def compose(content: Mapping[str, Any], file: str) -> str:
    """The file's text. Raises ProgramError where the content is nested deeper than a file may be; `file` names it."""
    if _depth(content) > DEPTH_MAX:
        raise ProgramError([Source(file).problem((), "nested too deeply", f"nest at most {DEPTH_MAX} levels")])
    text = yaml.dump(
        dict(content), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=None
    )
    return HEAD + text


def _depth(value: Any, above: int = 0) -> int:
    """How deep it is nested; it looks no deeper than matters."""
    if above > DEPTH_MAX or not isinstance(value, dict | list):
        return above
    within = value.values() if isinstance(value, dict) else value
    return max((_depth(each, above + 1) for each in within), default=above + 1)
