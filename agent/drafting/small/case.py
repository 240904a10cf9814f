"""What a request comes to for a small model: the page that is wanted and its skeleton."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drafting.answer import as_text
from agent.drafting.prompt_material import PromptMaterial
from agent.drafting.small.data import loaded
from agent.drafting.small.mending import inline_script, mended
from agent.drafting.small.skeleton import Skeleton
from agent.drafting.small.wanted import Wanted
from agent.ports import DraftRequest, EarlierDraft
from agent.values import CheckKind

PAGE = "index.html"


@dataclass(frozen=True)
class Case:
    """A request, with what code reads from the briefs and checks of all its rounds."""

    request: DraftRequest
    skeleton: Skeleton

    @classmethod
    def of(cls, request: DraftRequest) -> "Case":
        brief, earlier = request.brief, tuple(reversed(request.earlier))
        texts = (brief.text, *(round_.brief for round_ in earlier))
        checks = (*brief.checks, *(check for round_ in earlier for check in round_.checks))
        wanted = Wanted.of(texts, checks, brief.task)
        return cls(request, Skeleton(wanted, loaded(brief.attachments)))

    @property
    def material(self) -> PromptMaterial:
        return PromptMaterial(self.request)

    @property
    def is_for_a_page(self) -> bool:
        """Else it is about other files, and there is nothing to make a skeleton of."""
        checks = self.request.brief.checks
        return bool(self.skeleton.wanted.elements) or any(c.kind is CheckKind.JS for c in checks)

    @property
    def working_page(self) -> str:
        """The page that an earlier round left; empty in the first."""
        return page_of(self.request.base)

    def mended(self, tried: tuple[EarlierDraft, ...]) -> str:
        """The last attempt's page after what code can put right."""
        scripts = [inline_script(page_of(each.files)) for each in tried[:-1]]
        return mended(page_of(tried[-1].files), self.skeleton.wanted, scripts)

    def prepared(self) -> str:
        """The page of the round before with the elements that are new."""
        return mended(self.working_page, self.skeleton.wanted, ())

    def is_of_skeleton(self, page: str) -> bool:
        """The page is the skeleton with a script, and nothing else was changed."""
        return self.skeleton.page(inline_script(page)) == page

    def explanation(self, page: str) -> str:
        """How the page's code works; empty where the model wrote all of it."""
        if not self.is_of_skeleton(page):
            return ""
        return self.skeleton.explanation(inline_script(page))


def page_of(files: Mapping[str, bytes]) -> str:
    return as_text(files.get(PAGE, b"")) or ""
