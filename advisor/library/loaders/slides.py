"""PPTX → text: a page a slide with its title as heading, its texts and tables from top to bottom, then its notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER

from advisor.library.loaders.content import PAGE_BREAK, CannotReadError, Content, LeftOut, Limits
from advisor.library.loaders.properties import properties
from advisor.library.loaders.tables import statements

_FURNITURE = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.HEADER)
_MAX_DEPTH = 20  # of groups within groups


def read_slides(data: bytes, limits: Limits, keep_all: bool = False) -> Content:
    """Every slide; numbers, dates and feet go unless `keep_all`."""
    presentation = pptx.Presentation(io.BytesIO(data))
    slides = list(presentation.slides)
    if len(slides) > limits.pages:
        raise CannotReadError(
            f"has {len(slides):,} slides, more than the {limits.pages:,} that are read; "
            "split it or raise ADVISOR_MAX_PAGES."
        )
    gone: dict[str, LeftOut] = {}
    pages = ["\n\n".join(_slide(slide, keep_all, gone)) for slide in slides]
    known = presentation.core_properties
    made = known.created.date().isoformat() if known.created else None
    text = f"\n{PAGE_BREAK}\n".join(pages) + "\n" if any(pages) else ""
    return Content(text, properties(known.title, known.author, made), tuple(gone.values()))


def _slide(slide: Any, keep_all: bool, gone: dict[str, LeftOut]) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and (words := " ".join(title.text_frame.text.split())):
        yield f"## {words}"
    for shape in _in_order(slide.shapes, 0):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if _is_furniture(shape) and not keep_all:
            if shape.has_text_frame and (sample := " ".join(shape.text_frame.text.split())):
                gone.setdefault(sample, LeftOut("running head or page number", sample))
            continue
        yield from _shape(shape)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        notes = [" ".join(p.text.split()) for p in frame.paragraphs if p.text.strip()]
        yield from (["### Notes", *notes] if notes else [])


def _in_order(shapes: Iterable[Any], depth: int) -> Iterator[Any]:
    """Shapes and those in groups, from the top, and from the left where they stand beside each other."""
    for shape in sorted(shapes, key=lambda shape: ((shape.top or 0) // 400_000, shape.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _in_order(shape.shapes, depth + 1) if depth < _MAX_DEPTH else ()
        else:
            yield shape


def _is_furniture(shape: Any) -> bool:
    return shape.is_placeholder and shape.placeholder_format.type in _FURNITURE


def _shape(shape: Any) -> Iterator[str]:
    if getattr(shape, "has_table", False) and shape.has_table:
        yield from statements([cell.text for cell in row.cells] for row in shape.table.rows)
    elif shape.has_text_frame:
        paragraphs = [" ".join(p.text.split()) for p in shape.text_frame.paragraphs if p.text.strip()]
        listed = len(paragraphs) > 1
        yield from (f"- {words}" if listed else words for words in paragraphs)
