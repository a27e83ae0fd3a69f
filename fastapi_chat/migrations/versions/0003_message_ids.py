"""An id is one message of its user in its room."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from chat_core.history import REPEATED_ID

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_UNIQUE = "fastapi_chat_message_room_id_user"

_MARK_REPEATED = """
UPDATE fastapi_chat_message SET client_id = client_id || CAST(:mark AS text) || CAST(seq AS text)
WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY room, client_id, "user" ORDER BY seq) AS place
        FROM fastapi_chat_message
    ) AS numbered
    WHERE place > 1
)
"""
_UNMARK_REPEATED = """
UPDATE fastapi_chat_message
SET client_id = replace(client_id, CAST(:mark AS text) || CAST(seq AS text), '')
"""


def upgrade() -> None:
    op.execute(sa.text(_MARK_REPEATED).bindparams(mark=REPEATED_ID))
    op.create_index(_UNIQUE, "fastapi_chat_message", ["room", "client_id", "user"], unique=True)


def downgrade() -> None:
    op.drop_index(_UNIQUE, "fastapi_chat_message")
    op.execute(sa.text(_UNMARK_REPEATED).bindparams(mark=REPEATED_ID))
