"""How the database came to be what it is: run by Alembic when the panel begins."""
