"""A command of Alembic: `python -m tests.history.fastapi_tables COMMAND ARGUMENT…`."""

import sys

from alembic import command

from fastapi_chat.migrate import alembic_config

if __name__ == "__main__":
    getattr(command, sys.argv[1])(alembic_config(), *sys.argv[2:])
