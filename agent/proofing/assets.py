"""Reads the scripts that lie beside these modules: they run in the page or start the browser."""

from functools import cache
from importlib.resources import files


@cache
def asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
