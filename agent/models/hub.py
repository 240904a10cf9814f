"""The model hub as a source of weights: a resumable download over HTTPS."""

import queue
import threading
from pathlib import Path

import requests

from agent.errors import ModelError
from agent.ports import Pin, Progress

_QWEN_FOLDER = (
    "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF"
    "/resolve/f86cb2c1fa58255f8052cc32aeede1b7482d4361"
)
_STALLED_SECONDS = 20.0
_CHUNK = 1 << 16  # as much as a broken connection can lose


class Hub:
    """`folder` is the URL below which the file lies under its own name."""

    name = "model hub"

    def __init__(self, folder: str = _QWEN_FOLDER, answer_timeout: float = 4.0) -> None:
        self._folder = folder
        self._answer_timeout = answer_timeout

    def extend(self, part: Path, pin: Pin, progress: Progress) -> None:
        url = f"{self._folder}/{pin.name}"
        try:
            with part.open("ab") as file, self._open(url, file.tell()) as answer:
                if answer.status_code != requests.codes.partial_content:
                    file.truncate(0)  # the whole file comes, Range or not
                for chunk in answer.iter_content(_CHUNK):
                    file.write(chunk)
                    progress(file.tell(), pin.size)
        except requests.RequestException as error:
            raise ModelError(f"{url}: {_reason(error)}") from error
        if part.stat().st_size != pin.size:
            raise ModelError(f"{url} has {part.stat().st_size} bytes instead of {pin.size}")

    def _open(self, url: str, offset: int) -> requests.Response:
        """The answer's head, within `answer_timeout` seconds.

        In a thread, because the timeout of `requests` counts anew for every address of the host
        and leaves the name lookup out: behind a silent firewall that adds up to half a minute.
        """
        heads: queue.Queue[requests.Response | requests.RequestException] = queue.Queue()

        def knock() -> None:
            try:
                heads.put(_request(url, offset))
            except requests.RequestException as error:
                heads.put(error)

        threading.Thread(target=knock, daemon=True).start()
        try:
            head = heads.get(timeout=self._answer_timeout)
        except queue.Empty:
            raise ModelError(f"{url}: no answer within {self._answer_timeout:g} s") from None
        if isinstance(head, requests.RequestException):
            raise head
        return head


def _request(url: str, offset: int) -> requests.Response:
    headers = {"Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    answer = requests.get(url, headers=headers, stream=True, timeout=(4.0, _STALLED_SECONDS))
    answer.raise_for_status()
    return answer


def _reason(error: requests.RequestException) -> object:
    """What lies under urllib3's "max retries exceeded": there were none."""
    return getattr(next(iter(error.args), None), "reason", None) or error
