from dataclasses import replace

import pytest

from agent import readme
from agent.former_readme import FormerReadme
from agent.values import Outcome, Proof, Round, Verdict
from tests.orders import Shop, js, round_record, sentence

PAGE = b"""<!doctype html>
<title>
  Tip &amp; Total
</title>
<link rel="stylesheet" href="https://cdn.example/bootstrap.css">
<link rel="icon" href="icon.svg">
<svg><title>Icon</title></svg>
<input id="bill"><output id="tip"></output>
<script>function compute(a) { return a }</script>
<script src="https://cdn.example/marked.js"></script>
"""


def rendered(
    shop: Shop, files: dict[str, bytes], *rounds: Round, proof: Proof | None = None
) -> dict[str, bytes]:
    loaded = shop.loaded()
    *earlier, last = rounds or (round_record(checks=(js("a | b"), sentence("Has MIT license"))),)
    loaded = replace(loaded, earlier=tuple(earlier))
    app = readme.AppDescription.of(loaded, last, "Sums tips.", "", "Ann")
    return readme.render(app, files, proof)


def text(shop: Shop, files: dict[str, bytes], *rounds: Round, proof: Proof | None = None) -> str:
    return rendered(shop, files, *rounds, proof=proof)["README.md"].decode()


def test_a_readme_has_every_part_that_is_asked_for(shop: Shop) -> None:
    found = text(shop, {"index.html": PAGE, "data.csv": b"a,b"})

    headings = [line for line in found.splitlines() if line.startswith("#")]
    assert headings == [
        "# Tip & Total",
        "## Summary",
        "## Setup",
        "## Usage",
        "## Code explanation",
        "## Checks",
        "## License",
    ]
    assert "\n\n\n" not in found
    assert "Traceback" not in found


def test_it_tells_what_is_in_the_page_and_nothing_else(shop: Shop) -> None:
    found = text(shop, {"index.html": PAGE, "data.csv": b"a,b"})

    assert "`#bill`, `#tip`" in found
    assert "`compute()`" in found
    assert "- `https://cdn.example/bootstrap.css`\n- `https://cdn.example/marked.js`" in found
    assert "icon.svg" not in found
    assert "| `data.csv` | data (CSV), 3 bytes |" in found


def test_a_repository_without_a_page_is_not_said_to_have_one(shop: Shop) -> None:
    paged, unpaged = text(shop, {"index.html": PAGE}), text(shop, {"data.json": b"[]"})

    assert "the page is plain HTML" in paged
    assert "Open <http://localhost:8000/>" in paged
    assert "There is no page in this repository" in unpaged
    assert "Open <" not in unpaged
    assert "\n\n\n" not in unpaged


def test_checks_are_listed_until_they_were_tried(shop: Shop) -> None:
    checks = js("a | b"), sentence("Has MIT license")
    outcomes = Outcome.PASSED, Outcome.UNPROVED
    proof = Proof(tuple(Verdict(c, o, "") for c, o in zip(checks, outcomes, strict=True)))

    before, after = text(shop, {"index.html": PAGE}), text(shop, {"index.html": PAGE}, proof=proof)

    assert "- `a | b`\n- `Has MIT license`" in before
    assert "passed" not in before
    assert "- passed: `a | b`\n- unproved: `Has MIT license`" in after
    assert "1/2 passed, 1 unproved" in after


def test_a_page_without_a_title_is_named_for_its_repository(shop: Shop) -> None:
    assert "\n# shop\n" in text(shop, {"index.html": b"<p>"})
    assert "\n# shop\n" in text(shop, {"data.json": b"[]"})


def test_a_later_round_tells_of_each_round(shop: Shop) -> None:
    first, second = (
        round_record(brief="Sell flowers."),
        replace(round_record(2), brief="Sell\n# more"),
    )

    found = text(shop, {"index.html": PAGE}, first, second)

    assert "> Sell flowers." in found
    assert "> Sell\n> # more" in found
    assert "Round 2" in found


def test_the_licence_is_mits_with_year_and_holder(shop: Shop) -> None:
    found = rendered(shop, {"index.html": PAGE})["LICENSE"].decode()

    assert found.startswith("MIT License\n\nCopyright (c) 20")
    assert " Ann\n" in found
    assert "Permission is hereby granted, free of charge" in found


def test_nojekyll_is_there_and_empty(shop: Shop) -> None:
    assert rendered(shop, {"index.html": PAGE})[".nojekyll"] == b""


@pytest.mark.parametrize("path", ["a|b.txt", "`x`.txt"])
def test_an_odd_file_name_does_not_break_the_table(shop: Shop, path: str) -> None:
    found = text(shop, {"index.html": PAGE, path: b""})

    (row,) = [line for line in found.splitlines() if "text, 0 bytes" in line]
    assert row.replace("\\|", "").count("|") == 3


@pytest.mark.parametrize("content", [b"\xff\xfe", b"<", b"<title", b"<script>function", b"<![x"])
def test_a_page_that_is_broken_is_told_of_all_the_same(shop: Shop, content: bytes) -> None:
    assert "`index.html` | the page" in text(shop, {"index.html": content})


