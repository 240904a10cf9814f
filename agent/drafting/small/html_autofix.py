"""Corrects a page without a model where it plainly differs from its specification."""

import html
import re
from collections.abc import Sequence

from agent import scaffold
from agent.drafting.small.element_inference import PageElement
from agent.drafting.small.page_spec import PageSpec
from agent.drafting.small.script_parts import (
    INLINE_SCRIPT,
    declarations,
    dropped,
    joined,
    without_literals,
)

_TITLE = re.compile(r"<title[^>]*>.*?</title\s*>", re.I | re.S)
_HEADING = re.compile(r"(<h1\b[^>]*>)(.*?)(</h1\s*>)", re.I | re.S)
_TEXTAREA_WITH_VALUE = re.compile(
    r"(<textarea\b[^>]*?)\s+value=\"([^\"]*)\"([^>]*>)\s*(</textarea\s*>)", re.I
)
_LISTENER = re.compile(
    r"addEventListener\(\s*[\"'](?:input|change|keyup)[\"']\s*,\s*(?P<listener>[A-Za-z_$][\w$]*)\s*\)"
    r"|\bon(?:input|change|keyup)\s*=\s*[\"'](?P<attribute>[A-Za-z_$][\w$]*)\(\)"
)

_INLINE_CLICK = re.compile(
    r"<(?:button|input)\b[^>]*\bonclick=[\"'](?P<name>[A-Za-z_$][\w$]*)\(\);?[\"'][^>]*>", re.I
)
_ANONYMOUS_LISTENER = re.compile(
    r"^[ \t]*(?P<target>\w+|document\.(?:getElementById|querySelector)\(['\"]#?[\w-]+['\"]\))"
    r"\.addEventListener\(\s*['\"](?P<event>input)['\"]\s*,\s*(?:async\s*)?(?:function\b|\w*\s*=>|\()",
    re.MULTILINE,
)
_TAGS_WITH_VALUE = {
    "input": r"<input\b[^>]*ID[^>]*>",
    "select": r"<select\b[^>]*ID[^>]*>.*?</select\s*>",
    "textarea": r"(?P<open><textarea\b[^>]*ID[^>]*>)(?P<inside>.*?)(?P<close></textarea\s*>)",
}


def autofixed(page: str, spec: PageSpec, earlier: Sequence[str]) -> str:
    """The page with certain corrections; the same text where there is nothing to correct.

    `earlier` are scripts from which dropped declarations are taken, latest last.
    """
    page = _TEXTAREA_WITH_VALUE.sub(r"\1\3\2\4", page)
    page = _with_title(page, spec)
    for element in spec.elements:
        page = _with_starting_value(page, element)
    page = _with_missing(page, spec)
    return INLINE_SCRIPT.sub(lambda match: _fixed_script(match, page, spec, earlier), page, count=1)


def _lacks(page: str, element: PageElement) -> bool:
    """Whether the markup has no element with the id; scripts do not count."""
    markup = INLINE_SCRIPT.sub("", page)
    return not re.search(rf"\bid\s*=\s*[\"']?{re.escape(element.id)}(?=[\"'\s>/])", markup)


def _with_title(page: str, spec: PageSpec) -> str:
    title = f"<title>{html.escape(spec.title, quote=False)}</title>"
    if spec.is_title_stated:
        page = _TITLE.sub(lambda match: title, page, count=1)
        if not _TITLE.search(page):
            page = re.sub(
                r"</head\s*>", lambda match: f"{title}\n{match[0]}", page, count=1, flags=re.I
            )
    if spec.is_heading_stated:
        heading = html.escape(spec.heading, quote=False)
        page = _HEADING.sub(lambda match: f"{match[1]}{heading}{match[3]}", page, count=1)
    return page


def _with_starting_value(page: str, element: PageElement) -> str:
    """The page with the starting value of the element."""
    if not element.value or element.tag not in _TAGS_WITH_VALUE:
        return page
    name = rf"\bid=[\"']{re.escape(element.id)}[\"']"
    whole = re.compile(_TAGS_WITH_VALUE[element.tag].replace("ID", name), re.I | re.S)
    return whole.sub(lambda match: _with_value(match, element), page, count=1)


def _with_value(match: re.Match[str], element: PageElement) -> str:
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


def _with_missing(page: str, spec: PageSpec) -> str:
    """The page with the elements and stylesheets that it lacks."""
    missing = [element for element in spec.elements if _lacks(page, element)]
    new = "".join(
        scaffold.text("prompts/small/_element.html", element=element) for element in missing
    )
    place = re.search(r"<script\b(?=(?:(?!</head).)*\Z)|</body\s*>", page, re.I | re.S)
    if new and place and "<body" in page[: place.start()].lower():
        page = page[: place.start()] + new + page[place.start() :]
    urls = [
        url for each in spec.libraries for url in each.styles if not _has(page, url, each.words)
    ]
    links = "".join(f'<link rel="stylesheet" href="{url}">\n' for url in urls)
    return re.sub(r"</head\s*>", lambda match: links + match[0], page, count=1, flags=re.I)


def _has(page: str, url: str, words: str) -> bool:
    return url in page or bool(re.search(rf"<link\b[^>]*(?:{words})", page, re.I))


def _fixed_script(match: re.Match[str], page: str, spec: PageSpec, earlier: Sequence[str]) -> str:
    script = match["body"]
    for element in spec.elements:
        if element.is_number:
            script = _as_number(script, element)
    script = _with_start(script, page, spec)
    if added := dropped(script, earlier):
        script = f"\n{joined(script.strip(), added)}\n"
    return f"{match[1]}{script}{match[3]}"


def _as_number(script: str, element: PageElement) -> str:
    """The script with `parseFloat` around a number's value where `+` would join texts."""
    holders = "|".join(
        (
            rf"document\.getElementById\(([\"']){re.escape(element.id)}\2\)",
            rf"document\.querySelector\(([\"'])#{re.escape(element.id)}\3\)",
            rf"\b{re.escape(element.constant)}",
        )
    )
    read = re.compile(rf"(?<![\w.(])((?:{holders})\.value)(?=\s*(?:;|\+\s))")
    return read.sub(r"parseFloat(\1)", script)


def _with_start(script: str, page: str, spec: PageSpec) -> str:
    """The script with its input listeners also run on load, and with the functions of buttons that
    the brief does not name run on load and input."""
    lines = []
    for match in _LISTENER.finditer(page):
        name = match["listener"] or match["attribute"]
        if _is_never_run(script, name):
            lines.append(f"{name}();")
    for match in _INLINE_CLICK.finditer(page):
        asked_for = any(
            re.search(rf"\bid=[\"']{re.escape(e.id)}[\"']", match[0]) for e in spec.elements
        )
        if not asked_for and _is_never_run(script, match["name"]):
            lines.append(f'document.addEventListener("input", () => {match["name"]}());')
            lines.append(f"{match['name']}();")
    for match in _ANONYMOUS_LISTENER.finditer(script):
        line = f'{match["target"]}.dispatchEvent(new Event("{match["event"]}"));'
        if line not in script:
            lines.append(line)
    new = "".join(f"{line}\n" for line in dict.fromkeys(lines))
    return f"{script.rstrip()}\n{new}" if new else script


def _is_never_run(script: str, name: str) -> bool:
    """Whether it is a function without parameters that only listeners call."""
    found = next((each for each in declarations(script) if each.name == name), None)
    if not found or not re.match(r"[^(]*\(\s*\)", found.text):
        return False
    elsewhere = without_literals(script.replace(found.text, ""))
    return not re.search(rf"(?<![\w$.]){re.escape(name)}\(\)", elsewhere)
