"""GitHub's JSON for what the state holds, complete enough for its own description."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dulwich.objects import Commit

from .accounts import Account
from .pages import BUILT, Build
from .repositories import Deployment, Repository
from .state import Clock, Urls

LINKS: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("links.json").read_text(encoding="utf-8")
)
JOINED = "2020-01-01T00:00:00Z"

Json = dict[str, Any]


def stamp(moment: datetime) -> str:
    """The moment as GitHub writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def node_id(kind: str, number: int | str) -> str:
    """An opaque id for the GraphQL side that nobody here asks."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


class Replies:
    """Renders values; every link points to one of the doors."""

    def __init__(self, urls: Urls, clock: Clock) -> None:
        self._urls = urls
        self._clock = clock

    def user(self, account: Account) -> Json:
        """An account where it stands beside something else."""
        api = f"{self._urls.api}/users/{account.login}"
        return {
            "login": account.login,
            "id": account.id,
            "node_id": node_id("User", account.id),
            "avatar_url": f"{self._urls.web}/avatars/u/{account.id}",
            "gravatar_id": "",
            "html_url": f"{self._urls.web}/{account.login}",
            "type": "Organization" if account.is_organization else "User",
            "site_admin": False,
            **{name: api + suffix for name, suffix in LINKS["user"].items()},
        }

    def profile(self, account: Account, public_repositories: int) -> Json:
        """An account as itself, to anybody."""
        nothing = ("company", "blog", "location", "email", "hireable", "bio")
        return {
            **self.user(account),
            **dict.fromkeys(nothing),
            "name": account.login,
            "user_view_type": "public",
            "public_repos": public_repositories,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": JOINED,
            "updated_at": JOINED,
        }

    def own_profile(self, account: Account, public_repositories: int) -> Json:
        """An account as itself, to its own token."""
        counts = ("private_gists", "total_private_repos", "owned_private_repos")
        return {
            **self.profile(account, public_repositories),
            **dict.fromkeys((*counts, "disk_usage", "collaborators"), 0),
            "two_factor_authentication": True,
            "user_view_type": "private",
        }

    def repository(self, repository: Repository, owner: Account) -> Json:
        """A repository with all its fields; lists show the same."""
        api = f"{self._urls.api}/repos/{repository.full_name}"
        web = f"{self._urls.web}/{repository.full_name}"
        counts = ("forks", "stargazers", "watchers", "open_issues", "subscribers", "network")
        features = {"has_issues": True, "has_projects": True, "has_wiki": True}
        return {
            **{name: api + suffix for name, suffix in LINKS["repository"].items()},
            **{f"{name}_count": 0 for name in counts},
            **features,
            **{"has_downloads": True, "has_discussions": False, "is_template": False},
            **repository.settings,
            "id": repository.id,
            "node_id": node_id("Repository", repository.id),
            "name": repository.name,
            "full_name": repository.full_name,
            "owner": self.user(owner),
            "private": repository.private,
            "visibility": "private" if repository.private else "public",
            "html_url": web,
            "clone_url": f"{web}.git",
            "svn_url": web,
            "git_url": f"git://{web.partition('://')[2]}.git",
            "ssh_url": f"git@localhost:{repository.full_name}.git",
            "mirror_url": None,
            "description": repository.description,
            "homepage": repository.homepage,
            "topics": repository.topics,
            "default_branch": repository.default_branch,
            "has_pages": repository.site is not None,
            **{"fork": False, "archived": False, "disabled": False},
            **{"forks": 0, "open_issues": 0, "watchers": 0, "size": 0},
            **{"language": None, "license": None},
            "permissions": {"admin": True, "push": True, "pull": True},
            "created_at": stamp(repository.created_at),
            "updated_at": stamp(repository.updated_at),
            "pushed_at": stamp(repository.pushed_at),
        }

    def commit(self, repository: Repository, commit: Commit) -> Json:
        """A commit without its files; its author is no account that GitHub knows."""
        api = f"{self._urls.api}/repos/{repository.full_name}"
        web = f"{self._urls.web}/{repository.full_name}"
        sha, tree = commit.id.decode(), commit.tree.decode()
        return {
            "sha": sha,
            "node_id": node_id("Commit", sha),
            "url": f"{api}/commits/{sha}",
            "html_url": f"{web}/commit/{sha}",
            "comments_url": f"{api}/commits/{sha}/comments",
            "author": None,
            "committer": None,
            "parents": [
                {"sha": parent.decode(), "url": f"{api}/commits/{parent.decode()}"}
                for parent in commit.parents
            ],
            "commit": {
                "url": f"{api}/git/commits/{sha}",
                "author": _signature(commit.author, commit.author_time),
                "committer": _signature(commit.committer, commit.commit_time),
                "message": commit.message.decode().rstrip("\n"),
                "comment_count": 0,
                "tree": {"sha": tree, "url": f"{api}/git/trees/{tree}"},
            },
        }

    def branch(self, repository: Repository, name: str, tip: Commit) -> Json:
        """A branch and the commit at its tip."""
        api = f"{self._urls.api}/repos/{repository.full_name}/branches/{name}"
        web = f"{self._urls.web}/{repository.full_name}/tree/{name}"
        return {
            "name": name,
            "commit": self.commit(repository, tip),
            "_links": {"self": api, "html": web},
            "protected": True,
            "protection": {"enabled": True},
            "protection_url": f"{api}/protection",
        }

    def ref(self, repository: Repository, ref: str, sha: str, kind: str) -> Json:
        """A branch or tag (`heads/…`, `tags/…`) and the object that it names."""
        git = f"{self._urls.api}/repos/{repository.full_name}/git"
        return {
            "ref": f"refs/{ref}",
            "node_id": node_id("Ref", ref),
            "url": f"{git}/refs/{ref}",
            "object": {"type": kind, "sha": sha, "url": f"{git}/{kind}s/{sha}"},
        }

    def site(self, repository: Repository) -> Json:
        """The Pages of a repository that has them."""
        site = repository.site
        assert site is not None
        return {
            "url": f"{self._urls.api}/repos/{repository.full_name}/pages",
            "status": site.status(self._clock.now()),
            "cname": site.domain,
            "custom_404": False,
            "html_url": f"https://{site.domain}/"
            if site.domain
            else f"{self._urls.pages}/{repository.full_name}/",
            "build_type": "workflow" if site.source.is_workflow else "legacy",
            "source": {"branch": site.source.branch, "path": site.source.path},
            "public": not repository.private,
            "https_enforced": True,
        }

    def build(self, repository: Repository, build: Build, pusher: Account) -> Json:
        """A Pages build as it stands at this moment."""
        at = self._clock.now()
        status = build.status(at)
        return {
            "url": self.build_url(repository, build),
            "status": status,
            "error": {"message": build.error if at >= build.ends_at else None},
            "pusher": self.user(pusher),
            "commit": build.commit,
            "duration": build.duration(at),
            "created_at": stamp(datetime.fromtimestamp(build.asked_at, UTC)),
            "updated_at": stamp(build.updated_at(at)),
        }

    def build_url(self, repository: Repository, build: Build) -> str:
        """Where a build is to be asked after."""
        return f"{self._urls.api}/repos/{repository.full_name}/pages/builds/{build.id}"

    def workflow_run(self, repository: Repository, owner: Account, build: Build) -> Json:
        """The Actions run that uploads and deploys a site built by a workflow."""
        at = self._clock.now()
        status = build.status(at)
        run = f"{self._urls.api}/repos/{repository.full_name}/actions/runs/{build.id}"
        suffixes = ("jobs", "logs", "artifacts", "cancel", "rerun")
        ended = at >= build.ends_at
        return {
            "id": build.id,
            "node_id": node_id("WorkflowRun", build.id),
            "name": "Pages",
            "display_title": "Pages",
            "path": ".github/workflows/pages.yml",
            "event": "push",
            "run_number": build.id,
            "run_attempt": build.attempt,
            "workflow_id": repository.id,
            "head_branch": repository.default_branch,
            "head_sha": build.commit,
            "head_commit": self._simple_commit(repository, build.commit),
            "status": "completed" if ended else "queued" if status == "queued" else "in_progress",
            "conclusion": ("success" if status == BUILT else "failure") if ended else None,
            "pull_requests": [],
            "url": run,
            "html_url": f"{self._urls.web}/{repository.full_name}/actions/runs/{build.id}",
            **{f"{name}_url": f"{run}/{name}" for name in suffixes},
            "check_suite_url": f"{self._urls.api}/repos/{repository.full_name}/check-suites/1",
            "workflow_url": f"{self._urls.api}/repos/{repository.full_name}/actions/workflows/1",
            "repository": self.repository(repository, owner),
            "head_repository": self.repository(repository, owner),
            "created_at": stamp(datetime.fromtimestamp(build.asked_at, UTC)),
            "updated_at": stamp(build.updated_at(at)),
        }

    def deployment(self, repository: Repository, creator: Account, item: Deployment) -> Json:
        """A deployment; what it was asked for, with GitHub's defaults."""
        api = f"{self._urls.api}/repos/{repository.full_name}"
        asked: Json = {"task": "deploy", "payload": {}, "environment": "production"}
        asked["description"] = None
        asked.update({key: value for key, value in item.request.items() if key in asked})
        return {
            **asked,
            "url": f"{api}/deployments/{item.id}",
            "id": item.id,
            "node_id": node_id("Deployment", item.id),
            "sha": item.sha,
            "ref": item.request["ref"],
            "original_environment": asked["environment"],
            "transient_environment": item.request.get("transient_environment", False),
            "production_environment": item.request.get("production_environment", False),
            "creator": self.user(creator),
            "created_at": stamp(item.created_at),
            "updated_at": stamp(item.created_at),
            "statuses_url": f"{api}/deployments/{item.id}/statuses",
            "repository_url": api,
        }

    def _simple_commit(self, repository: Repository, sha: str) -> Json | None:
        commit = repository.commit(sha)
        if commit is None:
            return None
        return {
            "id": sha,
            "tree_id": commit.tree.decode(),
            "message": commit.message.decode(),
            "timestamp": stamp(datetime.fromtimestamp(commit.commit_time, UTC)),
            "author": None,
            "committer": None,
        }


def _signature(identity: bytes, seconds: int) -> Json:
    name, _, rest = identity.decode().partition(" <")
    moment = stamp(datetime.fromtimestamp(seconds, UTC))
    return {"name": name, "email": rest.rstrip(">"), "date": moment}
