"""An image's bytes are an image file, not a picture."""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.rename_table("fastapi_chat_picture", "fastapi_chat_image")


def downgrade() -> None:
    op.rename_table("fastapi_chat_image", "fastapi_chat_picture")
