import io

from agent.cli import progress


def test_off_a_terminal_a_download_is_lines_without_codes() -> None:
    stream = io.StringIO()
    report = progress.on(stream, {})

    for done in range(0, 1001, 10):
        report(done * 10**6, 10**9)

    lines = stream.getvalue().splitlines()
    assert lines[-1] == "fetching the model: 1000 of 1000 MB"
    assert len(lines) <= 3
    assert "\x1b" not in stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_download_is_a_bar() -> None:
    stream = Terminal()
    report = progress.on(stream, {})

    report(5, 10)
    report(10, 10)

    assert "fetching the model" in stream.getvalue()


def test_with_no_color_nothing_is_written_over() -> None:
    stream = Terminal()
    report = progress.on(stream, {"NO_COLOR": "1"})

    report(10**9, 10**9)

    assert stream.getvalue() == "fetching the model: 1000 of 1000 MB\n"


def test_a_terminal_that_can_do_nothing_gets_plain_lines() -> None:
    stream = Terminal()

    progress.on(stream, {"TERM": "dumb"})(10, 10)

    assert stream.getvalue() == "fetching the model: 0 of 0 MB\n"


def test_no_color_asks_for_plain_lines_on_a_terminal_too() -> None:
    stream = Terminal()

    progress.on(stream, {"NO_COLOR": "1"})(10, 10)

    assert stream.getvalue() == "fetching the model: 0 of 0 MB\n"
