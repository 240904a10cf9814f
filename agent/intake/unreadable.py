"""The error for a file that cannot be read as what it seems to be."""


class Unreadable(ValueError):
    """A file cannot be read as what it seems to be; the message says why, in words for a model."""
