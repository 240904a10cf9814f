import pytest

from agent.drafting.model_profiles import profile_of


@pytest.mark.parametrize(
    "model",
    [
        "qwen2.5-coder-1.5b-instruct-q4_k_m",
        "openai/Qwen2.5-Coder-3B-Instruct",
        "ollama/llama-3.2-3b",
        "gemma-2-2b",
    ],
)
def test_small_models_write_files_whole(model: str) -> None:
    traits = profile_of(model)

    assert traits.is_small
    assert traits.revises_by == "whole"
    assert not traits.writes_tests


def test_a_middling_model_writes_whole_files_and_takes_the_usual_road() -> None:
    traits = profile_of("openai/qwen2.5-coder-7b-instruct")

    assert not traits.is_small
    assert traits.revises_by == "whole"


@pytest.mark.parametrize("model", ["openai/gpt-5.6-luna", "gemini/gemini-3.8-flash", "", "x[y]"])
def test_every_other_model_writes_diffs(model: str) -> None:
    assert profile_of(model).revises_by == "diff"
    assert not profile_of(model).is_small
