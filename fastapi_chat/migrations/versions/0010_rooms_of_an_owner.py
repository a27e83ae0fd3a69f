"""The index by which the private rooms of an account are counted."""

from collections.abc import Sequence

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_fastapi_chat_room_owner_id", "fastapi_chat_room", ["owner_id"])


def downgrade() -> None:
    op.drop_index("ix_fastapi_chat_room_owner_id", "fastapi_chat_room")
