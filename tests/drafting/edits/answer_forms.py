"""Answers in the forms that models really use, and what must come of them: a tree or a refusal."""

import json

from agent.drafting.edits import Reason
from tests.drafting.edits.cases import Case

PAGE = """\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Bakery</title>
  <link rel="stylesheet" href="styles.css">
</head>
<body>
  <header>
    <h1>Bakery</h1>
    <nav><a href="#order">Order</a></nav>
  </header>
  <main>
    <p id="price">3.20</p>
    <form id="order">
      <input id="amount" type="number" value="1">
      <button id="send">Order</button>
    </form>
  </main>
  <footer>
    <p id="imprint">Baked by hand since 1953</p>
  </footer>
  <script src="app.js"></script>
</body>
</html>
"""

STYLES = """\
body {
  margin: 0;
  font-family: sans-serif;
}

header {
  background: peru;
  padding: 1rem;
}

nav a {
  color: white;
}

#price {
  font-size: 2rem;
}

form {
  display: grid;
  gap: 0.5rem;
}

button {
  border: 0;
  background: peru;
}

footer {
  color: gray;
}
"""

APP = """\
const rate = 1.07;

function priceOf(amount) {
  return amount * 3.2 * rate;
}

function show(value) {
  document.querySelector("#price").textContent = value.toFixed(2);
}

function update() {
  const amount = Number(document.querySelector("#amount").value);
  if (amount < 0) {
    return;
  }
  show(priceOf(amount));
}

document.querySelector("#amount").addEventListener("input", update);
"""

NOTES = "# Notes\n\nThe bakery opens at six.\n\n## Prices\n\nBread costs 3.20.\n"

SHOP = {"index.html": PAGE, "styles.css": STYLES, "app.js": APP, "NOTES.md": NOTES}

RAISED = APP.replace("1.07", "1.19")
DEARER = PAGE.replace("3.20", "3.40")
BLUE = STYLES.replace("color: gray", "color: navy")
DIFF = "--- a/app.js\n+++ b/app.js\n@@\n-const rate = 1.07;\n+const rate = 1.19;\n"
FENCED = f"```diff\n{DIFF}```\n"
SNIPPET = "footer {\n  color: navy;\n}\n"
ONE_FUNCTION = (
    'function update() {\n  show(priceOf(Number(document.querySelector("#amount").value)));\n}\n'
)


def read(name: str, answer: str, **after: str | None) -> Case:
    """An answer that must be read; `after` maps paths, `.` written `_`, to new texts."""
    paths = {"index_html": "index.html", "styles_css": "styles.css", "app_js": "app.js"}
    files = {paths.get(path, path.replace("_", ".")): text for path, text in after.items()}
    return Case(name, answer, files, before=SHOP)


def refused(name: str, answer: str, reason: Reason, says: str = "") -> Case:
    """An answer that must be refused in words that hold `says`."""
    return Case(name, answer, reason=reason, before=SHOP, says=says)


def file(path: str, text: str, info: str = "") -> str:
    return f"{path}\n```{info}\n{text}```\n"


def page_with(rest: str) -> str:
    """A page that keeps the head and has a comment for most of the rest."""
    return file(
        "index.html",
        '<!doctype html>\n<html lang="en">\n<head>\n  <title>Bakery</title>\n</head>\n<body>\n'
        "  <header><h1>Bakery</h1></header>\n"
        f'  <p id="price">3.40</p>\n  {rest}\n</body>\n</html>\n',
        "html",
    )


