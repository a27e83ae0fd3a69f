"""The chat's settings for its tests: a database in a folder of the process."""

import os
import tempfile
from pathlib import Path

_file = Path(tempfile.mkdtemp(prefix="django-chat-tests-"), "chat.sqlite3")
os.environ["CHAT_HISTORY"] = f"sqlite:///{_file}"
os.environ["CHAT_SECRET_KEY"] = "a key of the tests, which signs nothing that anybody keeps"

from django_chat.settings import *  # noqa: E402, F403
from django_chat.settings import DATABASES  # noqa: E402

# As in production: a database in memory, as Django makes it, has table locks and no WAL.
DATABASES["default"]["TEST"] = {"NAME": str(_file)}
