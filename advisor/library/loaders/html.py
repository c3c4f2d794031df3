"""A web page → Markdown-like text: headings as `#`, list items as `- `, blank lines between paragraphs.

Owns what a browser would not show (scripts, hidden elements) and what a page marks as navigation itself;
furniture that only its words give away is left for `clean`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from advisor.library.loaders.content import Content, LeftOut

_SILENT = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "svg",
    "canvas",
    "object",
    "select",
    "head",
    "math",
}
_LISTS = {"ul", "ol", "dl", "table", "div", "section", "p"}
_MOST_SAID = 140  # characters; a paragraph has more, and may be all that a page of links says
_LINK_SHARE = 0.8  # of the characters; a paragraph that cites much has a third
_NAMES = re.compile(  # by which web pages' makers tell apart what is not the text, in `class` and `id`
    r"(?<![a-z])(?:nav(?:bar|igation)?|(?:mega)?menu|breadcrumbs?|side-?bar|widgets?|(?:site-?)?footer|comments?|disqus|replies"
    r"|related|recommend(?:ed|ations)|trending|popular|shar(?:e|ing)|social|newsletter|subscri(?:be|ption)|sign-?up"
    r"|cookies?|consent|gdpr|promos?|promotions?|advert(?:isement|s)?|ads?|sponsor(?:ed)?|popup|modal|paywall|pag(?:ination|er)"
    r"|tag-?(?:s|list|cloud)|toolbar|skip-?link)(?![a-z])",
    re.IGNORECASE,
)
_NAVIGATION = {"nav", "form", "button", "dialog", "menu"}
_ROLES = {"navigation", "search", "banner", "contentinfo", "dialog", "alertdialog", "menu", "menubar"}
_HIDDEN_STYLE = re.compile(
    r"display:none|visibility:hidden|font-size:0(?![.\d]*[1-9])|opacity:0(?![.\d]*[1-9])|(?:^|;)(?:left|top|text-indent):-\d{3,}"
)
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "hr", "html", "main", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "ul", "li", "tr",
    "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
_MARKS = {**{f"h{level}": "#" * level + " " for level in range(1, 7)}, "li": "- ", "tr": "| "}


def read_html(source: str, keep_all: bool = False) -> Content:
    """The visible text of a page, with links and images reduced to their words; with `keep_all` navigation, too."""
    root = _parse(source)
    if root is None:
        return Content("", {})
    metadata = _metadata(root)
    left_out = [*_remove_unseen(root, keep_all), *([] if keep_all else _remove_surroundings(root))]
    return Content(_text(root), metadata, tuple(left_out))


def _parse(source: str) -> lxml_html.HtmlElement | None:
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True)
    try:
        root = lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    ended_by = {entry.type for entry in parser.error_log}  # where the parser gave up, what there is, is not all
    if etree.ErrorTypes.ERR_NO_MEMORY in ended_by:
        raise MemoryError
    if etree.ErrorTypes.ERR_RESOURCE_LIMIT in ended_by:
        raise RecursionError
    return root


def _remove_unseen(root: lxml_html.HtmlElement, keep_all: bool) -> Iterator[LeftOut]:
    counts = _Counts(root)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or (element.getparent() is None and element is not root):
            continue
        reason = _unseen(element) or (None if keep_all or counts.hold_text(element) else _furniture(element, counts))
        if reason is None or element is root or element.tag == "body":
            continue
        yield from _left_out(element, reason)
        element.drop_tree()


def _remove_surroundings(root: lxml_html.HtmlElement) -> Iterator[LeftOut]:
    """Where one part that the page marks as its content holds most of the text, all but it and the title goes."""
    counts = _Counts(root)
    marked = root.xpath("//main | //article | //*[@itemprop='articleBody']")
    content = [element for element in marked if counts.hold_text(element)]
    if not content:
        return
    innermost = content[-1]
    kept = {each for element in (innermost, *root.iter("h1", "head")) for each in (element, *element.iterancestors())}
    for element in [child for parent in innermost.iterancestors() for child in parent if child not in kept]:
        yield from _left_out(element, "outside of the page's article")
        element.drop_tree()


def _left_out(element: lxml_html.HtmlElement, reason: str) -> Iterator[LeftOut]:
    sample = " ".join(str(element.text_content()).split())[:200]
    if sample and element.tag not in _SILENT:
        yield LeftOut(reason, sample)


class _Counts:
    """How many links each element has, how many of its characters are theirs, and the most that one element below it
    says outside of links; counted once from the leaves up.
    """

    def __init__(self, root: lxml_html.HtmlElement) -> None:
        self._counts: dict[lxml_html.HtmlElement, tuple[int, int, int, int]] = {}
        for _, element in etree.iterwalk(root, events=("end",)):
            below = [self._counts[child] for child in element if child in self._counts]
            links, linked, total = (sum(counts[place] for counts in below) for place in range(3))
            own = len((element.text or "").strip()) * (element.tag not in _SILENT)
            own += sum(len((child.tail or "").strip()) for child in element)
            said = max([own, *(counts[3] for counts in below)])
            if element.tag == "a":
                links, linked, said = 1, total + own, 0
            self._counts[element] = (links, linked, total + own, said)
        self._unlinked = self._unlinked_of(root)

    def hold_text(self, element: lxml_html.HtmlElement) -> bool:
        """Whether an element says half of what the page says outside of links: it is the page then, by any name."""
        return 2 * self._unlinked_of(element) > self._unlinked

    def _unlinked_of(self, element: lxml_html.HtmlElement) -> int:
        _, linked, total, _ = self._counts.get(element, (0, 0, 0, 0))
        return total - linked

    def mostly_links(self, element: lxml_html.HtmlElement) -> bool:
        """Whether an element is a list of links to other pages and says next to nothing itself."""
        links, linked, total, said = self._counts.get(element, (0, 0, 0, 0))
        short = linked <= 80 * links and said <= _MOST_SAID
        return element.tag in _LISTS and links >= 3 and linked >= _LINK_SHARE * total and short


def _unseen(element: lxml_html.HtmlElement) -> str | None:
    style = re.sub(r"\s+", "", element.get("style") or "").lower()
    if element.tag in _SILENT:
        return "script or style"
    if "hidden" in element.attrib or element.get("aria-hidden") == "true" or _HIDDEN_STYLE.search(style):
        return "hidden element"
    return None


def _furniture(element: lxml_html.HtmlElement, counts: _Counts) -> str | None:
    if element.tag in _NAVIGATION or element.get("role") in _ROLES:
        return "navigation"
    if element.tag in ("header", "footer", "aside") and not _inside_content(element):
        return "navigation"
    if element.tag in ("ul", "ol") and _is_contents(element):
        return "table of contents"
    if counts.mostly_links(element):
        return "list of links"
    return "part that its name marks as no content" if _is_named(element) else None


def _is_named(element: lxml_html.HtmlElement) -> bool:
    """Whether a part of the page is called what only furniture is, and does not hold the title."""
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _NAMES.search(name) is not None and element.find(".//h1") is None and element.find(".//main") is None


def _inside_content(element: lxml_html.HtmlElement) -> bool:
    """A header or footer of an article belongs to it; that of the page does not. An aside is read within an
    article.
    """
    around = {ancestor.tag for ancestor in element.iterancestors()}
    holds_content = element.find(".//article") is not None or element.find(".//main") is not None
    return (
        holds_content
        or bool(around & {"article", "main"})
        or (element.tag == "header" and element.find(".//h1") is not None)
    )


def _is_contents(element: lxml_html.HtmlElement) -> bool:
    """Whether every item of a list is nothing but a link into the same page."""
    items = element.findall("li")
    links = [item.find(".//a") for item in items]
    return len(items) >= 2 and all(
        link is not None
        and (link.get("href") or "").startswith("#")
        and str(link.text_content()).strip() == str(item.text_content()).strip()
        for item, link in zip(items, links, strict=True)
    )


def _text(root: lxml_html.HtmlElement) -> str:
    """The words of a page, a line a block; not recursive, since pages nest deeper than Python does."""
    lines = _Lines()
    body = root.find("body")
    for event, element in etree.iterwalk(root if body is None else body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _BLOCKS or tag == "br":
                lines.end()
            if tag in _MARKS:
                lines.open(_MARKS[tag])
            if tag in ("td", "th") and "".join(lines.words).strip():
                lines.words.append(" | ")
            lines.words.append(element.text or "")
        else:
            if tag in _BLOCKS:
                lines.end()
            if tag in _MARKS:
                lines.close()
            lines.words.append(element.tail or "")
    lines.end()
    return "\n\n".join(lines.done) + "\n" if lines.done else ""


class _Lines:
    """Lines as they are read, each with the mark of the innermost heading, item or row it stands in."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.words: list[str] = []
        self._marks: list[str] = []

    def open(self, mark: str) -> None:
        self._marks.append(mark)

    def close(self) -> None:
        self._marks.pop()

    def end(self) -> None:
        line = " ".join("".join(self.words).split())
        self.words = []
        if line:
            self.done.append((self._marks[-1] if self._marks else "") + _unmarked(line))


