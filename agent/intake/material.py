"""Gathers what comes with a request: its attachments, and the web data that its brief names.

Whatever has to be fetched is fetched once: it is given back as files to keep, and is taken from
those when the same order is looked at again.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from agent.deadline import Deadline
from agent.intake.attachments import Fetch, Limits, decode
from agent.intake.document_process import with_documents
from agent.intake.request import Request
from agent.intake.web_data import WebData, fetch_named
from agent.values import Attachment, WebSource

_ATTACHMENTS = "attachments/"
_WEB = "web/"
_SOURCES = "web/sources.json"
_SECONDS = 60.0
KEPT = (_ATTACHMENTS, _WEB)
"""Where in the evidence the material is."""


@dataclass(frozen=True, slots=True)
class Material:
    """Files for the repository, where web data came from, and what to keep of it as evidence."""

    attachments: tuple[Attachment, ...]
    sources: tuple[WebSource, ...]
    to_keep: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True)
class Intake:
    """Gathers the material of requests."""

    limits: Limits
    fetch: Fetch

    def gather(self, request: Request, kept: Mapping[str, bytes], whole: Deadline) -> Material:
        """The material; `kept` is the evidence so far, `whole` the time that the job has left.

        Raises IntakeError for attachments only: of web data that cannot be had, and of documents
        that cannot be read, the model is shown the reason. Raises Cancelled and DeadlinePassed.
        """
        deadline = whole.sooner(_SECONDS)
        attachments = decode(
            request.attachments, self.limits, self.fetch, deadline, _under(_ATTACHMENTS, kept)
        )
        linked = {
            _ATTACHMENTS + attachment.name: attachment.content
            for attachment, item in zip(attachments, request.attachments, strict=True)
            if not item.url.lower().startswith("data:")
        }
        web, sources = self._web(request, attachments, kept, deadline)
        record = {_SOURCES: _written(sources)} if sources else {}
        contents = {_WEB + attachment.name: attachment.content for attachment in web}
        read = with_documents((*attachments, *web), whole)
        return Material(read, sources, {**linked, **contents, **record})

    def _web(
        self,
        request: Request,
        attachments: tuple[Attachment, ...],
        kept: Mapping[str, bytes],
        deadline: Deadline,
    ) -> tuple[tuple[Attachment, ...], tuple[WebSource, ...]]:
        if _SOURCES in kept:
            sources = _read(kept[_SOURCES])
            names = [source.name for source in sources if source.name]
            return tuple(Attachment(n, "", kept[_WEB + n]) for n in names), sources
        taken = {attachment.name.casefold() for attachment in attachments}
        found = [_apart(data, taken) for data in fetch_named(request.brief, self.fetch, deadline)]
        web = tuple(data.attachment for data in found if data.attachment)
        return web, tuple(map(_source, found))


def _apart(data: WebData, taken: set[str]) -> WebData:
    """The data under a name that no attachment has."""
    if data.attachment is None or data.attachment.name.casefold() not in taken:
        return data
    return replace(data, attachment=replace(data.attachment, name=f"web-{data.attachment.name}"))


def _source(data: WebData) -> WebSource:
    return WebSource(data.url, data.attachment.name if data.attachment else "", data.failure or "")


def _under(folder: str, kept: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        path.removeprefix(folder): content
        for path, content in kept.items()
        if path.startswith(folder)
    }


def _written(sources: tuple[WebSource, ...]) -> bytes:
    return (json.dumps([asdict(source) for source in sources], indent=1) + "\n").encode()


def _read(record: bytes) -> tuple[WebSource, ...]:
    return tuple(WebSource(**source) for source in json.loads(record))