FRAGMENTS = [
    refused(
        "a rule to add at the end",
        "### styles.css\n\nAdd this at the end:\n\n```css\n.new {\n  top: 0;\n}\n```\n",
        Reason.FRAGMENT,
        "nav a",
    ),
    refused(
        "a rule alone under the path", file("styles.css", SNIPPET, "css"), Reason.FRAGMENT, "#price"
    ),
    refused(
        "one line for the head",
        "### index.html\n\nInside `<head>`:\n\n```html\n"
        '<meta name="color-scheme" content="dark">\n```\n',
        Reason.FRAGMENT,
        "#price",
    ),
    refused(
        "a heading and one button",
        '**index.html**\n```html\n<h1>Bakery</h1>\n<button id="send">Buy</button>\n```\n',
        Reason.FRAGMENT,
        "#price",
    ),
    refused(
        "a body without its document",
        file("index.html", PAGE[PAGE.index("<body>") : PAGE.index("</html>")]),
        Reason.FRAGMENT,
    ),
    refused(
        "one function",
        f"**app.js**\n```js\n{ONE_FUNCTION}```\n\nThe rest of the file stays the same.\n",
        Reason.FRAGMENT,
        "priceOf()",
    ),
    refused("a cell of a list", file("NOTES.md", "Bread costs 3.40.\n"), Reason.FRAGMENT, "Prices"),
    refused(
        "the first half of a script",
        file("app.js", APP[: APP.index("function update")]),
        Reason.LOSS,
        "update()",
    ),
    refused(
        "a script without its last line",
        file("app.js", RAISED[: RAISED.rindex("document")]),
        Reason.LOSS,
    ),
    refused(
        "half a style sheet, whole rules",
        file("styles.css", BLUE[BLUE.index("form") :]),
        Reason.FRAGMENT,
        "nav a",
    ),
    refused(
        "a page that lost most of its parts",
        file(
            "index.html",
            '<!doctype html>\n<html>\n<body>\n<p id="price">3.40</p>\n</body>\n</html>\n',
        ),
        Reason.LOSS,
        "#order",
    ),
    refused(
        "conflict markers",
        file(
            "app.js",
            APP.replace(
                "const rate = 1.07;\n",
                "<<<<<<< HEAD\nconst rate = 1.07;\n=======\nconst rate = 1.19;\n>>>>>>> new-rate\n",
            ),
        ),
        Reason.MALFORMED,
        "two versions",
    ),
    refused(
        "before and after in one fence",
        file("app.js", f"// Before\n{APP}\n// After\n{RAISED}"),
        Reason.MALFORMED,
        "two versions",
    ),
]

PAIRS = [
    read(
        "before and after",
        "### app.js\n\n**Before:**\n```js\nconst rate = 1.07;\n```\n"
        "\n**After:**\n```js\nconst rate = 1.19;\n```\n",
        app_js=RAISED,
    ),
    read(
        "before and after of a whole page",
        f"### index.html\n\nBefore:\n```html\n{PAGE}```\nAfter:\n```html\n{DEARER}```\n",
        index_html=DEARER,
    ),
    read(
        "old and new code of the only file that has it",
        "Old code:\n\n```js\nconst rate = 1.07;\n```\n\nNew code:\n\n"
        "```js\nconst rate = 1.19;\n```\n",
        app_js=RAISED,
    ),
    read(
        "replace this with that",
        "In `app.js`, replace:\n\n```js\nconst rate = 1.07;\n```\n\n"
        "with:\n\n```js\nconst rate = 1.19;\n```\n",
        app_js=RAISED,
    ),
    read(
        "find and replace with",
        "#### `styles.css`\nFind:\n```css\nfooter {\n  color: gray;\n"
        "```\nReplace with:\n```css\nfooter {\n  color: navy;\n```\n",
        styles_css=BLUE,
    ),
    refused(
        "an old version that is not there",
        "### app.js\n\nBefore:\n```js\nconst rate = 1.09;\n```\n"
        "After:\n```js\nconst rate = 1.19;\n```\n",
        Reason.NOT_FOUND,
    ),
    refused(
        "an instruction in a sentence",
        f"In `app.js` replace `1.07` with `1.19`.\n\n{file('styles.css', BLUE)}",
        Reason.MALFORMED,
        "not understood",
    ),
    read(
        "a sentence that tells of the diff",
        f"In `app.js` I replaced `1.07` with `1.19`: replace `1.07` with `1.19`.\n\n{FENCED}",
        app_js=RAISED,
    ),
    refused(
        "a snippet for an old file beside an edit",
        f"{FENCED}\nAlso add this to `styles.css`:\n\n```css\n.new {{ top: 0; }}\n```\n",
        Reason.MALFORMED,
        "not understood",
    ),
    read(
        "a snippet that quotes the result",
        f"{FENCED}\nIn `app.js` the rate is now:\n\n```js\nconst rate = 1.19;\n```\n",
        app_js=RAISED,
    ),
    read(
        "an illustration",
        f"First, the idea:\n\n```js\nconst x = y * 2;\n```\n\n{FENCED}",
        app_js=RAISED,
    ),
]

