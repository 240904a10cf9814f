"""What can be put right on a page without asking anybody: what is stated and plainly not so."""

import html
import re
from collections.abc import Sequence

from agent import scaffold
from agent.drafting.small import code
from agent.drafting.small.assembly import dropped
from agent.drafting.small.elements import Element
from agent.drafting.small.wanted import Wanted

_SCRIPT = re.compile(r"(<script(?![^>]*\bsrc=)[^>]*>)(?P<body>.*?)(</script\s*>)", re.I | re.S)
_TITLE = re.compile(r"<title[^>]*>.*?</title\s*>", re.I | re.S)
_HEADING = re.compile(r"(<h1\b[^>]*>)(.*?)(</h1\s*>)", re.I | re.S)
_FALSE_TEXTAREA = re.compile(
    r"(<textarea\b[^>]*?)\s+value=\"([^\"]*)\"([^>]*>)\s*(</textarea\s*>)", re.I
)
_HANDLED = re.compile(
    r"addEventListener\(\s*[\"'](?:input|change|keyup)[\"']\s*,\s*(?P<listener>[A-Za-z_$][\w$]*)\s*\)"
    r"|\bon(?:input|change|keyup)\s*=\s*[\"'](?P<attribute>[A-Za-z_$][\w$]*)\(\)"
)

_CLICKED = re.compile(
    r"<(?:button|input)\b[^>]*\bonclick=[\"'](?P<name>[A-Za-z_$][\w$]*)\(\);?[\"'][^>]*>", re.I
)
_UNNAMED = re.compile(
    r"^[ \t]*(?P<target>\w+|document\.(?:getElementById|querySelector)\(['\"]#?[\w-]+['\"]\))"
    r"\.addEventListener\(\s*['\"](?P<event>input)['\"]\s*,\s*(?:async\s*)?(?:function\b|\w*\s*=>|\()",
    re.MULTILINE,
)
_STARTERS = {
    "input": r"<input\b[^>]*ID[^>]*>",
    "select": r"<select\b[^>]*ID[^>]*>.*?</select\s*>",
    "textarea": r"(?P<open><textarea\b[^>]*ID[^>]*>)(?P<inside>.*?)(?P<close></textarea\s*>)",
}


def mended(page: str, wanted: Wanted, earlier: Sequence[str]) -> str:
    """The page as it should be as far as that is certain; the same text where nothing is amiss.

    `earlier` are scripts to take dropped functions from, the best last.
    """
    page = _FALSE_TEXTAREA.sub(r"\1\3\2\4", page)
    page = _titled(page, wanted)
    for element in wanted.elements:
        page = _started(page, element)
    page = _with_missing(page, wanted)
    return _SCRIPT.sub(lambda match: _mended_script(match, page, wanted, earlier), page, count=1)


def lacks(page: str, element: Element) -> bool:
    """Nothing on the page has the id as written; what scripts add later does not count."""
    markup = _SCRIPT.sub("", page)
    return not re.search(rf"\bid\s*=\s*[\"']?{re.escape(element.id)}(?=[\"'\s>/])", markup)


def inline_script(page: str) -> str:
    """The page's own first script, or nothing."""
    found = _SCRIPT.search(page)
    return found["body"] if found else ""


def _titled(page: str, wanted: Wanted) -> str:
    title = f"<title>{html.escape(wanted.title, quote=False)}</title>"
    if wanted.is_title_stated:
        page = _TITLE.sub(lambda match: title, page, count=1)
        if not _TITLE.search(page):
            page = re.sub(
                r"</head\s*>", lambda match: f"{title}\n{match[0]}", page, count=1, flags=re.I
            )
    if wanted.is_heading_stated:
        heading = html.escape(wanted.heading, quote=False)
        page = _HEADING.sub(lambda match: f"{match[1]}{heading}{match[3]}", page, count=1)
    return page


def _started(page: str, element: Element) -> str:
    """The element with the value it starts with."""
    if not element.value or element.tag not in _STARTERS:
        return page
    name = rf"\bid=[\"']{re.escape(element.id)}[\"']"
    whole = re.compile(_STARTERS[element.tag].replace("ID", name), re.I | re.S)
    return whole.sub(lambda match: _with_value(match, element), page, count=1)


