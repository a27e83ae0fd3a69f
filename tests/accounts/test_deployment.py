"""Django's deployment check with the settings of production."""

import os
import subprocess
import sys


def test_djangos_deployment_check_has_no_warnings() -> None:
    environ = {
        "CHAT_ENV": "production",
        "CHAT_SECRET_KEY": "a key of tests, " * 4,
        "CHAT_ORIGINS": "https://chat.example",
    }
    command = ["check", "--deploy", "--fail-level", "WARNING", "--settings", "django_chat.settings"]
    checked = subprocess.run(
        [sys.executable, "-m", "django", *command],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
