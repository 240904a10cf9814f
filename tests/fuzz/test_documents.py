"""Every reader of documents under random damage: a description with facts, and never a bug."""

import random

import pytest

from agent.deadline import Deadline
from agent.intake.document_process import with_documents
from agent.intake.shapes import shapes_of
from agent.values import Attachment
from tests.fuzz.dice import damaged, throws
from tests.security.test_documents_hostile import SOUND, with_damaged_part

_AT_ONCE = 16
_OFFICE = (".docx", ".pptx", ".xlsx")


@pytest.mark.slow
def test_a_damaged_document_is_described_and_never_a_bug() -> None:
    for seed, dice in throws("document"):
        files = [_file(dice) for _ in range(_AT_ONCE)]

        shapes = shapes_of(with_documents(files, Deadline.within(600)), 40_000)

        assert all(shape.facts for shape in shapes), seed


def _file(dice: random.Random) -> Attachment:
    name = dice.choice(list(SOUND))
    if name.endswith(_OFFICE) and dice.random() < 0.5:
        return Attachment(name, "", with_damaged_part(SOUND[name], dice.randrange(1 << 30)))
    content = SOUND[dice.choice(list(SOUND))] if dice.random() < 0.1 else SOUND[name]
    return Attachment(name, "", damaged(content, dice))
