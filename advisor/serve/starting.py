"""What the server says until it can answer: an ASGI app that becomes the real one once that is made."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import uuid
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from advisor.errors import AdvisorError
from advisor.serve import render
from advisor.serve.api import STATIC
from advisor.serve.below import path_of
from advisor.serve.failures import error_body
from advisor.serve.guard import PAGES, add_security_headers

log = logging.getLogger(__name__)

Say = Callable[[str], None]  # takes what is being done, in words for a person

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class Stopped(BaseException):
    """Raised into the making when the server is stopped while it runs."""


class Starting:
    """Serves a page on the progress while `make` runs in a thread, then whatever app that returned.

    When `make` raises an AdvisorError the page and `/readyz` give its message, and go on doing so.
    """

    def __init__(self, make: Callable[[Say], Starlette], on_ready: Callable[[], None]) -> None:
        self._make = make
        self._on_ready = on_ready
        self._doing = "Starting"
        self._failed = False
        self._app: Starlette | None = None
        self._stopping = threading.Event()
        self._waiting = Starlette(
            routes=[
                Route("/healthz", self._healthz),
                Mount("/ui", StaticFiles(directory=STATIC)),
                Route("/{path:path}", self._not_yet, methods=_METHODS),
            ],
            lifespan=self._lifespan,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app if self._app is not None and scope["type"] != "lifespan" else self._waiting
        await app(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        serving = asyncio.create_task(self._serve(stop))
        yield
        self._stopping.set()
        stop.set()
        await serving

    async def _serve(self, stop: asyncio.Event) -> None:
        """Makes the app, then keeps its own start-up and shut-down around it until the server stops."""
        made = asyncio.get_running_loop().create_future()
        threading.Thread(target=self._make_into, args=(made,), daemon=True, name="start").start()
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([made, stopped], return_when=asyncio.FIRST_COMPLETED)
        if made.done() and (app := made.result()) is not None:
            async with app.router.lifespan_context(app):
                self._app = app
                self._on_ready()
                await stopped
        await stopped

    def _make_into(self, made: asyncio.Future[Starlette | None]) -> None:
        app: Starlette | None = None
        try:
            app = self._make(self._say)
        except Stopped:
            return
        except AdvisorError as error:
            self._doing, self._failed = str(error), True
            log.error("%s", error)
        except Exception:
            self._doing, self._failed = (
                "Something went wrong while starting; the log of the server has it.",
                True,
            )
            log.exception("the advisor could not be started")
        with contextlib.suppress(RuntimeError):  # the loop may be gone by now
            made.get_loop().call_soon_threadsafe(made.set_result, app)

    def _say(self, doing: str) -> None:
        if self._stopping.is_set():
            raise Stopped
        self._doing = doing

    async def _healthz(self, request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _not_yet(self, request: Request) -> Response:
        request_id = uuid.uuid4().hex
        path = path_of(request.scope)
        if path == "/" or path.startswith(PAGES):
            title = "The advisor could not start" if self._failed else "The advisor is getting ready"
            root = "../" * (path.count("/") - 1) or "./"
            page = render.notice_page(title, self._doing, None if self._failed else 2, root)
            response: Response = HTMLResponse(page, 503)
        else:
            code = "not_started" if self._failed else "starting"
            message = self._doing if self._failed else f"Not ready yet: {self._doing}."
            response = JSONResponse(error_body(code, message, request_id), 503)
        response.headers["Retry-After"] = "2"
        add_security_headers(response.headers, "/v1/", request_id)
        return response
