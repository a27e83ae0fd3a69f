"""An id is one message of its user in its room."""

from django.db import migrations, models

from chat_core.history import REPEATED_ID

_MARK_REPEATED = """
UPDATE django_chat_message SET client_id = client_id || CAST(%s AS text) || CAST(seq AS text)
WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY room_id, client_id, "user" ORDER BY seq) AS place
        FROM django_chat_message
    ) AS numbered
    WHERE place > 1
)
"""
_UNMARK_REPEATED = """
UPDATE django_chat_message
SET client_id = replace(client_id, CAST(%s AS text) || CAST(seq AS text), '')
"""


class Migration(migrations.Migration):
    dependencies = (("django_chat", "0001_history"),)

    operations = (
        migrations.RunSQL([(_MARK_REPEATED, [REPEATED_ID])], [(_UNMARK_REPEATED, [REPEATED_ID])]),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("room", "client_id", "user"), name="django_chat_message_room_id_user"
            ),
        ),
    )