STAND_INS = [
    *(
        refused(
            f"a page with the comment {words!r}",
            page_with(f"<!-- {words} -->"),
            Reason.PLACEHOLDER,
            "footer",
        )
        for words in (
            "The rest of the page stays exactly as it was",
            "(footer and scripts same as before)",
            "Keep the existing form and footer here",
            "form, footer and script go here, no changes",
            "everything below is untouched",
            "Form + Footer",
            "as in your current version",
            "snip",
            "Formular und Footer bleiben unverändert",
            "le reste est inchangé",
            "✂",
            "other sections omitted for brevity",
        )
    ),
    *(
        refused(
            f"a script with the comment {words!r}",
            file(
                "app.js",
                APP[: APP.index("function show")].replace("1.07", "1.19")
                + f"// {words}\n"
                + APP[APP.index('document.querySelector("#amount").add') :],
            ),
            Reason.PLACEHOLDER,
            "show()",
        )
        for words in (
            "show and update as they are now",
            "[other functions]",
            "(no changes below)",
            "show(), update()",
            "nothing changes here",
            "helper functions",
        )
    ),
    refused(
        "a style sheet whose rules a comment names",
        file(
            "styles.css",
            BLUE[: BLUE.index("nav a")]
            + "/* navigation, price, form, button */\n\n"
            + BLUE[BLUE.index("footer") :],
        ),
        Reason.PLACEHOLDER,
        "nav a",
    ),
    refused(
        "a comment in a diff for what it removes",
        "--- a/index.html\n+++ b/index.html\n@@\n   <footer>\n"
        '-    <p id="imprint">Baked by hand since 1953</p>\n'
        "+    <!-- imprint stays as before -->\n   </footer>\n",
        Reason.PLACEHOLDER,
    ),
    read(
        "a new comment that stands for nothing",
        file(
            "app.js", RAISED.replace("function show", "// Shows the current price\nfunction show")
        ),
        app_js=RAISED.replace("function show", "// Shows the current price\nfunction show"),
    ),
    read(
        "code that is commented out",
        "--- a/app.js\n+++ b/app.js\n@@\n-const rate = 1.07;\n"
        "+// const rate = 1.07;\n+const rate = 1.19;\n",
        app_js=APP.replace("const rate = 1.07;\n", "// const rate = 1.07;\nconst rate = 1.19;\n"),
    ),
]

DRAFT = file("index.html", PAGE.replace("3.20", "9.99"), "html")
THOUGHTS = [
    *(
        read(
            f"thoughts: {name}",
            f"{head}Let me try.\n\n{DRAFT}\nNo, the rate.\n{tail}\n{FENCED}",
            app_js=RAISED,
        )
        for name, head, tail in (
            ("think", "<think>\n", "</think>\n"),
            ("thinking", "<thinking>", "</thinking>\n"),
            ("reasoning", "<reasoning>\n", "</reasoning>\n"),
            ("only the closing tag", "", "</think>\n"),
            ("only the closing tag, behind words", "", "That is it.</think>\n"),
            ("square brackets", "[THINK]", "[/THINK]"),
            ("Kimi", "◁think▷", "◁/think▷"),
            ("Seed", "<seed:think>\n", "</seed:think>\n"),
            ("markers", "<|begin_of_thought|>\n", "<|end_of_thought|>\n"),
            (
                "folded details",
                '<details type="reasoning" done="true">\n<summary>Thought for 3 s</summary>\n',
                "</details>\n",
            ),
            (
                "channels",
                "<|channel|>analysis<|message|>",
                "<|end|><|start|>assistant<|channel|>final<|message|>",
            ),
            ("channels of another family", "<|channel>thought\n", "<channel|>"),
            ("channels whose marks were lost", "analysis", "assistantfinal"),
        )
    ),
    refused("thoughts that never end", f"<think>\nLet me see.\n\n{DRAFT}", Reason.NOTHING),
    read(
        "a page that speaks of thoughts",
        file(
            "talk.html",
            "<!doctype html>\n<script>\n"
            "const parts = said.split('</think>');\n</script>\n</html>\n",
        ),
        talk_html="<!doctype html>\n<script>\n"
        "const parts = said.split('</think>');\n</script>\n</html>\n",
    ),
]

