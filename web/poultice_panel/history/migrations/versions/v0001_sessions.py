"""Sessions with their pain, heat and courses; where they come from, and who is still to be forgotten there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _of_session() -> sa.Column[str]:
    return sa.Column(
        "session", sa.String(64), sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True, nullable=False
    )


def upgrade() -> None:
    """The step."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("controller", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("pad", sa.String(64), nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("content_hash", sa.String(300), nullable=False),
        sa.Column("began", sa.String(40), nullable=False),
        sa.Column("began_s", sa.Double, nullable=False),
        sa.Column("until_s", sa.Double, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("ending", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("ran_s", sa.Double),
        sa.Column("comfort", sa.JSON, nullable=False),
        sa.Column("notes", sa.JSON, nullable=False),
        sa.Column("skipped_lines", sa.Integer, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("sessions_of_person", "sessions", ["person", "began_s"])
    op.create_index("sessions_of_pad", "sessions", ["pad", "began_s"])
    op.create_table(
        "pains",
        _of_session(),
        sa.Column("region", sa.String(30), primary_key=True),
        sa.Column("before", sa.Integer),
        sa.Column("after", sa.Integer),
    )
    op.create_table(
        "heats",
        _of_session(),
        sa.Column("zone", sa.String(64), primary_key=True),
        sa.Column("dose", sa.Double, nullable=False),
        sa.Column("hottest_c", sa.Double),
    )
    op.create_table("courses", _of_session(), sa.Column("content", sa.LargeBinary, nullable=False))
    op.create_table("sources", sa.Column("controller", sa.String(64), primary_key=True))
    op.create_table(
        "forgotten",
        sa.Column("controller", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
    )