def _unmarked(line: str) -> str:
    """A line whose first words would read as a Markdown mark, with the mark made harmless."""
    return "\\" + line if re.match(r"#{1,6}\s", line) else line


# --- bibliography ---

_META = {
    "title": ("og:title", "twitter:title", "dc.title"),
    "author": ("author", "article:author", "dc.creator"),
    "publisher": ("og:site_name", "dc.publisher", "application-name"),
    "published": ("article:published_time", "date", "dc.date", "datepublished"),
    "license": ("dc.rights", "license"),
}


def _metadata(root: lxml_html.HtmlElement) -> dict[str, str]:
    """What the page says of itself: its meta elements first, then JSON-LD, then its title."""
    meta = {
        (element.get("name") or element.get("property") or element.get("itemprop") or "").lower(): element.get(
            "content"
        )
        for element in root.iter("meta")
    }
    found = {name: next((meta[key] for key in keys if meta.get(key)), None) for name, keys in _META.items()}
    linked = _linked_data(root)
    title = root.findtext(".//title")
    heading = root.find(".//h1")
    found["title"] = (
        found["title"] or linked.get("title") or (str(heading.text_content()) if heading is not None else None) or title
    )
    canonical = root.find(".//link[@rel='canonical']")
    found["url"] = meta.get("og:url") or (canonical.get("href") if canonical is not None else None)
    found["language"] = root.get("lang")
    found["published"] = found["published"] or linked.get("published")
    known = {**linked, **{name: value for name, value in found.items() if value}}
    if "url" in known and not known["url"].startswith(("http://", "https://")):
        del known["url"]
    if re.match(r"\d{4}-\d\d-\d\dT", known.get("published", "")):
        known["published"] = known["published"][:10]
    if known.get("author", "").startswith("http"):
        del known["author"]
    return known


def _linked_data(root: lxml_html.HtmlElement) -> dict[str, str]:
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            data = json.loads(script.text or "")
        except (json.JSONDecodeError, RecursionError):
            continue
        graph = data.get("@graph") if isinstance(data, dict) else None
        entries = data if isinstance(data, list) else graph if isinstance(graph, list) else [data]
        for entry in entries:
            if isinstance(entry, dict) and "headline" in entry:
                named = {
                    "title": entry["headline"],
                    "author": _name(entry.get("author")),
                    "publisher": _name(entry.get("publisher")),
                    "published": entry.get("datePublished"),
                    "license": entry.get("license"),
                    "language": entry.get("inLanguage"),
                }
                return {key: value for key, value in named.items() if isinstance(value, str) and value}
    return {}


def _name(value: object) -> object:
    first = value[0] if isinstance(value, list) and value else value
    return first.get("name") if isinstance(first, dict) else first
