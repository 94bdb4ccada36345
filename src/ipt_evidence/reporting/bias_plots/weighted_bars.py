"""Draw how the weight of an answer is shared by risk of bias: a bar for the whole, and one for each domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from ipt_evidence.reporting.bias_plots.content import Bar
from ipt_evidence.reporting.forest import marks
from ipt_evidence.reporting.forest.canvas import Canvas, text_width
from ipt_evidence.reporting.forest.key import broken, draw_key, risk_entries
from ipt_evidence.reporting.forest.layout import GAP, LINE, MARGIN, PADDING, SIZE, SMALL
from ipt_evidence.words import numbers

BAR_WIDTH, BAR_HEIGHT, ROW, HEAD = 300.0, 12.0, 16.0, 15.0
"""Width and height of a bar, and the height kept for a bar and for the name of a tool, in points."""

BASELINE = 2.8


@dataclass(frozen=True, slots=True)
class _Placed:
    """A bar with the middle of its row, and whether the name of its tool stands above it."""

    bar: Bar
    y: float
    is_first: bool


def weighted_canvas(bars: Sequence[Bar]) -> Canvas:
    """Draw bars one under another; :meth:`Canvas.svg` makes them an element of a page."""
    left = MARGIN + GAP + max(text_width(bar.label, SIZE) for bar in bars) + GAP
    heads = [text_width(bar.group, SMALL, bold=True) for bar in bars]
    width = max(left + BAR_WIDTH, MARGIN + max(heads)) + MARGIN
    placed, bottom = _placed(bars)
    key = broken(risk_entries({judgement for bar in bars for judgement in bar.shares}), width)
    canvas = Canvas(width, bottom + PADDING + LINE * len(key) + MARGIN)
    for one in placed:
        if one.is_first and one.bar.group:
            canvas.text(MARGIN, one.y - 0.5 * ROW - 4, one.bar.group, size=SMALL, colour=marks.MUTED, bold=True)
        start = MARGIN + (GAP if one.bar.group else 0.0)
        canvas.text(start, one.y + BASELINE, one.bar.label, size=SIZE, colour=marks.INK, bold=not one.bar.group)
        _draw_segments(canvas, one, left)
    draw_key(canvas, bottom + PADDING, key)
    return canvas


def _placed(bars: Sequence[Bar]) -> tuple[list[_Placed], float]:
    """Set the bars one under another; return them with the bottom of the last one."""
    placed, top, before = [], MARGIN, ""
    for bar in bars:
        is_first = bar.group != before
        top += HEAD if is_first else 0.0
        placed.append(_Placed(bar, top + ROW / 2, is_first))
        top, before = top + ROW, bar.group
    return placed, top


def _draw_segments(canvas: Canvas, one: _Placed, left: float) -> None:
    ends = list(accumulate(one.bar.shares.values(), initial=0.0))
    for (judgement, share), start, end in zip(one.bar.shares.items(), ends[:-1], ends[1:], strict=True):
        letter, _, colour, ink = marks.RISK_MARKS[judgement]
        x1, x2 = (left + BAR_WIDTH * min(place, 100.0) / 100 for place in (start, end))
        canvas.box(x1, one.y - BAR_HEIGHT / 2, x2, one.y + BAR_HEIGHT / 2, colour=colour)
        if x1 > left:
            canvas.line((x1, one.y - BAR_HEIGHT / 2), (x1, one.y + BAR_HEIGHT / 2), colour="#ffffff", width=1.2)
        for words in (f"{letter} {numbers.percent(share)}", letter):
            if text_width(words, SMALL, bold=True) < x2 - x1 - 2:
                middle = (x1 + x2) / 2
                canvas.text(middle, one.y + BASELINE, words, size=SMALL, colour=ink, align="center", bold=True)
                break
