"""Pairs for checks that only read the page as it is soon after the load."""

from tests.truth.pair import Pair

TABLE = """<table id=sales><tbody><tr><td>Tea<td>4.5<tr><td>Cake<td>%%</table>"""
FETCHED = """<p id=total></p><script>
  const rows = text => text.trim().split("\\n").slice(1);
  const sum = text => rows(text).reduce((n, row) => n + +row.split(",")[1], 0);
  fetch("data.csv").then(r => r.text()).then(text => { total.textContent = sum(text) %% })
</script>"""
SOURCE = """<p id=from></p><script>
  from = document.querySelector("#from");
  from.textContent = new URLSearchParams(location.search).get("url") ?? %%
</script>"""
KEPT = """<p id=n></p><script>
  localStorage.setItem("theme", %%); n.textContent = localStorage.getItem("theme")
</script>"""
DRAWN = """<canvas id=c width=20 height=20></canvas><script>
  const pen = c.getContext("2d"); pen.fillStyle = "%%"; pen.fillRect(0, 0, 20, 20)
</script>"""
PIXEL = "document.querySelector('#c').getContext('2d').getImageData(5, 5, 1, 1).data[0] === 255"
SUM = """[...document.querySelectorAll('#sales tbody tr')]
  .reduce((sum, row) => sum + parseFloat(row.lastElementChild.textContent), 0) === 12"""
LIST = "<ul id=l><li>%%</ul>"
TEXT_ITEMS = (
    "[...document.querySelectorAll('#l li')].map(item => item.textContent).join() === 'a,b,c'"
)

