"""The browser client from outside, in real Chromium: what it weighs, how it looks."""
