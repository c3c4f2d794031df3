"""Addresses are read within bounds, and only those of the public internet. The servers here are on loopback."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from advisor.errors import UnreadableDocumentError
from advisor.library.fetch import Fetcher, is_public
from advisor.library.files import Rejected
from advisor.library.load import Loaded, load_documents
from advisor.library.loaders.content import Limits
from tests.library import made

LIMITS = Limits(file_mb=1, fetch_seconds=1)
PAGE = b"<html><head><title>Quays</title></head><body><p>Somebody answers.</p></body></html>"

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A web server with an answer for each path, that records what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.answers.get(self.path, gives(b"", status=404))(self)

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @contextmanager
    def serving(self) -> Iterator[Site]:
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()


def gives(data: bytes, kind: str = "text/html", status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def leads_to(url: str) -> Answer:
    return gives(b"", status=302, location=url)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().serving() as site:
        yield site


@pytest.fixture
def fetcher() -> Fetcher:
    """One that may read this machine, as tests have no other."""
    return Fetcher(LIMITS, allow=lambda address: address == ipaddress.ip_address("127.0.0.1"))


def test_a_page_becomes_a_document_with_its_address(site: Site, fetcher: Fetcher) -> None:
    site.answers["/calls"] = gives(PAGE)
    (loaded,) = load_documents([f"{site.url}/calls"], LIMITS, fetcher=fetcher)
    assert isinstance(loaded, Loaded)
    assert loaded.document.text == "Somebody answers.\n"
    assert loaded.document.bibliography.url == loaded.document.source == f"{site.url}/calls"


def test_a_pdf_at_an_address_is_read_as_one(site: Site, fetcher: Fetcher) -> None:
    site.answers["/file"] = gives(made.pdf_pages(["Somebody answers."]), "application/octet-stream")
    (loaded,) = load_documents([f"{site.url}/file"], LIMITS, fetcher=fetcher)
    assert isinstance(loaded, Loaded)
    assert loaded.document.text == "Somebody answers.\n"


def test_a_list_of_addresses_gives_a_document_each(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    site.answers |= {"/a": gives(b"Alpha.", "text/plain"), "/b": gives(b"Beta.", "text/plain")}
    listed = tmp_path / "pages.urls"
    listed.write_text(f"# what to read\n{site.url}/a\n\n{site.url}/b\n{site.url}/gone\n")
    first, second, gone = load_documents([listed], LIMITS, fetcher=fetcher)
    assert [item.document.text for item in (first, second) if isinstance(item, Loaded)] == ["Alpha.", "Beta."]
    assert isinstance(gone, Rejected)
    assert "404" in gone.message


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:0:0:0:0:80ff:fffe",
    ],
)  # fmt: skip
def test_an_address_that_is_not_of_the_public_internet_is_none(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_of_the_public_internet_is_one(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "127.1"])
def test_this_machine_is_not_read_however_its_address_is_written(site: Site, host: str) -> None:
    url = f"http://{host}:{site.server.server_port}/"
    with pytest.raises(UnreadableDocumentError, match=r"not on the public internet|cannot be reached"):
        Fetcher(LIMITS).fetch(url)
    assert site.asked == []


def test_a_redirect_to_an_address_that_is_not_allowed_is_not_followed(site: Site) -> None:
    site.answers["/out"] = leads_to("http://127.0.0.2:9/secret")
    fetcher = Fetcher(LIMITS, allow=lambda address: str(address) == "127.0.0.1")
    with pytest.raises(UnreadableDocumentError, match=r"leads to 127\.0\.0\.2"):
        fetcher.fetch(f"{site.url}/out")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://host/file", "http://user:word@host/", "gopher://host/"]
)
def test_only_http_addresses_without_a_user_are_read_even_after_a_redirect(
    site: Site, fetcher: Fetcher, target: str
) -> None:
    site.answers["/out"] = leads_to(target)
    for url in (target, f"{site.url}/out"):
        with pytest.raises(UnreadableDocumentError, match="only http and https"):
            fetcher.fetch(url)


def test_a_redirect_is_followed_and_its_end_is_the_address(site: Site, fetcher: Fetcher) -> None:
    site.answers |= {"/old": leads_to("/new"), "/new": gives(PAGE)}
    assert fetcher.fetch(f"{site.url}/old").url == f"{site.url}/new"


def test_redirects_without_end_are_given_up(site: Site, fetcher: Fetcher) -> None:
    site.answers["/round"] = leads_to("/round")
    with pytest.raises(UnreadableDocumentError, match="more than 5 times"):
        fetcher.fetch(f"{site.url}/round")


def test_what_robots_may_not_read_is_not_asked_for(site: Site, fetcher: Fetcher) -> None:
    site.answers |= {"/robots.txt": gives(b"User-agent: *\nDisallow: /private\n", "text/plain"), "/calls": gives(PAGE)}
    assert fetcher.fetch(f"{site.url}/calls").data == PAGE
    with pytest.raises(UnreadableDocumentError, match=r"robots\.txt"):
        fetcher.fetch(f"{site.url}/private/calls")
    assert site.asked == ["/robots.txt", "/calls"]


def test_nothing_is_read_where_the_rules_for_robots_cannot_be_had(site: Site, fetcher: Fetcher) -> None:
    site.answers |= {"/robots.txt": gives(b"", status=503), "/calls": gives(PAGE)}
    with pytest.raises(UnreadableDocumentError, match=r"robots\.txt"):
        fetcher.fetch(f"{site.url}/calls")


def test_more_bytes_than_are_read_are_not_taken(site: Site, fetcher: Fetcher) -> None:
    site.answers["/large"] = gives(bytes(1_000_001), "text/plain")
    with pytest.raises(UnreadableDocumentError, match="ADVISOR_MAX_FILE_MB"):
        fetcher.fetch(f"{site.url}/large")


def test_an_answer_that_drips_is_cut_off_when_its_time_is_up(site: Site, fetcher: Fetcher) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            try:
                handler.wfile.write(b"x")
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    site.answers["/drip"] = drip
    with pytest.raises(UnreadableDocumentError, match="ADVISOR_FETCH_SECONDS"):
        fetcher.fetch(f"{site.url}/drip")


def test_an_answer_that_breaks_off_is_not_taken_for_whole(site: Site, fetcher: Fetcher) -> None:
    def break_off(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("content-length", "1000")
        handler.end_headers()
        handler.wfile.write(b"Somebody")
        handler.connection.shutdown(socket.SHUT_RDWR)

    site.answers["/short"] = break_off
    with pytest.raises(UnreadableDocumentError, match=r"cut off|cannot be reached"):
        fetcher.fetch(f"{site.url}/short")


def test_an_unreachable_host_is_named(fetcher: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnreadableDocumentError, match=f"127.0.0.1:{port}/ cannot be reached"):
        fetcher.fetch(f"http://127.0.0.1:{port}/")
