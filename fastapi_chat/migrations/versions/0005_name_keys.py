"""Keys of accounts leave out the invisible characters of a name."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from chat_core.names import fold_accounts

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_accounts = sa.table(
    "fastapi_chat_account",
    sa.column("id", sa.BigInteger),
    sa.column("username", sa.String),
    sa.column("key", sa.String),
)


def upgrade() -> None:
    db = op.get_bind()
    rows = db.execute(sa.select(_accounts).order_by(_accounts.c.id)).all()
    keys = dict(fold_accounts((row.id, row.username) for row in rows))
    changed = [row.id for row in rows if row.key != keys[row.id]]
    for number in changed:  # first a temporary key: a new key may be another account's old one
        _set_key(db, number, f"CHANGING {number}")
    for number in changed:
        _set_key(db, number, keys[number])


def downgrade() -> None:
    """The keys stay: the earlier code finds accounts by them, too."""


def _set_key(db: sa.Connection, number: int, key: str) -> None:
    db.execute(sa.update(_accounts).where(_accounts.c.id == number).values(key=key))
