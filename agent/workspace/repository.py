"""All git of one task's repository: trees in and out, the round's commit, attempts, evidence.

Trees are written from bytes to objects without touching the work tree, so nothing a model or a
requester names is ever a path on the disk before git's own `verify_path` has accepted it.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Self

from git import Commit, GitCommandError, Repo
from git.exc import GitError, InvalidGitRepositoryError, NoSuchPathError
from gitdb.exc import ODBError

from agent.errors import MergeConflict, WorkspaceError, WorkspaceLost
from agent.ports import Transport
from agent.values import Draft, DraftContent, Round
from agent.workspace import commit_messages, git_environment, rebasing, refs, work_tree
from agent.workspace.commit_messages import storable
from agent.workspace.crash_recovery import is_sound
from agent.workspace.git_children import SeparateRepo
from agent.workspace.git_objects import (
    NewCommit,
    add_commit,
    blobs,
    commit_at,
    entries,
    first_parents,
    holds,
    opened,
    printed,
    verify_paths,
)
from agent.workspace.git_slots import GitSlot
from agent.workspace.packing import pack
from agent.workspace.refs import resolve
from agent.workspace.refusals import Failure, refusal
from agent.workspace.transport import answer_headers, exchange
from agent.workspace.withdrawn_commits import put_back, take_off, withdrawn_ref

MAIN = "refs/heads/main"
_FETCHED = "refs/remotes/origin/main"
_START = "refs/start/head"
_FETCH = ("--quiet", "--no-recurse-submodules", "--tags", "--force")


def attempt_ref(round_: int, attempt: int) -> str:
    return f"refs/attempts/{round_}/{attempt}"


def evidence_ref(round_: int) -> str:
    return f"refs/evidence/{round_}"


class Repository:
    """A repository under `workspace/repos`; every method may be called again after a crash.

        It is opened when it is first used and stays open until `close`, with one git process that
        reads objects; threads take turns, method by method. One that turns out to be damaged is
    given to `set_aside`, and the method raises WorkspaceLost.
    """

    def __init__(self, path: Path, set_aside: Callable[["Repository"], Path] | None = None) -> None:
        self.path = path
        self.name = path.name
        self._set_aside = set_aside
        self._repo: Repo | None = None
        self._slot = GitSlot()
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process behind it; it opens again by itself."""
        if self._repo:
            self._repo.close()
            self._repo = None

    @classmethod
    def create(cls, path: Path) -> "Repository":
        """An empty repository at `path`, or the one that is already there."""
        path.mkdir(parents=True, exist_ok=True)
        try:
            SeparateRepo.init(
                path, initial_branch="main", env=git_environment.environment()
            ).close()
        except GitError as error:
            raise WorkspaceError(f"could not make a repository at {path}: {error}") from None
        (path / ".git" / "info").mkdir(exist_ok=True)
        (path / ".git" / "info" / "attributes").write_text(git_environment.ATTRIBUTES)
        return cls(path)

    # what is there

    @property
    def head(self) -> str | None:
        """The commit `main` is at; None before round 1."""
        return self.resolve(MAIN)

    def resolve(self, ref: str) -> str | None:
        """The id that a ref, by its full name, holds."""
        with self._open() as repo:
            return resolve(repo, ref)

    def refs(self, prefix: str) -> dict[str, str]:
        """Every ref under `prefix` and its commit, in the order of the names."""
        with self._open() as repo:
            listed = repo.git.for_each_ref("--format=%(refname) %(objectname)", prefix)
        return dict(line.split(" ", 1) for line in listed.splitlines())

    def files(self, ref: str) -> dict[str, bytes]:
        """The whole tree of a commit. Raises WorkspaceError for symbolic links and submodules."""
        with self._open() as repo:
            return dict(blobs(commit_at(repo, ref)))

    def paths(self, ref: str) -> list[str]:
        """The names of all files of a commit, in order."""
        with self._open() as repo:
            return sorted(entries(commit_at(repo, ref)))

    def read(self, ref: str, path: str) -> bytes | None:
        """One file of a commit; None where the ref or the file is not there."""
        with self._open() as repo:
            if ref.startswith("refs/") and not resolve(repo, ref):
                return None
            try:
                return bytes((commit_at(repo, ref).tree / path).data_stream.read())
            except KeyError:
                return None

    def rounds(self) -> tuple[tuple[Round, Commit], ...]:
        """The rounds on `main`, first to last, with their commits."""
        with self._open() as repo:
            if not resolve(repo, MAIN):
                return ()
            commits = first_parents(commit_at(repo, MAIN))
            read = [(commit_messages.read(str(commit.message)), commit) for commit in commits]
        return tuple((round_, commit) for round_, commit in reversed(read) if round_)

    def round_of(self, commit: str) -> Round:
        """The round that a commit of ours is. Raises WorkspaceError for anybody else's."""
        round_ = commit_messages.read(self.message(commit))
        if round_ is None:
            raise WorkspaceError(f"{self.name}: {commit} is no round's commit")
        return round_

    # writing it

    def commit_round(self, round_: Round, files: Mapping[str, bytes]) -> str:
        """The round's one commit on `main`, its tag, and a work tree that shows it.

        A request that `main` has an answer to already keeps it, and its commit is returned.
        """
        commit = self.answer_to(round_.request)
        if commit is None:
            with self._open() as repo:
                verify_paths(repo, files)
                message, parent = commit_messages.message(round_), resolve(repo, MAIN)
                new = NewCommit(MAIN, parent, message, files, tag=_tag(round_.number))
                commit = add_commit(repo, new)
        self.mark(round_.number, commit)
        return commit

    def answer_to(self, request: str) -> str | None:
        """The commit on `main` that answers a request, by the start of the request's digest."""
        return next((c.hexsha for r, c in reversed(self.rounds()) if r.request == request), None)

    def mark(self, number: int, commit: str) -> None:
        """What follows a commit on `main`, and may be missing after a crash: tag and work tree."""
        if self.resolve(_tag(number)) != commit:
            self.tag(number, commit)
        self.show()

    def tag(self, number: int, commit: str) -> None:
        with self._open() as repo:
            refs.put(repo, _tag(number), commit)

    def show(self) -> None:
        """Make the work tree and the index what `main` holds; what people changed is kept."""
        with self._open() as repo:
            work_tree.show(repo, MAIN)

    def pack(self) -> None:
        """Pack its loose objects, where there are many."""
        with self._open() as repo:
            pack(repo)

    def kept_since(self, moment: float) -> dict[str, str]:
        """What people had changed here, kept since a moment (epoch): refs and what they hold."""
        with self._open() as repo:
            return work_tree.kept_since(repo, moment)

    def draft(self, round_: int, number: int) -> Draft | None:
        """The draft of a round that is on record under that number."""
        with self._open() as repo:
            found = resolve(repo, attempt_ref(round_, number))
            if not found:
                return None
            commit = commit_at(repo, found)
            text, _, model = str(commit.message).strip().rpartition("\n\nModel: ")
            summary, _, explanation = text.partition("\n\n")
            return Draft(number, found, commit.tree.hexsha, summary, model, explanation)

    def holds(self, round_: int, draft: Draft) -> bool:
        """Whether a draft is here; one that was made on another machine is not."""
        return self.draft(round_, draft.number) == draft

    def record_draft(self, round_: int, number: int, content: DraftContent) -> Draft:
        """Put a draft on record, as a commit on top of `main`."""
        summary = " ".join(storable(content.summary).split())
        explanation = storable(content.explanation)
        text = f"{summary}\n\n{explanation}" if explanation else summary
        note = f"{text}\n\nModel: {content.model}\n"
        with self._open() as repo:
            verify_paths(repo, content.files)
            new = NewCommit(attempt_ref(round_, number), resolve(repo, MAIN), note, content.files)
            commit = add_commit(repo, new, "--force")
            tree = commit_at(repo, commit).tree.hexsha
        return Draft(number, commit, tree, summary, content.model, explanation)

    def record_evidence(self, number: int, files: Mapping[str, bytes]) -> None:
        """Add files to the round's evidence; what it already holds under other names stays."""
        ref = evidence_ref(number)
        with self._open() as repo:
            parent = resolve(repo, ref)
            if parent and holds(commit_at(repo, parent), files):
                return
            note = f"Evidence of round {number}: {', '.join(sorted(files))}\n"
            add_commit(repo, NewCommit(ref, parent, note, files, adds=True))

    def set_aside(self, number: int) -> None:
        """Move the round's attempts and evidence under `refs/superseded`, before a new order."""
        superseded = f"refs/superseded/{len(self.refs('refs/superseded'))}"
        moving = {
            **self.refs(f"refs/attempts/{number}/"),
            **self.refs(evidence_ref(number)),
        }
        kept = [refs.update(r.replace("refs", superseded, 1), c) for r, c in moving.items()]
        gone = [refs.delete(ref, commit) for ref, commit in moving.items()]
        with self._open() as repo:
            refs.carry_out(repo, *kept, *gone)

    def evidence(self, number: int, within: tuple[str, ...] = ("",)) -> dict[str, bytes]:
        """What the round's evidence holds, or what of it has a name that begins with one of
        `within`; empty where there is none (a clone has none)."""
        with self._open() as repo:
            found = resolve(repo, evidence_ref(number))
            return dict(blobs(commit_at(repo, found), within)) if found else {}

    def changed_files(self, commit: str) -> tuple[str, ...]:
        """Paths whose bytes `commit` added or changed."""
        with self._open() as repo:
            made = commit_at(repo, commit)
            before = entries(made.parents[0]) if made.parents else {}
            now = entries(made)
            return tuple(sorted(path for path in now if before.get(path) != now[path]))

    def message(self, commit: str) -> str:
        with self._open() as repo:
            return str(commit_at(repo, commit).message)

    def committed_at(self, commit: str) -> int:
        """When a commit was made, in seconds since the epoch."""
        with self._open() as repo:
            return int(commit_at(repo, commit).committed_date)

    def move_onto(self, theirs: str, number: int) -> str:
        """Put the last commit of `main` on top of `theirs`, where both changed other files.

        Raises MergeConflict where they changed the same one, but for those that Galley writes.
        """
        with self._open() as repo:
            try:
                moved = rebasing.move_onto(repo, MAIN, theirs)
            except MergeConflict as conflict:
                raise MergeConflict(f"{self.name}: {conflict}") from None
        self.mark(number, moved)
        return moved

    # the forge

    def push(self, git_url: str, number: int, transport: Transport) -> bool:
        """Push `main` and the round's tag, together. False: somebody else pushed in between."""
        tag = _tag(number)
        with (
            answer_headers() as heard,
            self._open({**transport.environment, **heard.environment}) as repo,
        ):
            try:
                exchange(
                    repo,
                    "push",
                    "--atomic",
                    "--no-verify",
                    "--",
                    git_url,
                    f"{MAIN}:{MAIN}",
                    f"+{tag}:{tag}",
                )
            except GitCommandError as error:
                if "non-fast-forward" in str(error.stderr) or "fetch first" in str(error.stderr):
                    return False
                self._check_soundness()
                failure = Failure("push to", git_url, printed(error), heard.retry_after)
                raise refusal(failure, transport) from None
        return True

    def unpushed(self) -> tuple[str, ...]:
        """The commits of `main` that the forge did not have at the last fetch, first to last."""
        with self._open() as repo:
            known = resolve(repo, _FETCHED)
            line = (commit.hexsha for commit in first_parents(commit_at(repo, MAIN)))
            return tuple(takewhile(lambda commit: commit != known, line))[::-1]

    def withdraw(self, number: int, *, keep: bool = False) -> None:
        """Take the last commit, which the forge refused for good, off `main`; its attempt stays.

        With `keep` the commit can be reinstated.
        """
        with self._open() as repo:
            kept = withdrawn_ref(number) if keep else None
            take_off(repo, MAIN, _tag(number), kept)
        self.show()

    def reinstate(self, number: int, request: str) -> str | None:
        """Put a withdrawn commit that answers `request` back on `main`, and return it.

        None: there is none, or `main` has moved since.
        """
        withdrawn = self.resolve(withdrawn_ref(number))
        if not withdrawn or self.round_of(withdrawn).request != request:
            return None
        with self._open() as repo:
            if not put_back(repo, MAIN, withdrawn_ref(number)):
                return None
        self.mark(number, withdrawn)
        return withdrawn

    def fetch(self, git_url: str, transport: Transport) -> str | None:
        """Fetch the forge's `main` and tags; its commit, or None where it has no `main` yet."""
        with (
            answer_headers() as heard,
            self._open({**transport.environment, **heard.environment}) as repo,
        ):
            try:
                listed = exchange(repo, "ls-remote", "--", git_url, MAIN)
                if not listed:
                    return None
                exchange(repo, "fetch", *_FETCH, "--", git_url, f"+{MAIN}:{_FETCHED}")
            except GitCommandError as error:
                self._check_soundness()
                failure = Failure("fetch from", git_url, printed(error), heard.retry_after)
                raise refusal(failure, transport) from None
        return self.resolve(_FETCHED)

    def fetch_start(self, url: str, transport: Transport) -> None:
        """Fetch the HEAD of another repository, which `main` can begin at; safe to call again."""
        if self.resolve(_START):
            return
        with self._open(transport.environment) as repo:
            try:
                options = ("--quiet", "--no-recurse-submodules", "--no-tags")
                exchange(repo, "fetch", *options, "--", url, f"+HEAD:{_START}")
            except GitCommandError as error:
                self._check_soundness()
                raise refusal(Failure("fetch from", url, printed(error)), transport) from None

    def begin_at_start(self) -> None:
        """Have `main`, which has no commit yet, begin at what `fetch_start` brought."""
        with self._open() as repo:
            repo.git.update_ref(MAIN, _START)
        self.show()

    def take_over(self, commit: str) -> None:
        """Move `main` forward to a fetched commit; one that `main` is ahead of changes nothing.

        Raises WorkspaceError where neither continues the other.
        """
        with self._open() as repo:
            head = resolve(repo, MAIN)
            if head and repo.is_ancestor(commit_at(repo, commit), commit_at(repo, head)):
                return
            if head and not repo.is_ancestor(commit_at(repo, head), commit_at(repo, commit)):
                raise WorkspaceError(
                    f"{self.name}: the forge's main ({commit[:9]}) does not continue the "
                    f"workspace's ({head[:9]}); move {self.path} away and send the request again"
                )
            repo.git.update_ref(MAIN, commit)
        self.show()

    @contextmanager
    def _open(self, extra: Mapping[str, str] | None = None) -> Iterator[Repo]:
        """The repository in git's safe environment, with `extra` for this one use: it may hold a
        token."""
        try:
            with self._turn, self._slot.held():
                if self._repo is None:
                    self._repo = opened(self.path)
                if not extra:  # it was opened with the rest
                    yield self._repo
                    return
                with self._repo.git.custom_environment(**git_environment.environment(extra)):
                    yield self._repo
        except (GitError, ODBError, ValueError, OSError) as error:
            self._check_soundness()
            if isinstance(error, GitCommandError):
                raise WorkspaceError(f"{self.name}: git failed: {printed(error)}") from None
            if isinstance(error, (InvalidGitRepositoryError, NoSuchPathError)):
                raise WorkspaceError(f"{self.path} is no git repository") from None
            raise

    def _check_soundness(self) -> None:
        """Raises WorkspaceLost for a clone that git cannot read, which is then set aside."""
        if self._set_aside and not is_sound(self.path):
            aside = self._set_aside(self)
            raise WorkspaceLost(
                f"the clone {self.name} was damaged: it is kept at {aside}, and cloned anew"
            ) from None


def _tag(number: int) -> str:
    return f"refs/tags/round-{number}"
