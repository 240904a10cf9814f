"""Decides what each check means and whether it holds, in a real browser and by the files.

    Prover(browser).prove(files, checks, tests, attachments, deadline) -> Proof

`browser` is a `chromium.Chromium(executable, fetch=None)` (close it when the process ends), or None
where `chromium_process.find_executable(setting, environ)` finds none on the machine. `tests` maps
a sentence check's text to the `SentenceTest` that `written_tests.read_tests(answer, checks)` made
of a model's answer to `scaffolds/prompts/tests.md.jinja`; `rules.is_rule(text)` tells the sentences
that need no test, and `prover.needing_tests(checks)` lists the checks that do.
"""
