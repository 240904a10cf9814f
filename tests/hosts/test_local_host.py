from agent.hosts.local_host import LocalHost
from agent.values import Publication, Remote, Revision

REMOTE = Remote("My.shop_1", "file:///r", "file:///r")
REVISION = Revision("My.shop_1", 1, "a" * 40, "index.html")


def test_the_page_is_under_this_server_and_ends_with_a_slash() -> None:
    host = LocalHost("http://localhost:5000")

    assert host.request(REMOTE, REVISION) == "http://localhost:5000/pages/My.shop_1/"
    assert Publication(REMOTE.repo_url, host.request(REMOTE, REVISION), REVISION)


def test_there_is_never_more_to_say_than_that_it_is_served() -> None:
    assert LocalHost("").look(REMOTE, REVISION) == "served from the local forge"
