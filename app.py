"""Serves the chat page and the HTTP API: `python app.py`. Builds the index from corpus/ first when there is none."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import socket
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.config import Settings, load_settings
from advisor.errors import AdvisorError, ConfigurationError, IndexMissingError
from advisor.keys import Keys

if TYPE_CHECKING:
    from fastapi import FastAPI

    from advisor.models.embeddings import Embedder
    from advisor.serve.api import Terms
    from advisor.serve.starting import Say

log = logging.getLogger("advisor.app")

CORPUS = Path(__file__).resolve().parent / "corpus"
ADDRESS_RATE = "600/minute"  # an office behind one address has several keys
GRACE = 3  # seconds that requests under way get when the server is stopped


def main(argv: Sequence[str] | None = None) -> int:
    """0 when stopped by a person, 2 on a usage or configuration error."""
    arguments = _parse(argv)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("advisor").setLevel(logging.INFO)
    try:
        settings = load_settings(**vars(arguments))
        listening = _listen(settings.host, settings.port)
        settings = _with_keys(settings, listening)
    except AdvisorError as error:
        _tell(f"Not started. {error}")
        return 2
    try:
        _serve(settings, listening)
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()
    _tell("Stopped.")
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="Serve the chat page at / and the HTTP API under /v1.")
    parser.add_argument("--data-dir", type=Path, help="where the library and the index are kept (default: data)")
    parser.add_argument("--host", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the port to listen on, 0 for any free one (default: 7860)")
    parser.add_argument("--root-path", help="the path below which a proxy serves it, as /advisor (default: none)")
    parser.add_argument(
        "--require-keys", action="store_true", default=None, help="ask for keys on loopback too, as behind a proxy"
    )
    return parser.parse_args(argv)


def _listen(host: str, port: int) -> socket.socket:
    """The port, taken before anything is loaded."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[:2], family=family)
    except OSError as error:
        raise ConfigurationError(
            f"{host} port {port} cannot be listened on ({error.strerror}). "
            "Stop what uses it, or choose another port with --port."
        ) from error
    return listening


def _with_keys(settings: Settings, listening: socket.socket) -> Settings:
    """The settings with keys required where other machines reach the server; warns when they are, and there is none."""
    reachable = not ipaddress.ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback
    settings = settings.model_copy(update={"require_keys": settings.require_keys or reachable})
    if settings.require_keys:
        with closing(Keys(settings.data_dir)) as keys:
            if not any(key.state == "valid" for key in keys.all()):
                log.warning(
                    "Keys are required, and there is none yet: nobody can ask. Make one with "
                    "`python -m advisor.keys create NAME --data-dir %s`; no restart is needed.",
                    settings.data_dir,
                )
    return settings


def _serve(settings: Settings, listening: socket.socket) -> None:
    import uvicorn  # not needed to say that a port is taken

    from advisor.serve.below import Below
    from advisor.serve.starting import Starting

    host, port = listening.getsockname()[:2]
    url = (f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}") + settings.root_path
    _tell(f"Starting CX Advisor at {url} ...")
    starting = Starting(
        make=lambda say: make_app(settings, say),
        on_ready=lambda: _tell(f"CX Advisor is ready at {url}  (Ctrl-C stops it)"),
    )
    config = uvicorn.Config(
        Below(starting, settings.root_path),
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    uvicorn.Server(config).run(sockets=[listening])


def make_app(settings: Settings, say: Say) -> FastAPI:
    """The whole app, its index built from corpus/ when there is none. Tells `say` what it is doing."""
    say("Loading the language model")
    from advisor.advisor import build_advisor  # these take seconds, in which the server already answers
    from advisor.models.embeddings import load_embedder
    from advisor.serve.api import create_api
    from advisor.serve.chat import mount_chat

    embedder = load_embedder(settings.embedding_model, settings.embedding_query_prefix, settings.threads)
    advisor = build_advisor(settings, embedder)
    try:
        advisor.ready()
    except IndexMissingError:
        _build_corpus(settings, embedder, say)
    say("Warming up")
    advisor.search("customer experience", 1)  # the first run of the model costs a second, nobody need wait for it
    api = create_api(advisor, _terms(settings))
    if token := settings.slack_bot_token.get_secret_value():
        from advisor.serve.slack.mount import SlackKeys, mount_slack  # not needed without Slack

        secret, app_token = settings.slack_signing_secret, settings.slack_app_token
        keys = SlackKeys(token, secret.get_secret_value(), app_token.get_secret_value())
        mount_slack(api, advisor, keys, settings.public_url, settings.data_dir)
    return mount_chat(api, advisor, settings.root_path)


def _terms(settings: Settings) -> Terms:
    """On which terms requests are served; addresses are limited where other machines reach the server."""
    from advisor.serve.api import Terms
    from advisor.serve.once import Replies

    return Terms(
        keys=Keys(settings.data_dir),
        keys_required=settings.require_keys,
        replies=Replies(settings.data_dir),
        key_rate=settings.key_rate,
        address_rate=settings.address_rate or (ADDRESS_RATE if settings.require_keys else ""),
        seconds=settings.request_seconds,
        cors_origins=tuple(settings.cors_origins.split()),
    )


def _build_corpus(settings: Settings, embedder: Embedder, say: Say) -> None:
    """Ingests corpus/, its progress on the terminal and on the page."""
    from rich.console import Console  # needed on the first start only
    from rich.progress import Progress

    from advisor.library.build import build

    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("building the index")

        def progress(step: str, done: int, total: int) -> None:
            bars.update(bar, description=f"building the index: {step}", completed=done, total=total)
            say(f"Building the library's index: {step} {done} of {total}")

        report = build([CORPUS], settings, embedder, progress)
    for rejected in report.rejected:
        log.warning("%s", rejected.message)
    log.info("index built: %d documents, %d passages", report.total_documents, report.total_passages)


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
