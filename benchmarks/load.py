"""How the server holds under many askers at once, without a chat model: `python -m benchmarks.load [--requests 10000]`.

64 askers ask one question after the other for 60 s. The measure is what one thread does of the same questions without
HTTP, right before and after: retrieval and composition, nothing kept. Then memory over many requests.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx2

from advisor.advisor import Advisor, build_advisor
from advisor.config import Settings
from benchmarks.server import ROOT, resident, running
from evals.golden import Question, read

ASKERS = 64
SECONDS = 60
LEAST = 0.7  # of the bare throughput
SETTLED = 0.2  # of the requests, after which memory is measured from
GROWTH = 0.05  # that memory may have from then on
UNLIMITED = {"ADVISOR_KEY_RATE": "1000000/second", "ADVISOR_ADDRESS_RATE": "1000000/second"}


@dataclass(frozen=True, slots=True)
class Load:
    """What came of some seconds: the time of each request in seconds, how many went wrong and how."""

    seconds: float
    times: tuple[float, ...]
    wrong: Counter[str]

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds


async def load(url: str, questions: Sequence[str], askers: int, seconds: float, requests: int | None = None) -> Load:
    """Asks from so many sides at once, until the time is over or so many requests were made."""
    times, wrong, asked = list[float](), Counter[str](), itertools.cycle(questions)
    begun = time.perf_counter()
    limits = httpx2.Limits(max_connections=askers, max_keepalive_connections=askers)

    async def ask(client: httpx2.AsyncClient) -> None:
        while time.perf_counter() - begun < seconds and (requests is None or len(times) < requests):
            started = time.perf_counter()
            try:
                response = await client.post("/v1/ask", json={"question": next(asked)})
                failed = "" if response.status_code == 200 else f"{response.status_code}: {response.text[:200]}"
            except httpx2.HTTPError as error:
                failed = repr(error)
            if failed:
                wrong[failed] += 1
            times.append(time.perf_counter() - started)

    async with httpx2.AsyncClient(base_url=url, limits=limits, timeout=120) as client:
        await asyncio.gather(*(ask(client) for _ in range(askers)))
    return Load(time.perf_counter() - begun, tuple(times), wrong)


def bare(advisor: Advisor, seconds: float) -> float:
    """Answers a second of one thread without HTTP, nothing kept."""
    begun, count = time.perf_counter(), 0
    for question in itertools.cycle(_questions()):
        list(advisor.stream_after(question, ()))
        count += 1
        if time.perf_counter() - begun >= seconds:
            break
    return count / (time.perf_counter() - begun)


def main(argv: Sequence[str] | None = None) -> int:
    """0 when no request failed, throughput is enough and memory flat; 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"how long (default: {SECONDS})")
    parser.add_argument("--requests", type=int, default=10_000, help="of the measure of memory (default: 10000)")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        ingest = [sys.executable, "ingest.py", "--data-dir", folder]
        subprocess.run(ingest, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        advisor = build_advisor(Settings(_env_file=None, data_dir=Path(folder)))  # type: ignore[call-arg]  # an option of pydantic-settings
        with closing(advisor), running(Path(folder), **UNLIMITED) as (url, process):
            asyncio.run(load(url, _questions(), ASKERS, 10))
            bare(advisor, 5)
            before = bare(advisor, arguments.seconds / 4)
            under = asyncio.run(load(url, _questions(), ASKERS, arguments.seconds))
            alone = (before + bare(advisor, arguments.seconds / 4)) / 2  # either side, since other work comes and goes
            memory = list(_memory(url, process.pid, arguments.requests))
        ratio, growth = under.throughput / alone, memory[-1] / memory[0] - 1
    cuts = quantiles(under.times, n=100)
    print(f"{ASKERS} askers for {under.seconds:.0f} s: {len(under.times):,} answers, {under.wrong.total()} wrong")
    print(f"throughput: {under.throughput:.1f} a second, {ratio:.2f} of {alone:.1f} on one thread; at least {LEAST}")
    print(f"seconds: median {median(under.times):.2f}, 99th percentile {cuts[98]:.2f}")
    grown = f"{memory[0]:.0f} → {memory[-1]:.0f} MiB, {growth:+.1%} over {arguments.requests:,} answers"
    print(f"memory: {grown}; at most {GROWTH:+.0%}")
    for failed, count in under.wrong.most_common(3):
        print(f"  {count} × {failed}")
    return 0 if not under.wrong and ratio >= LEAST and growth <= GROWTH else 1


def _memory(url: str, process_id: int, requests: int) -> Iterator[float]:
    """Resident MiB once it has settled, and after each further fifth of the requests."""
    part = int(requests * SETTLED)
    for _ in range(round(1 / SETTLED)):
        asyncio.run(load(url, _questions(), 8, float("inf"), part))
        yield resident(process_id)


def _questions() -> list[str]:
    return [item.question for item in read("answerable", Question) if not item.turns]


if __name__ == "__main__":
    sys.exit(main())
