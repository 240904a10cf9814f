"""The settings, and the only reader of the environment.

Every field is an environment variable of the same name in capitals; the environment wins over the
`.env` file. The field's description is its row in the README and its comment in `.env.example`.
"""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from agent import env_file
from agent.errors import ConfigurationError
from agent.nearest_name import nearest, slips

NO_SECRET = SecretStr("")
_SECRET_ENDINGS = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
_LONG = 8
_MIRRORS = ("pages", "space", "vercel")


def _split(value: object) -> object:
    return (
        [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, str)
        else value
    )


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
Megabytes = Annotated[float, Field(gt=0)]


class Settings(BaseModel):
    """All that can be set. Empty means "not set" everywhere."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    _others: dict[str, str] = PrivateAttr(default_factory=dict)

    secret: SecretStr = Field(
        NO_SECRET,
        description="what callers must send as `secret`; `serve` makes one up when there is none",
    )
    port: int = Field(5000, ge=0, le=65535, description="port of `serve`; 0 takes a free one")
    bind: str = Field("127.0.0.1", description="address `serve` listens on; `0.0.0.0` for all")
    public_url: str = Field(
        "",
        description="how others reach this server, if not by its own address: local pages are "
        "reported under it, and run in a sandbox there unless `PAGES_URL` is set",
    )
    pages_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="port of the local pages, which have an origin of their own; by default the "
        "one after `PORT`; the same as `PORT`: they run in a sandbox",
    )
    pages_url: str = Field(
        "",
        description="how others reach the port of the local pages, under another host name than "
        "`PUBLIC_URL`",
    )
    allowed_hosts: Names = Field(
        (),
        description="host names that requests may come by, besides those of this machine, of "
        "`PUBLIC_URL` and of `PAGES_URL`, comma-separated; `*` for all",
    )
    webhook_secret: SecretStr = Field(
        NO_SECRET,
        description="signs notifications as Standard Webhooks describe: `whsec_` and 24 to 64 "
        "random bytes in base64",
    )
    metrics_public: bool = Field(False, description="`true`: `/metrics` answers without the secret")
    respond: Literal["when-done", "immediately"] = Field(
        "when-done",
        description="answer `POST /api-endpoint` when the job is done, or at once",
    )

    model: str = Field(
        "",
        description="a litellm model name, `embedded` or `scripted:FOLDER`; by default what "
        "the key that is present allows",
    )
    fallback_models: Names = Field(
        (), description="litellm model names to try after `MODEL`, comma-separated"
    )
    openai_api_key: SecretStr = Field(
        NO_SECRET, description="key for OpenAI or whatever `OPENAI_BASE_URL` points at"
    )
    openai_base_url: str = Field("", description="any OpenAI-compatible endpoint")
    gemini_api_key: SecretStr = Field(NO_SECRET, description="key for Gemini")
    aipipe_aki_key: SecretStr = Field(
        NO_SECRET,
        validation_alias=AliasChoices("aipipe_aki_key", "aipipe_api_key"),
        description="key for AI Pipe (`AIPIPE_API_KEY` works too)",
    )
    model_path: str = Field(
        "",
        description="a GGUF file for the embedded model, instead of the one it fetches",
    )
    edit_format: Literal["", "diff", "whole"] = Field(
        "", description="what revisions are asked as; by default what suits the model"
    )

    prompt_tokens: int = Field(
        0,
        ge=0,
        description="how many tokens a prompt may take before old briefs and files are shortened; "
        "0: what suits the model's window",
    )

    forge: Literal["", "github", "local"] = Field(
        "",
        description="where repositories are pushed: `github` when `GITHUB_TOKEN` is set, else "
        "`local`",
    )
    host: Literal["", "pages", "space", "vercel", "local"] = Field(
        "",
        description="where pages are served and reported: `pages`, `space` (Hugging Face), "
        "`vercel` or `local`; by default `pages` with the GitHub forge, else `local`",
    )
    mirror_hosts: Names = Field(
        (),
        description="further hosts that get each page, comma-separated: `pages`, `space`, `vercel`",
    )
    hf_token: SecretStr = Field(
        NO_SECRET, description="Hugging Face token with write access, for `HOST=space`"
    )
    hf_username: str = Field(
        "",
        description="user or organisation that owns the Spaces; by default the token's user",
    )
    hf_endpoint: str = Field(
        "https://huggingface.co", description="another address of Hugging Face's hub"
    )
    vercel_token: SecretStr = Field(NO_SECRET, description="Vercel token, for `HOST=vercel`")
    vercel_team_id: str = Field(
        "", description="Vercel team that owns the projects; by default the token's own account"
    )
    vercel_api_url: str = Field(
        "https://api.vercel.com", description="another address of Vercel's REST API"
    )
    github_token: SecretStr = Field(
        NO_SECRET,
        description="token that may create repositories, push, and enable Pages",
    )
    github_username: str = Field(
        "",
        description="user or organisation that owns the repositories; by default the token's user",
    )
    github_api_url: str = Field(
        "https://api.github.com",
        description="GitHub Enterprise or a test server: its REST address",
    )
    github_url: str = Field(
        "https://github.com",
        description="GitHub Enterprise or a test server: its git and web address",
    )

    github_timeout_seconds: float = Field(
        20,
        gt=0,
        description="how long GitHub may be silent before a call is taken for lost",
    )

    workspace: Path = Field(
        Path("workspace"),
        description="folder of repositories, the local forge and the job journal",
    )
    database_url: SecretStr = Field(
        NO_SECRET,
        description="`postgresql://…` for many workers; empty: SQLite in the workspace",
    )
    execute: bool = Field(
        True,
        description="`false`: `serve` only accepts jobs and leaves the work to `worker` processes",
    )
    concurrency: int = Field(2, ge=1, description="jobs worked on at the same time by one process")
    log_format: Literal["json", "text"] = Field(
        "json", description="how `serve` and `worker` log, one record a line"
    )
    keep_days: float = Field(
        30,
        gt=0,
        description="finished jobs leave the journal after so many days; repositories stay",
    )

    deadline_seconds: float = Field(
        540,
        gt=0,
        description="time for a job from its request to its notification; `run` takes 30 minutes "
        "where this is not set and the brief has no `evaluation_url`",
    )
    max_repairs: int = Field(
        3,
        ge=0,
        description="how often a failing draft goes back to the model; each time, an answer that "
        "cannot be used is asked for again up to twice, and two such attempts end it",
    )
    max_cost_usd: float | None = Field(
        None,
        gt=0,
        description="US dollars that a job may spend on models; beyond it the best attempt so far "
        "is published. Answers of unknown price count as free",
    )
    max_tokens: int | None = Field(
        None, gt=0, description="tokens, sent and received, that a job may use; as `MAX_COST_USD`"
    )
    own_tests: Literal["auto", "true", "false"] = Field(
        "auto",
        description="whether the model also writes browser tests that nobody sent, from the brief "
        "alone; by default where it is known to write them well",
    )
    review: Literal["auto", "true", "false"] = Field(
        "auto",
        description="whether a model that sees looks at the pictures of a draft that nothing else "
        "is wrong with, for one more draft if it objects; `auto`: models that are known to see, "
        "`true`: also others",
    )
    allow_private_urls: bool | None = Field(
        None,
        description="whether `evaluation_url` and attachment URLs may be on this machine or a "
        "private network; by default on this machine alone, and only when forge and host are local",
    )
    allow_workflows: bool = Field(
        False, description="whether a brief may ask for GitHub Actions workflows"
    )
    chromium_path: str = Field(
        "",
        description="the browser to prove pages in; by default the one that is installed",
    )

    max_body_mb: Megabytes = Field(40, description="largest request body, MB")
    max_attachments: int = Field(50, ge=0, description="most attachments of a brief")
    max_attachment_mb: Megabytes = Field(10, description="largest attachment, decoded, MB")
    max_attachments_mb: Megabytes = Field(
        25, description="all attachments of a brief together, decoded, MB"
    )

    licence_holder: str = Field(
        "",
        description="name in the LICENSE of what is made; by default `GITHUB_USERNAME` or `the "
        "authors`",
    )

    @classmethod
    def read(cls, environment: Mapping[str, str], dotenv: Path | None = None) -> Self:
        """The settings of an environment over a `.env` file. Raises ConfigurationError."""
        written = env_file.read(dotenv) if dotenv and dotenv.is_file() else {}
        if misspelled := [*_misspelled(written), *_misspelled_for_certain(environment)]:
            raise ConfigurationError("\n".join(misspelled))
        found = {**written, **environment}
        try:
            read = cls.model_validate({key.lower(): value for key, value in found.items() if value})
        except ValidationError as error:
            raise ConfigurationError("\n".join(map(_complaint, error.errors()))) from None
        read._others = {
            name: value for name, value in written.items() if name.upper() not in _names()
        }
        return read

    @property
    def other_variables(self) -> Mapping[str, str]:
        """What `.env` has besides settings: keys and addresses of the models' providers."""
        return self._others

    @field_validator(
        "public_url", "pages_url", "github_api_url", "github_url", "hf_endpoint", "vercel_api_url"
    )
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _can_be_read(cls, url: SecretStr) -> SecretStr:
        if not _is_address(url.get_secret_value()):
            raise ValueError(
                "expected postgresql://user:password@host:port/database, with the special "
                "characters of the password as %-codes"
            )
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _can_sign(cls, secret: SecretStr) -> SecretStr:
        if secret.get_secret_value() and not _is_signing_key(secret.get_secret_value()):
            raise ValueError("expected whsec_ and 24 to 64 bytes in base64")
        return secret

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.forge_name == "github" and not self.github_token.get_secret_value():
            raise ValueError("FORGE=github needs GITHUB_TOKEN")
        if not self.execute and not self.database_url.get_secret_value():
            raise ValueError(
                "EXECUTE=false needs DATABASE_URL: a journal in the workspace is this process's own"
            )
        if strangers := set(self.mirror_hosts) - set(_MIRRORS):
            raise ValueError(f"MIRROR_HOSTS: {min(strangers)} is none of {', '.join(_MIRRORS)}")
        if "pages" in self.all_hosts and self.forge_name != "github":
            raise ValueError(
                "HOST or MIRROR_HOSTS=pages needs FORGE=github: GitHub Pages serves GitHub's "
                "repositories"
            )
        if "space" in self.all_hosts and not self.hf_token.get_secret_value():
            raise ValueError("HOST or MIRROR_HOSTS=space needs HF_TOKEN, one with write access")
        if "vercel" in self.all_hosts and not self.vercel_token.get_secret_value():
            raise ValueError("HOST or MIRROR_HOSTS=vercel needs VERCEL_TOKEN")
        if self.forge_name == "github" and self.host_name == "local":
            raise ValueError(
                "HOST=local needs FORGE=local: it serves the local forge's repositories"
            )
        return self

    @property
    def forge_name(self) -> Literal["github", "local"]:
        return self.forge or ("github" if self.github_token.get_secret_value() else "local")

    @property
    def host_name(self) -> Literal["pages", "space", "vercel", "local"]:
        return self.host or ("pages" if self.forge_name == "github" else "local")

    @property
    def all_hosts(self) -> tuple[str, ...]:
        """The host that is reported, then the mirrors; each once."""
        return tuple(dict.fromkeys((self.host_name, *self.mirror_hosts)))

    @property
    def max_body_bytes(self) -> int:
        return int(self.max_body_mb * 1_000_000)

    @property
    def own_pages_port(self) -> int:
        """The port to listen on for the local pages; 0 takes a free one."""
        if self.pages_port is not None:
            return self.pages_port
        return self.port + 1 if 0 < self.port < 65535 else 0

    @property
    def pages_are_sandboxed(self) -> bool:
        """Whether the local pages share the server's origin, as others reach it."""
        is_one_port = bool(self.port) and self.pages_port == self.port
        return not self.pages_url and (is_one_port or bool(self.public_url))

    @property
    def host_names(self) -> tuple[str, ...]:
        """The names by which others reach this server."""
        urls = (self.public_url, self.pages_url)
        return (*self.allowed_hosts, *(urlsplit(url).hostname or "" for url in urls if url))

    @property
    def private_urls_allowed(self) -> bool:
        return bool(self.allow_private_urls)

    @property
    def loopback_urls_allowed(self) -> bool:
        if self.allow_private_urls is not None:
            return self.allow_private_urls
        return self.forge_name == self.host_name == "local"

    def secrets(self) -> tuple[str, ...]:
        """Every secret this process knows, and the passwords within URLs."""
        fields = (getattr(self, name) for name in type(self).model_fields)
        own = (field.get_secret_value() for field in fields if isinstance(field, SecretStr))
        others = (value for name, value in self._others.items() if name.endswith(_SECRET_ENDINGS))
        secrets = [secret for secret in (*own, *others) if secret]
        return (*secrets, *filter(None, map(_password, secrets)))


