"""Alembic's environment for every service: the connection and the place of the versions come from migrate.py."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=True)

with context.begin_transaction():
    context.run_migrations()
