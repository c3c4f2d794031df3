"""Settings: read from the environment and `.env`, checked, and named when they are wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from advisor.config import SHAPES_INDEX, Settings, index_settings, load_settings, settings_hash
from advisor.errors import ConfigurationError


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A working folder without `.env` and an environment without the caller's settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith(("ADVISOR_", "OPENAI_"))]:
        monkeypatch.delenv(name)


def test_every_default_is_within_its_own_bounds() -> None:
    settings = load_settings()
    assert Settings.model_validate(settings.model_dump()) == settings


def test_environment_sets_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_TOP_K", "5")
    assert load_settings().top_k == 5


def test_env_file_sets_a_setting_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("ADVISOR_TOP_K=5\nADVISOR_PORT=8001\n")
    monkeypatch.setenv("ADVISOR_PORT", "8002")
    settings = load_settings()
    assert (settings.top_k, settings.port) == (5, 8002)


def test_override_goes_before_the_environment_and_none_is_no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_PORT", "8002")
    assert load_settings(port=8003).port == 8003
    assert load_settings(port=None).port == 8002


def test_unknown_setting_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_TOPK", "5")
    with pytest.raises(ConfigurationError, match="ADVISOR_TOPK is not a setting"):
        load_settings()


def test_unknown_setting_in_the_env_file_is_named() -> None:
    Path(".env").write_text("ADVISOR_COLOUR=red\n")
    with pytest.raises(ConfigurationError, match="ADVISOR_COLOUR is not a setting"):
        load_settings()


def test_settings_of_other_programs_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("DATABASE_URL=postgres://elsewhere\n")
    monkeypatch.setenv("OTHER_TOP_K", "5")
    assert load_settings() == load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65536"),
        ("PORT", "door"),
        ("TOP_K", "0"),
        ("FETCH_K", "9"),
        ("PASSAGE_TOKENS", "39"),
        ("OVERLAP_TOKENS", "-1"),
        ("THREADS", "0"),
        ("MAX_FILE_MB", "2001"),
        ("MAX_QUESTION_CHARACTERS", "99"),
    ],
)
def test_impossible_value_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ADVISOR_{name}", value)
    with pytest.raises(ConfigurationError, match=f"ADVISOR_{name} is '{value}'"):
        load_settings()


def test_settings_cannot_change_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().top_k = 9


def test_index_settings_are_those_that_shape_it() -> None:
    settings = load_settings(passage_tokens=300)
    assert index_settings(settings) == {name: getattr(settings, name) for name in SHAPES_INDEX}
    assert index_settings(settings)["passage_tokens"] == 300


def test_hash_tells_settings_that_change_answers_from_those_that_do_not() -> None:
    assert settings_hash(load_settings(port=8001, threads=2)) == settings_hash(load_settings())
    assert settings_hash(load_settings(top_k=5)) != settings_hash(load_settings())


def test_chat_model_is_named_with_a_prefix_and_its_server_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_CHAT_MODEL", "small")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    Path(".env").write_text("OPENAI_BASE_URL=http://127.0.0.1:11434/v1\n")
    settings = load_settings()
    assert (settings.chat_model, settings.openai_base_url) == ("small", "http://127.0.0.1:11434/v1")
    assert settings.openai_api_key.get_secret_value() == "sk-secret"


def test_key_alone_starts_no_model_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert load_settings().chat_model == ""


def test_chat_model_without_key_or_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_CHAT_MODEL", "small")
    with pytest.raises(ConfigurationError, match=r"OPENAI_API_KEY .* or OPENAI_BASE_URL"):
        load_settings()


def test_local_server_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_CHAT_MODEL", "small")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    assert load_settings().chat_model == "small"


@pytest.mark.parametrize("alone", ["BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN"])
def test_half_of_what_slack_needs_is_refused(monkeypatch: pytest.MonkeyPatch, alone: str) -> None:
    monkeypatch.setenv(f"ADVISOR_SLACK_{alone}", "x")
    with pytest.raises(ConfigurationError, match="ADVISOR_SLACK_BOT_TOKEN"):
        load_settings()


@pytest.mark.parametrize("way", ["SIGNING_SECRET", "APP_TOKEN"])
def test_slack_needs_a_bot_token_and_one_way_to_be_reached(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setenv("ADVISOR_SLACK_BOT_TOKEN", "x")
    monkeypatch.setenv(f"ADVISOR_SLACK_{way}", "x")
    assert load_settings().slack_bot_token.get_secret_value() == "x"


def test_openai_setting_with_a_prefix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_OPENAI_API_KEY", "sk-secret")
    with pytest.raises(ConfigurationError, match="ADVISOR_OPENAI_API_KEY is not a setting"):
        load_settings()


def test_key_is_in_no_view_of_the_settings_and_not_in_their_hash() -> None:
    with_key, other = load_settings(openai_api_key="sk-secret"), load_settings()
    assert "sk-secret" not in f"{with_key} {with_key!r} {with_key.model_dump(mode='json')}"
    assert settings_hash(with_key) == settings_hash(other)
    assert settings_hash(load_settings(chat_model="small", openai_api_key="sk-secret")) != settings_hash(other)