def _with_value(match: re.Match[str], element: Element) -> str:
    tag, value = match[0], html.escape(element.value)
    if element.tag == "textarea":
        return tag if match["inside"].strip() else f"{match['open']}{value}{match['close']}"
    if element.tag == "select":
        plain = re.sub(r"(<option\b[^>]*?)\s+selected(?:=\"[^\"]*\")?(?=[\s>])", r"\1", tag)
        text = re.escape(value)
        option = rf"(<option\b)(?=[^>]*\bvalue=[\"']{text}[\"']|[^>]*>\s*{text}\s*<)"
        chosen = re.sub(option, r"\1 selected", plain, count=1, flags=re.I)
        return chosen if chosen != plain and "selected" not in tag else tag
    if f'value="{value}"' in tag.replace("'", '"'):
        return tag
    bare = re.sub(r"\s+value=(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", "", tag)
    return re.sub(r"\s*/?>$", f' value="{value}">', bare)


def _with_missing(page: str, wanted: Wanted) -> str:
    """The page with the elements and libraries that it lacks, before its script and at its end."""
    missing = [element for element in wanted.elements if lacks(page, element)]
    new = "".join(
        scaffold.text("prompts/small/_element.html", element=element) for element in missing
    )
    place = re.search(r"<script\b(?=(?:(?!</head).)*\Z)|</body\s*>", page, re.I | re.S)
    if new and place and "<body" in page[: place.start()].lower():
        page = page[: place.start()] + new + page[place.start() :]
    urls = [
        url for each in wanted.libraries for url in each.styles if not _has(page, url, each.words)
    ]
    links = "".join(f'<link rel="stylesheet" href="{url}">\n' for url in urls)
    return re.sub(r"</head\s*>", lambda match: links + match[0], page, count=1, flags=re.I)


def _has(page: str, url: str, words: str) -> bool:
    return url in page or bool(re.search(rf"<link\b[^>]*(?:{words})", page, re.I))


def _mended_script(match: re.Match[str], page: str, wanted: Wanted, earlier: Sequence[str]) -> str:
    script = match["body"]
    for element in wanted.elements:
        if element.is_number:
            script = _as_number(script, element)
    script = _run_on_load(script, page, wanted)
    added = "".join(f"\n{text}\n" for text in dropped(script, earlier))
    return f"{match[1]}{script}{added}{match[3]}"


def _as_number(script: str, element: Element) -> str:
    """A number's `value` is text: `+` would join it to the next one."""
    holders = "|".join(
        (
            rf"document\.getElementById\(([\"']){re.escape(element.id)}\2\)",
            rf"document\.querySelector\(([\"'])#{re.escape(element.id)}\3\)",
            rf"\b{re.escape(element.constant)}",
        )
    )
    read = re.compile(rf"(?<![\w.(])((?:{holders})\.value)(?=\s*(?:;|\+\s))")
    return read.sub(r"parseFloat(\1)", script)


def _run_on_load(script: str, page: str, wanted: Wanted) -> str:
    """What answers an input, or a button that nobody asked for, happens on load and input too."""
    lines = []
    for match in _HANDLED.finditer(page):
        name = match["listener"] or match["attribute"]
        if _is_unstarted(script, name):
            lines.append(f"{name}();")
    for match in _CLICKED.finditer(page):
        asked_for = any(
            re.search(rf"\bid=[\"']{re.escape(e.id)}[\"']", match[0]) for e in wanted.elements
        )
        if not asked_for and _is_unstarted(script, match["name"]):
            lines.append(f'document.addEventListener("input", () => {match["name"]}());')
            lines.append(f"{match['name']}();")
    for match in _UNNAMED.finditer(script):
        line = f'{match["target"]}.dispatchEvent(new Event("{match["event"]}"));'
        if line not in script:
            lines.append(line)
    new = "".join(f"{line}\n" for line in dict.fromkeys(lines))
    return f"{script.rstrip()}\n{new}" if new else script


def _is_unstarted(script: str, name: str) -> bool:
    """It is a function without parameters that nothing but handlers calls."""
    found = next((each for each in code.declarations(script) if each.name == name), None)
    if not found or not re.match(r"[^(]*\(\s*\)", found.text):
        return False
    elsewhere = code.masked(script.replace(found.text, ""))
    return not re.search(rf"(?<![\w$.]){re.escape(name)}\(\)", elsewhere)