def _password(secret: str) -> str:
    """The password of a URL that has one (DATABASE_URL), otherwise nothing."""
    try:
        return unquote(urlsplit(secret).password or "") if "://" in secret else ""
    except ValueError:
        return ""


def _is_signing_key(secret: str) -> bool:
    """Source: Standard Webhooks, "Signature scheme"."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    return 24 <= len(key) <= 64


def _names() -> set[str]:
    """Every name of a setting, in capitals."""
    aliases = (field.validation_alias for field in Settings.model_fields.values())
    others = {
        str(name) for each in aliases if isinstance(each, AliasChoices) for name in each.choices
    }
    return {name.upper() for name in {*Settings.model_fields, *others}}


def _misspelled(variables: Mapping[str, str]) -> Iterator[str]:
    """Complaints about names that look like a setting's and are none."""
    known = _names()
    for name, value in variables.items():
        if value and name.upper() not in known and (meant := nearest(name.upper(), known)):
            yield f"{name} is no setting: is {meant} meant?"


def _misspelled_for_certain(environment: Mapping[str, str]) -> Iterator[str]:
    """The same for an environment: there, one slip in a long name, or two letters swapped.

    It has the names of other programs, such as MODE.
    """
    known = _names()
    certain = {
        name: value
        for name, value in environment.items()
        if (meant := nearest(name, known))
        and (sorted(name) == sorted(meant) or (len(meant) >= _LONG and slips(name, meant) == 1))
    }
    return _misspelled(certain)


def _is_address(url: str) -> bool:
    """Whether all readers of a URL find the same host in it: an error that names it may not name
    a piece of the password."""
    try:
        parts = urlsplit(url)
        return parts.port != 0 and "#" not in url and parts.netloc.count("@") <= 1
    except ValueError:  # no port is like that
        return False


def _complaint(error: Mapping[str, object]) -> str:
    """One line for one bad setting, without its value: it may be a secret."""
    location = error["loc"]
    name = str(location[0]).upper() if isinstance(location, tuple) and location else ""
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message
