"""Owns small answers, at least one of each kind models get wrong, and what must come of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.drafting.edits import Reason

PAGE = """\
<!doctype html>
<html lang="en">
  <head>
    <title>Tip</title>
  </head>
  <body>
    <h1>Tip</h1>

    <label for="bill">Bill</label>
    <input id="bill" type="number">

    <output id="total">0</output>
    <script src="script.js"></script>
  </body>
</html>
"""

SCRIPT = """\
const bill = document.querySelector("#bill");
const total = document.querySelector("#total");

function show(value) {
  total.textContent = value.toFixed(2);
}

function update() {
  const amount = Number(bill.value);
  if (amount < 0) {
    return;
  }
  show(amount * 1.1);
}

bill.addEventListener("input", update);
"""

NOTES = """\
# Notes

Run it:

```bash
npm start
```

- first
- second
"""

TREE = {"index.html": PAGE, "script.js": SCRIPT, "NOTES.md": NOTES}


@dataclass(frozen=True)
class Case:
    """An answer about a tree: `after` holds the files it changes, None for one that goes."""

    name: str
    answer: str
    after: Mapping[str, str | None] | None = None
    reason: Reason | None = None
    before: Mapping[str, str] = field(default_factory=lambda: TREE)
    says: str = ""

    @property
    def tree(self) -> dict[str, str] | None:
        """The whole tree that must come of it; None if it must be refused."""
        if self.after is None:
            return None
        merged = {**self.before, **self.after}
        return {path: text for path, text in merged.items() if text is not None}


HEAD = "--- a/script.js\n+++ b/script.js\n"
RATE = {"script.js": SCRIPT.replace("* 1.1", "* 1.2")}
GUARD = {"script.js": SCRIPT.replace("    return;\n", "    show(0);\n    return;\n")}
BARE = " function update() {\n   const amount = Number(bill.value);\n   if (amount < 0) {\n"
RATE_HUNK = """\
@@ -10,5 +10,5 @@
   if (amount < 0) {
     return;
   }
-  show(amount * 1.1);
+  show(amount * 1.2);
 }
