"""Validates the request as it arrives: JSON in, a Request out, each error naming its field.

The shape is the evaluators' (see the README). The secret is compared here, by digest, and then
dropped: nothing that is kept or handed on has it.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from agent.errors import IntakeError
from agent.intake.json_size import check_size
from agent.nearest_name import nearest
from agent.values import Check, CheckKind

_TASK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RESERVED_ENDINGS = (".git", ".wiki", ".")
_MOST_TOLD = 20
_LONGEST_SHOWN = 50
_MOST_DIGITS = 9
_JS_PREFIX = re.compile(r"\s*js:\s*", re.IGNORECASE)


class WrongSecret(IntakeError):
    """The caller does not know the secret; the message says nothing else about the request."""


def _task_name(task: str) -> str:
    """A task names a repository, a folder and a URL part, so it follows the strictest of them."""
    if not _TASK.fullmatch(task) or task.endswith(_RESERVED_ENDINGS):
        raise ValueError(
            "expected 1 to 100 letters, digits, '.', '_' or '-', starting with a letter or digit "
            "and not ending in '.git', '.wiki' or '.'"
        )
    return task


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("expected some text")
    return text


def _http_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port, or no address, is like that
        is_usable = False
    if not is_usable:
        raise ValueError("expected an http:// or https:// URL")
    return url


def _start(source: str) -> str:
    """A repository's URL without credentials; on this machine its absolute path as well."""
    if not source or source.startswith("/"):
        return source
    parts = urlsplit(_http_url(source))
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("expected a URL without credentials, query and fragment")
    return source


def _remote_start(source: str) -> str:
    if source.startswith("/"):
        raise ValueError("expected an http:// or https:// URL; `galley run` takes a path")
    return source


_SOME_TEXT: dict[str, JsonValue] = {"pattern": r"\S"}
_TASK_NAME: dict[str, JsonValue] = {
    "pattern": r"^(?!.*\.(git|wiki)?$)[A-Za-z0-9][A-Za-z0-9._-]*$",
    "minLength": 1,
    "maxLength": 100,
}
_URL: dict[str, JsonValue] = {"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]"}
_URL_OR_NOTHING: dict[str, JsonValue] = {"pattern": "^([Hh][Tt][Tt][Pp][Ss]?://[^/?#]|$)"}
"""What the description of the API says of texts that the functions above look at."""


class JsCheck(BaseModel):
    """A check as `{"js": "<expression>"}`."""

    model_config = ConfigDict(strict=True, extra="ignore")

    js: Annotated[str, AfterValidator(_not_blank)] = Field(
        max_length=20_000, json_schema_extra=_SOME_TEXT
    )


class AttachmentItem(BaseModel):
    """An attachment as sent: `url` is a `data:` URI or an http(s) URL."""

    model_config = ConfigDict(strict=True, extra="ignore")

    name: str = Field(max_length=255)
    url: str


Sentence = Annotated[str, Field(max_length=20_000)]


class Request(BaseModel):
    """A request on this machine, where most fields may be left out."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    task: Annotated[str, AfterValidator(_task_name)] = Field(
        json_schema_extra=_TASK_NAME, description="what the repository is named after"
    )
    brief: Annotated[str, AfterValidator(_not_blank)] = Field(
        max_length=200_000,
        json_schema_extra=_SOME_TEXT,
        description="what the app must do, in plain words",
    )
    round: int = Field(1, ge=1, le=1000)
    nonce: str = Field(default_factory=lambda: secrets.token_hex(8), min_length=1, max_length=200)
    email: str = Field("", max_length=320)
    evaluation_url: str = Field("", max_length=2000)
    checks: tuple[Sentence | JsCheck, ...] = Field(
        (),
        max_length=200,
        strict=False,
        description="`js:` and an expression, an object with the expression, or a sentence",
    )
    attachments: tuple[AttachmentItem, ...] = Field((), strict=False)
    start_from: Annotated[str, AfterValidator(_start)] = Field("", max_length=2000)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """Raises IntakeError with one line for each bad field."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise IntakeError("; ".join(_error_lines(error.errors()))) from None

    def record(self) -> bytes:
        """The request as kept for later: JSON without the secret.

        An empty `start_from` is left out, so that earlier requests keep their digests.
        """
        left_out = None if self.start_from else {"start_from"}
        return (self.model_dump_json(indent=1, exclude=left_out) + "\n").encode()

    @property
    def digest(self) -> str:
        """Differs where a request that comes again is not the same; hexadecimal SHA-256."""
        return hashlib.sha256(self.record()).hexdigest()

    def parsed_checks(self) -> tuple[Check, ...]:
        """The checks that are not blank; senders' lists hold empty strings now and then."""
        return tuple(
            _check(item, self.round)
            for item in self.checks
            if isinstance(item, JsCheck) or item.strip()
        )


