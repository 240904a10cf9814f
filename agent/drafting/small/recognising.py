"""Which element an id stands for: from the words and the checks about it."""

import re
from collections.abc import Sequence

from agent.drafting.small.clauses import Clause, clauses_of
from agent.drafting.small.elements import NUMBER, Element
from agent.drafting.small.uses import type_in, uses_of, value_of

Rule = tuple[str, str, str]  # a pattern, the tag that it tells, the type of an input
Kind = tuple[str, str]

_USED_AS: tuple[Rule, ...] = (
    (r"^#[^\n]*\boption\b|\.(?:options|selectedIndex|selectedOptions)\b", "select", ""),
    (r"tagName\S* === .SELECT", "select", ""),
    (r"tagName\S* === .TEXTAREA", "textarea", ""),
    (r"tagName\S* === .BUTTON", "button", ""),
    (r"\.checked\b", "input", "checkbox"),
    (r"^#[^\n]{0,8}\b(?:tbody|thead|tr|td)\b|\.rows\b|\.tBodies\b", "table", ""),
    (r"\.getContext\(|\.toDataURL\(", "canvas", ""),
    (r"\.(?:naturalWidth|src)\b", "img", ""),
    (r"\.href\b", "a", ""),
    (r"\.(?:requestSubmit|submit)\(", "form", ""),
)
# Nouns as briefs use them, the more telling ones first.
_CALLED: tuple[Rule, ...] = (
    (r"check ?box(?:es)?", "input", "checkbox"),
    (r"radio(?: button)?s?", "input", "radio"),
    (r"text ?areas?|multi-?line (?:input|field|box)", "textarea", ""),
    (r"sliders?", "input", "range"),
    (r"date (?:inputs?|fields?|pickers?)", "input", "date"),
    (r"(?:inputs?|fields?|text ?box(?:es)?|search box)", "input", ""),
    (r"selects?|drop-?downs?|select (?:box|menu)(?:es|s)?|pickers?", "select", ""),
    (r"buttons?", "button", ""),
    (r"forms?", "form", ""),
    (r"ordered lists?", "ol", ""),
    (r"lists?", "ul", ""),
    (r"tables?", "table", ""),
    (r"canvas(?:es)?", "canvas", ""),
    (r"images?|pictures?", "img", ""),
    (r"links?|anchors?", "a", ""),
    (r"progress(?: bars?)?", "progress", ""),
    (r"headings?", "h2", ""),
    (r"pre(?:formatted)?|code block", "pre", ""),
    (r"(?:div|section|panel|container|area|box|grid|board|swatch|card)s?", "div", ""),
    (r"spans?|outputs?|displays?|paragraphs?", "output", ""),
)
_DONE_TO: tuple[Rule, ...] = (
    (
        r"\b(?:types?|typing|typed|enter(?:s|ing|ed)?|writes?|fill(?:s|ing)?)\b[\w ]*\bin(?:to)?"
        r"(?: the)?$",
        "input",
        "",
    ),
    (r"\b(?:press|click|tap)(?:e?s|p?ing)?(?: on)?(?: the)?$", "button", ""),
    (r"\bli (?:elements? |items? )?in(?: the)?$|\blists? .{0,60}\bin$", "ul", ""),
)
_NAMED: tuple[Rule, ...] = (
    (r"table", "table", ""),
    (r"list|items", "ul", ""),
    (r"btn|button|submit", "button", ""),
    (r"input|field", "input", ""),
    (r"select|picker|filter|dropdown", "select", ""),
    (r"form", "form", ""),
    (r"canvas", "canvas", ""),
    (r"textarea", "textarea", ""),
    (r"checkbox|toggle", "input", "checkbox"),
)
_PERHAPS_USED_AS: tuple[Rule, ...] = (
    (r"^#[\"'`]\)\??\.click\(", "button", ""),
    (r"\.value\b", "input", ""),
    (r"^# li\b", "ul", ""),
    (r"^#\s*[ >]\s*\w", "div", ""),
)
_INPUT_TYPE = re.compile(
    r"\b(number|text|range|date|time|colou?r|email|password|search|file|url|month)[- ]"
    r"(?:inputs?|fields?|box(?:es)?)$",
    re.IGNORECASE,
)


def element_of(name: str, brief: str, scripts: Sequence[str]) -> Element:
    """The element, with what it starts with; a read-only display where nothing says otherwise."""
    clauses, uses = clauses_of(name, brief), uses_of(name, scripts)
    tag, kind = (
        _first(_USED_AS, uses)
        or _from_words(clauses)
        or _from_name(name)
        or _first(_PERHAPS_USED_AS, uses)
        or ("output", "")
    )
    value = value_of(name, scripts) or next((c.start for c in clauses if c.start), "")
    if tag == "input" and kind in ("", "text"):
        plain = "number" if re.fullmatch(NUMBER, value) else "text"
        kind = type_in(uses) or kind or plain
    return Element(
        id=name,
        tag=tag,
        kind=kind,
        value=value,
        options=next((c.options for c in clauses if c.options), ()) if tag == "select" else (),
        bounds=next((c.bounds for c in clauses if c.bounds), None),
        is_checked=kind == "checkbox" and any(c.is_checked for c in clauses),
    )


def _first(rules: tuple[Rule, ...], text: str) -> Kind | None:
    for pattern, tag, kind in rules:
        if re.search(pattern, text, re.MULTILINE | re.IGNORECASE):
            return tag, kind
    return None


def _from_words(clauses: Sequence[Clause]) -> Kind | None:
    for clause in clauses:
        if found := _called(clause) or _shared(clause) or _first(_DONE_TO, clause.before):
            return found
    return None


def _called(clause: Clause) -> Kind | None:
    """By the noun before the id, or the one in `#id is a …`, `#id, a …`, `#id (a …)`."""
    for pattern, tag, kind in _CALLED:
        before = re.search(rf"\b(?:{pattern})$", clause.before, re.IGNORECASE)
        named = rf"\W*(?:(?:is|as|being)\s+)?(?:an?|the)\s+(?:[\w-]+ ){{0,2}}?(?:{pattern})\b"
        if before or re.match(named, clause.after, re.IGNORECASE):
            return tag, kind or _input_type(clause.before)
    return None


def _shared(clause: Clause) -> Kind | None:
    """By the plural that stands before an earlier id: inputs #a in metres, and #b in grams."""
    if not re.search(r"(?:,|\band)$", clause.before):
        return None
    for pattern, tag, kind in _CALLED:
        found = re.search(rf"^.*\b(?:{pattern})(?<=s)(?= #)", clause.before, re.IGNORECASE)
        if found:
            return tag, kind or _input_type(found[0])
    return None


def _input_type(before: str) -> str:
    found = _INPUT_TYPE.search(before)
    return found[1].lower().replace("colour", "color") if found else ""


def _from_name(name: str) -> Kind | None:
    """By the last word of the id itself."""
    last = re.split(r"[-_]", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name))[-1]
    for pattern, tag, kind in _NAMED:
        if re.fullmatch(pattern, last, re.IGNORECASE):
            return tag, kind
    return None
