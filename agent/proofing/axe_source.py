"""Reads axe-core, the accessibility checker that the package axe-playwright-python carries."""

from functools import cache
from importlib.resources import files


@cache
def axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