class SubmittedRequest(Request):
    """A request over HTTP: everything that the notification echoes must be there."""

    nonce: str = Field(min_length=1, max_length=200, description="is in the notification")
    round: int = Field(
        ge=1, le=1000, description="1 makes the app, each later one changes the same repository"
    )
    email: Annotated[str, AfterValidator(_not_blank)] = Field(
        max_length=320, json_schema_extra=_SOME_TEXT, description="is in the notification"
    )
    evaluation_url: Annotated[str, AfterValidator(_http_url)] = Field(
        max_length=2000,
        json_schema_extra=_URL,
        description="is notified once the page is served",
    )
    start_from: Annotated[str, AfterValidator(_start), AfterValidator(_remote_start)] = Field(
        "",
        max_length=2000,
        json_schema_extra=_URL_OR_NOTHING,
        description="the URL of a public git repository to begin with",
    )


def parse(body: bytes | bytearray) -> dict[str, Any]:
    """A JSON object in UTF-8, read strictly (RFC 8259, and no name twice). Raises IntakeError."""
    try:
        check_size(body)
        text = body.decode("utf-8-sig")
        fields = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse)
    except RecursionError:
        raise IntakeError("body: expected a JSON object, got one nested too deeply") from None
    except ValueError as error:
        raise IntakeError(f"body: expected a JSON object: {error}") from None
    if not isinstance(fields, dict):
        raise IntakeError("body: expected a JSON object")
    return fields


def number_or_text(text: str) -> int | str:
    """What a person typed for a number; anything else stays, for the validation to name it."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else text


def unknown_fields(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """What the sender is told about fields that no request has.

    Raises IntakeError where one is a known field misspelled, unless that one is there as well.
    """
    known = {*Request.model_fields, "secret"}
    unknown = [name for name in fields if name not in known]
    meant = {name: nearest(name.lower(), known - fields.keys()) for name in unknown}
    if misspelled := {name: other for name, other in meant.items() if other}:
        told = (f"{_shown(name)}: unknown, is {other} meant?" for name, other in misspelled.items())
        raise IntakeError("; ".join(told))
    return tuple(f"{_shown(name)}: unknown, and ignored" for name in unknown[:_MOST_TOLD])


def _shown(name: str) -> str:
    return repr(name[:_LONGEST_SHOWN])


def check_secret(fields: dict[str, Any], expected: str) -> None:
    """Takes `secret` out of the fields. Raises WrongSecret in the same way whatever is wrong."""
    if not secrets_equal(fields.pop("secret", None), expected):
        raise WrongSecret("wrong secret")


def secrets_equal(given: object, expected: str) -> bool:
    """Compares digests, so that neither length, type nor content shows in the time it takes."""
    text = given if isinstance(given, str) else ""
    same = hmac.compare_digest(_digest(text), _digest(expected))
    return same and isinstance(given, str) and bool(expected)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _check(item: str | JsCheck, round_: int) -> Check:
    if isinstance(item, JsCheck):
        return Check(CheckKind.JS, item.js, round_)
    prefix = _JS_PREFIX.match(item)
    if prefix and item[prefix.end() :].strip():
        return Check(CheckKind.JS, item[prefix.end() :], round_)
    return Check(CheckKind.SENTENCE, item, round_)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return fields


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_EXPECTED = {
    "missing": "required",
    "tuple_type": "expected a list",
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "string_unicode": "expected text that is valid Unicode",
}


def _error_lines(errors: Iterable[Mapping[str, Any]]) -> list[str]:
    """One line for each bad field, without its value: it may be long, or private."""
    found: dict[str, str] = {}
    for error in errors:
        path = _path(error["loc"])
        message = str(error["msg"]).removeprefix("Value error, ")
        message = _EXPECTED.get(str(error["type"]), message)
        if re.fullmatch(r"checks\[\d+\](\.js)?", path):
            path, message = path.removesuffix(".js"), 'expected text or {"js": "an expression"}'
        found.setdefault(path, f"{path}: {message}")
    return list(found.values())


def _path(location: Iterable[int | str]) -> str:
    """`checks[2].js`; the names of the alternatives of a union are left out."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part not in ("str", "JsCheck", "constrained-str"):
            path += f".{part}" if path else part
    return path or "body"