ELEMENTS = [
    read(
        "artifact and actions",
        '<boltArtifact id="x" title="Raise">\n'
        '<boltAction type="file" filePath="app.js">\n'
        f"{RAISED}</boltAction>\n"
        '<boltAction type="file" filePath="styles.css">\n'
        f"{BLUE}</boltAction>\n</boltArtifact>\n",
        app_js=RAISED,
        styles_css=BLUE,
    ),
    read(
        "a file with CDATA", f'<file path="app.js"><![CDATA[\n{RAISED}]]></file>\n', app_js=RAISED
    ),
    read(
        "a path and content as elements",
        f"<file>\n<path>app.js</path>\n<content>\n{RAISED}</content>\n</file>\n",
        app_js=RAISED,
    ),
    read(
        "a tool that writes a file",
        f"<write_to_file>\n<path>app.js</path>\n<content>\n{RAISED}</content>\n</write_to_file>\n",
        app_js=RAISED,
    ),
    read(
        "a tool that replaces in a file",
        "<replace_in_file>\n<path>app.js</path>\n<diff>\n"
        "------- SEARCH\nconst rate = 1.07;\n=======\n"
        "const rate = 1.19;\n+++++++ REPLACE\n</diff>\n"
        "</replace_in_file>\n",
        app_js=RAISED,
    ),
    read(
        "an edit element",
        '<edit path="app.js">\n<search>const rate = 1.07;</search>\n'
        "<replace>const rate = 1.19;</replace>\n</edit>\n",
        app_js=RAISED,
    ),
    read(
        "an edit of a part of a line",
        '<edit file="app.js"><old_string>1.07</old_string><new_string>1.19</new_string></edit>\n',
        app_js=RAISED,
    ),
    read(
        "several edits in a file element",
        '<file path="app.js">\n<edits>\n<edit>\n'
        "<find>const rate = 1.07;</find>\n"
        "<replace>const rate = 1.19;</replace>\n</edit>\n<edit>\n"
        "<find>  show(priceOf(amount));</find>\n"
        "<replace>  show(priceOf(amount) + 1);</replace>\n</edit>\n"
        "</edits>\n</file>\n",
        app_js=RAISED.replace("priceOf(amount));", "priceOf(amount) + 1);"),
    ),
    read(
        "a function call",
        '<function_calls>\n<invoke name="write_file">\n'
        '<parameter name="path">app.js</parameter>\n'
        f'<parameter name="content">{RAISED}</parameter>\n</invoke>\n'
        "</function_calls>\n",
        app_js=RAISED,
    ),
    read(
        "a function call in short marks",
        "<tool_call>\n<function=write_file>\n<parameter=path>\n"
        "app.js\n</parameter>\n<parameter=content>\n"
        f"{RAISED}</parameter>\n</function>\n</tool_call>\n",
        app_js=RAISED,
    ),
    read(
        "a tool call in JSON",
        "<tool_call>\n"
        + json.dumps({"name": "write_file", "arguments": {"path": "app.js", "content": RAISED}})
        + "\n</tool_call>\n",
        app_js=RAISED,
    ),
    read(
        "an element beside a diff",
        f'{FENCED}\n<edit path="styles.css">\n'
        "<search>  color: gray;</search>\n"
        "<replace>  color: navy;</replace>\n</edit>\n",
        app_js=RAISED,
        styles_css=BLUE,
    ),
    read("a deletion", '<delete_file path="NOTES.md"/>\n' + FENCED, app_js=RAISED, NOTES_md=None),
    refused(
        "an element that is not understood beside a diff",
        f'{FENCED}\n<edit path="styles.css">\n<make color="navy"/>\n</edit>\n',
        Reason.FRAGMENT,
    ),
    refused(
        "an element that is cut off",
        f'{FENCED}\n<edit path="styles.css">\n<search>  color: gray;</search>\n',
        Reason.TRUNCATED,
    ),
    refused(
        "a fragment in an element",
        f'<file path="styles.css">\n{SNIPPET}</file>\n',
        Reason.FRAGMENT,
        "nav a",
    ),
    read(
        "elements in a fence",
        f'```xml\n<file path="app.js">\n{RAISED}</file>\n```\n',
        app_js=RAISED,
    ),
    read("an answer element around a diff", f"<answer>\n{FENCED}</answer>\n", app_js=RAISED),
]

