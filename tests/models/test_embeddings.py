"""The embedding model: unit vectors, passages as the mean of their sentences, and verified weights."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from advisor.config import BUNDLED_MODEL
from advisor.errors import ConfigurationError
from advisor.models.embeddings import BUNDLED_PACKAGE, BUNDLED_SHA256, Embedder, load_embedder

SENTENCES = ["Callers wait.", "Every caller has one owner who stays until the problem is solved.", "Desks help."]


class CountingModel:
    """As much of a sentence-transformers model as the embedder calls; remembers which texts it was given."""

    max_seq_length = 16

    def __init__(self) -> None:
        self.given: list[str] = []

    def get_embedding_dimension(self) -> int:
        return 2

    def tokenizer(self, texts: Sequence[str], **options: Any) -> dict[str, torch.Tensor]:
        self.given += texts
        return {"lengths": torch.tensor([[float(len(text)), 1.0] for text in texts])}

    def __call__(self, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {"sentence_embedding": features["lengths"]}


def test_every_vector_has_unit_length(embedder: Embedder) -> None:
    ((vector, of_sentences),) = embedder.embed_passages([SENTENCES])
    query = np.asarray(embedder.embed_query("Who waits?"))
    assert np.linalg.norm(np.vstack([vector, of_sentences, query]), axis=1) == pytest.approx(1.0, abs=1e-5)
    assert vector.shape == query.shape == (embedder.dimensions,)


def test_passage_is_the_mean_of_its_sentences_by_the_root_of_their_length(embedder: Embedder) -> None:
    ((vector, of_sentences),) = embedder.embed_passages([SENTENCES])
    mean = sum(len(text) ** 0.5 * row for text, row in zip(SENTENCES, of_sentences, strict=True))
    assert vector == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_vectors_come_in_the_order_of_the_texts_whatever_is_beside_them(embedder: Embedder) -> None:
    together = np.asarray(embedder.embed_documents(SENTENCES))
    alone = np.vstack([embedder.embed_documents([text]) for text in SENTENCES])
    assert together == pytest.approx(alone, abs=1e-5)


def test_sentence_that_passages_share_is_embedded_once() -> None:
    model = CountingModel()
    Embedder("counting", model).embed_passages([["a", "bb"], ["bb", "ccc"]])  # type: ignore[arg-type]  # a fake
    assert sorted(model.given) == ["a", "bb", "ccc"]


def test_query_prefix_is_for_queries_only() -> None:
    model = CountingModel()
    embedder = Embedder("counting", model, "query: ")  # type: ignore[arg-type]  # a fake
    embedder.embed_query("who waits")
    embedder.embed_documents(["callers"])
    assert model.given == ["query: who waits", "callers"]


def test_progress_counts_every_passage() -> None:
    done: list[int] = []
    embedder = Embedder("counting", CountingModel())  # type: ignore[arg-type]  # a fake
    embedder.embed_passages([[str(number)] for number in range(150)], done.append)
    assert sum(done) == 150
    assert len(done) > 1


def test_nothing_to_embed_or_count_gives_nothing(embedder: Embedder) -> None:
    assert embedder.embed_documents([]) == []
    assert embedder.count_tokens([]) == []
    assert embedder.embed_passages([]) == []


def test_tokens_are_counted_without_special_ones(embedder: Embedder) -> None:
    assert embedder.count_tokens(["desk", "desk desk", ""]) == [1, 2, 0]


def test_text_beyond_the_model_is_cut_not_refused(embedder: Embedder) -> None:
    assert len(embedder.embed_query("desk " * 2000)) == embedder.dimensions


@pytest.mark.parametrize("tampered", sorted(BUNDLED_SHA256))
def test_changed_weights_are_refused(tampered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    copy = tmp_path / BUNDLED_PACKAGE / "model"
    copy.mkdir(parents=True)
    (copy.parent / "__init__.py").touch()
    for name in BUNDLED_SHA256:
        (copy / name).symlink_to(Path(spec.origin).parent / "model" / name)
    (copy / tampered).unlink()
    (copy / tampered).write_bytes(b"tampered")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError, match=f"{tampered} is not the original one"):
        load_embedder(BUNDLED_MODEL)


def test_folder_without_a_model_is_named_with_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"ADVISOR_EMBEDDING_MODEL is .*could not be loaded"):
        load_embedder(str(tmp_path))