"""
GUARD_HUNK = f"@@ @@\n{BARE}+    show(0);\n     return;\n   }}\n"


def _rate(name: str, hunk: str) -> Case:
    return Case(name, HEAD + hunk, RATE)


def _refused(name: str, answer: str, reason: Reason) -> Case:
    return Case(name, answer, reason=reason)


PLACED = [
    _rate("a clean diff", RATE_HUNK),
    Case(
        "git headers",
        "diff --git a/script.js b/script.js\nindex 1..2 100644\n" + HEAD + RATE_HUNK,
        RATE,
    ),
    _rate("wrong line numbers", RATE_HUNK.replace("-10,5 +10,5", "-310,5 +312,5")),
    _rate("wrong counts", RATE_HUNK.replace(",5", ",9")),
    _rate("no numbers", RATE_HUNK.replace("-10,5 +10,5", "...")),
    Case("no prefixes", HEAD.replace("a/", "").replace("b/", "") + RATE_HUNK, RATE),
    Case("one header line", "--- a/script.js\n" + RATE_HUNK, RATE),
    Case(
        "backticks and remarks",
        "--- `script.js` (original)\n+++ `script.js` (new)\n" + RATE_HUNK,
        RATE,
    ),
    Case(
        "a folder too many",
        HEAD.replace("a/", "a/my-app/").replace("b/", "b/my-app/") + RATE_HUNK,
        RATE,
    ),
    Case(
        "in a fence with prose",
        f"Here:\n\n```diff\n{HEAD}{RATE_HUNK}```\n\n- raised the rate\n",
        RATE,
    ),
    Case(
        "prose without a fence",
        f"Here:\n\n{HEAD}{RATE_HUNK}\nNote: that is all.\n\n- one thing\n",
        RATE,
    ),
    Case("tildes", f"~~~diff\n{HEAD}{RATE_HUNK}~~~\n", RATE),
    Case(
        "a fence in a list",
        "1. Raise it:\n\n"
        + "".join(f"   {line}\n" for line in f"```diff\n{HEAD}{RATE_HUNK}```".split("\n")),
        RATE,
    ),
    Case("a fence left open behind a full hunk", f"```diff\n{HEAD}{RATE_HUNK}", RATE),
    Case(
        "an illustration before", f"```bash\nnpm test\n```\n\n```diff\n{HEAD}{RATE_HUNK}```\n", RATE
    ),
    _rate(
        "blank lines written without their space",
        '@@ @@\n   show(amount * 1.1);\n }\n\n bill.addEventListener("input", update);\n'.replace(
            "   show(amount * 1.1);\n", "-  show(amount * 1.1);\n+  show(amount * 1.2);\n"
        ),
    ),
    _rate(
        "a blank line dropped",
        "@@ @@\n-  show(amount * 1.1);\n+  show(amount * 1.2);\n"
        ' }\n bill.addEventListener("input", update);\n',
    ),
    _rate("a blank line too many", RATE_HUNK.replace("   }\n", "   }\n \n")),
    _rate(
        "spaces at line ends", RATE_HUNK.replace("return;", "return;  ").replace("1.1);", "1.1);\t")
    ),
    _rate(
        "indented as a whole",
        RATE_HUNK.replace("\n ", "\n   ").replace("\n-", "\n-  ").replace("\n+", "\n+  "),
    ),
    _rate("one line indented differently", RATE_HUNK.replace("     return", "  return")),
    _rate(
        "tabs for spaces",
        RATE_HUNK.replace("     return", " \t\treturn")
        .replace("   if", " \tif")
        .replace("   }", " \t}")
        .replace("-  ", "-\t")
        .replace("+  show", "+\tshow"),
    ),
    _rate("context without its space", RATE_HUNK.replace("\n  ", "\n ").replace("\n }", "\n}")),
    _rate("a context line left out", RATE_HUNK.replace("     return;\n", "")),
    _rate("a context line misremembered", RATE_HUNK.replace("amount < 0", "amout < 0")),
    _rate(
        "typographic quotes",
        "@@ @@\n-const bill = document.querySelector(\u201c#bill\u201d);\n"
        '+const bill = document.querySelector("#bill");\n' + RATE_HUNK,
    ),
    _rate(
        "an elision",
        "@@ @@\n function update() {\n ...\n-  show(amount * 1.1);\n+  show(amount * 1.2);\n }\n",
    ),
    _rate(
        "nothing but the changed line",
        "@@ -1 +1 @@\n-  show(amount * 1.1);\n+  show(amount * 1.2);\n",
    ),
    _rate("HTML escaping", RATE_HUNK.replace("<", "&lt;")),
    _rate("the same hunk twice", RATE_HUNK + RATE_HUNK),
    _rate("CRLF in the answer", RATE_HUNK.replace("\n", "\r\n")),
    Case("an insertion", HEAD + GUARD_HUNK, GUARD),
    Case(
        "an insertion indented as a whole",
        HEAD + GUARD_HUNK.replace("\n ", "\n   ").replace("\n+", "\n+  "),
        GUARD,
    ),
    Case(
        "hunks out of order, in two headers",
        f'{HEAD}{RATE_HUNK}{HEAD}@@ @@\n-const bill = document.querySelector("#bill");\n'
        '+const bill = document.getElementById("bill");\n',
        {
            "script.js": RATE["script.js"].replace(
                'querySelector("#bill")', 'getElementById("bill")'
            )
        },
    ),
    Case(
        "CRLF in the file",
        HEAD + RATE_HUNK,
        {"script.js": RATE["script.js"].replace("\n", "\r\n")},
        before={"script.js": SCRIPT.replace("\n", "\r\n")},
    ),
    Case(
        "a fence inside the diff",
        "```diff\n--- a/NOTES.md\n+++ b/NOTES.md\n@@ -3,5 +3,5 @@\n Run it:\n \n ```bash\n"
        "-npm start\n+npm run dev\n ```\n \n```\nDone.\n",
        {"NOTES.md": NOTES.replace("npm start", "npm run dev")},
    ),
    Case(
        "the end of a file without a line end",
        "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,3 @@\n one\n-two\n"
        "\\ No newline at end of file\n+two\n+three\n",
        {"a.txt": "one\ntwo\nthree\n"},
        before={"a.txt": "one\ntwo"},
    ),
    Case(
        "the right line number among equals",
        "--- a/a.css\n+++ b/a.css\n@@ -6,1 +6,2 @@\n }\n+/* two */\n",
        {"a.css": "a {\n  x: 1;\n}\nb {\n  x: 1;\n}\n/* two */\n"},
        before={"a.css": "a {\n  x: 1;\n}\nb {\n  x: 1;\n}\n"},
    ),
    Case(
        "a search and replace block",
        "script.js\n```js\n<<<<<<< SEARCH\n  show(amount * 1.1);\n=======\n"
        "  show(amount * 1.2);\n>>>>>>> REPLACE\n```\n",
        RATE,
    ),
    Case(
        "a dedented search block",
        "### `script.js`\n<<<<<<< SEARCH\nif (amount < 0) {\n  return;\n=======\n"
        "if (amount < 0) {\n  show(0);\n  return;\n>>>>>>> REPLACE\n",
        GUARD,
    ),
    Case(
        "an envelope",
        "*** Begin Patch\n*** Update File: script.js\n"
        f"{GUARD_HUNK}*** Delete File: NOTES.md\n*** Add File: a.css\n+b {{}}\n"
        "*** End Patch\n",
        {**GUARD, "NOTES.md": None, "a.css": "b {}\n"},
    ),
    Case("a new file", "--- /dev/null\n+++ b/a.css\n@@ -0,0 +1 @@\n+b {}\n", {"a.css": "b {}\n"}),
    Case(
        "a deleted file",
        "diff --git a/NOTES.md b/NOTES.md\ndeleted file mode 100644\n",
        {"NOTES.md": None},
    ),
    Case(
        "a renamed file",
        "diff --git a/NOTES.md b/README.md\nrename from NOTES.md\nrename to README.md\n",
        {"NOTES.md": None, "README.md": NOTES},
    ),
    Case(
        "forms mixed",
        f"```diff\n{HEAD}{RATE_HUNK}```\n\n**a.css**\n```css\nb {{}}\n```\n",
        {**RATE, "a.css": "b {}\n"},
    ),
]

REFUSED = [
    _refused("nothing to do", "The code does this already.", Reason.NOTHING),
    _refused("an empty answer", "", Reason.NOTHING),
    _refused("no change", "**script.js**\n```js\n" + SCRIPT + "```\n", Reason.NOTHING),
    _refused(
        "a removed line that is not there", HEAD + RATE_HUNK.replace("1.1", "1.3"), Reason.NOT_FOUND
    ),
    _refused(
        "context of another file", HEAD + "@@ @@\n alpha\n beta\n+x\n gamma\n", Reason.NOT_FOUND
    ),
    _refused("two places", HEAD + "@@ @@\n }\n+// end\n", Reason.AMBIGUOUS),
    _refused(
        "two places and a wrong number", HEAD + "@@ -9 +9 @@\n }\n+// end\n", Reason.AMBIGUOUS
    ),
    _refused(
        "two places to search",
        "script.js\n<<<<<<< SEARCH\n}\n=======\n};\n>>>>>>> REPLACE\n",
        Reason.AMBIGUOUS,
    ),
    _refused("a cut diff", f"```diff\n{HEAD}{RATE_HUNK[:-20]}", Reason.TRUNCATED),
    _refused("a cut block", "script.js\n<<<<<<< SEARCH\n}\n=======\n}", Reason.TRUNCATED),
    _refused("a cut envelope", "*** Begin Patch\n*** Delete File: NOTES.md\n", Reason.TRUNCATED),
    _refused("a cut file", "**script.js**\n```js\nconst a = 1;\n", Reason.TRUNCATED),
    _refused("a page without its end", "```html\n<!doctype html>\n<p>\n```\n", Reason.TRUNCATED),
    _refused(
        "a placeholder in a diff",
        HEAD + RATE_HUNK.replace("+  show", "+  // ... rest of the code unchanged ...\n+  show"),
        Reason.PLACEHOLDER,
    ),
    _refused(
        "a placeholder in a file",
        "**script.js**\n```js\nlet a = 1;\n// ... existing code ...\n```\n",
        Reason.PLACEHOLDER,
    ),
    _refused(
        "a forgotten plus",
        HEAD
        + GUARD_HUNK.replace("+    show", "+    hide();\n     show").replace(
            "     return", "+    gone();\n     return"
        ),
        Reason.NOT_FOUND,
    ),
    _refused(
        "a new file over an old one",
        "--- /dev/null\n+++ b/script.js\n@@ -0,0 +1 @@\n+x\n",
        Reason.EXISTS,
    ),
    _refused(
        "another text deleted", "--- a/NOTES.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", Reason.DIFFERS
    ),
    _refused(
        "a file that is not there", HEAD.replace("script", "other") + RATE_HUNK, Reason.NO_FILE
    ),
    _refused(
        "a block for no file", "<<<<<<< SEARCH\n}\n=======\n};\n>>>>>>> REPLACE\n", Reason.NO_FILE
    ),
    _refused("one edit of two fails", HEAD + RATE_HUNK + "@@ @@\n-nope\n+x\n", Reason.NOT_FOUND),
    _refused(
        "a link",
        "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n",
        Reason.MODE,
    ),
    _refused(
        "binary",
        "diff --git a/a.png b/a.png\nnew file mode 100644\nGIT binary patch\nliteral 3\nxyz\n",
        Reason.BINARY,
    ),
    _refused(
        "two versions of a file",
        "**a.css**\n```\na {}\n```\n\n**a.css**\n```\nb {}\n```\n",
        Reason.CONFLICT,
    ),
]
