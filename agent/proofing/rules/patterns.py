"""The table of rules: which wordings about files are understood, and what each one claims.

A wording is matched against a whole clause in which quoted texts and URLs stand as `«0»`, `«1»`
and modal verbs are gone ("must not be" is "is not"). A group whose name begins with `no` denies
the claim; `file`, `files`, `original` hold names of files, `text` and `texts` quoted texts.
"""

import re
from dataclasses import dataclass
from functools import cache

from agent.proofing.rules import comparisons, data_claims, text_claims
from agent.proofing.rules.vocabulary import MACROS
from agent.proofing.rules.wording import Accepts, Claim, with_suffix

_MACRO = re.compile(r"\{([A-Z_]+)\}")
_JSON = with_suffix(".json", ".geojson", ".webmanifest", ".ipynb")
_MARKDOWN = with_suffix(".md", ".markdown")
_PROSE = with_suffix(".txt", ".md", ".markdown", ".csv")
_TABLE = with_suffix(".csv", ".tsv")
_XML = with_suffix(".svg", ".xml", ".rss", ".atom", ".kml", ".gpx")


@dataclass(frozen=True, slots=True)
class _Row:
    """A claim, the wordings that make it, and which of these it can be made in."""

    claim: Claim
    wordings: tuple[str, ...]
    accepts: Accepts = lambda wording: True


