"""How many bytes an image has, and how many a room holds."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from chat_core.history import MESSAGE_BYTES

_FILL_SIZES = """
UPDATE django_chat_message
SET size = (SELECT length(data) FROM django_chat_image WHERE message_id = django_chat_message.id)
WHERE id IN (SELECT message_id FROM django_chat_image)
"""
_FILL_BYTES = """
UPDATE django_chat_room SET bytes = (
    SELECT COALESCE(SUM(size + {message} + {text}), 0)
    FROM django_chat_message WHERE room_id = django_chat_room.name
)
"""
_TEXT_BYTES = {"sqlite": "length(CAST(text AS blob))", "postgresql": "octet_length(text)"}


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Count what is there already."""
    text = _TEXT_BYTES[schema_editor.connection.vendor]
    schema_editor.execute(_FILL_SIZES)
    schema_editor.execute(_FILL_BYTES.format(message=MESSAGE_BYTES, text=text))


class Migration(migrations.Migration):
    dependencies = (("django_chat", "0003_image_files"),)

    operations = (
        migrations.AddField("Message", "size", models.BigIntegerField(default=0)),
        migrations.AddField("Room", "bytes", models.BigIntegerField(default=0)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    )
