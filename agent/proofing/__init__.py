"""What each check means, and seeing whether it holds, in a real browser and on the files.

    Prover(browser).prove(files, checks, tests, attachments, deadline) -> Proof

`browser` is a `browser.Chromium(executable, fetch=None)` (close it when the process ends), or None
where the machine has none: `process.find_executable(setting, environ)` tells. `tests` maps a
sentence check's text to the `SentenceTest` that `answers.read_tests(answer, checks)` made of a
model's answer to `scaffolds/prompts/tests.md.jinja`; `rules.is_rule(text)` tells the sentences
that need no test, and `prover.needing_tests(checks)` lists the checks that do.
"""
