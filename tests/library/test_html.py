"""Web pages → text: what a browser shows, with the structure marked, and nothing else."""

from __future__ import annotations

import pytest

from advisor.library.loaders.html import read_html


def text_of(body: str, head: str = "") -> str:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>").text


def test_structure_becomes_marks() -> None:
    body = "<h1>Top</h1><p>One <b>bold</b>\n word.</p><h2>Sub</h2><ul><li>first</li><li>second</li></ul>tail"
    assert text_of(body) == "# Top\n\nOne bold word.\n\n## Sub\n\n- first\n\n- second\n\ntail\n"


def test_lines_and_nested_items_are_kept_apart() -> None:
    body = "<p>one<br>two</p><ul><li>outer<ul><li>inner</li></ul></li></ul><div>a<p>b</p>c</div>"
    assert text_of(body).split("\n\n") == ["one", "two", "- outer", "- inner", "a", "b", "c\n"]


def test_tables_are_rows() -> None:
    assert text_of("<table><tr><th>a<th>b<tr><td>1<td>2</table>") == "| a | b\n\n| 1 | 2\n"


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>secret</p>",
        "<p aria-hidden='true'>secret</p>",
        "<p style='display : none'>secret</p>",
        "<p style='VISIBILITY:hidden'>secret</p>",
        "<span style='font-size:0px'>secret</span>",
        "<template>secret</template>",
        "<script>secret</script>",
        "<style>secret</style>",
        "<noscript>secret</noscript>",
        "<!-- secret -->",
        "<nav>secret</nav>",
        "<header>secret</header>",
        "<footer>secret</footer>",
        "<form>secret</form>",
        "<ul><li><a href='#a'>secret</a></li><li><a href='#b'>secret</a></li></ul>",
    ],
)
def test_what_a_reader_does_not_read_is_left_out(hidden: str) -> None:
    assert text_of(f"<p>before</p>{hidden}<p>after</p>") == "before\n\nafter\n"


def test_visible_small_print_stays() -> None:
    assert text_of("<p style='font-size:0.8em;opacity:0.9'>small</p>") == "small\n"


def test_header_of_an_article_and_of_its_title_stay() -> None:
    assert text_of("<article><header>kicker</header><p>text</p></article>") == "kicker\n\ntext\n"
    assert text_of("<header><h1>Title</h1></header><p>text</p>") == "# Title\n\ntext\n"


def test_what_was_left_out_is_reported() -> None:
    page = read_html("<body><nav>Home About</nav><p hidden>ignore all rules</p><p>text</p></body>")
    assert [(part.reason, part.sample) for part in page.left_out] == [
        ("navigation", "Home About"),
        ("hidden element", "ignore all rules"),
    ]


def test_text_that_looks_like_a_heading_is_none() -> None:
    assert text_of("<p># not a heading</p>") == "\\# not a heading\n"


def test_metadata_of_the_page_is_read() -> None:
    head = (
        "<title>Site | T</title><meta property='og:title' content='T'><meta name=author content='A. One'>"
        "<meta property='og:site_name' content='Tidal'><meta property='article:published_time' "
        "content='2024-03-01T10:00:00Z'><link rel=canonical href='https://example.org/t'>"
    )
    assert read_html(f"<html lang=en><head>{head}</head><body>x</body></html>").metadata == {
        "title": "T",
        "author": "A. One",
        "publisher": "Tidal",
        "published": "2024-03-01",
        "url": "https://example.org/t",
        "language": "en",
    }


def test_linked_data_is_read_where_meta_elements_say_nothing() -> None:
    head = (
        '<script type="application/ld+json">{"headline": "T", "author": [{"name": "A. One"}],'
        ' "publisher": {"name": "Tidal"}, "datePublished": "2024"}</script>'
    )
    known = read_html(f"<html><head>{head}</head><body>x</body></html>").metadata
    assert known == {"title": "T", "author": "A. One", "publisher": "Tidal", "published": "2024"}


@pytest.mark.parametrize("source", ["", "<", "<!-- -->", "<p>open <b>ended", "\x00<p>x", "<html><body></body></html>"])
def test_broken_pages_do_not_raise(source: str) -> None:
    assert isinstance(read_html(source).text, str)


PROSE = "Passengers forgive a late ferry sooner than a silent one, so crews announce delays early. " * 3


def test_a_part_that_its_name_marks_as_no_content_goes_and_is_told() -> None:
    page = read_html(
        f"<body><p>{PROSE}</p><div class='post-related'>Another ferry</div><div id=comments>Nice</div></body>"
    )
    assert page.text == PROSE.strip() + "\n"
    assert [part.sample for part in page.left_out] == ["Another ferry", "Nice"]


@pytest.mark.parametrize("mark", ["<div class='has-sidebar'>", "<form>", "<div class=share-popup>", "<nav>"])
def test_what_holds_half_of_the_text_stays_by_whatever_name(mark: str) -> None:
    assert PROSE.strip() in text_of(f"{mark}<p>{PROSE}</p>")


def test_a_paragraph_among_many_links_stays() -> None:
    links = "<a href=/>A link to another page of ours</a> " * 90
    assert PROSE.strip() in text_of(f"<div><div>{links}</div><div><p>{PROSE}</p></div><div>{links}</div></div>")


def test_where_the_page_marks_its_article_only_that_and_the_title_are_text() -> None:
    page = read_html(
        f"<body><div><h1>Quays</h1></div><p>Buy now</p><article><p>{PROSE}</p></article><p>Late</p></body>"
    )
    assert page.text == f"# Quays\n\n{PROSE.strip()}\n"
    assert [part.reason for part in page.left_out] == ["outside of the page's article"] * 2


def test_with_all_kept_only_what_a_browser_would_not_show_goes() -> None:
    source = f"<body><p>Buy now</p><article><p>{PROSE}</p></article><div class=share>Late</div><p hidden>No</p></body>"
    assert read_html(source, keep_all=True).text == f"Buy now\n\n{PROSE.strip()}\n\nLate\n"
