"""What a request needs a key for, and how a browser signs in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.keys import SCOPES, Keys, KeyScope
from advisor.serve.access import COOKIE, needed
from advisor.serve.api import Terms, create_api
from advisor.serve.below import Below

from .conftest import mounted

QUESTION = {"question": "Who should own the returns process?"}
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    with closing(Keys(tmp_path_factory.mktemp("keys"))) as keys:
        yield keys


@pytest.fixture(scope="module")
def guarded(advisor: Advisor, keys: Keys) -> Iterator[TestClient]:
    """The whole app below a path, keys required."""
    app = mounted(advisor, Terms(keys, keys_required=True), "/cx")
    with TestClient(Below(app, "/cx"), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(autouse=True)
def forget(guarded: TestClient) -> None:
    guarded.cookies.clear()


def bearer(keys: Keys, *scopes: KeyScope) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.create('test', scopes)[1]}"}


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/v1/ask", "ask"),
        ("POST", "/v1/ask/stream", "ask"),
        ("POST", "/v1/chat/completions", "ask"),
        ("GET", "/v1/checklists/1", "ask"),
        ("DELETE", "/v1/conversations/1", "ask"),
        ("POST", "/v1/checklists", "write"),
        ("PATCH", "/v1/checklists/1", "write"),
        ("DELETE", "/v1/documents/1", "write"),
        ("POST", "/v1/a-route-of-tomorrow", "write"),
        ("GET", "/metrics", "admin"),
        ("GET", "/", "ask"),
        ("POST", "/gradio_api/queue/join", "ask"),
        ("GET", "/healthz", None),
        ("GET", "/healthz/more", "ask"),
        ("GET", "/docs", None),
        ("POST", "/slack/events", None),
        ("GET", "/ui/page.css", None),
    ],
)
def test_what_a_request_needs(method: str, path: str, scope: KeyScope | None) -> None:
    assert needed(method, path) == scope


@pytest.mark.parametrize(
    "path", ["/v1/ask", "/v1/search?q=returns", "/v1/documents", "/metrics", "/", "/gradio_api/info"]
)
@pytest.mark.parametrize("key", ["", "Bearer none", "Bearer cxk_wrong", "Basic cxk_a", "Bearer \xe9"])
def test_without_a_valid_key_nothing_is_told(guarded: TestClient, path: str, key: str) -> None:
    response = guarded.get(f"/cx{path}", headers=[(b"Authorization", key.encode("latin-1"))])
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "unauthorized"
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "python -m advisor.keys" in response.text or "not known" in response.text


def test_key_opens_what_its_scopes_say_and_no_more(guarded: TestClient, keys: Keys) -> None:
    ask, write, admin = (bearer(keys, scope) for scope in SCOPES)
    assert guarded.post("/cx/v1/ask", json=QUESTION, headers=ask).status_code == 200
    assert guarded.post("/cx/v1/checklists", json=QUESTION, headers=write).status_code == 201
    for headers, path in ((ask, "/v1/checklists"), (write, "/v1/ask")):
        response = guarded.post(f"/cx{path}", json=QUESTION, headers=headers)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")
    assert guarded.get("/cx/metrics", headers=ask).status_code == 403
    assert guarded.get("/cx/metrics", headers=admin).status_code == 200
    assert guarded.post("/cx/v1/ask", json=QUESTION, headers=admin).status_code == 200


def test_key_may_come_as_x_api_key_too(guarded: TestClient, keys: Keys) -> None:
    _, secret = keys.create("test", ("ask",))
    assert guarded.get("/cx/v1/documents", headers={"X-API-Key": secret}).status_code == 200


def test_revoked_key_opens_nothing_at_once(guarded: TestClient, keys: Keys) -> None:
    key, secret = keys.create("test", ("ask",))
    headers = {"Authorization": f"Bearer {secret}"}
    assert guarded.get("/cx/v1/documents", headers=headers).status_code == 200
    keys.revoke(key.id)
    assert guarded.get("/cx/v1/documents", headers=headers).status_code == 401


def test_error_on_openais_paths_is_one_its_clients_read(guarded: TestClient) -> None:
    error = guarded.post("/cx/v1/chat/completions", json={}).json()["error"]
    assert error["type"] == "authentication_error"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/openapi.json", "/ui/page.css", "/manifest.json"])
def test_health_documentation_and_styles_are_open(guarded: TestClient, path: str) -> None:
    assert guarded.get(f"/cx{path}").status_code == 200


# --- on one machine ---


def test_where_keys_are_not_required_a_key_that_is_given_counts(advisor: Advisor, keys: Keys) -> None:
    with TestClient(create_api(advisor, Terms(keys))) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/v1/documents", headers={"Authorization": "Bearer none"}).status_code == 200
        assert client.get("/v1/documents", headers={"Authorization": "Bearer cxk_old"}).status_code == 401
        assert client.get("/metrics", headers=bearer(keys, "ask")).status_code == 403


# --- in a browser ---


def test_page_asks_to_sign_in_and_leads_on_to_where_one_was_going(guarded: TestClient, keys: Keys) -> None:
    asked = guarded.get("/cx/sources/returns?start=1&end=9", headers=PAGE, follow_redirects=False)
    assert asked.status_code == 303
    page = guarded.get(asked.headers["location"], headers=PAGE)
    assert page.url.path == "/cx/signin"
    assert 'value="sources/returns?start=1&amp;end=9"' in page.text
    _, secret = keys.create("Jo", ("ask",))
    form = {"key": f" {secret}\n", "next": "sources/returns?start=1&end=9"}
    done = guarded.post("/cx/signin", data=form, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/cx/sources/returns?start=1&end=9")
    cookie = done.headers["set-cookie"]
    assert secret not in cookie
    for part in ("HttpOnly", "Path=/cx", "SameSite=lax"):
        assert part in cookie
    assert guarded.get("/cx/v1/documents").status_code == 200
    assert "“Jo”" in guarded.get("/cx/signin").text


def test_wrong_key_is_told_on_the_page_and_gives_no_session(guarded: TestClient) -> None:
    response = guarded.post("/cx/signin", data={"key": "cxk_guess"})
    assert response.status_code == 401
    assert "not known here" in response.text
    assert COOKIE not in guarded.cookies


def test_after_signing_out_the_session_opens_nothing(guarded: TestClient, keys: Keys) -> None:
    guarded.post("/cx/signin", data={"key": keys.create("Jo", ("ask",))[1]})
    session = guarded.cookies[COOKIE]
    guarded.post("/cx/signout")
    guarded.cookies.set(COOKIE, session)
    assert guarded.get("/cx/v1/documents").status_code == 401


@pytest.mark.parametrize("way", ["//elsewhere.example", "https://elsewhere.example", "\\\\elsewhere.example", "/\\a"])
def test_signing_in_leads_to_no_other_site(guarded: TestClient, keys: Keys, way: str) -> None:
    form = {"key": keys.create("Jo", ("ask",))[1], "next": way}
    assert guarded.post("/cx/signin", data=form, follow_redirects=False).headers["location"] == "/cx/"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_page_of_another_site_changes_nothing(guarded: TestClient, keys: Keys, site: str) -> None:
    guarded.post("/cx/signin", data={"key": keys.create("Jo", ("ask",))[1]})
    response = guarded.post("/cx/v1/ask", json=QUESTION, headers={"Sec-Fetch-Site": site})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")


def test_other_origins_are_told_nothing_unless_configured(
    advisor: Advisor, guarded: TestClient, tmp_path: Path
) -> None:
    asked = {"Origin": "https://intranet.example", "Access-Control-Request-Method": "POST"}
    for path in ("/v1/ask", "/", "/gradio_api/queue/join"):
        for response in (guarded.options(f"/cx{path}", headers=asked), guarded.get(f"/cx{path}", headers=asked)):
            assert "access-control-allow-origin" not in response.headers, path
    with closing(Keys(tmp_path)) as keys:
        api = create_api(advisor, Terms(keys, cors_origins=("https://intranet.example",)))
        client = TestClient(api)
        assert client.options("/v1/ask", headers=asked).headers["access-control-allow-origin"] == asked["Origin"]
        sent = {"Origin": asked["Origin"], "Sec-Fetch-Site": "cross-site"}
        assert client.post("/v1/ask", json=QUESTION, headers=sent).status_code == 200


# --- below a path ---


@pytest.mark.parametrize("taken_off", [True, False])
def test_closed_routes_are_closed_below_a_path_too(guarded: TestClient, keys: Keys, taken_off: bool) -> None:
    path = "/gradio_api/upload" if taken_off else "/cx/gradio_api/upload"
    response = guarded.post(path, files={"files": b"x"}, headers=bearer(keys, "admin"))
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_path_without_its_slash_leads_to_the_page(guarded: TestClient) -> None:
    response = guarded.get("/cx", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (308, "/cx/")
