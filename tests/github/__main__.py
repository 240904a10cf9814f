"""The test GitHub by hand: prints the settings that point the program at it, until Ctrl-C."""

import sys
import threading

from .server import github


def main() -> None:
    """Serve until interrupted; the settings go to stdout in the form of an `.env` file."""
    with github() as server:
        settings = {
            "FORGE": "github",
            "HOST": "pages",
            "GITHUB_API_URL": server.api_url,
            "GITHUB_URL": server.url,
            "GITHUB_TOKEN": server.token.value,
            "GITHUB_USERNAME": server.token.login,
        }
        for name, value in settings.items():
            print(f"{name}={value}", flush=True)
        print(f"Pages will be under {server.pages_url}/; Ctrl-C ends.", file=sys.stderr)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