PAIRS = (
    Pair("title", "document.title === 'Sales 7'", "<title>%%</title><p>x", "Sales 7", "Sales"),
    Pair(
        "title by script",
        "document.title === `Sales 7`",
        "<p>x<script>document.title = `Sales ${%%}`</script>",
        "7",
        "8",
    ),
    Pair("text", "document.querySelector('#t').textContent === '12.5'", "<p id=t>%%", "12.5", "12"),
    Pair(
        "text by id",
        "document.getElementById('t').innerText.trim() === 'Hello'",
        "<p id=t> %% </p>",
        "Hello",
        "Hallo",
    ),
    Pair(
        "number with tolerance",
        "Math.abs(parseFloat(document.querySelector('#t').textContent) - 20.1) < 0.01",
        "<p id=t>%%",
        "20.101",
        "$20.1",
    ),
    Pair(
        "pattern",
        "/^\\d{4}-\\d{2}$/.test(document.querySelector('#t').textContent)",
        "<p id=t>%%",
        "2024-05",
        "5/2024",
    ),
    Pair(
        "word count",
        "document.querySelector('#t').textContent.trim().split(/\\s+/).length === 3",
        "<p id=t>%%",
        "one two three",
        "one two",
    ),
    Pair(
        "thousands",
        "document.querySelector('#t').textContent.includes(',')",
        "<p id=t><script>t.textContent = %%</script>",
        "new Intl.NumberFormat('en').format(1234)",
        "1234",
    ),
    Pair(
        "attribute",
        "document.querySelector('#t').getAttribute('data-region') === 'north'",
        "<p id=t data-region=%%>x",
        "north",
        "south",
    ),
    Pair(
        "dataset", "document.querySelector('#t').dataset.n === '4'", "<p id=t data-n=%%>x", "4", "5"
    ),
    Pair(
        "link element",
        "!!document.querySelector(\"link[href*='theme']\")",
        "<link rel=stylesheet href=%%><p>x",
        "theme.css",
        "style.css",
        {"theme.css": "", "style.css": ""},
    ),
    Pair(
        "first script",
        "document.querySelector('script').textContent.includes('fetch(')",
        "<p>x%%",
        "<script>window.load = () => fetch('a.csv')</script>",
        "<script></script><script>window.load = () => fetch('a.csv')</script>",
    ),
    Pair(
        "element kind",
        "document.querySelector('#t').tagName === 'SELECT'",
        "<%% id=t></%%>x",
        "select",
        "input",
    ),
    Pair("count", "document.querySelectorAll('#l li').length >= 3", LIST, "1<li>2<li>3", "1<li>2"),
    Pair("order", TEXT_ITEMS, LIST, "a<li>b<li>c", "b<li>a<li>c"),
    Pair("missing", "!document.querySelector('.error')", "<p class=%%>x", "note", "error"),
    Pair(
        "class",
        "document.querySelector('#t').classList.contains('on')",
        "<p id=t class='%%'>x",
        "a on",
        "once",
    ),
    Pair(
        "ancestor",
        "!!document.querySelector('#t').closest('main')",
        "<%%><p id=t>x</p></%%>",
        "main",
        "div",
    ),
    Pair(
        "matches",
        "document.querySelector('#t').matches('.big')",
        "<p id=t class=%%>x",
        "big",
        "small",
    ),
    Pair(
        "style",
        "getComputedStyle(document.querySelector('#t')).color === 'rgb(255, 0, 0)'",
        "<style>#t { color: %% }</style><p id=t>x",
        "red",
        "blue",
    ),
    Pair(
        "custom property",
        "getComputedStyle(document.documentElement).getPropertyValue('--gap').trim() === '8px'",
        "<style>:root { --gap: %% }</style><p>x",
        "8px",
        "4px",
    ),
    Pair(
        "hidden",
        "document.querySelector('#t').offsetParent === null",
        "<p>y<p id=t %%>x",
        "hidden",
        "class=hidden",
    ),
    Pair(
        "geometry",
        "document.querySelector('#t').getBoundingClientRect().width > 200",
        "<div id=t style='width: %%'>x</div>",
        "300px",
        "30px",
    ),
    Pair("table sum", SUM, TABLE, "7.5", "7"),
    Pair(
        "table header",
        "document.querySelector('table').rows[0].cells[1].textContent === 'Price'",
        "<table><tr><th>A<th>%%</table>",
        "Price",
        "Cost",
    ),
    Pair(
        "form value",
        "document.querySelector('#t').value === '5'",
        "<input id=t value=%%>",
        "5",
        "6",
    ),
    Pair(
        "checked",
        "document.querySelector('#t').checked",
        "<input id=t type=checkbox %%>",
        "checked",
        "value=checked",
    ),
    Pair(
        "options",
        "document.querySelector('#t').options.length === 3",
        "<select id=t><option>1%%</select>",
        "<option>2<option>3",
        "<option>2",
    ),
    Pair(
        "labels",
        "[...document.querySelectorAll('input')].every(i => i.labels.length)",
        "<label>a <input></label>%%",
        "<label>b <input></label>",
        "b <input>",
    ),
    Pair(
        "file sum",
        "document.querySelector('#total').textContent === '7'",
        FETCHED,
        "",
        "+ 1",
        {"data.csv": "a,n\nx,3\ny,4\n"},
    ),
    Pair(
        "query default",
        "document.querySelector('#from').textContent === 'sample.png'",
        SOURCE,
        "'sample.png'",
        "''",
    ),
    Pair("storage", "localStorage.getItem('theme') === 'dark'", KEPT, "'dark'", "'light'"),
    Pair(
        "storage text",
        "document.querySelector('#n').textContent === 'dark'",
        KEPT,
        "'dark'",
        "'light'",
    ),
    Pair("canvas", PIXEL, DRAWN, "#ff0000", "#0000ff"),
    Pair(
        "global function",
        "typeof render === 'function' && render(2) === 4",
        "<p>x<script>%%</script>",
        "function render(n) { return n * 2 }",
        "function render(n) { return n + 1 }",
    ),
    Pair(
        "global value",
        "window.state.items.length === 2",
        "<p>x<script>window.state = { items: %% }</script>",
        "[1, 2]",
        "[1]",
    ),
    Pair(
        "shadow",
        "document.querySelector('#t').shadowRoot.textContent === 'ok'",
        "<p>x<div id=t></div><script>t.attachShadow({ mode: 'open' }).textContent = '%%'</script>",
        "ok",
        "no",
    ),
    Pair(
        "xpath",
        "document.evaluate('//h2[2]', document, null, 9, null).singleNodeValue.textContent === 'B'",
        "<div><h2>A</h2><h2>%%</h2></div>",
        "B",
        "C",
    ),
    Pair(
        "statements",
        "const rows = document.querySelectorAll('li'); rows.length === 2",
        LIST,
        "1<li>2",
        "1",
    ),
    Pair(
        "returning",
        "const n = document.querySelectorAll('li').length; return n === 2",
        LIST,
        "1<li>2",
        "1",
    ),
    Pair(
        "accumulated",
        "(() => { let n = 0; for (const i of document.querySelectorAll('li')) n += +i.textContent;"
        " return n === 6 })()",
        LIST,
        "2<li>4",
        "2<li>3",
    ),
    Pair(
        "parsed json",
        "JSON.parse(document.querySelector('#t').textContent).n === 3",
        '<pre id=t>{"n": %%}</pre>',
        "3",
        '"3"',
    ),
    Pair(
        "no errors of its own",
        "document.querySelector('#t').textContent === 'a'",
        "<p id=t><script>try { %% } catch { t.textContent = 'b' }</script>",
        "t.textContent = 'a'",
        "t.textContent = a()",
    ),
)