OBJECTS = [
    read(
        "JSON of edits",
        json.dumps(
            {
                "edits": [
                    {
                        "path": "app.js",
                        "search": "const rate = 1.07;",
                        "replace": "const rate = 1.19;",
                    }
                ]
            }
        ),
        app_js=RAISED,
    ),
    read(
        "JSON of edits in a fence",
        "```json\n"
        + json.dumps(
            {"changes": [{"file": "app.js", "old_string": "1.07", "new_string": "1.19"}]}, indent=2
        )
        + "\n```\n",
        app_js=RAISED,
    ),
    read(
        "JSON of files",
        json.dumps({"summary": "x", "files": {"app.js": RAISED, "styles.css": BLUE}}),
        app_js=RAISED,
        styles_css=BLUE,
    ),
    read(
        "JSON of a list of files",
        "```json\n" + json.dumps([{"filename": "app.js", "content": RAISED}]) + "\n```\n",
        app_js=RAISED,
    ),
    read(
        "JSON of edits in files",
        json.dumps(
            {
                "files": [
                    {
                        "path": "app.js",
                        "edits": [{"old": "const rate = 1.07;", "new": "const rate = 1.19;"}],
                    }
                ]
            }
        ),
        app_js=RAISED,
    ),
    refused(
        "JSON of edits that is cut off",
        f"{FENCED}\n```json\n" + '{"edits": [{"path": "styles.css", "search": "gray"\n```\n',
        Reason.MALFORMED,
    ),
    refused(
        "JSON of edits of an unknown kind beside a diff",
        f"{FENCED}\n```json\n"
        + '{"edits": [{"path": "styles.css", "line": 30, "set": "navy"}]}\n```\n',
        Reason.MALFORMED,
    ),
    refused(
        "JSON that inserts",
        json.dumps(
            {"edits": [{"path": "styles.css", "type": "insert", "after": "footer", "text": "x {}"}]}
        ),
        Reason.MALFORMED,
    ),
    refused("JSON of a fragment", json.dumps({"files": {"styles.css": SNIPPET}}), Reason.FRAGMENT),
]

COMMANDS = [
    read(
        "apply_patch in a here-document",
        "```bash\napply_patch <<'EOF'\n*** Begin Patch\n"
        "*** Update File: app.js\n@@\n-const rate = 1.07;\n"
        "+const rate = 1.19;\n*** End Patch\nEOF\n```\n",
        app_js=RAISED,
    ),
    read(
        "git apply in a here-document",
        f"```bash\ngit apply <<'EOF'\n{DIFF}EOF\n```\n",
        app_js=RAISED,
    ),
    read(
        "a file written by cat", f"```sh\ncat > app.js <<'EOF'\n{RAISED}EOF\n```\n", app_js=RAISED
    ),
    refused(
        "a file appended to by cat",
        "```sh\ncat >> styles.css <<'EOF'\n.new { top: 0; }\nEOF\n```\n",
        Reason.MALFORMED,
        "commands are not run",
    ),
    refused(
        "sed beside a diff",
        f"{FENCED}\n```bash\nsed -i 's/gray/navy/' styles.css\n```\n",
        Reason.MALFORMED,
        "commands are not run",
    ),
    read(
        "commands that change nothing here",
        f"{FENCED}\n```bash\nnpx serve . > log.txt\nrm -rf node_modules\n```\n",
        app_js=RAISED,
    ),
    refused(
        "a here-document that is cut off",
        f"```sh\ncat > app.js <<'EOF'\n{RAISED}```\n",
        Reason.TRUNCATED,
    ),
]

FENCES = [
    read(
        "a Markdown fence around a diff",
        f"````markdown\nSummary: raises it\n\n{FENCED}````\n",
        app_js=RAISED,
    ),
    read(
        "a Markdown fence of three around files",
        "```markdown\n"
        + file("app.js", RAISED, "js")
        + "\n"
        + file("styles.css", BLUE, "css")
        + "```\n",
        app_js=RAISED,
        styles_css=BLUE,
    ),
    read(
        "two files in one fence",
        f"```\n// app.js\n{RAISED}\n/* styles.css */\n{BLUE}```\n",
        app_js=RAISED,
        styles_css=BLUE,
    ),
    read(
        "a page and a script in one fence",
        f"```html\n<!-- index.html -->\n{DEARER}\n// app.js\n{RAISED}```\n",
        index_html=DEARER,
        app_js=RAISED,
    ),
    read(
        "files parted by lines of signs",
        f"```\n=== app.js ===\n{RAISED}\n=== styles.css ===\n{BLUE}```\n",
        app_js=RAISED,
        styles_css=BLUE,
    ),
    refused(
        "sections or files, nobody knows",
        "```css\n/* reset.css */\n* { margin: 0; }\n\n"
        "/* theme.css */\nbody { color: navy; }\n```\n",
        Reason.MALFORMED,
        "one file or several",
    ),
    refused(
        "two pages without a name",
        f"```html\n{PAGE}```\n\nor\n\n```html\n{DEARER}```\n",
        Reason.NO_FILE,
    ),
    refused(
        "bars without a block", f"{FENCED}\n------- SEARCH\nfooter\n=======\n", Reason.TRUNCATED
    ),
]

