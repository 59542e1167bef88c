"""What the database holds. Instants are s since 1970; temperatures °C; doses CEM43 minutes.

Kept to what SQLite and PostgreSQL both have. `day` is the day on the controller's wall when a session began, so that an
evening's session is of that evening wherever it is read.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Double, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID = String(64)


class Base(DeclarativeBase):
    """All tables. Instants need all the digits of a double."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double}


class Session(Base):
    """One session, as its controller recorded it; `note` is the person's own, written afterwards, and `lines` says
    which version of the record this is."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_of_person", "person", "began_s"), Index("sessions_of_pad", "pad", "began_s"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    controller: Mapped[str] = mapped_column(ID)
    person: Mapped[str] = mapped_column(ID)
    pad: Mapped[str] = mapped_column(ID)
    simulated: Mapped[bool]
    program: Mapped[str] = mapped_column(ID)
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(300))
    began: Mapped[str] = mapped_column(String(40))  # ISO 8601 with the controller's zone
    began_s: Mapped[float]
    until_s: Mapped[float]
    day: Mapped[str] = mapped_column(String(10))
    ending: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(String(300))
    ran_s: Mapped[float | None]
    comfort: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    skipped_lines: Mapped[int]
    lines: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")


class Pain(Base):
    """Scores of one region of the body in one session, 0 to 10."""

    __tablename__ = "pains"

    session: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    region: Mapped[str] = mapped_column(String(30), primary_key=True)
    before: Mapped[int | None]
    after: Mapped[int | None]


class Heat(Base):
    """What a zone gave in one session: dose and hottest reading."""

    __tablename__ = "heats"

    session: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    zone: Mapped[str] = mapped_column(ID, primary_key=True)
    dose: Mapped[float]
    hottest_c: Mapped[float | None]


class Course(Base):
    """A session's curve, once a second, as `curves.pack` makes it."""

    __tablename__ = "courses"

    session: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Source(Base):
    """A controller from which everything was taken over once: from then on only what is pending there."""

    __tablename__ = "sources"

    controller: Mapped[str] = mapped_column(ID, primary_key=True)


class Forgotten(Base):
    """A person whose records this controller has still to erase: it was away when she asked."""

    __tablename__ = "forgotten"

    controller: Mapped[str] = mapped_column(ID, primary_key=True)
    person: Mapped[str] = mapped_column(ID, primary_key=True)
