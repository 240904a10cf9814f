"""Pairs for checks that act on the page, and for checks that stand beside those."""

from tests.truth.pair import Pair

ECHO = """<input id=in><p id=out>%%</p><script>
  document.querySelector("#in").oninput = event => { out.textContent = event.target.value }
</script>"""
TYPES = """(() => { const e = document.querySelector('#in'); e.value = 'hi';
  e.dispatchEvent(new Event('input'));
  return document.querySelector('#out').textContent === 'hi' })()"""
COUNTER = """<button id=more>+</button><p id=n>0</p><script>
  let k = 0; function addOne() { k += %%; n.textContent = k } more.onclick = addOne
</script>"""
N = "document.querySelector('#n').textContent"
SETTER = """<input id=a type=number value=2 step=%%><p id=n></p><script>
  a.oninput = () => { n.textContent = a.value }
</script>"""
ASKS = """<button id=ask>?</button><p id=n></p><script>
  ask.onclick = () => { n.textContent = prompt("Name?", "%%") }
</script>"""
DELETES = """<button id=del>x</button><p id=item>i</p><script>
  del.onclick = () => { if (%%confirm('?')) item.remove() }
</script>"""
FORM = """<form id=f><input name=q value=a></form><p id=n></p><script>
  f.onsubmit = event => { event.preventDefault(); n.textContent = %% }
</script>"""
TABS = """<button class=tab>A</button><button class=tab>B</button><p id=n>A</p><script>
  document.querySelectorAll(".tab").forEach(b => { b.onclick = () => { n.textContent = %% } })
</script>"""
STORE = (
    "<button id=save>s</button><script>save.onclick = () => localStorage.setItem('n', %%)</script>"
)
LATE = """<button id=more>+</button><p id=n>0</p><script>
  more.onclick = () => setTimeout(() => { n.textContent = %% }, 200)
</script>"""

PAIRS = (
    Pair(
        "types",
        TYPES,
        ECHO.replace("event.target.value", "%%"),
        "event.target.value",
        "event.value",
    ),
    Pair(
        "reads after one that types",
        "document.querySelector('#out').textContent === 'hi'",
        ECHO,
        "hi",
        "nothing",
        before=[TYPES],
    ),
    Pair(
        "clicks",
        f"(() => {{ document.querySelector('#more').click(); return {N} === '1' }})()",
        COUNTER,
        "1",
        "0.5",
    ),
    Pair("calls the page", f"(() => {{ addOne(); return {N} === '1' }})()", COUNTER, "1", "1/2"),
    Pair(
        "calls a handler",
        f"document.querySelector('#more').onclick(), {N} === '1'",
        COUNTER,
        "1",
        "0.5",
    ),
    Pair(
        "clicks twice",
        f"(() => {{ more.click(); more.click(); return {N} === '4' }})()",
        COUNTER,
        "2",
        "1",
    ),
    Pair(
        "reads after one that calls",
        f"{N} === '0'",
        COUNTER.replace("<p id=n>0", "<p id=n>%%").replace("+= %%", "+= 1"),
        "0",
        "-1",
        before=["addOne(), true"],
    ),
    Pair(
        "steps",
        "(() => { const a = document.querySelector('#a'); a.stepUp();"
        f" a.dispatchEvent(new Event('input')); return {N} === '4' }})()",
        SETTER,
        "2",
        "1",
    ),
    Pair(
        "prompt",
        f"(() => {{ document.querySelector('#ask').click(); return {N} === 'Guest' }})()",
        ASKS,
        "Guest",
        "",
    ),
    Pair(
        "confirm",
        "(() => { document.querySelector('#del').click();"
        " return !document.querySelector('#item') })()",
        DELETES,
        "",
        "!",
    ),
    Pair(
        "submits",
        f"(() => {{ document.querySelector('#f').requestSubmit(); return {N} === 'a' }})()",
        FORM,
        "f.q.value",
        "f.value",
    ),
    Pair(
        "tabs",
        f"(() => {{ document.querySelectorAll('.tab')[1].click(); return {N} === 'B' }})()",
        TABS,
        "b.textContent",
        "'A'",
    ),
    Pair(
        "stores",
        "(() => { document.querySelector('#save').click();"
        " return localStorage.getItem('n') === '3' })()",
        STORE,
        "3",
        "4",
    ),
    Pair(
        "clicks and waits",
        "(async () => { document.querySelector('#more').click();"
        f" await new Promise(r => setTimeout(r, 500)); return {N} === '1' }})()",
        LATE,
        "1",
        "2",
    ),
)