WRAPPED = PAGE.replace(
    "<header>",
    '<script>\nconst doc = body => "<html>" + body + "</html>";\n'
    "</script>\n<textarea>\n```\nlet a;\n```\n</textarea>\n"
    "  <header>",
)
DOCUMENTS = [
    read(
        "the end of a document in a string, and fences in a page",
        file("index.html", WRAPPED, "html"),
        index_html=WRAPPED,
    ),
    read("a bare page with the end in a string", WRAPPED, index_html=WRAPPED),
    read(
        "tags and words behind the end",
        file(
            "index.html",
            f"{DEARER}</content></file>\n</boltArtifact>\n\nKey points:\n"
            "\n1. It is dearer, by <b>20</b> cents.\n",
            "html",
        ),
        index_html=DEARER,
    ),
    read(
        "a script behind the end",
        file("index.html", f"{DEARER}<script>\nlet a = 1;\n</script>\n", "html"),
        index_html=f"{DEARER}<script>\nlet a = 1;\n</script>\n",
    ),
    refused(
        "a document whose script never ends",
        file("index.html", DEARER.replace("</script>", ""), "html"),
        Reason.TRUNCATED,
    ),
    refused(
        "a page that ends in the middle",
        file("index.html", DEARER[:400] + "\n", "html"),
        Reason.TRUNCATED,
    ),
]

PATHS = [
    read(
        "only the case of a name changes",
        "diff --git a/NOTES.md b/notes.md\nrename from NOTES.md\nrename to notes.md\n",
        NOTES_md=None,
        notes_md=NOTES,
    ),
    refused(
        "a file deleted by one of its lines",
        "--- a/NOTES.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-# Notes\n",
        Reason.DIFFERS,
        "deleted file mode",
    ),
]

LISTENERS = """\
on("load", () => {
  on("click", () => {
    run();
  });
});
end();
"""
STEPS = "".join(f"  step{n}();\n" + ("\n" if n % 9 == 0 else "") for n in range(160))
LONG = f"keep();\n\nfunction all() {{\n{STEPS}}}\n\nend();\n"


def listeners(name: str, answer: str, after: str | None, reason: Reason | None = None) -> Case:
    tree = None if after is None else {"a.js": after}
    head = "--- a/a.js\n+++ b/a.js\n"
    return Case(name, head + answer, tree, reason, before={"a.js": LISTENERS})


PLACES = [
    listeners(
        "the number of the only line that is the same",
        "@@ -5,1 +5,2 @@\n });\n+more();\n",
        LISTENERS.replace("\n});\n", "\n});\nmore();\n"),
    ),
    listeners(
        "a number off by one, onto a line with other indentation",
        "@@ -4,1 +4,2 @@\n });\n+more();\n",
        None,
        Reason.AMBIGUOUS,
    ),
    listeners(
        "a line left out directly behind what is added",
        '@@\n   on("click", () => {\n     run();\n+    walk();\n });\n end();\n',
        None,
        Reason.AMBIGUOUS,
    ),
    Case(
        "a long deletion that forgets two blank lines",
        "--- a/a.js\n+++ b/a.js\n@@\n keep();\n \n-function all() {\n"
        + "".join(f"-{line}\n" for line in STEPS.replace("\n\n", "\n", 2).split("\n")[:-1])
        + "-}\n-\n end();\n",
        {"a.js": "keep();\n\nend();\n"},
        before={"a.js": LONG},
    ),
]

ALL = [
    *FRAGMENTS,
    *PAIRS,
    *STAND_INS,
    *THOUGHTS,
    *ELEMENTS,
    *OBJECTS,
    *COMMANDS,
    *FENCES,
    *DOCUMENTS,
    *PATHS,
    *PLACES,
]
READ = [case for case in ALL if case.after is not None]
NOT_READ = [case for case in ALL if case.after is None]
