"""Alembic's door: `database.py` hands it a connection, and it brings the tables up to the newest step."""

from __future__ import annotations

from alembic import context

from poultice_panel.history.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
    transactional_ddl=True,
)
context.run_migrations()
