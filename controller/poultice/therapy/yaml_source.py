"""YAML text to plain values that know their lines; refuses whatever of YAML a program has no use for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from poultice.therapy.problems import Path, Problem, ProgramError, written

SIZE_MAX = 64 * 1024
DEPTH_MAX = 16
_OPENS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSES = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@dataclass(slots=True)
class Source:
    """A file's content as dicts, lists and scalars, and the line (from 1) where each path of it stands."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, message: str, remedy: str, line: int | None = None) -> Problem:
        """A problem at a path of this file."""
        return Problem(self.file, line or self.line(path), written(path), message, remedy)


def read(text: str, file: str) -> Source:
    """Takes the text apart. Raises ProgramError where it is no YAML, or YAML of a kind that is refused."""
    source = Source(file)
    _refuse(_unwanted_text(text, source))
    try:
        _refuse(_unwanted_features(text, source))
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ProgramError([_not_yaml(error, source)]) from None
    if node is not None:
        source.value = _value(node, (), source)
    _refuse(source.problems)
    return source


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ProgramError(problems)


def _unwanted_text(text: str, source: Source) -> list[Problem]:
    if (size := len(text.encode(errors="replace"))) > SIZE_MAX:
        return [source.problem((), f"the file has {size} bytes", f"a program has at most {SIZE_MAX}: shorten it")]
    return [
        source.problem((), "a tab character", "use spaces", line=number)
        for number, line in enumerate(text.split("\n"), 1)
        if "\t" in line
    ]


def _not_yaml(error: yaml.YAMLError, source: Source) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    return source.problem((), f"not YAML: {what}", "correct this line or the one before it", line=line)


def _unwanted_features(text: str, source: Source) -> list[Problem]:
    """Looked for in the stream of events, which does not recurse: deep nesting is refused before anything recurses."""
    found: list[Problem] = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, _OPENS) - isinstance(event, _CLOSES)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if depth > DEPTH_MAX:
            return [*found, source.problem((), "nested too deeply", f"nest at most {DEPTH_MAX} levels", line=line)]
        found += [source.problem((), what, remedy, line=line) for what, remedy in _unwanted(event)]
    return found


def _unwanted(event: yaml.Event) -> Iterator[tuple[str, str]]:
    if isinstance(event, yaml.AliasEvent):
        yield f"the alias *{event.anchor}", "write the value out"
    elif getattr(event, "anchor", None) is not None:
        yield f"the anchor &{getattr(event, 'anchor', '')}", "write each value where it belongs"
    elif getattr(event, "tag", None) not in (None, "!"):
        yield f"the tag {getattr(event, 'tag', '')}", "leave the tag out"
    elif isinstance(event, yaml.DocumentStartEvent) and event.tags:
        yield "a %TAG line", "leave it out"


def _value(node: yaml.Node, path: Path, source: Source) -> Any:
    source.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), source) for i, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, source: Source) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            source.problems.append(source.problem(path, "a key that is no word", "write a word before the colon", line))
            continue
        key = str(key_node.value)
        if key in mapping:
            source.problems.append(source.problem((*path, key), "this key stands here twice", "keep one", line))
            continue
        source.lines[*path, key] = line
        mapping[key] = _value(value_node, (*path, key), source)
    return mapping


def _scalar(node: yaml.Node) -> Any:
    """Whole numbers as int, an empty value as None, all else as the text that was written: "on" is not a yes here."""
    text = str(node.value)
    if node.tag.endswith(":null"):
        return None
    if node.tag.endswith(":int") and text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    return text
