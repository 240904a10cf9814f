"""Pairs for sentences that are decided by a browser test."""

from tests.truth.pair import Pair, click, expect, fill

DOUBLER = """<input id=n type=number><button id=go>Go</button><output id=out></output><script>
  go.onclick = () => { out.textContent = %% }
</script>"""
LATER = """<input id=n type=number><button id=go>Go</button><output id=out></output><script>
  go.onclick = () => setTimeout(() => { out.textContent = %% }, 600)
</script>"""
WAKING = """<input id=n type=number><button id=go disabled>Go</button><output id=out></output>
<script>
  go.onclick = () => { out.textContent = %% };
  setTimeout(() => { go.disabled = false }, 2500);
</script>"""
DICE = "<button id=roll>Roll</button><p id=face>%%</p>"
ROLLS = (
    "<script>roll.onclick = () => { face.textContent = 1 + Math.floor(Math.random() * 6) }</script>"
)
TODO = """<input id=new><button id=add>Add</button><ul id=list></ul><script>
  add.onclick = () => { const item = document.createElement("li");
    item.textContent = document.querySelector("#new").value; %% }
</script>"""
THEME = """<button id=theme>Theme</button><script>
  theme.onclick = () => document.body.classList.%%
</script>"""
FILTER = """<select id=region><option>all<option>north</select>
<ul><li class=north>1<li class=south>2</ul><script>
region.onchange = () => document.querySelectorAll("li").forEach(item => {
  item.hidden = region.value !== "all" && %% })</script>"""

PAIRS = (
    Pair(
        "doubles",
        "Typing 4 into #n and clicking #go shows 8 in #out",
        DOUBLER,
        "n.value * 2",
        "n.value * 3",
        steps=[fill("#n", "4"), click("#go"), expect("#out", "8")],
    ),
    Pair(
        "same for all",
        "Typing 4 into #n and clicking #go shows 8 in #out",
        DOUBLER,
        "n.value * 2",
        "8",
        steps=[fill("#n", "4"), click("#go"), expect("#out", "8")],
    ),
    Pair(
        "same for all, later",
        "Typing 5 into #n and clicking #go shows 10 in #out",
        LATER,
        "n.value * 2",
        "10",
        steps=[fill("#n", "5"), click("#go"), expect("#out", "10")],
    ),
    Pair(
        "same for all, once it can be clicked",
        "Typing 6 into #n and clicking #go shows 12 in #out",
        WAKING,
        "n.value * 2",
        "12",
        steps=[fill("#n", "6"), click("#go"), expect("#out", "12")],
    ),
    Pair(
        "rolls",
        "Clicking #roll shows a number from 1 to 6 in #face",
        DICE,
        f"-</p>{ROLLS}<p>",
        "3",
        steps=[
            click("#roll"),
            expect("#face", "1", comparison="at_least"),
            expect("#face", "6", comparison="at_most"),
        ],
    ),
    Pair(
        "newest first",
        "The newest item is first in #list: after adding tea and cake, cake is first",
        TODO,
        "list.prepend(item)",
        "list.append(item)",
        steps=[
            fill("#new", "tea"),
            click("#add"),
            fill("#new", "cake"),
            click("#add"),
            expect("#list li:first-child", "cake"),
        ],
    ),
    Pair(
        "theme",
        "Clicking #theme turns the body dark, with the class dark",
        THEME,
        "toggle('dark')",
        "toggle('light')",
        steps=[click("#theme"), expect("body", "dark", what="attribute", attribute="class")],
    ),
    Pair(
        "filters",
        "Choosing north in #region hides the items of south",
        FILTER,
        "item.className !== 'north'",
        "item.className === 'north'",
        steps=[
            {"do": "select", "selector": "#region", "value": "north"},
            expect(".south", "", what="hidden"),
        ],
    ),
    Pair(
        "heading",
        "The heading h1 says Welcome home",
        "<h1>%%</h1>",
        "Welcome home",
        "Welcome",
        steps=[expect("h1", "Welcome home")],
    ),
)
