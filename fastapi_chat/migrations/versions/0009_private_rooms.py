"""Private rooms, their members and the invitations to them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "fastapi_chat_room",
        sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("fastapi_chat_room", sa.Column("owner_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "fastapi_chat_room_member",
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("account_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["fastapi_chat_account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room"], ["fastapi_chat_room.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "account_id"),
    )
    op.create_table(
        "fastapi_chat_invitation",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["fastapi_chat_room.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_fastapi_chat_invitation_room", "fastapi_chat_invitation", ["room"])
    op.create_index(
        "ix_fastapi_chat_invitation_expires_at", "fastapi_chat_invitation", ["expires_at"]
    )


def downgrade() -> None:
    op.drop_table("fastapi_chat_invitation")
    op.drop_table("fastapi_chat_room_member")
    op.drop_column("fastapi_chat_room", "owner_id")
    op.drop_column("fastapi_chat_room", "private")
