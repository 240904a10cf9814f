"""E1 and E2 of SECURITY.md: nothing that a model names is written outside the tree or into git."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drafting.edits import EditRefused, Reason, apply
from agent.paths import safe_path

FILES = {"app.js": "a\nb\n"}
EVIL = [
    "../x",
    "../../x",
    "css/../../x",
    "a/./../../x",
    "/etc/x",
    "C:\\x",
    "..\\..\\x",
    "~/.ssh/authorized_keys",
    ".git/hooks/post-checkout",
    ".GIT/config",
    "sub/.git/config",
    ".git./config",
    "git~1/config",
    ".g\u200cit/config",
    "file:///var/x",
    "ok.txt\0../x",
    "CON",
]
FORMS = [
    "diff --git a/{0} b/{0}\nnew file mode 100644\n--- /dev/null\n+++ b/{0}\n@@ -0,0 +1 @@\n+x\n",
    "--- /dev/null\n+++ {0}\n@@ -0,0 +1 @@\n+x\n",
    "--- a/app.js\n+++ b/{0}\n@@ -1 +1 @@\n-a\n+x\n",
    "--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-a\n+x\n",
    "--- a/{0}\n+++ /dev/null\n",
    "diff --git a/app.js b/{0}\nsimilarity index 100%\nrename from app.js\nrename to {0}\n",
    "*** Begin Patch\n*** Add File: {0}\n+x\n*** End Patch\n",
    "*** Begin Patch\n*** Update File: app.js\n*** Move to: {0}\n@@\n-a\n+x\n*** End Patch\n",
    "FILE: {0}\n```\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```\n",
    '```js title="{0}"\nx\n```\n',
    '<file path="{0}">\nx\n</file>\n',
]


@pytest.mark.parametrize("path", EVIL)
@pytest.mark.parametrize("form", FORMS)
def test_an_unsafe_path_is_refused_in_every_form(form: str, path: str) -> None:
    with pytest.raises(EditRefused) as caught:
        apply(FILES, form.format(path))

    assert caught.value.failures


@pytest.mark.parametrize("path", EVIL)
def test_the_refusal_says_that_it_is_the_path(path: str) -> None:
    with pytest.raises(EditRefused) as caught:
        apply(FILES, FORMS[0].format(path))

    assert caught.value.failures[0].reason is Reason.PATH


@pytest.mark.parametrize("mode", ["120000", "160000"])
def test_links_and_submodules_are_refused(mode: str) -> None:
    answer = (
        f"diff --git a/l b/l\nnew file mode {mode}\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+x\n"
    )

    with pytest.raises(EditRefused) as caught:
        apply(FILES, answer)

    assert caught.value.failures[0].reason is Reason.MODE


@given(st.text(alphabet="a./\\~:g it\u200c\0", max_size=16), st.sampled_from(FORMS))
def test_no_path_escapes(path: str, form: str) -> None:
    try:
        tree = apply(FILES, form.format(path))
    except EditRefused:
        return

    assert all(safe_path(name) == name for name in tree)
