import pytest

from agent.models.remote import load_library


@pytest.fixture(scope="session")
def library() -> None:
    """litellm is imported before a deadline runs: that takes long beside other work."""
    load_library()
