"""G2 of SECURITY.md: foreign text is only ever a variable of a template, never a template."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent import readme, scaffold
from agent.values import Outcome, Proof, Verdict
from tests.orders import Shop, js, round_record, sentence

HOSTILE = "{{ cycler.__init__.__globals__.os.popen('touch MARK').read() }}{% for x in y %}{# c #}"
PROBE = "{{ 7 * 7 }}"


@pytest.mark.parametrize("text", [HOSTILE, PROBE, "{% include '/etc/passwd' %}", "{{"])
def test_braces_of_others_are_braces_in_the_readme(shop: Shop, text: str) -> None:
    checks = js(text), sentence(text)
    round_ = replace(round_record(brief=text, checks=checks), summary=text)
    proof = Proof(tuple(Verdict(check, Outcome.FAILED, text) for check in checks))
    page = f"<title>{text}</title><p id='{text}'>".encode()
    files = {"index.html": page, f"{text.replace('/', '')}.txt": b""}
    loaded = replace(shop.loaded(), earlier=(round_,))
    last = replace(round_, number=2)
    app = readme.AppDescription.of(loaded, last, text, text, text)

    found = readme.render(app, files, proof)

    assert text in found["README.md"].decode()
    assert "49" not in found["README.md"].decode()
    assert "root:" not in found["README.md"].decode()
    assert text in found["LICENSE"].decode()
    assert not Path("MARK").exists()


@pytest.mark.parametrize("text", [HOSTILE, PROBE])
def test_braces_of_others_are_braces_in_a_prompt(shop: Shop, text: str) -> None:
    loaded = shop.loaded(brief=text, checks=[text, f"js: {text}"])

    parts = [
        scaffold.prompt(
            name,
            brief=loaded.brief,
            earlier=(round_record(brief=text),),
            labels=dict.fromkeys(loaded.checks, "1.1"),
            overridden=(),
            shapes=(),
            earlier_shapes=(),
        )
        for name in ("asked", "build")
    ]
    prompt = "".join(parts)

    assert prompt.count(text) == 4
    assert "49" not in prompt
