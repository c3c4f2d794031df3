"""Addresses → bytes: only http and https, only hosts of the public internet, within size and time, where robots may.

The address that was checked is the one that is connected to, for every redirect anew, so that a name that resolves
differently the second time leads nowhere else. Proxies of the environment are not used.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from protego import Protego

from advisor.errors import UnreadableDocumentError
from advisor.library.loaders.content import Limits

AGENT = "CX-Advisor"
_REDIRECTS = 5
_ROBOTS_BYTES = 500_000  # what RFC 9309 asks a reader of robots.txt to take at least

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address held, where it was after redirects, and what kind its server says that it is."""

    url: str
    data: bytes
    content_type: str


def is_public(address: IPAddress) -> bool:
    """Whether an address is of the public internet, whatever other address is written inside it."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in ipaddress.IPv6Network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(slots=True)
class Fetcher:
    """Fetches addresses one after another; `allow` decides which hosts, so that tests can serve from this machine."""

    limits: Limits
    allow: Callable[[IPAddress], bool] = is_public
    _robots: dict[str, Protego | None] = field(default_factory=dict)

    def fetch(self, url: str) -> Fetched:
        """What stands at an address. Raises UnreadableDocumentError that says why it could not be had."""
        first = url
        for _ in range(_REDIRECTS + 1):
            parts = _parts(url, first)
            if not self._may(parts, first):
                raise UnreadableDocumentError(
                    f"{url} asks programs not to read it (robots.txt); save the page yourself."
                )
            with self._answer(parts, first) as response:
                target = response.getheader("location")
                if response.status in (301, 302, 303, 307, 308) and target:
                    url = urljoin(url, target)
                    continue
                if response.status != 200:
                    raise UnreadableDocumentError(
                        f"{first} was not given: the server said {response.status} {response.reason[:99]}; check it."
                    )
                return Fetched(url, self._body(response, first), response.getheader("content-type") or "")
        raise UnreadableDocumentError(f"{first} leads from address to address, more than {_REDIRECTS} times; check it.")

    def _may(self, parts: SplitResult, shown: str) -> bool:
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._rules(urlsplit(origin + "/robots.txt"), shown)
        rules = self._robots[origin]
        return rules is not None and bool(rules.can_fetch(parts.geturl(), AGENT))

    def _rules(self, parts: SplitResult, shown: str) -> Protego | None:
        """What a host lets programs read: all where it has no such file, nothing (None) where it fails (RFC 9309)."""
        with self._answer(parts, shown) as response:
            if response.status >= 500:
                return None
            text = response.read(_ROBOTS_BYTES).decode("utf-8", "replace") if response.status == 200 else ""
            return Protego.parse(text)

    @contextlib.contextmanager
    def _answer(self, parts: SplitResult, shown: str) -> Iterator[http.client.HTTPResponse]:
        """The answer of a host, which has to be whole before the time is up."""
        late = threading.Event()
        connection: http.client.HTTPConnection | None = None
        watch: threading.Timer | None = None
        try:
            connection = self._connected(parts, shown)
            watch = threading.Timer(self.limits.fetch_seconds, _cut_off, (connection.sock, late))
            watch.daemon = True
            watch.start()
            path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
            connection.request("GET", path, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})
            with connection.getresponse() as response:  # it outlives its connection where its host closes that
                yield response
            if late.is_set():  # what came looks whole where the server names no length
                raise TimeoutError
        except (OSError, http.client.HTTPException, ValueError) as error:
            if late.is_set() or isinstance(error, TimeoutError):
                message = (
                    f"{shown} took longer than {self.limits.fetch_seconds} s; try again or raise ADVISOR_FETCH_SECONDS."
                )
            else:
                message = f"{shown} cannot be reached ({_reason(error)}); check the address and the network."
            raise UnreadableDocumentError(message) from error
        finally:
            if watch:
                watch.cancel()
            if connection:
                connection.close()

    def _connected(self, parts: SplitResult, shown: str) -> http.client.HTTPConnection:
        host, secure = str(parts.hostname), parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not addresses or not all(self.allow(address) for address in addresses):
            raise UnreadableDocumentError(
                f"{shown} leads to {host}, which is not on the public internet; only public addresses are read."
            )
        connection = http.client.HTTPConnection(host, port, timeout=self.limits.fetch_seconds)
        connection.sock = socket.create_connection((str(addresses[0]), port), self.limits.fetch_seconds)
        if secure:
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        return connection

    def _body(self, response: http.client.HTTPResponse, shown: str) -> bytes:
        if response.getheader("content-encoding", "identity") != "identity":
            raise UnreadableDocumentError(
                f"{shown} comes compressed though that was not asked for; save the page yourself."
            )
        data = response.read(self.limits.file_mb * 1_000_000 + 1)
        if len(data) > self.limits.file_mb * 1_000_000:
            raise UnreadableDocumentError(
                f"{shown} has more than the {self.limits.file_mb} MB that are read; raise ADVISOR_MAX_FILE_MB."
            )
        if response.length:  # what its head promised and did not come
            raise UnreadableDocumentError(f"{shown} was cut off; try again.")
        return data


def _parts(url: str, shown: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnreadableDocumentError(f"{shown} is no address; write it as https://host/path.") from None
    usable = parts.scheme in ("http", "https") and parts.hostname and port != 0
    if not usable or parts.username or parts.password or any(char <= " " for char in url):
        raise UnreadableDocumentError(
            f"{shown} leads to {url!r}, which is not read; only http and https addresses without a user name are."
        )
    return parts


def _cut_off(connection: socket.socket, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error or type(error).__name__).split())[:150]
