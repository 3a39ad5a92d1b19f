"""A Typer program that does nothing: what any start by Typer costs."""

import typer

app = typer.Typer()


@app.command()
def main() -> None:
    """Do nothing."""


app()
