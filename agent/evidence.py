"""The evidence files of a round, for people who read afterwards: their names and forms."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from agent.mirrored import MirrorCopy
from agent.ports import Message, Prompt
from agent.usage import ModelUsage, Usage
from agent.values import Answer, Job, Proof, Publication, Receipt, Remote, Verdict

TESTS = "tests/tests.json"
OWN_TESTS = "tests/own.json"
WITHDRAWN = "tests/withdrawn.json"
UPHELD = "tests/upheld.json"
OVERRIDDEN = "tests/overridden.json"
PLAN_USAGES = ("tests/usage.json", "tests/reading/usage.json")
PUBLICATION = "publication.json"
MIRRORS = "mirrors.json"
BUDGET = "budget.txt"
JOB = "job.json"
EDITS = "edits.json"


def attempt_folder(number: int) -> str:
    return f"attempts/{number}"


def usage_path(number: int) -> str:
    return f"{attempt_folder(number)}/usage.json"


def usages_of(record: bytes | None) -> list[ModelUsage]:
    """What the answers of a `usage.json` took."""
    fields = ("prompt_tokens", "completion_tokens", "cost", "seconds")
    told: list[dict[str, Any]] = json.loads(record) if record else []
    return [
        ModelUsage(str(each["model"]), Usage(*(each[name] for name in fields))) for each in told
    ]


def of_job(job: Job) -> dict[str, bytes]:
    """The job of a round and the HTTP request that began it; nothing where none did."""
    told = {"job": job.id, "request_id": job.request_id}
    return {JOB: _json(told)} if job.request_id else {}


def of_budget(reason: str) -> dict[str, bytes]:
    """The limit of a job's budget that ended its drafting."""
    return {BUDGET: f"{reason}\n".encode()}


def of_turns(number: int, turns: list[tuple[Prompt, Answer]]) -> dict[str, bytes]:
    """What a model was asked for an attempt and what it said, turn by turn."""
    folder = attempt_folder(number)
    prompts = [_numbered(n, _written(_new_messages(turns, n))) for n in range(len(turns))]
    answers = [_numbered(n, answer.text) for n, (_, answer) in enumerate(turns)]
    usage = [_usage_of(answer) for _, answer in turns]
    return {
        f"{folder}/prompt.md": _joined(prompts),
        f"{folder}/answer.md": _joined(answers),
        usage_path(number): _json(usage),
    }


def of_plan(
    prompt: Prompt, answer: Answer, tests: Mapping[str, BaseModel], unread: Mapping[str, str]
) -> dict[str, bytes]:
    """The sentence tests: what was asked, what was said, and what could be read of it."""
    written = {text: test.model_dump(mode="json") for text, test in tests.items()}
    record = {TESTS: _json({"tests": written, "unread": unread})}
    return {**_of_call("tests", prompt, answer), **record}


def _of_call(folder: str, prompt: Prompt, answer: Answer) -> dict[str, bytes]:
    """One question to a model and its answer."""
    return {
        f"{folder}/prompt.md": f"{_written(prompt.messages)}\n".encode(),
        f"{folder}/answer.md": f"{answer.text}\n".encode(),
        f"{folder}/usage.json": _json([_usage_of(answer)]),
    }


def _usage_of(answer: Answer) -> dict[str, Any]:
    failures = {"failures": answer.failures} if answer.failures else {}
    return {"model": answer.model, **asdict(answer.usage), **failures}


def plan_of(record: bytes) -> dict[str, Any]:
    """The tests of a `tests.json`, by their sentence."""
    tests: dict[str, Any] = json.loads(record)["tests"]
    return tests


def of_rebuilding(name: str, remote: Remote) -> dict[str, bytes]:
    """A repository that the forge had no longer, and the one that was made again for its clone."""
    return {"rebuilt.json": _json({"missing": name, "repo_url": remote.repo_url})}


def of_edits(edits: Sequence[str]) -> dict[str, bytes]:
    """What others had changed in the files that Galley writes, and what became of it."""
    return {EDITS: _json(edits)}


def edits_of(record: bytes | None) -> tuple[str, ...]:
    """The sentences of an `edits.json`."""
    return tuple(json.loads(record)) if record else ()


def of_superseded(number: int, claims: Mapping[str, str]) -> dict[str, bytes]:
    """Checks that this round's brief overrides, each with the sentence that a model quoted."""
    return {f"{attempt_folder(number)}/superseded.json": _json(claims)} if claims else {}


def superseded_of(record: bytes | None) -> dict[str, str]:
    """The checks of a `superseded.json` and their sentences."""
    claims: dict[str, str] = json.loads(record) if record else {}
    return claims


def of_own_plan(tests: Sequence[Mapping[str, Any]], dropped: Mapping[str, str]) -> dict[str, bytes]:
    """The tests that nobody sent, and by behaviour why others were dropped."""
    return {OWN_TESTS: _json({"tests": tests, "dropped": dropped})}


def own_plan_of(record: bytes | None) -> list[dict[str, Any]]:
    """The tests of an `own.json`."""
    tests: list[dict[str, Any]] = json.loads(record)["tests"] if record else []
    return tests


def of_reading(prompt: Prompt, answer: Answer) -> dict[str, bytes]:
    """The second reading of those tests: what was asked and what was said."""
    return _of_call("tests/reading", prompt, answer)


def of_texts(path: str, texts: Mapping[str, str]) -> dict[str, bytes]:
    """A record by the text of a check: of contested tests that were taken back (WITHDRAWN) or
    stay (UPHELD) with the reason, of own tests that a brief overrides (OVERRIDDEN) with its words.
    """
    return {path: _json(texts)} if texts else {}


