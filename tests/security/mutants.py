"""`make security-mutants`: takes each defence out, one at a time, and sees a test fail.

    python -m tests.security.mutants [WORD]

A copy of the project is changed, so that the checkout stays as it is. Exits with 1 where a change
was not noticed. WORD limits the run to defences whose file or text holds it.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests import docs

_SECONDS = 300.0
_PARTS = ("agent", "tests", "scaffolds", "docs", "scripts")


@dataclass(frozen=True)
class Defence:
    """A piece of a file, what it is replaced by, and the tests that have to notice."""

    path: str
    piece: str
    replacement: str
    tests: str


ADDRESSES = "tests/security/test_outbound_addresses.py"
PATHS = "tests/test_paths.py"
GATE = "tests/security/test_push_gate.py"
REDACTION = "tests/models/test_redaction.py"
OUTPUTS = "tests/security/test_outputs.py"
METRICS = "tests/web/test_metrics.py"
IDS = "tests/web/test_request_ids.py"
INERT = "tests/test_inert_text.py"
HTTP = "tests/security/test_intake_http.py"
CONNECTIONS = "tests/security/test_connections_hostile.py"
GIT = "tests/security/test_git_config.py"
SHOWN = "tests/security/test_shown_texts.py"
SIZE = "tests/security/test_body_size.py"

DEFENCES = (
    Defence("agent/outbound/addresses.py", "if ip.is_link_local:", "if False:", ADDRESSES),
    Defence("agent/outbound/addresses.py", "if ip.is_multicast:", "if False:", ADDRESSES),
    Defence(
        "agent/outbound/addresses.py", "for block in _PLATFORM)", "for block in ())", ADDRESSES
    ),
    Defence("agent/outbound/addresses.py", "or not ip.is_global", "", ADDRESSES),
    Defence("agent/outbound/addresses.py", "if ip.is_loopback:", "if False:", ADDRESSES),
    Defence("agent/outbound/addresses.py", "ip.ipv4_mapped or ip.sixtofour or ip", "ip", ADDRESSES),
    Defence("agent/outbound/addresses.py", "if ip in _NAT64 or", "if", ADDRESSES),
    Defence(
        "agent/outbound/guarded_connections.py",
        "if reason := why_never(address):",
        "if reason := '':",
        ADDRESSES,
    ),
    Defence(
        "agent/outbound/guarded_connections.py",
        "        if unusual_port:",
        "        if False:",
        ADDRESSES,
    ),
    Defence(
        "agent/outbound/guarded_connections.py",
        "if self.allow_loopback and is_loopback(address):",
        "if self.allow_loopback:",
        ADDRESSES,
    ),
    Defence("agent/paths.py", 'if part == "":', "if False:", PATHS),
    Defence(
        "agent/paths.py",
        'if part in (".", ".."):\n        return "it has',
        'if False:\n        return "it has',
        PATHS,
    ),
    Defence("agent/paths.py", "if len(part.encode()) > LONGEST_PART:", "if False:", PATHS),
    Defence("agent/paths.py", "if part != part.strip() or", "if", PATHS),
    Defence("agent/paths.py", 'if part.startswith("~"):', "if False:", PATHS),
    Defence(
        "agent/paths.py",
        "    if _looks_like_git(part):\n        return",
        "    if False:\n        return",
        PATHS,
    ),
    Defence("agent/paths.py", 'unicodedata.normalize("NFKC", visible)', "visible", PATHS),
    Defence("agent/paths.py", '.casefold().rstrip(" .")', '.rstrip(" .")', PATHS),
    Defence("agent/paths.py", 'if unicodedata.category(c) != "Cf"', "", PATHS),
    Defence("agent/paths.py", "or _SHORT_GIT.fullmatch(plain) is not None", "", PATHS),
    Defence("agent/paths.py", "if _DEVICE.fullmatch(", "if False and _DEVICE.fullmatch(", PATHS),
    Defence("agent/paths.py", 'if "\\\\" in path:', "if False:", PATHS),
    Defence(
        "agent/paths.py",
        'if path.startswith("/") or _DRIVE.match(path):\n        return',
        "if False:\n        return",
        PATHS,
    ),
    Defence("agent/paths.py", 'if ":" in path:', "if False:", PATHS),
    Defence("agent/paths.py", "if len(composed.encode()) > LONGEST_PATH:", "if False:", PATHS),
    Defence(
        "agent/push_guard/__init__.py",
        "self._search(_MESSAGE,",
        "(lambda *_: None)(_MESSAGE,",
        GATE,
    ),
    Defence("agent/push_guard/__init__.py", "or self._known.search(whole)", "", GATE),
    Defence("agent/push_guard/known_secrets.py", 'yield secret.encode(), ""', "", GATE),
    Defence(
        "agent/push_guard/known_secrets.py",
        "for before in range(3):",
        "for before in range(1):",
        GATE,
    ),
    Defence(
        "agent/push_guard/known_secrets.py", "lowered = content.lower()", "lowered = content", GATE
    ),
    Defence("agent/push_guard/known_secrets.py", "if quoted != secret:", "if False:", GATE),
    Defence("agent/settings.py", "*filter(None, map(_password, secrets))", "", GATE),
    Defence(
        "agent/workspace/work_tree.py",
        "_read_tree(repo, tip or _NO_FILES)",
        "tip and _read_tree(repo, tip)",
        GATE,
    ),
    Defence("agent/models/redaction.py", 'yield secret.encode().hex(), ""', "pass", REDACTION),
    Defence(
        "agent/models/redaction.py", "for before in range(3):", "for before in range(1):", REDACTION
    ),
    Defence(
        "agent/models/redaction.py",
        'quote(secret, safe=""), quote_plus(secret), in_json',
        "secret",
        REDACTION,
    ),
    Defence(
        "agent/models/redaction.py", "if len(secret) >= 2 * _BEGINNING:", "if False:", REDACTION
    ),
    Defence("agent/models/redaction.py", 'yield spelling, ""', "pass", REDACTION),
    Defence("agent/models/redaction.py", "max(beginnings, default=0)", "0", REDACTION),
    Defence(
        "agent/workspace/shown_repository.py",
        "self._redacted(content) for",
        "content for",
        SHOWN,
    ),
    Defence(
        "agent/workspace/shown_repository.py",
        "None if found is None else self._redacted(found)",
        "found",
        SHOWN,
    ),
    Defence("agent/workspace/shown_repository.py", "brief=self._redact(round_.brief), ", "", SHOWN),
    Defence("agent/web/streamed_answers.py", "self._redact(answer)", "answer", SHOWN),
    Defence("agent/jobs/redacted_record.py", "error=redact(record.error),", "", SHOWN),
    Defence("agent/logs.py", "self._redact(text)", "text", OUTPUTS),
    Defence("agent/logs.py", "return with_shown_urls(", "return (", OUTPUTS),
    Defence("agent/logs.py", "now - passed[0] < self._seconds", "False", OUTPUTS),
    Defence("agent/cli/output.py", "visible(str(text))", "text", OUTPUTS),
    Defence("agent/jobs/describe.py", "shown_url(receipt.url)", "receipt.url", OUTPUTS),
    Defence("agent/web/host_names.py", "name in self._names or", "True or", OUTPUTS),
    Defence(
        "agent/web/api.py",
        "if not (self.access.has_secret(http) or self.access.session(http)):\n            found",
        "if False:\n            found",
        OUTPUTS,
    ),
    Defence("agent/web/metrics.py", "if not self.is_public:", "if False:", METRICS),
    Defence("agent/web/metrics.py", "_with_few_models(self.figures())", "self.figures()", METRICS),
    Defence("agent/request_id.py", "if _SANE.fullmatch(sent) else", "if sent else", IDS),
    Defence("agent/intake/request.py", 'body.decode("utf-8-sig")', "body", OUTPUTS),
    Defence("agent/inert_text.py", "|\\#(?=\\d)", "", INERT),
    Defence("agent/inert_text.py", "|\\bskip-checks(?=:)", "", INERT),
    Defence("agent/inert_text.py", '"Cf", ', "", INERT),
    Defence("agent/inert_text.py", "|!(?=\\[)", "", INERT),
    Defence(
        "agent/intake/json_size.py", 'if text.count(b"\\\\") > _MOST_ESCAPES:', "if False:", SIZE
    ),
    Defence("agent/intake/json_size.py", "if next(islice(", "if False and next(islice(", SIZE),
    Defence("agent/intake/request.py", "check_size(body)", "None", SIZE),
    Defence("agent/intake/request.py", "object_pairs_hook=_without_duplicates, ", "", HTTP),
    Defence("agent/intake/request.py", "parse_constant=_refuse", "", HTTP),
    Defence("agent/intake/request.py", "except RecursionError:", "except KeyError:", HTTP),
    Defence("agent/web/body_intake.py", "over -= arrival.counted", "return", CONNECTIONS),
    Defence(
        "agent/web/connections.py",
        "self._end_after(_HEAD_SECONDS)\n        else",
        "pass\n        else",
        CONNECTIONS,
    ),
    Defence(
        "agent/web/connections.py", "if len(self._open) >= self._most:", "if False:", CONNECTIONS
    ),
    Defence("agent/web/connections.py", "and is_whole and not self._is_stalled", "", CONNECTIONS),
    Defence("agent/workspace/git_environment.py", '"core.hooksPath": os.devnull,', "", GIT),
    Defence("agent/workspace/git_environment.py", '"GIT_ALLOW_PROTOCOL": "",', "", GIT),
    Defence("agent/workspace/git_environment.py", '"GIT_CONFIG_GLOBAL": os.devnull,', "", GIT),
    Defence("agent/workspace/git_environment.py", '"init.templateDir": "",', "", GIT),
    Defence("agent/workspace/git_environment.py", "-text -filter", "-text", GIT),
)


def main(words: list[str]) -> int:
    chosen = [each for each in DEFENCES if all(word in each.path + each.tests for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in _PARTS:
            shutil.copytree(docs.HOME / part, copy / part)
        for path in docs.HOME.glob("*.*"):
            if path.is_file():
                shutil.copy(path, copy)
        survivors = [each for each in chosen if not _is_noticed(copy, each)]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} noticed")
    return 1 if survivors else 0


def _is_noticed(copy: Path, defence: Defence) -> bool:
    """Whether the tests fail without the defence."""
    path = copy / defence.path
    text = path.read_text()
    if text.count(defence.piece) != 1:
        raise AssertionError(f"{defence.path} does not have {defence.piece!r} once")
    path.write_text(text.replace(defence.piece, defence.replacement))
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, defence.tests], cwd=copy, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_text(text)
    noticed = done.returncode == 1
    print(
        f"{'noticed ' if noticed else 'SURVIVED'}  {defence.path}: {defence.piece.strip()[:70]!r}"
    )
    return noticed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
