import subprocess
import sys
from pathlib import Path

from agent.deadline import Deadline
from agent.models.remote import LiteLLM
from agent.ports import Message, Prompt


def test_a_folder_of_answers_is_replayed_by_a_server_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text("the first answer")
    command = [sys.executable, "-m", "tests.openai_server", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        model = LiteLLM("openai/any", "", server.stdout.readline().strip())
        prompt = Prompt((Message("user", "Say it."),))
        answer = model.answer(prompt, Deadline.within(20), lambda piece: None)
        server.terminate()

    assert answer.text == "the first answer"
