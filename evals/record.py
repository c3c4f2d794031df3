"""The record of a run: what was measured with what, kept as JSON so that the next run can be held against it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from advisor.config import Settings, settings_hash
from evals import golden
from evals.outcome import Suite

HERE = Path(__file__).parent
RESULTS = HERE / "results"
Record: TypeAlias = Mapping[str, Any]


def make_record(results: Mapping[str, Suite], settings: Settings) -> Record:
    """What a reader needs to trust, repeat and compare the figures of a run."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short=12", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--", "advisor", "corpus", "evals/golden", "evals/metrics")),
        "mode": mode_of(settings),
        "chat_model": settings.chat_model or None,
        "settings_hash": settings_hash(settings),
        "settings": settings.model_dump(mode="json", include={"embedding_model", "top_k", "fetch_k", "passage_tokens"}),
        "sets": golden.versions(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
        "suites": {name: _suite(suite) for name, suite in results.items()},
    }


def mode_of(settings: Settings) -> str:
    """Whose words the answers of a run are in."""
    return "model" if settings.chat_model else "keyless"


def history(mode: str) -> list[Record]:
    """The records of earlier runs in the same mode, oldest first. The first runs, without the word, were keyless."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in RESULTS.glob("*.json")]
    return sorted((r for r in records if r.get("mode", "keyless") == mode), key=lambda record: str(record["when"]))


def keep(record: Record) -> Path:
    """Writes a record beside the others and gives its path."""
    RESULTS.mkdir(exist_ok=True)
    stamp = str(record["when"])[:19].replace(":", "").replace("-", "")
    path = RESULTS / f"{stamp}-{record['commit'] or 'unknown'}.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def figure(record: Record, suite: str, metric: str) -> float | None:
    """One figure of a record; None when it was not measured."""
    value = record["suites"].get(suite, {}).get("figures", {}).get(metric, {}).get("value")
    return None if value is None else float(value)


def _suite(suite: Suite) -> dict[str, Any]:
    figures = {
        name: {"value": round(f.value, 5), "low": round(f.low, 5), "high": round(f.high, 5), "items": f.items}
        for name, f in suite.figures().items()
    }
    about = {"not_run": suite.not_run} if suite.not_run else {"seconds": round(suite.seconds, 1), "figures": figures}
    return {**about, **suite.extra}


def _git(*arguments: str) -> str:
    """What git says, or nothing outside a checkout."""
    told = subprocess.run(["git", *arguments], cwd=HERE.parent, capture_output=True, text=True, check=False)
    return told.stdout.strip() if told.returncode == 0 else ""
