"""What a session's record says: how it began, what its person answered, how it ended.

Pain scores and notes are that person's alone: whoever takes these may keep them in the session's record and nowhere
else. The same shapes are written and read again (sessions/records.py, sessions/files.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import Field

Finite = Annotated[float, Field(allow_inf_nan=False, ge=0.0)]
Count = Annotated[int, Field(ge=0)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, Field(max_length=300)]  # what no person wrote; bounded, for a result has a largest size
Titles = Annotated[Mapping[Annotated[str, Field(max_length=8)], Words], Field(max_length=8)]
Moment = Literal["before", "during", "after"]
How = Literal["finished", "stopped", "fault", "link_lost"]


@dataclass(frozen=True, slots=True)
class Began:
    """A session begins: whose, and exactly which program from which step on. `pad` and `simulated` are known to the
    shell alone."""

    session: Name
    person: Name
    program: Name
    title: Titles
    content_hash: Words
    at_step: Count = 0
    pad: Words = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What a person said in a session, at its place on the program's timeline (s). Of pain: in which region of the
    body, and whether it is that of before or after."""

    session: Name
    person: Name
    program: Name
    step_id: str
    elapsed_s: Finite
    question: str
    value: Annotated[int, Field(strict=True)] | str | None
    region: str | None = None
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A session is over: how and why, after how long (s), and what each zone had of heat (CEM43 minutes)."""

    session: Name
    how: How
    reason: Words
    text: Words
    ran_s: Finite
    dose: Annotated[Mapping[Name, Finite], Field(max_length=16)] = field(default_factory=dict)


Entry = Began | Answered | Ended
BEGINNING, ANSWER, ENDS = "started", "answer", get_args(How)  # the kinds of lines
