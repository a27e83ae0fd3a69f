"""Keys of accounts leave out the invisible characters of a name."""

from typing import Any

from django.db import migrations

from chat_core.names import fold_accounts


def fold_again(apps: Any, _: Any) -> None:
    accounts = apps.get_model("accounts", "Account").objects
    rows = list(accounts.order_by("id"))
    keys = dict(fold_accounts((row.id, row.username) for row in rows))
    changed = [row.id for row in rows if row.key != keys[row.id]]
    for number in changed:  # first a temporary key: a new key may be another account's old one
        accounts.filter(id=number).update(key=f"CHANGING {number}")
    for number in changed:
        accounts.filter(id=number).update(key=keys[number])


class Migration(migrations.Migration):
    dependencies = (("accounts", "0001_accounts"),)

    # The reverse keeps the keys: the earlier code finds accounts by them, too.
    operations = (migrations.RunPython(fold_again, migrations.RunPython.noop),)
