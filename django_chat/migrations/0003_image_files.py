"""An image's bytes are an image file, not a picture."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("django_chat", "0002_message_ids"),)

    operations = (
        migrations.RenameModel("Picture", "ImageFile"),
        migrations.AlterModelTable("ImageFile", "django_chat_image"),
    )
