"""Django's admin, at `/admin/`; what it shows is in `django_chat.admin`."""
