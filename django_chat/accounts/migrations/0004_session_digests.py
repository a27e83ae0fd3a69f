"""A session's row has the digest of its key; only the cookie has the key.

Everybody signs in again: a copy of the database from before has keys that are valid as cookies.
"""

import django.db.models.deletion
from django.db import migrations, models

_END_ALL = ("DELETE FROM accounts_ticket", "DELETE FROM accounts_session")


class Migration(migrations.Migration):
    dependencies = (("accounts", "0003_admin"),)

    operations = (
        migrations.RunSQL(_END_ALL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="session",
            name="session_key",
            field=models.CharField(
                max_length=64, primary_key=True, serialize=False, verbose_name="session key"
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="session",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="accounts.session",
            ),
        ),
        migrations.RemoveField(model_name="session", name="key"),
        migrations.RunSQL(migrations.RunSQL.noop, _END_ALL),
    )
