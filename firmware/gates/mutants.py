"""Broken copies of C: every small slip of a pen that the compiler lets through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gates.sources import functions, line_of, without_comments


@dataclass(frozen=True, slots=True)
class Mutant:
    """One replacement in one file."""

    file: str
    function: str
    line: int
    start: int
    end: int
    new: str
    before: str  # the line, without its comment
    after: str  # the same when broken

    @property
    def name(self) -> str:
        """What a person reads."""
        return f"{self.file}:{self.line} {self.function}(): {self.before} → {self.after}"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays the same when lines are inserted above."""
        return (self.file, self.function, self.before, self.after)

    def applied(self, text: str) -> str:
        """The broken copy."""
        return text[: self.start] + self.new + text[self.end :]


_TOKEN = re.compile(
    r"(?P<arrow>->)|(?P<op>\+\+|--|<<=|>>=|[-+*/%|&^]=|==|!=|<=|>=|&&|\|\||<<|>>|[-+<>=!&|*/%^])"
    r"|(?P<limit>\b(?:LIMIT_|[A-Z]+_(?:MS|PERMILLE|CENTI_C|CENTI_K|MAX|MIN|AT_ONCE|FEARED|CYCLES)\b)\w*)"
    r"|(?P<number>\b\d+[uUlL]*\b)|(?P<word>\w+)|(?P<other>\S)"
)
_SWAPS = {
    "<": ("<=",),
    "<=": ("<",),
    ">": (">=",),
    ">=": (">",),
    "==": ("!=",),
    "!=": ("==",),
    "&&": ("||",),
    "||": ("&&",),
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
    "%": ("*",),
    "|": ("&",),
    "&": ("|",),
    "^": ("|",),
    "<<": (">>",),
    ">>": ("<<",),
    "+=": ("-=", "="),
    "-=": ("+=", "="),
    "|=": ("&=", "="),
    "&=": ("|=", "="),
    "++": ("--",),
    "--": ("++",),
}
_BINARY_AFTER = re.compile(r"[\w\)\]]$")
_IF = re.compile(r"\bif \(")
_STATEMENT = re.compile(
    r"^ +(?! |return\b|case\b|default\b|break;|goto\b|for \(|if \(|\}|\{)([^;{}\n]*(?:\n {8,}(?! )[^;{}\n]*)*);",
    re.MULTILINE,
)
_DECLARES = re.compile(r"^(?:const |static |struct \w+ |enum \w+ |bool |u?int\d+_t )+\*?\w+( =|\[|$)")
_RETURN = re.compile(r"\breturn ([^;]+);")
_TABLE = re.compile(r"^static const (?:IN_FLASH )?\w+ \w+(?:\[\w*\])+ = \{$.*?^\};$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"(?<!\[)\b(?:\d+|[A-Z]\w*)\b(?= *[,}])")
_DEFINE = re.compile(r"^#define [A-Z_0-9]+ +(?=\S)", re.MULTILINE)


def mutants(file: str, text: str) -> list[Mutant]:
    """Every mutant of a file, in its order; the same text gives the same list."""
    plain = without_comments(text)
    found: dict[tuple[int, int, str], Mutant] = {}
    for where, start, end in _places(plain):
        for at, to, new in _slips(plain, start, end, where):
            if plain[at:to] != new and (at, to, new) not in found:
                found[at, to, new] = _mutant(file, where, plain, (at, to, new))
    return sorted(found.values(), key=lambda mutant: (mutant.start, mutant.end, mutant.new))


def _mutant(file: str, where: str, plain: str, slip: tuple[int, int, str]) -> Mutant:
    at, to, new = slip
    begin = plain.rfind("\n", 0, at) + 1
    stop = plain.find("\n", to)
    before = " ".join(plain[begin:stop].split())
    after = " ".join((plain[begin:at] + new + plain[to:stop]).split())
    return Mutant(file, where, line_of(plain, at), at, to, new, before, after)


def _places(plain: str) -> Iterator[tuple[str, int, int]]:
    for function in functions(plain):
        yield function.name, function.start, function.end
    for table in _TABLE.finditer(plain):
        yield "table", table.start(), table.end()
    for define in _DEFINE.finditer(plain):
        yield "#define", define.end(), plain.index("\n", define.end())


def _slips(plain: str, start: int, end: int, where: str) -> Iterator[tuple[int, int, str]]:
    if where == "table":
        yield from _cell_slips(plain, start, end)
        return
    yield from _token_slips(plain, start, end)
    if where == "#define":
        return
    for found in _IF.finditer(plain, start, end):
        close = _closing(plain, found.end() - 1)
        condition = plain[found.end() : close]
        for new in (f"!({condition})", "0", "1"):
            yield found.end(), close, new
    for found in _STATEMENT.finditer(plain, start, end):
        if not _DECLARES.match(found.group(1)):
            yield found.start(1), found.end(1), "(void)0"
    for found in _RETURN.finditer(plain, start, end):
        for new in ("0", "1", f"!({found.group(1)})"):
            yield found.start(1), found.end(1), new


def _cell_slips(plain: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """A number is one off; a name is each other name of the table."""
    cells = list(_CELL.finditer(plain, start, end))
    names = sorted({cell[0] for cell in cells if not cell[0].isdigit()})
    for cell in cells:
        others = [f"({cell[0]} + 1)", f"({cell[0]} - 1)"] if cell[0].isdigit() else [n for n in names if n != cell[0]]
        for new in others:
            yield cell.start(), cell.end(), new


def _closing(plain: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(plain)):
        depth += {"(": 1, ")": -1}.get(plain[at], 0)
        if depth == 0:
            return at
    raise ValueError(f"line {line_of(plain, opening)}: a bracket is not closed")


def _token_slips(plain: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    for token in _TOKEN.finditer(plain, start, end):
        text, at, to = token.group(0), token.start(), token.end()
        if token.lastgroup in ("limit", "number"):
            if plain[to : to + 1] != "(":
                yield at, to, f"({text} + 1)"
                yield at, to, f"({text} - 1)"
        elif token.lastgroup == "op":
            unary = not _BINARY_AFTER.search(plain[start:at].rstrip())
            if text == "!":
                yield at, to, ""
            elif not (unary and text in "-+*&"):
                for new in _SWAPS.get(text, ()):
                    yield at, to, new
