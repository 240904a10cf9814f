import asyncio
import json
import sys

from agent.child_environment import passed_on
from agent.proofing.detached_loop import DetachedLoop

OURS = {"PATH": "/bin", "https_proxy": "http://p", "PIP_INDEX_URL": "u", "LC_ALL": "C"}
KEYS = {"SECRET": "s", "OPENAI_API_KEY": "k", "PGPASSWORD": "p", "PATHS": "x"}


def test_a_child_gets_what_systems_need_and_its_own_and_no_key() -> None:
    assert passed_on(OURS | KEYS, "PIP_") == OURS
    assert passed_on(OURS | KEYS) == {n: v for n, v in OURS.items() if n != "PIP_INDEX_URL"}


def test_the_driver_of_the_browser_gets_no_key() -> None:
    loop, print_names = DetachedLoop(), "import json, os; print(json.dumps([*os.environ]))"

    async def names() -> list[str]:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            print_names,
            stdout=-1,
            env={**OURS, **KEYS, "PW_LANG_NAME": "python"},
        )
        return list(json.loads((await child.communicate())[0]))

    try:
        found = set(loop.run_until_complete(names()))
    finally:
        loop.close()

    assert {"PATH", "PW_LANG_NAME"} <= found
    assert not found & KEYS.keys()
