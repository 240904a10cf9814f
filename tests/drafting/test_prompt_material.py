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

    current, hidden = found.shown(files)

    assert [shape.name for shape in found.shapes_in(files)] == ["data.csv"]
    assert [file.path for file in current] == ["index.html"]
    assert hidden == ()


def test_a_sent_file_that_was_changed_is_shown_as_it_is_now_and_no_longer_as_it_was() -> None:
    found = material({"index.html": PAGE}, sent("index.html", PAGE))
    files = {"index.html": b"<h1>New</h1>"}

    (shown,), _ = found.shown(files)

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
