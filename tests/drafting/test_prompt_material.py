import json

from agent.deadline import Deadline
from agent.drafting.prompt_material import PromptMaterial
from agent.ports import DraftRequest
from agent.values import Attachment, Brief

PAGE, CSV = b"<h1>Old</h1>", b"item,price\napple,3\n"
ROWS = json.dumps([{"row": n, "name": "x" * 40} for n in range(3000)]).encode()
LATIN = "Größe\n".encode("latin-1") * 10


def sent(name: str, content: bytes) -> Attachment:
    return Attachment(name, "", content)


def material(
    base: dict[str, bytes],
    *now: Attachment,
    earlier: tuple[Attachment, ...] = (),
    text: str = "Go.",
) -> PromptMaterial:
    return PromptMaterial(
        DraftRequest(
            brief=Brief("shop", 2 if earlier else 1, text, "n", attachments=now),
            earlier=(),
            attachments=(*earlier, *now),
            base=base,
            number=1,
            tried=(),
            deadline=Deadline.within(60),
            listen=lambda piece: None,
            permit=lambda before, after: dict(after),
        )
    )


def test_a_file_as_it_was_sent_is_shown_by_its_shape_alone() -> None:
    files = {"data.csv": CSV, "index.html": PAGE}
    found = material(files, sent("data.csv", CSV))

    shown = found.shown(files)

    assert [shape.name for shape in found.shapes_in(files)] == ["data.csv"]
    assert [file.path for file in shown.whole] == ["index.html"]
    assert shown.hidden == ()


def test_a_sent_file_that_was_changed_is_shown_as_it_is_now_and_no_longer_as_it_was() -> None:
    found = material({"index.html": PAGE}, sent("index.html", PAGE))
    files = {"index.html": b"<h1>New</h1>"}

    (shown,) = found.shown(files).whole

    assert (shown.text, shown.was_sent) == ("<h1>New</h1>", True)
    assert found.shapes_in(files) == ()


def test_the_files_of_earlier_rounds_keep_their_shapes_until_they_are_changed() -> None:
    files = {"index.html": PAGE, "data.csv": CSV, "notes.txt": LATIN}
    found = material(files, earlier=(sent("data.csv", CSV), sent("notes.txt", LATIN)))

    names = [shape.name for shape in found.earlier_shapes_in(files)]
    changed = found.earlier_shapes_in({**files, "data.csv": b"item\n"})

    assert names == ["data.csv", "notes.txt"]
    assert [shape.name for shape in changed] == ["notes.txt"]
    assert found.shapes_in(files) == ()
    assert "Größe" in (changed[0].excerpt or "")


def test_all_shapes_share_one_budget_and_the_named_file_has_most_of_it() -> None:
    earlier = (sent("big.json", ROWS), sent("other.json", ROWS))
    files = {each.name: each.content for each in earlier}
    found = material(files, earlier=earlier, text="Show the rows of big.json.")

    sizes = {shape.name: shape.size for shape in found.earlier_shapes_in(files)}

    assert sum(sizes.values()) <= 24_000
    assert sizes["big.json"] > 2 * sizes["other.json"]


def test_files_that_no_word_names_are_outlined_where_there_is_no_room() -> None:
    script = "function unit() {}\naddEventListener('x', unit)\n" + "// filler\n" * 2000
    files = {"index.html": PAGE, "units.js": script.encode(), "big.json": ROWS}
    tight = PromptMaterial(material(files).request, prompt_tokens=6_000)

    shown = tight.shown(files)

    assert [file.path for file in shown.whole] == ["index.html"]
    outlines = {each.path: each.facts for each in shown.outlines}
    assert sorted(outlines) == ["big.json", "units.js"]
    assert "functions: unit()" in outlines["units.js"]
    assert any("3,000" in fact for fact in outlines["big.json"])


def test_much_data_is_shown_whole_only_where_the_brief_names_its_file() -> None:
    data = json.dumps([{"row": n} for n in range(800)]).encode()
    files = {"index.html": PAGE, "rows.json": data}

    named = material(files, text="Sort rows.json by row.").shown(files)
    unnamed = material(files, text="Make the heading red.").shown(files)

    assert [file.path for file in named.whole] == ["index.html", "rows.json"]
    assert [file.path for file in unnamed.whole] == ["index.html"]
    assert [each.path for each in unnamed.outlines] == ["rows.json"]


def test_the_file_that_the_brief_names_is_whole_before_others() -> None:
    code = b"// filler\n" * 1200
    files = {"index.html": PAGE, "a.js": code, "b.js": code}
    tight = PromptMaterial(material(files, text="Mend b.js.").request, prompt_tokens=8_000)

    assert [file.path for file in tight.shown(files).whole] == ["b.js", "index.html"]
