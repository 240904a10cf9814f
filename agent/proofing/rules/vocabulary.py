"""The vocabulary of rules: how sentences name files, bounds, formats, keys and denials.

Each entry is a regular expression; `{NAME}` in one of them stands for another entry.
"""

from agent.proofing.rules import text_claims

_BARE = r"LICENSE|Dockerfile|Makefile|CNAME|\.nojekyll|\.gitignore|\.env"
NAME = rf"(?:\.?[\w-][\w.-]*/)*(?:\.?\w[\w.-]*\.[A-Za-z][A-Za-z0-9]{{0,11}}|{_BARE})"
"""A file's name: a path with an extension, or one of the usual names without one."""

_QUOTED = r"«\d+»"
_NUMBER = r"\d[\d,]*"
_ONE = rf"(?:(?:an?|the) )?(?:file )?(?:(?:named|called) )?(?:{NAME}|{_QUOTED})(?: file)?"
_IDENTIFIER = rf"(?:{_QUOTED}|(?-i:[A-Z][A-Z0-9_]+|[a-z]+(?:[A-Z_.][\w.]*)))"
"""A key: quoted, or a word that no sentence has, such as `EUR` or `unit_price`."""


def _listed(item: str, joint: str = "and|or|nor") -> str:
    return rf"{item}(?:(?:, (?:(?:{joint}) )?| (?:{joint}) ){item})*"


_TOPIC = (
    rf"(?:(?:the|an?) )?(?:{'|'.join(text_claims.TOPICS.values())})"
    r"(?: (?:sections?|headings?|instructions|information|explanation))?"
)


def _does(infinitive: str, third: str = "") -> str:
    """A verb that may be denied."""
    third = third or f"{infinitive}s"
    return rf"(?:{third}|{infinitive}|does {infinitive}|(?P<no>does not {infinitive}))"


