"""Pairs beside scripts, frames and data of other sites that cannot be reached from here."""

from tests.truth.pair import Pair

T = "document.querySelector('#t').textContent"
SUM = "<p id=t></p><script>t.textContent = [10, 20, 12].reduce((a, b) => a %% b)</script>"
TAILWIND = "<script src=https://cdn.tailwindcss.com></script>"
COUNTING = "<script async src=https://stats.example.com/js/tag.js data-site=a></script>"
FRAME = "<iframe src=https://video.example.com/embed/1 title=v></iframe>"
STYLE = (
    "<link rel=stylesheet href=https://cdn.jsdelivr.net/npm/bootstrap@5/dist/css/bootstrap.min.css>"
)
LIVE = """<ul id=live></ul><script>
  const show = data => { live.innerHTML = data.map(d => `<li>${d.name}`).join("") };
  fetch("https://api.example.com/v1/items").then(r => r.json()).then(show)
    .catch(() => { live.textContent = "offline" })
</script>"""
CHART = """<script src=https://cdn.jsdelivr.net/npm/chart.js></script><canvas id=c></canvas><script>
  addEventListener("DOMContentLoaded", () => { new Chart(c, { data: [1] }) })
</script>"""
QUERY = "<script src=https://code.jquery.com/jquery-3.7.1.min.js></script>"

PAIRS = (
    Pair("sum beside styling", f"{T} === '42'", TAILWIND + SUM, "+", "+ '' +"),
    Pair("sum beside counting", f"{T} === '42'", COUNTING + SUM, "+", "-"),
    Pair("sum beside a frame", f"{T} === '42'", FRAME + SUM, "+", "*"),
    Pair("sum beside a style sheet", f"{T} === '42'", STYLE + SUM, "+", "-"),
    Pair("sum beside live data", f"{T} === '42'", LIVE + SUM, "+", "-"),
    Pair("sum beside a chart", f"{T} === '42'", CHART + SUM, "+", "-"),
    Pair(
        "title beside live data",
        "document.title === 'News'",
        "<title>%%</title>" + LIVE,
        "News",
        "Nws",
    ),
    Pair(
        "form beside live data",
        "!!document.querySelector('form')",
        LIVE + "<%%><input></%%>",
        "form",
        "div",
    ),
    Pair(
        "title beside a library",
        "document.title === 'News'",
        "<title>%%</title><p>x" + QUERY,
        "News",
        "Nws",
    ),
    Pair(
        "file beside live data",
        "fetch('a.json').then(r => r.json()).then(a => a.n === 3)",
        LIVE,
        "3",
        "4",
        {"a.json": '{"n": %%}'},
    ),
    Pair(
        "library tag",
        "!!document.querySelector(\"script[src*='chart.js']\")",
        "<p>x%%",
        CHART,
        TAILWIND,
    ),
)

UNDECIDABLE = (
    Pair(
        "rendered by a library",
        f"{T}.includes('h')",
        "<script src=https://cdn.jsdelivr.net/npm/marked/marked.min.js></script><div id=t></div>"
        "<script>%%t.innerHTML = marked.parse('# h')</script>",
        "",
        "1,",
    ),
    Pair(
        "filled by jQuery",
        f"{T} === '42'",
        QUERY + "<p id=t></p><script>$(function () { $('#t').text(%%) })</script>",
        "42",
        "43",
    ),
    Pair("live list", "document.querySelectorAll('#live li').length > 0", LIVE + "%%", "", " "),
    Pair(
        "imported",
        f"{T} === '3'",
        "<p id=t></p><script type=module>import { sum } from 'https://esm.sh/d3-array';"
        " t.textContent = sum([%%])</script>",
        "1, 2",
        "1, 3",
    ),
    Pair(
        "template library",
        f"{T} === '3'",
        "<script src=https://cdn.jsdelivr.net/npm/alpinejs defer></script>"
        "<div x-data='{ n: %% }'><p id=t x-text=n></p></div>",
        "3",
        "4",
    ),
    Pair(
        "drawn by a library",
        "document.querySelectorAll('#map .pane').length > 0",
        "<script src=https://unpkg.com/leaflet@1/dist/leaflet.js></script><div id=map>%%</div>"
        "<script>L.map('map').setView([1, 2], 3)</script>",
        "",
        " ",
    ),
)
"""Pages whose check depends on what is not there: neither passed nor failed is true."""
