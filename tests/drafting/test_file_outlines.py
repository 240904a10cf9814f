from agent.drafting.file_outlines import outline, outlines_of

PAGE = """<!doctype html><title>Shop</title><h2>Cart</h2>
<button id="buy">Buy</button><script src="app.js"></script>
<script>
const go = (place) => { location.hash = "#/cart" };
document.querySelector("#buy").addEventListener("click", go);
</script>"""


def test_a_page_is_outlined_by_what_it_has() -> None:
    facts = outline("index.html", PAGE).facts

    assert facts == (
        "title: Shop",
        "headings: Cart",
        "ids: #buy",
        "scripts: app.js",
        "functions: go()",
        "listens to: click of #buy go",
        "routes: #/cart",
    )


def test_styles_are_outlined_by_their_selectors() -> None:
    css = "/* a { } */ body { color: red } .card > h2 { margin: 0 }"

    assert outline("style.css", css).facts == ("selectors: body, .card > h2",)


def test_the_outlines_of_an_app_are_those_of_its_own_pages_and_code() -> None:
    files = {"index.html": b"<p id=a>", "README.md": b"# x", "a.png": b"\0", "a.csv": b"a,b"}

    assert [each.path for each in outlines_of(files)] == ["index.html"]
