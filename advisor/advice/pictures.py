"""Drawings of deliverables: the radar of an assessment and the roadmap of a checklist, as SVG or PNG."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from advisor.advice.checklist import HORIZONS, by_horizon
from advisor.takeaways import Assessment
from advisor.types import Checklist

if TYPE_CHECKING:  # matplotlib takes a second to import
    from matplotlib.figure import Figure

ACCENT, MUTED, LINE = "#0f5c5c", "#566461", "#ddd8cb"
LEVELS = (1, 2, 3, 4, 5)
LABEL = 46  # characters of a line beside a bar
DOTS = 160  # an inch, in PNG
ENDS = {
    name: (start, end) for (name, start, end) in (("0–30 days", 0, 30), ("30–90 days", 30, 90), ("90+ days", 90, 180))
}


def draw(made: Assessment | Checklist, form: Literal["svg", "png"]) -> bytes:
    """The picture of a deliverable: a radar of an assessment's scores, a checklist's items over time."""
    figure = _radar(made) if isinstance(made, Assessment) else _roadmap(made)
    written = io.BytesIO()
    # Neither format says when it was made, so that the same deliverable gives the same bytes.
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    figure.savefig(written, format=form, dpi=DOTS, bbox_inches="tight", metadata=metadata)
    return written.getvalue()


def _figure(width: float, height: float) -> Figure:
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams["svg.hashsalt"] = "cx-advisor"
    return Figure(figsize=(width, height), layout="constrained")


def _radar(made: Assessment) -> Figure:
    """Every dimension is a spoke from 1 to 5; one without answers stands at 0. The band spans the respondents."""
    figure = _figure(7, 6)
    axes: Any = figure.add_subplot(projection="polar")  # a PolarAxes, which the stubs do not tell
    angles = np.linspace(0, 2 * np.pi, len(made.scores), endpoint=False)

    def closed(values: list[float]) -> tuple[np.ndarray, np.ndarray]:
        return np.append(angles, angles[:1]), np.append(values, values[:1])

    axes.set_theta_offset(np.pi / 2)
    axes.set_theta_direction(-1)
    axes.set_ylim(0, 5)
    axes.set_yticks(LEVELS, [str(level) for level in LEVELS], color=MUTED, fontsize=8)
    axes.set_xticks(angles, [textwrap.fill(score.name, 18) for score in made.scores], fontsize=9)
    axes.tick_params(axis="x", pad=14)
    axes.grid(color=LINE)
    axes.spines["polar"].set_color(LINE)
    around, low = closed([score.low or 0 for score in made.scores])
    _, high = closed([score.high or 0 for score in made.scores])
    axes.fill_between(around, low, high, color=ACCENT, alpha=0.15, label="lowest to highest respondent")
    axes.plot(
        *closed([score.score or 0 for score in made.scores]), color=ACCENT, linewidth=2, marker="o", label="score"
    )
    if len(made.respondents) > 1:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, -0.2), ncols=2, frameon=False, fontsize=8)
    return figure


def _roadmap(made: Checklist) -> Figure:
    """An item is a bar over the time in which it shows an effect; done ones are filled."""
    items = [(name, item) for name, group in by_horizon(made) for item in group]
    figure = _figure(8, 0.9 + 0.48 * len(items))
    axes = figure.add_subplot()
    last = ENDS[HORIZONS[-1][1]][1]
    for row, (name, item) in enumerate(items):
        start, end = ENDS.get(name, (0, last))
        done = item.status == "done"
        axes.barh(row, end - start, left=start, height=0.55, color=ACCENT if done else "#cfe3e0", edgecolor=ACCENT)
    axes.set_yticks(range(len(items)), [_label(item.priority, item.action) for _, item in items], fontsize=9)
    axes.set_xticks([0, 30, 90, last], ["today", "30 days", "90 days", "later"], fontsize=9, color=MUTED)
    axes.invert_yaxis()
    axes.set_xlim(0, last)
    axes.grid(axis="x", color=LINE)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    return figure


def _label(number: int, action: str) -> str:
    """The action cut to two lines, without control characters; a dollar sign begins no formula."""
    plain = "".join(character for character in action if character.isprintable())
    return textwrap.fill(f"{number}. {plain}", LABEL, max_lines=2, placeholder=" …").replace("$", r"\$")
