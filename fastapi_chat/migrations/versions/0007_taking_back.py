"""The author of a message, and whether it was taken back. Older messages have no author."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "fastapi_chat_message",
        sa.Column("author", sa.Text(), server_default="", nullable=False),
    )
    op.add_column(
        "fastapi_chat_message",
        sa.Column("unsaid", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("fastapi_chat_message", "unsaid")
    op.drop_column("fastapi_chat_message", "author")
