"""Pairs for checks about time: what comes late, what does not stay, and what is awaited."""

from tests.truth.pair import Pair

T = "document.querySelector('#t').textContent"
LATE = "<p id=t>0<script>setTimeout(() => { t.textContent = %% }, 900)</script>"
BREAKS = "<p id=t>5<script>setTimeout(() => { t.textContent = %% }, 900)</script>"
CHAIN = """<p id=t>5<script>
  setTimeout(() => setTimeout(() => setTimeout(() => { t.textContent = %% }, 400), 300), 200)
</script>"""
FRAMES = """<p id=t>5<script>
  const began = performance.now();
  const step = () => {
    if (performance.now() - began < 900) requestAnimationFrame(step); else t.textContent = %%
  };
  step();
</script>"""
TICKS = (
    "<p id=t>12:00:00<script>setInterval(() => { t.textContent = `12:00:0${%%}` }, 300)</script>"
)
POLLS = """new Promise((done, no) => { let n = 0; const look = () => {
  if (document.querySelector('#t').textContent === '5') done(true);
  else if (n++ > 20) done(false); else setTimeout(look, 100) }; look() })"""
RENDERED = "<ul id=l></ul><script>Promise.resolve().then(() => { l.innerHTML = '%%' })</script>"

PAIRS = (
    Pair("late text", f"{T} === '5'", LATE, "5", "6"),
    Pair("does not stay", f"{T} === '5'", BREAKS, "5", "'broken'"),
    Pair("chain of timers", f"{T} === '5'", CHAIN, "5", "6"),
    Pair("frames", f"{T} === '5'", FRAMES, "5", "6"),
    Pair("clock", f"/^\\d\\d:\\d\\d:\\d\\d$/.test({T})", TICKS, "1", "'x'"),
    Pair("polling promise", POLLS, LATE, "5", "6"),
    Pair("microtask", "document.querySelectorAll('li').length === 2", RENDERED, "<li><li>", "<li>"),
    Pair(
        "fetched file",
        "fetch('a.json').then(r => r.json()).then(a => a.n === 3)",
        "<p>x",
        "3",
        "4",
        {"a.json": '{"n": %%}'},
    ),
    Pair(
        "awaited file",
        "const r = await fetch('a.txt'); (await r.text()).trim() === 'yes'",
        "<p>x",
        "yes",
        "no",
        {"a.txt": "%%\n"},
    ),
    Pair(
        "async function",
        "async () => (await fetch('%')).ok === false && document.title === 'A'".replace(
            "'%'", "'none.txt'"
        ),
        "<title>%%</title><p>x",
        "A",
        "B",
    ),
    Pair(
        "file exists",
        "fetch('notes.md').then(r => r.ok)",
        "<p>x",
        "notes.md",
        "note.md",
        {"%%": "hi"},
    ),
    Pair(
        "own promise",
        "window.ready.then(n => n === 2)",
        "<p>x<script>window.ready = new Promise(r => setTimeout(r, 50, %%))</script>",
        "2",
        "1",
    ),
)