def texts_of(record: bytes | None) -> dict[str, str]:
    """What `of_texts` recorded."""
    texts: dict[str, str] = json.loads(record) if record else {}
    return texts


def of_refusal(number: int, reason: str, deadline: float) -> dict[str, bytes]:
    """Why an attempt came to no draft, in the run of the job that has this deadline (epoch)."""
    folder = attempt_folder(number)
    return {
        f"{folder}/refused.txt": f"{reason}\n".encode(),
        f"{folder}/refused.json": _json({"reason": reason, "deadline": deadline}),
    }


def refusal_of(record: bytes | None, deadline: float) -> str:
    """The reason in a `refused.json`; empty where it is none of the run with this deadline."""
    kept: dict[str, Any] = json.loads(record) if record else {}
    return str(kept["reason"]) if kept.get("deadline") == deadline else ""


def of_proof(number: int, proof: Proof) -> dict[str, bytes]:
    folder = attempt_folder(number)
    told = {
        "summary": proof.summary,
        "verdicts": list(map(_told, proof.verdicts)),
        "own_tests": list(map(_told, proof.own_tests)),
        "faults": proof.faults,
        "hints": list(map(asdict, proof.hints)),
        "review": proof.review,
        "console": proof.console,
        "failed_requests": proof.failed_requests,
    }
    pictures = {
        f"{folder}/{'screenshot' if name == 'desktop' else f'screenshot-{name}'}.png": content
        for name, content in proof.screenshots.items()
    }
    return {f"{folder}/proof.json": _json(told), **pictures}


def _told(verdict: Verdict) -> dict[str, object]:
    return {
        "round": verdict.check.round,
        "kind": verdict.check.kind,
        "check": verdict.check.text,
        "outcome": verdict.outcome,
        "observed": verdict.observed,
    }


def review_file(number: int) -> str:
    return f"{attempt_folder(number)}/review.json"


def review_usage_path(number: int) -> str:
    return f"{attempt_folder(number)}/review-usage.json"


def of_review(
    number: int, prompt: Prompt, answer: Answer, objections: tuple[str, ...], *, proof: bytes | None
) -> dict[str, bytes]:
    """The review of a draft: what was asked, said and objected to, also in its `proof.json`."""
    folder = attempt_folder(number)
    told = {**json.loads(proof), "review": objections} if proof else None
    return {
        f"{folder}/review-prompt.md": f"{_written(prompt.messages)}\n".encode(),
        f"{folder}/review-answer.md": f"{answer.text}\n".encode(),
        review_file(number): _json({"objections": objections}),
        review_usage_path(number): _json([{"model": answer.model, **asdict(answer.usage)}]),
        **({f"{folder}/proof.json": _json(told)} if told else {}),
    }


def review_of(record: bytes) -> tuple[str, ...]:
    """The objections of a `review.json`."""
    return tuple(json.loads(record)["objections"])


def opinion_folder(number: int) -> str:
    """Where the n-th second opinion on a contested test of a round is."""
    return f"tests/opinions/{number}"


def of_opinion(number: int, prompt: Prompt, answer: Answer) -> dict[str, bytes]:
    """A second opinion on a contested test: what was asked and what was said."""
    return _of_call(opinion_folder(number), prompt, answer)


def of_polish(number: int, reviewed: int, is_kept: bool) -> dict[str, bytes]:
    """Whether an attempt that followed a review replaced the draft that was reviewed."""
    return {f"{attempt_folder(number)}/polish.json": _json({"of": reviewed, "kept": is_kept})}


def of_publication(publication: Publication) -> dict[str, bytes]:
    seen_at = datetime.now(UTC).isoformat(timespec="seconds")
    told = {**asdict(publication), "seen_at": seen_at}
    del told["mirrored"]  # it comes later, in a file of its own
    return {PUBLICATION: _json(told)}


def seen_at_of(record: bytes | None) -> float:
    """When the page of a `publication.json` was seen, in seconds since the epoch; 0 without."""
    return datetime.fromisoformat(json.loads(record)["seen_at"]).timestamp() if record else 0.0


def of_mirrors(copies: Mapping[str, MirrorCopy]) -> dict[str, bytes]:
    """What became of the revision at the mirror hosts that are settled."""
    return {MIRRORS: _json({name: asdict(copy) for name, copy in copies.items()})}


def mirrors_of(record: bytes | None) -> dict[str, MirrorCopy]:
    """The copies of a `mirrors.json` by host."""
    told: dict[str, Any] = json.loads(record) if record else {}
    return {name: MirrorCopy(**copy) for name, copy in told.items()}


def of_receipt(receipt: Receipt) -> dict[str, bytes]:
    return {"receipt.json": _json(asdict(receipt))}


def _new_messages(turns: list[tuple[Prompt, Answer]], n: int) -> tuple[Message, ...]:
    """The messages of turn `n` that the turn before did not have, its answer left out."""
    said_before = len(turns[n - 1][0].messages) + 1 if n else 0
    return turns[n][0].messages[said_before:]


def _written(messages: tuple[Message, ...]) -> str:
    return "\n\n".join(f"<!-- {message.role} -->\n{message.text}" for message in messages)


def _numbered(n: int, text: str) -> str:
    return f"<!-- turn {n + 1} -->\n{text}" if n else text


def _joined(texts: list[str]) -> bytes:
    return ("\n\n".join(text.rstrip("\n") for text in texts) + "\n").encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, default=_plain) + "\n").encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    raise TypeError(f"{type(value).__name__} is not evidence")