def test_a_superseded_check_is_shown_as_such_with_what_overrides_it(shop: Shop) -> None:
    alpha, beta = js("document.title === 'Alpha'"), js("document.title === 'Beta'", 2)
    reason = "round 2 asks for something else: document.title === 'Beta'"
    overridden = Verdict(alpha, Outcome.SUPERSEDED, reason)
    passed = Verdict(beta, Outcome.PASSED, "")

    found = text(shop, {"index.html": PAGE}, proof=Proof((overridden, passed)))
    plain = text(shop, {"index.html": PAGE}, proof=Proof((passed,)))

    assert "- superseded: `document.title === 'Alpha'`" in found
    assert f"- `document.title === 'Alpha'`: {reason}" in found
    assert "1/1 passed; superseded 1" in found
    assert "\n\n\n" not in found
    assert "superseded" not in plain


CONTROLS = b"""<!doctype html>
<title>Counter</title>
<label for="step">Step:</label> <input id="step" type="number" value="2">
<label>Unit <select id="unit"><option>apples<option>pears</select></label>
<button id="add" type="button">Add <b>one</b></button>
<script>
const addEl = document.querySelector("#add");
const add = () => {};
addEl.addEventListener("click", add);
</script>
"""


def test_usage_has_a_sentence_for_each_control(shop: Shop) -> None:
    found = text(shop, {"index.html": CONTROLS})

    assert "- Fill in `Step` (`#step`), which starts as `2`.\n" in found
    assert "- Choose from `Unit` (`#unit`): `apples`, `pears`.\n" in found
    assert "- Press `Add one` (`#add`); this runs `add()`.\n" in found
    assert "shows everything by itself" in text(shop, {"index.html": b"<p id=now>"})


def test_the_code_is_explained_from_the_page_where_no_model_does(shop: Shop) -> None:
    found = text(shop, {"index.html": CONTROLS})

    assert "The functions are `add()`." in found
    assert "On `click` of `#add`, `add()` runs." in found


def test_checks_are_in_the_readme_byte_for_byte(shop: Shop) -> None:
    checks = js("a  ||  b | c"), js("(() => {\n\n  return `x`\n})()")
    proof = Proof(tuple(Verdict(check, Outcome.PASSED, "") for check in checks))

    found = text(shop, {"index.html": PAGE}, proof=proof)

    assert "`a  ||  b | c`" in found
    assert "\n  ```\n  (() => {\n\n    return `x`\n  })()\n  ```\n" in found


def test_of_a_long_brief_there_is_the_gist_and_the_whole_in_a_file(shop: Shop) -> None:
    brief = "Sell flowers. " * 300
    page = {"index.html": PAGE}

    found = rendered(shop, page, replace(round_record(), brief=brief))

    assert found["docs/galley/brief-1.txt"].decode() == brief
    readme_text = found["README.md"].decode()
    assert "[the whole brief](docs/galley/brief-1.txt)" in readme_text
    assert readme_text.count("Sell flowers.") < 100
    assert "Sell flowers. …\n" in readme_text


def test_a_small_picture_of_the_page_is_shown_and_a_large_one_is_not(shop: Shop) -> None:
    app = readme.AppDescription.of(shop.loaded(), round_record(), "Sums tips", "", "Ann")
    page = {"index.html": PAGE}

    small = readme.render(app, page, None, b"png")
    large = readme.render(app, page, None, b"png" * 100_000)

    assert small["docs/galley/page.png"] == b"png"
    assert b"](docs/galley/page.png)" in small["README.md"]
    assert sorted(large) == [".nojekyll", "LICENSE", "README.md"]
    assert b"page.png" not in large["README.md"]


def test_the_live_address_is_in_the_usage_where_it_is_known(shop: Shop) -> None:
    app = readme.AppDescription.of(shop.loaded(), round_record(), "Sums tips", "", "Ann")

    at = replace(app, address="https://ann.github.io/shop/")

    assert (
        b"Open <https://ann.github.io/shop/>."
        in readme.render(at, {"index.html": PAGE}, None)["README.md"]
    )


def test_a_later_readme_keeps_the_whole_summary_that_a_subject_had_no_room_for(shop: Shop) -> None:
    summary = "Sums the tips of a table of any size and shows each guest what is to be paid"
    app = readme.AppDescription.of(shop.loaded(), round_record(), summary, "", "Ann")
    first = readme.render(
        replace(app, rounds=(replace(round_record(), summary=summary),)),
        {"index.html": PAGE},
        None,
    )
    former = FormerReadme.read(first["README.md"])

    cut = former.summary(1, "Sums the tips of a table of any size and shows each guest what is…")

    assert cut == f"{summary}."
    assert former.summary(1, "Another app") == "Another app"


def test_an_explanation_is_read_back_and_what_others_wrote_is_none(shop: Shop) -> None:
    app = readme.AppDescription.of(shop.loaded(), round_record(), "S", "`add` sums.", "Ann")

    found = readme.render(app, {"index.html": PAGE}, None)["README.md"]

    assert FormerReadme.read(found).explanation == "`add` sums."
    assert FormerReadme.read(b"# Hello\n\nby hand").explanation == ""