_WORDINGS: tuple[_Row, ...] = (
    _Row(
        text_claims.is_mit_licensed,
        (
            "(?:{REPO} )?(?:has|contains|includes) {MIT}{THERE}?",
            "{REPO} (?:is|uses) (?:licen[sc]ed )?(?:under )?{MIT}",
            "(?:{REPO} )?has a licen[sc]e file with {MIT}",
            "(?:there is )?{MIT}(?: file)?(?: (?:exists|is {PRESENT}|is))?{THERE}?",
            "(?:the )?licen[sc]e(?: file)?{THERE}? (?:is|contains|has|includes|holds) {MIT}",
        ),
    ),
    _Row(
        text_claims.is_professional,
        (
            "{README} (?:is|looks) "
            "(?:professional|complete|comprehensive|detailed|thorough|clear|well[- ]written"
            "|well[- ]structured|informative|professionally written|,|and| )+",
            "(?:{REPO} )?(?:has|contains|includes) an? "
            "(?:professional|complete|comprehensive|detailed) readme(?:\\.md)?",
        ),
    ),
    _Row(
        text_claims.covers,
        (
            "{README} {HAS} (?:sections? (?:for|on|about|covering|with) )?{TOPICS}",
            "{README} (?:covers|explains|documents|describes) {TOPICS}",
        ),
    ),
    _Row(
        text_claims.has_heading,
        (
            "{FILE} {HAS} (?:an? |the )?(?:section|heading)s? (?:(?:titled|named|called) )?"
            "(?P<texts>{QUOTED_LIST})",
            "{FILE} {HAS} (?:an? |the )?(?P<texts>{QUOTED_LIST}) (?:section|heading)s?",
        ),
    ),
    _Row(
        comparisons.is_same,
        (
            "{FILE}{CONTENT} {IS} {SAME} {ORIGINAL}{EXACTLY}",
            "{FILE}{CONTENT} {IS} {SAME} (?:the contents? of )?{OTHER}{EXACTLY}",
            "{FILE}{CONTENT} {COMPARES} (?:exactly )?{ORIGINAL}{EXACTLY}",
            "{FILE}{CONTENT} {COMPARES} (?:that of )?{OTHER}{EXACTLY}",
            "(?:the )?contents? of {FILE} {COMPARES} (?:the )?"
            "(?:(?:contents?|that|those) of )?{OTHER}",
            "{FILE} and {OTHER} {IS} (?:byte[- ]for[- ]byte )?(?:identical|equal|the same)",
            "{FILE} (?P<no>differs) from (?:{ORIGINAL}|the attachment)",
            "{FILE} (?P<no>differs) from {OTHER}",
            "(?:the )?(?:attachment|attached) {FILE} {IS} {KEPT}",
            "{FILE} {IS} {KEPT}",
        ),
    ),
    _Row(
        comparisons.holds_same_data,
        (
            "{FILE} {IS} {OTHER} (?:converted to|as|in) (?:a )?(?:csv|tsv|json|jsonl)(?: file)?",
            "{FILE} {HAS} (?:exactly )?the (?:same )?(?:data|rows|contents?|values|records) "
            "(?:of|as) {OTHER}",
        ),
        with_suffix(".csv", ".tsv", ".json", ".jsonl"),
    ),
    _Row(
        data_claims.is_valid,
        (
            "{FILE} {IS} (?:an? )?{ADJECTIVE}{SYNTAX}",
            "{FILE} {HAS} (?:an? )?(?:valid|well-formed|correct|only valid) {SYNTAX}",
            "{FILE} (?:{PARSES}) as (?:an? )?(?:valid )?{SYNTAX}",
        ),
    ),
    _Row(data_claims.has_signature, ("{FILE} {IS} (?:an? )?(?:valid |real )?{SIGNATURE}",)),
    _Row(
        data_claims.is_list_of,
        (
            "{FILE} {IS} {ARRAY} of {MEMBERS}",
            "{FILE} {HAS} {ARRAY} of {MEMBERS}",
        ),
        _JSON,
    ),
    _Row(
        data_claims.has_key,
        (
            "{FILE} {HAS} (?:(?:an?|the) )?{KEY_WORD} {KEYS}",
            "{FILE} {HAS} (?:(?:an?|the) )?{KEYS} {KEY_WORD}",
            "{FILE} is (?:an? )?(?:valid )?JSON(?: object)? with (?:an? |the )?{KEY_WORD} {KEYS}",
        ),
        _JSON,
    ),
    _Row(
        data_claims.each_has_key,
        ("{EACH} {OF_FILE} {HAS} (?:(?:an?|the) )?(?:{KEY_WORD} )?{KEYS}(?: {KEY_WORD})?",),
        _JSON,
    ),
    _Row(
        data_claims.key_has_type,
        ("(?:the )?{KEY} {OF_FILE} {IS} {TYPE}", "{FILE}['’]s {KEY} {IS} {TYPE}"),
        _JSON,
    ),
    _Row(
        data_claims.key_has_value,
        (
            "(?:the )?(?:value of )?{KEY} {OF_FILE} (?:{EQUALS}|{IS_OTHER}) {VALUE}",
            "{FILE}['’]s {KEY} {IS} {VALUE}",
            "{FILE} {HAS} (?:(?:an?|the) )?{KEY} (?:with (?:the )?value|equal to|set to) {VALUE}",
        ),
        _JSON,
    ),
    _Row(
        data_claims.has_namespace,
        (
            "{FILE} (?:declares|uses|is in|has|is (?:valid |well-formed )?(?:XML|SVG) (?:with|in)) "
            "(?:the )?(?:XML )?namespace (?P<text>{QUOTED})",
            "(?:the )?root(?: element)? {OF_FILE} is in (?:the )?namespace (?P<text>{QUOTED})",
        ),
    ),
    _Row(
        data_claims.has_root,
        (
            "(?:the )?root(?: element)? {OF_FILE} {IS} (?:an? )?(?P<root>{QUOTED})(?: element)?",
            "{FILE} {HAS} (?:an? |the )?root(?: element)? (?P<root>{QUOTED})",
        ),
        _XML,
    ),
    _Row(
        data_claims.has_columns,
        (
            "(?:the )?(?:header|first row|columns)(?: row)? {OF_FILE} {IS} "
            "(?:exactly )?(?P<header>{QUOTED}|[\\w-]+(?:,[\\w-]+)+)",
            "{FILE} {HAS} (?:the )?(?:header|columns)(?: row)? "
            "(?P<header>{QUOTED}|[\\w-]+(?:,[\\w-]+)+)",
        ),
        _TABLE,
    ),
    _Row(data_claims.count_is_within, ("{FILE} {HAS_COUNT} {BOUND} {PROSE_UNIT}",), _PROSE),
    _Row(data_claims.count_is_within, ("{FILE} {HAS_COUNT} {BOUND} {HEADING_UNIT}",), _MARKDOWN),
    _Row(data_claims.count_is_within, ("{FILE} {HAS_COUNT} {BOUND} {TABLE_UNIT}",), _TABLE),
    _Row(
        data_claims.count_is_within,
        ("{FILE} {HAS_COUNT} {BOUND} {LIST_UNIT}", "{FILE} is {ARRAY} with {BOUND} {LIST_UNIT}"),
        _JSON,
    ),
    _Row(
        data_claims.count_is_within,
        ("{FILE} {HAS_COUNT} {BOUND} (?P<tag>{QUOTED})(?: elements?)?",),
        _XML,
    ),
    _Row(
        data_claims.count_is_within,
        (
            "{FILE} {HAS_COUNT} {BOUND} {LINE_UNIT}(?: long)?",
            "{FILE} {HAS_COUNT} {BOUND} {SIZE_UNIT}(?: (?:long|in size))?",
            "{FILE} {IS} smaller than (?P<below>\\d[\\d,]*) ?{SIZE_UNIT}",
            "{FILE} {IS} (?:larger|bigger) than (?P<above>\\d[\\d,]*) ?{SIZE_UNIT}",
        ),
    ),
    _Row(data_claims.counts_inline_scripts, ("{FILE} {HAS_COUNT} {BOUND} inline scripts?",)),
    _Row(
        text_claims.counts_files,
        (
            "(?:{REPO} )?{HAS_COUNT} {BOUND} {KIND} files?",
            "there is {BOUND} {KIND} files?{THERE}?",
        ),
    ),
    _Row(
        text_claims.contains,
        (
            "{FILE} {HAS} {TEXTS}(?: exactly| literally)?",
            "{FILE} (?:{MENTIONS}) {TEXTS}",
            "(?P<texts>{QUOTED}) (?:appears|is (?:present|contained|found)|occurs) {OF_FILE}",
            "(?P<texts>{QUOTED}) (?P<no>does not (?:appear|occur)"
            "|is not(?: (?:present|contained|found))?) {OF_FILE}",
        ),
        text_claims.is_plain_text,
    ),
    _Row(
        text_claims.is_exactly,
        (
            "{FILE}(?:'s)? contents? {IS} (?:exactly |just )?{TEXT}",
            "{FILE} {IS} exactly {TEXT}",
            "{FILE}{CONTENT} (?:contains|holds|has) (?:only|just|nothing but|exactly) {TEXT}",
            "(?:the )?contents? {OF_FILE} {IS} (?:exactly )?{TEXT}",
        ),
    ),
    _Row(
        text_claims.starts_with,
        (
            "{FILE} {STARTS} with {TEXT}",
            "(?:the )?first line {OF_FILE} {IS} (?:exactly )?(?P<line>)(?P<text>«\\d+»)",
        ),
    ),
    _Row(
        text_claims.ends_with,
        (
            "{FILE} {ENDS} with {TEXT}",
            "{FILE} {ENDS} with a (?P<newline>newline|line break)",
            "(?:the )?last line {OF_FILE} {IS} (?:exactly )?(?P<line>)(?P<text>«\\d+»)",
        ),
    ),
    _Row(
        text_claims.is_empty,
        ("{FILE} {IS} (?:an? )?empty", "{FILE} {IS} (?:an? )?(?P<no2>non-?empty)"),
    ),
    _Row(
        text_claims.links_to,
        (
            "{FILE} {LINKS} to {TARGETS}",
            "{FILE} {HAS} (?:an? )?links? to {TARGETS}",
            "there is a link to {TARGETS} {OF_FILE}",
        ),
    ),
    _Row(
        text_claims.answers_with,
        (
            "(?:GET )?(?P<address>/?(?:{NAME}|{QUOTED})) {RETURNS} (?:an? )?"
            "(?:HTTP )?(?:status )?(?:code )?(?P<status>200|404)(?: OK| Not Found)?",
            "(?:GET )?(?P<address>/?(?:{NAME}|{QUOTED})) is served as "
            "(?P<type>[a-z]+/[a-z0-9.+-]+|«\\d+»)",
        ),
    ),
    _Row(
        text_claims.is_there,
        (
            "{FILES} (?:{EXISTS}){THERE}?",
            "(?P<all>both) {FILES} (?:exist|is {PRESENT}){THERE}?",
            "{FILES} {IS} {PRESENT}(?: or {PRESENT})*{THERE}?",
            "{FILES} {IS}{THERE}",
            "{FILES} {IS} (?P<no2>{ABSENT})(?:{THERE}| from the commit)?",
            "(?:{REPO} )?{HAS} {FILES}{THERE}?",
            "there is(?P<no> not| no)? {FILES}{THERE}?",
            "(?P<no>no|neither) {FILES} (?:exists?|is {PRESENT}|is){THERE}?",
            "(?:(?P<no>does not) )?(?:commit|include|publish|add) {FILES}{THERE}?",
        ),
    ),
)


def _expanded(wording: str) -> str:
    """The regular expression, its macros replaced until none is left."""
    found = _MACRO.sub(lambda macro: MACROS[macro[1]], wording)
    return found if found == wording else _expanded(found)


@cache
def patterns() -> tuple[tuple[re.Pattern[str], Claim, Accepts], ...]:
    """Tried in this order. They take a fifth of a second to compile, once."""
    return tuple(
        (re.compile(_expanded(wording), re.IGNORECASE), row.claim, row.accepts)
        for row in _WORDINGS
        for wording in row.wordings
    )
