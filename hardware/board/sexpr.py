"""KiCad's files are S-expressions: text to nested lists and back."""

from __future__ import annotations

import re
import uuid

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[()]|[^\s()]+')
SPACE = uuid.UUID("6f0b5c1e-51f4-4a57-9a55-3d0c6f2b7a10")  # of every name that becomes an identifier; chosen once
INLINE = 100


class Word(str):
    """An atom that is written without quotes."""

    __slots__ = ()


Node = str | int | float | list["Node"]


def identifier(*names: object) -> str:
    """The same names, the same UUID: a file made twice is the same file."""
    return str(uuid.uuid5(SPACE, "/".join(map(str, names))))


def parse(text: str) -> list[Node]:
    """The first expression of a text. Raises ValueError where brackets do not match."""
    stack: list[list[Node]] = [[]]
    for piece in TOKEN.findall(text):
        if piece == "(":
            stack.append([])
        elif piece == ")":
            if len(stack) < 2:
                raise ValueError("a bracket closes that was never opened")
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(_unquoted(piece) if piece.startswith('"') else Word(piece))
    if len(stack) != 1 or len(stack[0]) != 1 or not isinstance(stack[0][0], list):
        raise ValueError("not one whole S-expression")
    return stack[0][0]


def _unquoted(token: str) -> str:
    return token[1:-1].replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def dump(node: Node, depth: int = 0) -> str:
    """The text of an expression: short ones in one line, the others indented by tabs, as KiCad writes them."""
    if not isinstance(node, list):
        return _atom(node)
    line = "(" + " ".join(dump(each) for each in node) + ")"
    if len(line) <= INLINE and (depth > 0 or "\n" not in line):
        return line
    head = [each for each in node if not isinstance(each, list)]
    rest = [each for each in node if isinstance(each, list)]
    pad = "\t" * (depth + 1)
    first = "(" + " ".join(_atom(each) for each in head)
    return first + "".join(f"\n{pad}{dump(each, depth + 1)}" for each in rest) + "\n" + "\t" * depth + ")"


def _atom(node: Node) -> str:
    if isinstance(node, Word):
        return str(node)
    if isinstance(node, float):
        return f"{node:.4f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(node) < 5e-5 else _number(node)
    if isinstance(node, int):
        return str(node)
    escaped = str(node).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def children(node: list[Node], name: str) -> list[list[Node]]:
    """Every list in a node that begins with this word."""
    return [each for each in node if isinstance(each, list) and each and each[0] == name]


def child(node: list[Node], name: str) -> list[Node]:
    """The first of them. Raises KeyError where there is none."""
    found = children(node, name)
    if not found:
        raise KeyError(name)
    return found[0]
