from itertools import islice

import pytest

from agent.errors import HostError
from agent.hosts.site_addresses import page_address
from agent.hosts.site_names import site_names


@pytest.mark.parametrize(
    ("repo", "names"),
    [
        ("Shop", ["shop", "shop-2", "shop-3"]),
        ("__a---b..c__", ["a-b.c", "a-b.c-2", "a-b.c-3"]),
        ("---", ["site", "site-2", "site-3"]),
        ("abcdefghijkl", ["abcdefghij", "abcdefgh-2", "abcdefgh-3"]),
    ],
)
def test_names_are_what_hosts_take(repo: str, names: list[str]) -> None:
    assert list(islice(site_names(repo, 10), 3)) == names


@pytest.mark.parametrize(
    ("stated", "api", "address"),
    [
        ("shop.vercel.app", "https://api.vercel.com", "https://shop.vercel.app/"),
        ("https://a.hf.space", "https://huggingface.co", "https://a.hf.space/"),
        ("127.0.0.1:5", "http://127.0.0.1:1", "http://127.0.0.1:5/"),
        ("shop.vercel.app", "http://vercel.example", "https://shop.vercel.app/"),
    ],
)
def test_addresses_are_https_but_for_an_api_on_loopback(
    stated: str, api: str, address: str
) -> None:
    assert page_address(stated, api) == address


@pytest.mark.parametrize("stated", ["http://a.hf.space", "javascript://x", "https://"])
def test_other_addresses_are_refused(stated: str) -> None:
    with pytest.raises(HostError, match="not https"):
        page_address(stated, "https://huggingface.co")
