#!/usr/bin/env python
"""Django's own commands for the Channels chat: `python manage.py check --deploy`, `migrate`, …"""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_chat.settings")
    execute_from_command_line(sys.argv)
