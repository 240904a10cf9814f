from pathlib import Path

import pytest

from agent.errors import ConfigurationError
from agent.settings import Settings

TOKEN = {"GITHUB_TOKEN": "ghp_x"}


def test_nothing_set_is_everything_on_this_machine() -> None:
    settings = Settings.read({})

    assert (settings.forge_name, settings.host_name) == ("local", "local")
    assert settings.loopback_urls_allowed
    assert not settings.private_urls_allowed
    assert settings.model == ""
    assert settings.port == 5000
    assert settings.deadline_seconds == 540
    assert settings.secrets() == ()


def test_a_token_chooses_github_and_closes_the_private_network() -> None:
    settings = Settings.read(TOKEN)

    assert (settings.forge_name, settings.host_name) == ("github", "pages")
    assert not settings.loopback_urls_allowed
    assert Settings.read(TOKEN | {"ALLOW_PRIVATE_URLS": "true"}).private_urls_allowed
    assert Settings.read(TOKEN | {"FORGE": "local"}).host_name == "local"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("PORT=1111\nMODEL='from file'\nSECRET=from-file\n")

    settings = Settings.read({"PORT": "2222", "SECRET": ""}, dotenv)

    assert (settings.port, settings.model) == (2222, "from file")


def test_empty_is_not_set(tmp_path: Path) -> None:
    settings = Settings.read({"PORT": "", "FORGE": "", "ALLOW_PRIVATE_URLS": ""}, tmp_path / "none")

    assert (settings.port, settings.forge_name) == (5000, "local")


def test_the_key_of_ai_pipe_goes_by_both_of_its_names() -> None:
    for name in ("AIPIPE_AKI_KEY", "AIPIPE_API_KEY"):
        assert Settings.read({name: "key"}).aipipe_aki_key.get_secret_value() == "key"


def test_names_are_parted_at_commas() -> None:
    assert Settings.read({"FALLBACK_MODELS": " a, b ,,"}).fallback_models == ("a", "b")


def test_each_host_is_published_to_once() -> None:
    keys = {"HF_TOKEN": "x", "VERCEL_TOKEN": "y"}
    settings = Settings.read(TOKEN | keys | {"HOST": "space", "MIRROR_HOSTS": "vercel,space,pages"})

    assert settings.all_hosts == ("space", "vercel", "pages")


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"PORT": "many"}, "PORT: .*integer"),
        ({"PORT": "70000"}, "PORT: .*65535"),
        ({"RESPOND": "later"}, "RESPOND: .*'when-done' or 'immediately'"),
        ({"CONCURRENCY": "0"}, "CONCURRENCY: "),
        ({"DEADLINE_SECONDS": "-1"}, "DEADLINE_SECONDS: "),
        ({"DATABASE_URL": "postgresql://u:p@h:many/d"}, "DATABASE_URL: .*@host:port/"),
        ({"DATABASE_URL": "postgresql://u:p@w@h/d"}, "DATABASE_URL: .*%-codes"),
        ({"DATABASE_URL": "postgresql://u:p@w#x@h/d"}, "DATABASE_URL: .*%-codes"),
        ({"WEBHOOK_SECRET": "whsec_c2hvcnQ="}, "WEBHOOK_SECRET: .*24 to 64 bytes"),
        ({"WEBHOOK_SECRET": "no base64"}, "WEBHOOK_SECRET: .*24 to 64 bytes"),
        ({"FORGE": "github"}, "FORGE=github needs GITHUB_TOKEN"),
        ({"HOST": "pages"}, "=pages needs FORGE=github"),
        ({"HOST": "space"}, "=space needs HF_TOKEN"),
        ({"MIRROR_HOSTS": "space"}, "MIRROR_HOSTS=space needs HF_TOKEN"),
        ({"HOST": "vercel"}, "=vercel needs VERCEL_TOKEN"),
        ({"MIRROR_HOSTS": "pages"}, "=pages needs FORGE=github"),
        ({"MIRROR_HOSTS": "moon"}, "MIRROR_HOSTS: moon is none of pages, space, vercel"),
        ({"MAX_TOKENS": "0"}, "MAX_TOKENS: "),
        (TOKEN | {"HOST": "local"}, "HOST=local needs FORGE=local"),
    ],
)
def test_what_cannot_work_is_refused_by_name(environment: dict[str, str], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        Settings.read(environment)


def test_every_bad_setting_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.read({"PORT": "x", "CONCURRENCY": "y"})

    lines = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["PORT", "CONCURRENCY"]


def test_a_secret_shows_in_no_message_and_no_repr() -> None:
    settings = Settings.read(TOKEN | {"SECRET": "hush-hush", "OPENAI_API_KEY": "sk-x"})

    assert "hush-hush" not in repr(settings)
    assert set(settings.secrets()) == {"ghp_x", "hush-hush", "sk-x"}
    with pytest.raises(ConfigurationError) as refused:
        Settings.read({"PORT": "my-password"})
    assert "my-password" not in str(refused.value)


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("MODLE=gpt-5", "MODLE is no setting: is MODEL meant?"),
        ("GITHUB_TOKN=ghp_x", "GITHUB_TOKN is no setting: is GITHUB_TOKEN meant?"),
        ("MODE=gpt-5", "MODE is no setting: is MODEL meant?"),
        ("AIPIPE_API_KEYS=x", "AIPIPE_API_KEYS is no setting: is AIPIPE_API_KEY meant?"),
    ],
)
def test_a_misspelled_name_in_the_file_is_refused_with_the_right_one(
    tmp_path: Path, line: str, complaint: str
) -> None:
    (tmp_path / ".env").write_text(f"{line}\nPORT=1\n")

    with pytest.raises(ConfigurationError) as refused:
        Settings.read({}, tmp_path / ".env")

    assert str(refused.value) == complaint


@pytest.mark.parametrize("name", ["MODLE", "GITHUB_TOKN", "OPENAI_API_KYE", "DEADLINE_SECOND"])
def test_a_misspelled_name_in_the_environment_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is no setting: is "):
        Settings.read({name: "x"})


@pytest.mark.parametrize(
    "name", ["MODE", "POST", "PORTS", "HOME", "GITLAB_TOKEN", "OPENAI_API_BASE", "XAI_API_KEY"]
)
def test_names_of_other_programs_in_the_environment_are_left_alone(name: str) -> None:
    assert Settings.read({name: "x", "MODLE": ""}).port == 5000


def test_what_the_file_has_for_other_providers_is_kept_and_its_keys_are_secrets(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text(
        "PORT=1\nANTHROPIC_API_KEY=sk-ant-x\nAZURE_API_BASE=https://a\nAIPIPE_API_KEY=p\n"
    )

    settings = Settings.read({}, tmp_path / ".env").model_copy(update={"port": 2})

    assert settings.other_variables == {
        "ANTHROPIC_API_KEY": "sk-ant-x",
        "AZURE_API_BASE": "https://a",
    }
    assert set(settings.secrets()) == {"sk-ant-x", "p"}
    assert "sk-ant-x" not in repr(settings)
