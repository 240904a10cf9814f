"""The readers of answers under random ones: a tree or EditRefused, words, and nothing else."""

import random

from agent.drafting.answer import explanation, revised, summary
from agent.drafting.edits import EditRefused, apply, prose
from agent.paths import safe_path
from tests.drafting.edits.answer_forms import ALL
from tests.drafting.edits.cases import PLACED, REFUSED
from tests.fuzz.dice import throws

PIECES = """\
```|````|~~~|```diff|```html|```js:a.js|--- a/script.js|+++ b/script.js|--- /dev/null
+++ /dev/null|@@ @@|@@ -1,2 +3,4 @@|@@|+|-| |\\ No newline at end of file
diff --git a/script.js b/script.js
<<<<<<< SEARCH|=======|>>>>>>> REPLACE|*** Begin Patch|*** End Patch|*** Update File: script.js
*** Add File: a
*** Delete File: NOTES.md|*** Move to: b|*** End of File|rename from script.js
rename to b|new file mode 100644|deleted file mode 100644|<file path="a.html">|</file>
<!doctype html>|</html>|FILE: a.css|**index.html**|...|// ... existing code ...|\r|\0|\u2028|\t
Index: script.js|<think>|</think>|<edit path="script.js">|<search>|</search>|<replace>|</replace>
</edit>|<content>|</content>|<![CDATA[|]]>|{"edits": [|{"path": "a.js", "content": "x"}|]}
cat > a.js <<'EOF'|EOF|apply_patch <<'EOF'|**Before:**|**After:**|------- SEARCH|+++++++ REPLACE
=== a.css ===|// a.js|<!-- rest as before -->|<|channel|>final<|message|>
""".replace("\n", "|").split("|")

SAID = (
    "", "Summary: x\n", "**Summary:** ", "## Summary\n: y\n", "Explanation: `a()` is b. `c`.\n",
    "Summary: " + "z " * 500 + "\n", "Show: a.js\n", 'Superseded: 1.1 "x"\n',
    "Explanation: " + "y. " * 2_000,
)  # fmt: skip
CASES = [*PLACED, *REFUSED, *ALL]


def damaged(answer: str, dice: random.Random) -> str:
    lines = answer.split("\n")
    for _ in range(dice.randrange(1, 6)):
        place = dice.randrange(len(lines) + 1)
        action = dice.randrange(5)
        if action == 0:
            lines.insert(place, dice.choice(PIECES))
        elif action == 1:
            del lines[place : place + dice.randrange(1, 4)]
        elif action == 2 and lines:
            index = dice.randrange(len(lines))
            cut = dice.randrange(len(lines[index]) + 1)
            lines[index] = lines[index][:cut] + dice.choice(PIECES) + lines[index][cut:]
        elif action == 3 and lines:
            lines.insert(place, dice.choice(lines))
        else:
            other = dice.choice(CASES).answer.split("\n")
            lines[place:place] = other[: dice.randrange(len(other) + 1)]
    return "\n".join(lines)


def test_random_answers_end_in_a_tree_or_a_refusal() -> None:
    for seed, dice in throws("edit-parser"):
        case = dice.choice(CASES)
        answer = damaged(case.answer, dice)
        try:
            tree = apply(case.before, answer)
        except EditRefused:
            pass
        except Exception as bug:
            raise AssertionError(f"seed {seed}, answer {answer!r}") from bug
        else:
            assert all(safe_path(path) == path for path in tree), (seed, answer)
        prose(answer)


def test_what_a_random_answer_says_of_itself_is_read() -> None:
    for seed, dice in throws("answer-reader"):
        case = dice.choice(CASES)
        words = f"{dice.choice(SAID)}{case.answer}{dice.choice(SAID)}"
        given = [damaged(words, dice) for _ in range(dice.randint(1, 3))]
        before = {path: text.encode() for path, text in case.before.items()}
        try:
            tree = revised(before | {"a.png": b"\x89\0"}, given[-1])
        except EditRefused:
            tree = before
        stated = summary(given, "Sell things. Now.")

        assert stated, (seed, given)
        assert len(stated) <= 300, (seed, given)
        assert len(explanation(given, tree)) <= 2_000, (seed, given)
