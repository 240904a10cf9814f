"""Galley: a brief becomes a web app that was seen to work before anyone is told about it."""

__version__ = "0.2.0"
