"""One `Settings`, read from `ADVISOR_*` and `OPENAI_*` environment variables and a `.env` file; built in entry points
only.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from advisor.errors import ConfigurationError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
RATE = r"^([1-9]\d{0,8}/(second|minute|hour|day))?$"


class Settings(BaseSettings):
    """Every setting with its bounds. Those of `SHAPES_INDEX` are stored with the index."""

    model_config = SettingsConfigDict(
        env_prefix="ADVISOR_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    # where things are
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535)
    root_path: str = Field("", pattern=r"^(/[\w.~-]+)*$")

    # who may do what; keys are always asked for where other machines reach the server
    require_keys: bool = False
    cors_origins: str = ""
    key_rate: str = Field("120/minute", pattern=RATE)
    address_rate: str = Field("", pattern=RATE)
    request_seconds: int = Field(120, ge=1, le=3600)

    # what the log looks like
    log_format: Literal["text", "json"] = "text"

    # embedding model
    embedding_model: str = BUNDLED_MODEL
    embedding_query_prefix: str = ""
    threads: int = Field(1, ge=1, le=256)

    # ingest
    max_file_mb: int = Field(40, ge=1, le=2000)
    max_unpacked_mb: int = Field(200, ge=1, le=10_000)
    max_pages: int = Field(3000, ge=1, le=100_000)
    parse_seconds: int = Field(60, ge=1, le=3600)
    parse_memory_mb: int = Field(1500, ge=300, le=64_000)
    fetch_seconds: int = Field(30, ge=1, le=600)
    passage_tokens: int = Field(200, ge=40, le=2000)
    overlap_tokens: int = Field(50, ge=0, le=1000)

    # retrieval
    top_k: int = Field(12, ge=1, le=50)
    fetch_k: int = Field(100, ge=10, le=1000)

    # answering
    max_question_characters: int = Field(4000, ge=100, le=100_000)

    # chat model; none, and the advisor answers in the sources' own sentences
    chat_model: str = ""
    chat_seconds: int = Field(30, ge=1, le=600)
    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field("", validation_alias="OPENAI_BASE_URL")

    # Slack; without the first it is off, and it needs one of the next two
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    public_url: str = Field("", pattern=r"^(https?://[^\s|<>]+)?$")

    # evaluation with a judge (`make evals`)
    judge_model: str = ""
    judge_base_url: str = ""
    judge_items: int = Field(30, ge=1, le=10_000)
    judge_seconds: int = Field(900, ge=1, le=86_400)

    @model_validator(mode="after")
    def _overlap_fits(self) -> Self:
        if self.overlap_tokens >= self.passage_tokens:
            raise ValueError("ADVISOR_OVERLAP_TOKENS must be smaller than ADVISOR_PASSAGE_TOKENS")
        return self

    @model_validator(mode="after")
    def _chat_model_has_a_server(self) -> Self:
        if self.chat_model and not (self.openai_base_url or self.openai_api_key.get_secret_value()):
            raise ValueError(
                "ADVISOR_CHAT_MODEL is set, but not where it is: set OPENAI_API_KEY for OpenAI's own models, or "
                "OPENAI_BASE_URL for another server, for example http://127.0.0.1:11434/v1"
            )
        return self

    @model_validator(mode="after")
    def _slack_is_whole(self) -> Self:
        ways = (self.slack_signing_secret, self.slack_app_token)
        if bool(self.slack_bot_token.get_secret_value()) != any(way.get_secret_value() for way in ways):
            raise ValueError(
                "ADVISOR_SLACK_BOT_TOKEN goes together with ADVISOR_SLACK_SIGNING_SECRET (requests from Slack) or "
                "ADVISOR_SLACK_APP_TOKEN (Socket Mode): set it and one of them, or none"
            )
        return self


_SHAPES_NOTHING = (
    "data_dir",
    "host",
    "port",
    "root_path",
    "require_keys",
    "cors_origins",
    "key_rate",
    "address_rate",
    "request_seconds",
    "log_format",
    "threads",
    "max_unpacked_mb",
    "max_pages",
    "parse_seconds",
    "parse_memory_mb",
    "fetch_seconds",
    "chat_seconds",
    "openai_api_key",
    "openai_base_url",  # the chat model's name stands for it
    "slack_bot_token",
    "slack_signing_secret",
    "slack_app_token",
    "public_url",
    "judge_model",
    "judge_base_url",
    "judge_items",
    "judge_seconds",
)
SHAPES_INDEX = ("embedding_model", "passage_tokens", "overlap_tokens")


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, `.env` and the given overrides (None means not given).

    Raises ConfigurationError naming the setting that is unknown or out of bounds.
    """
    known = {variable_of(name) for name in Settings.model_fields}
    given = [*os.environ, *dotenv_values(".env")]
    unknown = sorted({key for key in given if key.upper().startswith("ADVISOR_")} - known)
    if unknown:
        raise ConfigurationError(
            f"{unknown[0]} is not a setting of CX Advisor. The README's table lists them all; "
            "correct the name or remove it."
        )
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})  # type: ignore[arg-type]  # pydantic validates them
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise ConfigurationError(f"{first['ctx']['error']}.") from error
        name = variable_of(str(first["loc"][0]))
        raise ConfigurationError(f"{name} is {first['input']!r}, which cannot be used: {first['msg']}.") from error


def variable_of(name: str) -> str:
    """The environment variable that a setting is read from; `OPENAI_*` are named as other programs name them."""
    return name.upper() if name.upper().startswith("OPENAI_") else f"ADVISOR_{name.upper()}"


def index_settings(settings: Settings) -> dict[str, str | int]:
    """The settings that shaped an index, as stored beside it."""
    return {name: getattr(settings, name) for name in SHAPES_INDEX}


def settings_hash(settings: Settings) -> str:
    """A short hash of every setting that can change an answer."""
    shaping = settings.model_dump(mode="json", exclude=set(_SHAPES_NOTHING))
    return hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()[:12]
