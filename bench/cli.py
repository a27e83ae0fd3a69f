"""`chatbench`: every command, each a few lines over what does the work."""

import typer

app = typer.Typer()
