from tests.bench.rows import Row, row, table


def test_a_row_is_the_median_of_its_samples_and_a_ratio_to_its_floor() -> None:
    measured = row("a job", [0.3, 0.1, 0.2], "CPU-s", (0.05, "git alone"))

    assert measured == Row("a job", 0.2, "CPU-s", 0.05, "git alone", 3)
    assert measured.ratio == 4.0
    assert str(measured) == "| a job | 0.2 CPU-s | 0.05 (git alone) | 4.0 × |"


def test_a_row_without_a_floor_has_no_ratio() -> None:
    measured = row("memory", [101.6], "MiB")

    assert measured.ratio is None
    assert table([measured]).splitlines()[-1] == "| memory | 102 MiB |  |  |"
    assert measured.as_json["ratio"] is None
