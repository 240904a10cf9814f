"""The wheel, installed apart from the checkout and used from an empty folder."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_HOME = Path(__file__).parent.parent
_PAGE = "index.html\n```html\n<!doctype html>\n<html><title>Page</title><p>Hi</html>\n```\n"
_BRIEF = '{"task": "page", "brief": "Make a page.", "checks": ["Has MIT license"]}'


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that has the wheel's content; its dependencies are this environment's."""
    scratch = tmp_path_factory.mktemp("wheel")
    _python(_HOME, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(scratch))
    (wheel,) = scratch.glob("*.whl")
    target = scratch / "installed"
    _python(_HOME, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), str(wheel))
    return target


def test_a_brief_runs_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "1.md").write_text(_PAGE)
    (tmp_path / "brief.json").write_text(_BRIEF)

    done = _galley(installed, tmp_path, "run", "brief.json")

    assert done.returncode == 0, done.stderr
    assert "/pages/page/" in done.stdout
    repository = tmp_path / "workspace" / "repos" / "page"
    files = {path.name for path in repository.iterdir()}
    picture = {"docs"}  # where there is a browser to draw it
    assert files - picture == {".git", ".nojekyll", "LICENSE", "README.md", "index.html"}


def test_the_wheel_holds_what_is_not_python(installed: Path) -> None:
    agent = installed / "agent"

    assert (agent / "scaffolds" / "site" / "LICENSE.jinja").is_file()
    assert (agent / "scaffolds" / "briefs").is_dir()
    assert (agent / "py.typed").is_file()
    assert (agent / "models" / "qwen-wheels.txt").is_file()
    assert (agent / "proofing" / "launch.sh").is_file()


def _galley(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(Path.home()),
        "PYTHONPATH": str(installed),
        "MODEL": "scripted:answers",
        "PORT": "0",
        "PLAYWRIGHT_BROWSERS_PATH": "/nowhere",
    }
    return subprocess.run(
        [sys.executable, "-m", "agent", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


def _python(folder: Path, *arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
