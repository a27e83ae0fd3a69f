"""How many bytes an image has, and how many a room holds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from chat_core.history import MESSAGE_BYTES

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FILL_SIZES = """
UPDATE fastapi_chat_message
SET size = (SELECT length(data) FROM fastapi_chat_image WHERE message_id = fastapi_chat_message.id)
WHERE id IN (SELECT message_id FROM fastapi_chat_image)
"""
_FILL_BYTES = """
UPDATE fastapi_chat_room SET bytes = (
    SELECT COALESCE(SUM(size + {message} + {text}), 0)
    FROM fastapi_chat_message WHERE room = fastapi_chat_room.name
)
"""
_TEXT_BYTES = {"sqlite": "length(CAST(text AS blob))", "postgresql": "octet_length(text)"}


def upgrade() -> None:
    op.add_column(
        "fastapi_chat_message",
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "fastapi_chat_room", sa.Column("bytes", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.execute(_FILL_SIZES)
    text = _TEXT_BYTES[op.get_bind().dialect.name]
    op.execute(_FILL_BYTES.format(message=MESSAGE_BYTES, text=text))


def downgrade() -> None:
    op.drop_column("fastapi_chat_room", "bytes")
    op.drop_column("fastapi_chat_message", "size")
