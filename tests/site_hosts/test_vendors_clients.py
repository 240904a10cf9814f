"""The test servers satisfy the vendors' own clients."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from huggingface_hub import HfApi, hf_hub_download

from tests.site_hosts import hub as hub_server
from tests.site_hosts import vercel as vercel_server
from tests.site_hosts.hub import hub
from tests.site_hosts.vercel import vercel

_CLIENT = "@vercel/client@18.4.2"
_DEPLOY = Path(__file__).with_name("deploy.js")


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the library's own
def test_the_hub_takes_a_folder_from_its_own_library(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<p>one")
    with hub() as server:
        api = HfApi(server.wire.url, hub_server.TOKEN)
        api.create_repo("ann/shop", repo_type="space", space_sdk="static")

        api.upload_folder(repo_id="ann/shop", repo_type="space", folder_path=tmp_path / "site")

        assert server.spaces["ann/shop"].site.files["index.html"] == b"<p>one"
        kept = hf_hub_download(
            "ann/shop",
            "index.html",
            repo_type="space",
            endpoint=server.wire.url,
            token=hub_server.TOKEN,
            local_dir=tmp_path / "copy",
            cache_dir=tmp_path / "cache",
        )
        assert Path(kept).read_text() == "<p>one"


@pytest.mark.slow
@pytest.mark.minutes
@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed")
def test_vercel_takes_a_folder_from_its_own_client(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<p>one")
    shutil.copy(_DEPLOY, tmp_path)
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", _CLIENT]
    subprocess.run(install, cwd=tmp_path, check=True, capture_output=True)
    with vercel() as server:
        script = ["node", "deploy.js", server.wire.url, vercel_server.TOKEN, str(site)]
        environment = {**os.environ, "HOME": str(tmp_path)}

        done = subprocess.run(
            script, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )

        assert done.returncode == 0, done.stderr
        assert "alias-assigned" in done.stdout.splitlines()
        assert server.projects["shop"].site.files["index.html"] == b"<p>one"
