"""Everything below a path of a proxy's, as `/advisor`, whether or not the proxy takes it off before it passes on."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class Below:
    """Serves an app below `root_path`; without one it does nothing."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._root and scope["type"] == "http":
            if scope["path"] == self._root:  # relative links of the page need the slash
                await RedirectResponse(f"{self._root}/", 308)(scope, receive, send)
                return
            taken_off = not scope["path"].startswith(f"{self._root}/")
            path = self._root + scope["path"] if taken_off else scope["path"]
            scope = {**scope, "root_path": self._root, "path": path}
        await self._app(scope, receive, send)


def path_of(scope: Scope) -> str:
    """The path of a request below the root path; the chat page is `/`."""
    root, path = scope.get("root_path", ""), str(scope["path"])
    return path.removeprefix(root) if path.startswith(f"{root}/") else path
