"""Marks that several drawings share."""

from ipt_evidence.reporting.drawing.canvas import Canvas


def arrowhead(
    canvas: Canvas, tip: tuple[float, float], toward: tuple[float, float], *, length: float, colour: str
) -> None:
    """Draw an arrowhead.

    Parameters
    ----------
    canvas : Canvas
        Where it is drawn.
    tip : (float, float)
        Its tip, in points.
    toward : (float, float)
        Where it points: a step of length 1 along x or y.
    length : float
        Its length, in points.
    colour : str
        Its colour.
    """
    (x, y), (right, down) = tip, toward
    back, aside = (x - length * right, y - length * down), (0.6 * length * down, 0.6 * length * right)
    corners = [(back[0] + side * aside[0], back[1] + side * aside[1]) for side in (-1, 1)]
    canvas.polygon([tip, *corners], colour=colour)
