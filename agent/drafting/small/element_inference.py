"""Infers which HTML element an id stands for, from the words and the JavaScript checks about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.drafting.small.id_mentions import IdMention, mentions_of

_NUMBER = r"-?\d+(?:\.\d+)?"
_Q = "[\"'`]"
_VALUE = rf"(?:(?P<q>{_Q})(?P<text>[^\"'`$]+)(?P=q)|(?P<number>-?\d+(?:\.\d+)?))"
_TOUCHES = re.compile(r"dispatchEvent|\.click\(")
_COMPARED_TYPE = re.compile(rf"\.type\s*===?\s*{_Q}(\w+){_Q}")
_SELECTOR = re.compile(
    r"(?:querySelector(?:All)?|matches|closest)\(\s*(?P<q>[\"'`])(?P<selector>.*?)(?P=q)\s*\)"
)
_BY_GET = re.compile(rf"getElementById\(\s*{_Q}([A-Za-z][\w-]*){_Q}")
_ID = re.compile(r"#([A-Za-z][\w-]*)")
_TagRule = tuple[str, str, str]  # a pattern, the tag it stands for, the type of an input
_TagAndType = tuple[str, str]

_BY_USAGE: tuple[_TagRule, ...] = (
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
# Nouns as briefs use them, the more specific ones first.
_BY_NOUN: tuple[_TagRule, ...] = (
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
_BY_VERB: tuple[_TagRule, ...] = (
    (
        r"\b(?:types?|typing|typed|enter(?:s|ing|ed)?|writes?|fill(?:s|ing)?)\b[\w ]*\bin(?:to)?"
        r"(?: the)?$",
        "input",
        "",
    ),
    (r"\b(?:press|click|tap)(?:e?s|p?ing)?(?: on)?(?: the)?$", "button", ""),
    (r"\bli (?:elements? |items? )?in(?: the)?$|\blists? .{0,60}\bin$", "ul", ""),
)
_BY_ID: tuple[_TagRule, ...] = (
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
_BY_WEAK_USAGE: tuple[_TagRule, ...] = (
    (r"^#[\"'`]\)\??\.click\(", "button", ""),
    (r"\.value\b", "input", ""),
    (r"^# li\b", "ul", ""),
    (r"^#\s*[ >]\s*\w", "div", ""),
)
_KIND_WORDS = {"btn", "button", "display", "field", "input", "output", "select", "tab"}
_INPUT_TYPE = re.compile(
    r"\b(number|text|range|date|time|colou?r|email|password|search|file|url|month)[- ]"
    r"(?:inputs?|fields?|box(?:es)?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageElement:
    """An element of the page. `kind` is an input's type, `value` its starting value, `bounds` its
    minimum and maximum, `label` the words beside it."""

    id: str
    tag: str
    kind: str = ""
    value: str = ""
    options: tuple[str, ...] = ()
    bounds: tuple[str, str] | None = None
    is_checked: bool = False
    label: str = ""

    @property
    def constant(self) -> str:
        """The script's constant for the element: `openCountEl` for the id `open-count`."""
        return f"{javascript_name(self.id)}El"

    @property
    def is_control(self) -> bool:
        """Whether people change its value."""
        return self.tag in ("input", "select", "textarea")

    @property
    def is_number(self) -> bool:
        """Whether its value is a number."""
        numeric = bool(self.options) and all(re.fullmatch(_NUMBER, o) for o in self.options)
        return self.kind in ("number", "range") or numeric


def javascript_name(name: str) -> str:
    """An id as a JavaScript name: `openCount` for `open-count`."""
    first, *rest = [part for part in re.split(r"[-_]+", name) if part]
    return first[:1].lower() + first[1:] + "".join(part[:1].upper() + part[1:] for part in rest)


def infer_element(name: str, brief: str, scripts: Sequence[str]) -> PageElement:
    """The element with its starting value; a read-only `output` where nothing says otherwise."""
    mentions, usage = mentions_of(name, brief), _usage_of(name, scripts)
    tag, kind = (
        _first(_BY_USAGE, usage)
        or _from_words(mentions)
        or _from_id(name)
        or _first(_BY_WEAK_USAGE, usage)
        or ("output", "")
    )
    value = _compared_value(name, scripts) or next((c.start for c in mentions if c.start), "")
    if tag == "input" and kind in ("", "text"):
        plain = "number" if re.fullmatch(_NUMBER, value) else "text"
        kind = _compared_type(usage) or kind or plain
    return PageElement(
        id=name,
        tag=tag,
        kind=kind,
        value=value,
        options=next((c.options for c in mentions if c.options), ()) if tag == "select" else (),
        bounds=next((c.bounds for c in mentions if c.bounds), None),
        is_checked=kind == "checkbox" and any(c.is_checked for c in mentions),
        label=_label(name, brief),
    )


