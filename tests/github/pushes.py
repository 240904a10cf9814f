"""The rules of a push: never forced, no secrets, no workflow without the right to it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dulwich.diff_tree import tree_changes
from dulwich.graph import can_fast_forward
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.protocol import SIDE_BAND_CHANNEL_PROGRESS, Protocol
from dulwich.refs import Ref
from dulwich.server import Backend, ReceivePackHandler

from .accounts import Token
from .repositories import Repository

SECRETS = {
    "GitHub Personal Access Token": re.compile(rb"\bghp_[0-9A-Za-z]{36}\b"),
    "GitHub Fine-grained Personal Access Token": re.compile(rb"\bgithub_pat_\w{82}\b"),
    "Hugging Face User Access Token": re.compile(rb"\bhf_[0-9A-Za-z]{34}\b"),
    "OpenAI API Key": re.compile(rb"\bsk-[\w-]{20,}T3BlbkFJ[\w-]{20,}"),
    "Amazon AWS Access Key ID": re.compile(rb"\bAKIA[0-9A-Z]{16}\b"),
}
NOTHING = b"0" * 40
WORKFLOWS = b".github/workflows/"

Command = tuple[ObjectID, ObjectID, Ref]


@dataclass(frozen=True)
class Refusal:
    """Why a push is declined: the short reason beside each ref, and the lines before it."""

    reason: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Push:
    """One push under way: whose it is, where to, and what follows it."""

    repository: Repository
    token: Token
    accepted: Callable[[list[str]], None]

    def judge(self, commands: Sequence[Command]) -> Refusal | None:
        """The first rule that the push as a whole breaks; its objects have arrived already."""
        for old, new, ref in commands:
            refusal = self._rewrites(old, new, ref) or self._content(new, ref)
            if refusal is not None:
                return refusal
        return None

    def _rewrites(self, old: ObjectID, new: ObjectID, ref: Ref) -> Refusal | None:
        if old == NOTHING:
            return None
        if new != NOTHING and can_fast_forward(self.repository.git, old, new):
            return None
        deed = "delete" if new == NOTHING else "force-push to"
        return Refusal(
            "protected branch hook declined",
            (
                f"error: GH006: Protected branch update failed for {ref.decode()}.",
                f"error: Cannot {deed} this branch",
            ),
        )

    def _content(self, new: ObjectID, ref: Ref) -> Refusal | None:
        for commit, path, blob in self._new_blobs(new):
            if path.startswith(WORKFLOWS) and not self._may_push_workflows():
                return _workflow_refusal(path.decode())
            for kind, pattern in SECRETS.items():
                found = pattern.search(blob.data)
                if found:
                    line = blob.data.count(b"\n", 0, found.start()) + 1
                    return _secret_refusal(ref, kind, commit, f"{path.decode()}:{line}")
        return None

    def _may_push_workflows(self) -> bool:
        if self.token.scopes is not None:
            return "workflow" in self.token.scopes
        return self.token.allows({"workflows": "write"})

    def _new_blobs(self, new: ObjectID) -> Iterator[tuple[Commit, bytes, Blob]]:
        """Every file that a commit new to the repository adds or changes."""
        git = self.repository.git
        tip = self.repository.commit(new.decode()) if new != NOTHING else None
        if tip is None:
            return
        known = list(git.refs.as_dict().values())
        for entry in git.get_walker([tip.id], exclude=known):
            parent = git[entry.commit.parents[0]] if entry.commit.parents else None
            before = parent.tree if isinstance(parent, Commit) else None
            for change in tree_changes(git.object_store, before, entry.commit.tree):
                blob = git[change.new.sha] if change.new and change.new.sha else None
                if isinstance(blob, Blob) and change.new and change.new.path:
                    yield entry.commit, change.new.path, blob


class GuardedReceivePack(ReceivePackHandler):
    """git-receive-pack that asks the rules before it moves a ref, and tells what it moved."""

    def __init__(
        self, push: Push, backend: Backend, args: Sequence[str], proto: Protocol, **mode: bool
    ) -> None:
        """The handler of one request; `mode` is dulwich's, for refs only or for the pack."""
        super().__init__(backend, args, proto, **mode)
        self._push = push
        self._commands: list[Command] = []
        self._refusal: Refusal | None = None
        self._is_judged = False

    def _on_pre_receive(self, client_refs: list[Command]) -> None:
        """Keep the commands: they can only be judged when their objects are here."""
        self._commands = client_refs

    def _on_update(self, ref_name: Ref, old_sha: ObjectID, new_sha: ObjectID) -> bytes | None:
        """The reason against moving this ref, the same for all of them, or None."""
        if not self._is_judged:
            self._is_judged = True
            self._refusal = self._push.judge(self._commands)
            self._tell(self._refusal)
        if self._refusal is not None:
            return self._refusal.reason.encode()
        current = self._push.repository.git.refs.as_dict().get(ref_name, NOTHING)
        return None if current == old_sha else b"cannot lock ref"

    def _on_post_receive(self, client_refs: list[Command]) -> None:
        prefix = "refs/heads/"
        names = [ref.decode() for _, _, ref in client_refs]
        self._push.accepted([name.removeprefix(prefix) for name in names if prefix in name])

    def _tell(self, refusal: Refusal | None) -> None:
        """Send the lines that git shows behind `remote:`."""
        for line in refusal.lines if refusal else ():
            self.proto.write_sideband(SIDE_BAND_CHANNEL_PROGRESS, f"{line}\n".encode())


def _secret_refusal(ref: Ref, kind: str, commit: Commit, place: str) -> Refusal:
    return Refusal(
        "push declined due to repository rule violations",
        (
            f"error: GH013: Repository rule violations found for {ref.decode()}.",
            "",
            "- GITHUB PUSH PROTECTION",
            "    Resolve the following violations before pushing again",
            "",
            "    - Push cannot contain secrets",
            "",
            f"      —— {kind} ——",
            "       locations:",
            f"         - commit: {commit.id.decode()}",
            f"           path: {place}",
            "",
        ),
    )


def _workflow_refusal(path: str) -> Refusal:
    return Refusal(
        "refusing to allow a Personal Access Token to create or update workflow "
        f"`{path}` without `workflow` scope"
    )
