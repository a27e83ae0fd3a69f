"""Emojis that members put to messages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "fastapi_chat_reaction",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("reactor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["fastapi_chat_message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "emoji", "reactor"),
    )


def downgrade() -> None:
    op.drop_table("fastapi_chat_reaction")