def _label(name: str, brief: str) -> str:
    """The id as words without those for its kind, abbreviations in capitals as in the brief."""
    words = re.split(r"[-_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower())
    said = [word for word in words if word and word not in _KIND_WORDS] or words
    capitals = set(re.findall(r"(?<![#\w-])[A-Z]{2,}(?![\w-])", brief))
    label = " ".join(word.upper() if word.upper() in capitals else word for word in said)
    return label[:1].upper() + label[1:]


def _first(rules: tuple[_TagRule, ...], text: str) -> _TagAndType | None:
    for pattern, tag, kind in rules:
        if re.search(pattern, text, re.MULTILINE | re.IGNORECASE):
            return tag, kind
    return None


def _from_words(mentions: Sequence[IdMention]) -> _TagAndType | None:
    for mention in mentions:
        if (
            found := _from_noun(mention)
            or _from_shared_noun(mention)
            or _first(_BY_VERB, mention.before)
        ):
            return found
    return None


def _from_noun(mention: IdMention) -> _TagAndType | None:
    """From the noun before the id, or the one in `#id is a …`, `#id, a …`, `#id (a …)`."""
    for pattern, tag, kind in _BY_NOUN:
        before = re.search(rf"\b(?:{pattern})$", mention.before, re.IGNORECASE)
        named = rf"\W*(?:(?:is|as|being)\s+)?(?:an?|the)\s+(?:[\w-]+ ){{0,2}}?(?:{pattern})\b"
        if before or re.match(named, mention.after, re.IGNORECASE):
            return tag, kind or _input_type(mention.before)
    return None


def _from_shared_noun(mention: IdMention) -> _TagAndType | None:
    """From the plural before an earlier id: inputs #a in metres, and #b in grams."""
    if not re.search(r"(?:,|\band)$", mention.before):
        return None
    for pattern, tag, kind in _BY_NOUN:
        found = re.search(rf"^.*\b(?:{pattern})(?<=s)(?= #)", mention.before, re.IGNORECASE)
        if found:
            return tag, kind or _input_type(found[0])
    return None


def _input_type(before: str) -> str:
    found = _INPUT_TYPE.search(before)
    return found[1].lower().replace("colour", "color") if found else ""


def _from_id(name: str) -> _TagAndType | None:
    """From the last word of the id itself."""
    last = re.split(r"[-_]", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name))[-1]
    for pattern, tag, kind in _BY_ID:
        if re.fullmatch(pattern, last, re.IGNORECASE):
            return tag, kind
    return None


def selected_ids(script: str) -> list[str]:
    """The ids that a check looks up."""
    found = _BY_GET.findall(script)
    for match in _SELECTOR.finditer(script):
        found += _ID.findall(match["selector"])
    return found


def _usage_of(name: str, scripts: Sequence[str]) -> str:
    """What checks do with the element: the code after each mention, one line each. The line starts
    with `#` after the element itself, with a dot after a variable that holds the element."""
    lines: list[str] = []
    element = re.compile(
        rf"(?:(?:const|let|var)\s+(?P<held>\w+)\s*=\s*)?document\.(?:"
        rf"querySelector(?:All)?\(\s*{_Q}[^\"'`]*#{re.escape(name)}(?![\w-])"
        rf"|getElementById\(\s*{_Q}{re.escape(name)}(?={_Q}))(?P<rest>[^\n]{{0,40}})"
    )
    for script in scripts:
        for match in element.finditer(script):
            lines.append("#" + match["rest"])
            if match["held"]:
                lines += re.findall(rf"(?<![\w.]){match['held']}(\.[^\n;]{{0,40}})", script)
    return "\n".join(lines)


def _compared_type(usage: str) -> str:
    """The input type that a check compares with."""
    found = _COMPARED_TYPE.search(usage)
    return found[1] if found else ""


def _compared_value(name: str, scripts: Sequence[str]) -> str:
    """The value that a check compares with before anything was typed or clicked."""
    element = (
        rf"(?:querySelector\({_Q}#{re.escape(name)}{_Q}\)"
        rf"|getElementById\({_Q}{re.escape(name)}{_Q}\))"
    )
    compared = re.compile(rf"{element}\??\.value\)?(?:\.trim\(\))?\s*={{2,3}}\s*{_VALUE}")
    for script in scripts:
        found = compared.search(script)
        if found and not _TOUCHES.search(script):
            return found["text"] or found["number"]
    return ""
