"""Keys of accounts leave out all that is not seen of a name."""

from typing import Any

from django.db import migrations

from chat_core.names import fold_accounts


def fold_again(apps: Any, _: Any) -> None:
    accounts = apps.get_model("accounts", "Account").objects
    rows = list(accounts.order_by("id"))
    keys = dict(fold_accounts((row.id, row.username) for row in rows))
    changed = [row.id for row in rows if row.key != keys[row.id]]
    for number in changed:  # first out of the way: a new key may be another account's old one
        accounts.filter(id=number).update(key=f"CHANGING {number}")
    for number in changed:
        accounts.filter(id=number).update(key=keys[number])


class Migration(migrations.Migration):
    dependencies = (("accounts", "0001_accounts"),)

    # Back again the keys stay: the code before this one finds accounts by them, too.
    operations = (migrations.RunPython(fold_again, migrations.RunPython.noop),)
