"""Asks the API whatever its OpenAPI schema allows, and what it does not: `python -m benchmarks.fuzz [--cases 200]`.

With schemathesis, all of its checks and sequences of requests, over a server of its own that requires keys.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from advisor.keys import Keys
from benchmarks.server import ROOT, running

UNLIMITED = {"ADVISOR_KEY_RATE": "1000000/second", "ADVISOR_ADDRESS_RATE": "1000000/second"}
ENOUGH = 5000  # cases in all
# 400 is the contract's word for what no schema can say, as an id of a document that is not in the library.
CONFIGURATION = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409]
"""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """How many cases were tried, whether every check was passed, and what schemathesis said."""

    cases: int
    passed: bool
    said: str


def fuzz(url: str, key: str, cases: int, *options: str) -> Fuzzed:
    """Tries the API at `url` with so many random cases for each operation, beside those of other phases."""
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "schemathesis.toml"
        configuration.write_text(CONFIGURATION)
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"]
        command += [f"{url}/openapi.json", "--header", f"Authorization: Bearer {key}", "--checks", "all"]
        command += [
            "--continue-on-failure",
            "--max-examples",
            str(cases),
            "--no-color",
            "--generation-database",
            "none",
        ]
        done = subprocess.run([*command, *options], capture_output=True, text=True, cwd=folder, check=False)
    said = done.stdout + done.stderr
    number = re.search(r"(\d+) generated", said)
    return Fuzzed(int(number[1]) if number else 0, done.returncode == 0, said)


def main(argv: Sequence[str] | None = None) -> int:
    """0 when every check was passed in at least 5,000 cases, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="random cases for each operation (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="where randomness begins (default: 1)")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        subprocess.run(
            [sys.executable, "ingest.py", "--data-dir", folder], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        with closing(Keys(data_dir)) as keys:
            _, key = keys.create("fuzz", ("admin",))
        with running(data_dir, "--require-keys", **UNLIMITED) as (url, _):
            fuzzed = fuzz(url, key, arguments.cases, "--seed", str(arguments.seed))
    print(fuzzed.said)
    print(f"schemathesis: {fuzzed.cases:,} cases, {'all checks passed' if fuzzed.passed else 'checks FAILED'}")
    return 0 if fuzzed.passed and fuzzed.cases >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
