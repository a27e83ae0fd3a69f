"""The author of a message, and whether it was taken back. Older messages have no author."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("django_chat", "0004_sizes"),)

    operations = (
        migrations.AddField("Message", "author", models.TextField(default="")),
        migrations.AddField("Message", "unsaid", models.BooleanField(default=False)),
    )
