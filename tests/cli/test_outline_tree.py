from agent.cli.outline_tree import tree


def test_an_outline_becomes_a_tree() -> None:
    outline = ["shop", "  Round 1", "    asked", "      twice", "", "    made", "  Round 2", "tea"]

    drawn = list(tree(outline))

    assert drawn == [
        "shop",
        "├─ Round 1",
        "│  ├─ asked",
        "│  │  └─ twice",
        "│  └─ made",
        "└─ Round 2",
        "tea",
    ]
