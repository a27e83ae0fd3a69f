"""The browser client in real Chromium, from outside: its cost and its screenshots."""