MACROS = {
    "FILE": rf"(?:the )?(?:file )?(?P<file>{NAME}|{_QUOTED})(?: file)?",
    "OF_FILE": rf"(?:in|of|inside|within) (?:the )?(?:file )?(?P<file>{NAME}|{_QUOTED})",
    "FILES": rf"(?P<files>{_listed(_ONE)})",
    "ORIGINAL": (
        r"(?:the )?(?P<sent>(?:attached|attachment|original|provided|supplied)"
        rf"(?: (?:file|attachment|one|version))?(?: (?P<original>{NAME}|{_QUOTED}))?)"
    ),
    "OTHER": rf"(?:the )?(?:file )?(?P<original>{NAME}|{_QUOTED})(?: file)?",
    "TEXT": (
        r"(?:the )?(?:(?:exact |literal )?"
        rf"(?:text|string|phrase|literal|words?|sentence|line) )?(?P<text>{_QUOTED})"
    ),
    "TEXTS": (
        r"(?:(?:both|the|all of|an?) )?(?:(?:exact |literal )?"
        r"(?:texts?|strings?|phrases?|literals?|words?|sentences?|lines?) )?"
        rf"(?P<texts>{_listed(_QUOTED)})"
    ),
    "TARGETS": rf"(?P<texts>{_listed(rf'(?:the )?(?:file )?(?:{NAME}|{_QUOTED})')})",
    "IS": r"is(?P<no> not)?",
    "IS_OTHER": r"is(?P<no2> not)?",
    "HAS": (
        r"(?:(?:has|have|contains?|includes?|does (?:have|contain|include))"
        r"|(?P<no>does not (?:have|contain|include)|(?:does )?(?:has|have|contains?|includes?) no))"
    ),
    "HAS_COUNT": (
        r"(?:has|have|contains?|is|does (?:have|contain)"
        r"|(?P<no>does not (?:have|contain)|is not))"
    ),
    "THERE": (
        r"(?: (?:in|at|to|from|on) (?:the )?(?:top level|(?:repo(?:sitory)?(?:'s)? )?"
        r"(?:root|repo(?:sitory)?)|project|tree)(?: of the (?:repo(?:sitory)?|project))?)"
    ),
    "REPO": r"(?:the )?(?:repo(?:sitory)?|project)(?: root)?",
    "PRESENT": r"(?:present|committed|there|included|available|kept|added)",
    "ABSENT": r"(?:absent|missing|excluded|left out)",
    "EXACTLY": r"(?:,? (?:exactly|byte[- ]for[- ]byte|unchanged|unmodified))?",
    "SAME": (
        r"(?:(?:exactly |byte[- ](?:for[- ]byte )?)?(?:identical|equal) to"
        r"|(?:exactly |byte[- ]for[- ]byte )?the same as"
        r"|(?:an? )?(?:exact )?copy of|unchanged from)"
    ),
    "KEPT": (
        r"(?:(?:committed|included|kept|copied) )?(?:exactly )?"
        r"(?:as[- ]is|as (?:attached|sent|provided)|unchanged|unmodified|byte[- ]for[- ]byte)"
    ),
    "BOUND": (
        rf"(?:(?:fewer than|less than|under|below) (?P<below>{_NUMBER})"
        r"|(?:at least|a minimum of|no fewer than|no less than|not fewer than|not less than)"
        rf" (?P<least>{_NUMBER})"
        rf"|(?:at most|a maximum of|no more than|not more than|up to) (?P<most>{_NUMBER})"
        rf"|(?:more than|over|above) (?P<above>{_NUMBER})"
        rf"|(?:between |from )?(?P<low>{_NUMBER}) ?(?:and|to|-|–) ?(?P<high>{_NUMBER})"
        rf"|(?P<same_or_more>{_NUMBER}) or more|(?P<same_or_less>{_NUMBER}) or (?:less|fewer)"
        rf"|(?:exactly |precisely )?(?P<same>{_NUMBER}|zero|one|two|three|four|five|six|seven"
        r"|eight|nine|ten)|(?P<zero>no))"
    ),
    "ADJECTIVE": (
        r"(?:(?:valid|well-? ?formed|correct|parse?able|syntactically (?:valid|correct)) )?"
    ),
    "SYNTAX": (
        r"(?P<format>JSON Lines|JSONL|JSON|XML|SVG|YAML|TOML|Python|CSV)"
        r"(?: (?P<root>array|list|object|file|document|image|script|code|syntax))?"
    ),
    "SIGNATURE": (
        r"(?P<format>PNG|JPEG|JPG|GIF|WebP|PDF|ZIP)"
        r"(?: (?:image|file|picture|archive|document))?"
    ),
    "PROSE_UNIT": r"(?P<unit>words?|characters?)(?: long)?",
    "HEADING_UNIT": r"(?P<unit>headings?)",
    "LINE_UNIT": r"(?P<unit>(?:non-?empty |non-?blank )?lines?)",
    "SIZE_UNIT": r"(?P<unit>bytes?|[kKM]i?B)",
    "TABLE_UNIT": r"(?P<unit>(?:data )?rows?|columns?)",
    "LIST_UNIT": r"(?P<unit>items?|entries|entry|elements?|objects?|records?)",
    "KIND": (
        r"(?P<kind>\.[a-z0-9]{1,8}|HTML|CSS|JavaScript|JS|JSON|CSV|Markdown|MD|TXT|SVG|XML|YAML"
        r"|Python|PNG|JPE?G|GIF|PDF)"
    ),
    "KEYS": rf"(?P<keys>{_listed(_IDENTIFIER)})",
    "KEY_WORD": r"(?:top-level )?(?:keys?|fields?|propert(?:y|ies)|members?)",
    "EACH": r"(?:each|every) (?:item|object|entry|element|record|row)",
    "ARRAY": r"(?:an? )?(?:valid )?(?:JSON )?(?:array|list)",
    "MEMBERS": r"(?P<type>objects|strings|numbers|arrays)",
    "KEY": (
        rf"(?:{{KEY_WORD}} (?P<key>{_QUOTED}|[\w.-]+)"
        rf"|(?P<bare_key>{_IDENTIFIER})(?: {{KEY_WORD}})?)"
    ),
    "QUOTED": _QUOTED,
    "NAME": NAME,
    "TYPE": (
        r"(?:of type |an? )?(?P<type>integer|whole number|number|numeric|float|floating[- ]point"
        r" number|string|boolean|bool|array|list|object|null)"
    ),
    "VALUE": (
        rf"(?:equal to |exactly |set to )?(?P<value>-?\d+(?:\.\d+)?|true|false|null|{_QUOTED})"
    ),
    "MIT": (
        r"(?:an? |the )?(?:full |complete |valid |whole )?(?:text of the )?"
        r"mit(?:[- ]licen[sc]ed?)?(?: text| file)?"
    ),
    "README": r"(?:the )?(?:repo(?:sitory)?(?:'s)? )?readme(?:\.md)?(?: file)?",
    "EXISTS": _does("exist"),
    "EQUALS": _does("equal"),
    "PARSES": _does("parse"),
    "LINKS": _does("link"),
    "STARTS": r"(?:(?:starts?|begins?|does (?:start|begin))|(?P<no>does not (?:start|begin)))",
    "ENDS": _does("end"),
    "MENTIONS": _does("mention"),
    "RETURNS": r"(?:returns?|answers?|responds?|gives?|is served|is reachable|loads?)(?: with)?",
    "CONTENT": r"(?:'s)?(?: contents?)?",
    "COMPARES": rf"(?:{_does('equal')}|(?:matches|match|does match|(?P<no2>does not match)))",
    "TOPICS": rf"(?P<topics>{_listed(_TOPIC)})",
    "QUOTED_LIST": _listed(_QUOTED),
}
"""Words of the table of rules; a macro may use others."""
