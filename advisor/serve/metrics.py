"""What the server counts, for Prometheus: requests, answers, seconds by stage. No text of anybody's, no id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.errors import LibraryError
from advisor.types import Answer, Seconds

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # keyless answers are below 1, a model's above


class Metrics:
    """The counts of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "advisor_requests", "Requests by route and status", ("method", "route", "status"), registry=self.registry
        )
        self.in_flight = Gauge("advisor_requests_in_flight", "Requests being answered", registry=self.registry)
        self.answers = Counter(
            "advisor_answers", "Answers by outcome", ("status", "reason", "mode"), registry=self.registry
        )
        self.removed = Counter("advisor_statements_removed", "Statements the check removed", registry=self.registry)
        self.model_errors = Counter(
            "advisor_model_errors", "Answers the chat model failed in", ("error",), registry=self.registry
        )
        self.seconds = Histogram(
            "advisor_answer_seconds",
            "Seconds of an answer's stages",
            ("stage",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.index = Gauge(
            "advisor_index_generation", "1 for the generation of the index that serves", ("generation",),
            registry=self.registry,
        )  # fmt: skip

    def answered(self, answer: Answer, removed: int, fault: str | None) -> None:
        """Counts an answer, how many of its statements the check removed, and the chat model's error, if any."""
        self.answers.labels(answer.status, answer.reason or "", answer.mode).inc()
        self.removed.inc(removed)
        if fault:
            self.model_errors.labels(fault).inc()
        for stage in Seconds.model_fields:
            self.seconds.labels(stage).observe(getattr(answer.seconds, stage))

    def exposed(self, generation: str | None) -> bytes:
        """All of it in Prometheus' text format; `generation` is None while there is no index."""
        self.index.clear()
        if generation is not None:
            self.index.labels(generation).set(1)
        return generate_latest(self.registry)


class Measured:
    """Counts each request by its route's template, so that no id and no path of a stranger's becomes a label."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # what becomes of an error before a response has begun

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, seen)
            finally:
                method = scope["method"] if scope["method"] in _METHODS else "other"
                route = getattr(scope.get("route"), "path", "none")
                self._metrics.requests.labels(method, route, status).inc()


class Exposition(Response):
    media_type = CONTENT_TYPE_LATEST


def add_metrics(api: FastAPI, advisor: Advisor) -> Metrics:
    """What counts answers from now on, and is told at `/metrics`; requests are counted by `Measured`."""
    metrics = Metrics()
    advisor.watch(metrics.answered)

    @api.get("/metrics", response_class=Exposition, tags=["health"])
    def exposition() -> Exposition:
        """What was counted since the start, for Prometheus."""
        try:
            generation: str | None = advisor.ready()
        except LibraryError:
            generation = None
        return Exposition(metrics.exposed(generation))

    return metrics
