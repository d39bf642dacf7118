"""A board as pages to print: headline figures, then charts drawn as lines and bars. A4, portrait."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from choral.analytics.boards import labels
from choral.analytics.boards.values import BoardShown, CardShown
from choral.analytics.metrics.values import Figures, MetricSeries, Value

_WIDTH, _HEIGHT = A4
_MARGIN, _GAP = 42.0, 14.0
_SMALL, _CHART = 62.0, 168.0  # points high
_TEXT, _QUIET, _LINE = HexColor("#23232b"), HexColor("#6b6b76"), HexColor("#dcdce2")
_COLOURS = "#5b4fd0 #d99a3d #2c9c9c #c2527f #7a9a3a #3f7fc4 #a2684a #8a6fb0 #8b8b95"
_SERIES = [HexColor(one) for one in _COLOURS.split()]
_GREY = HexColor("#b9b9c2")


def pdf(shown: BoardShown) -> bytes:
    """The board, in the language that is active. Letters outside Windows-1252 become question marks: the standard
    fonts of PDF have no others, and none is carried along."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setTitle(labels.board_name(shown.board))
    page = _Page(canvas)
    page.heading(labels.board_name(shown.board), _days(shown))
    small = [one for one in shown.cards if one.card.kind == "figure" and one.figures]
    for at in range(0, len(small), 4):
        page.figures(small[at : at + 4])
    for one in shown.cards:
        if one.card.kind == "text":
            page.words(one.card.title, one.card.text)
        elif one.figures and one.card.kind != "figure":
            page.chart(one, one.figures)
    for note in shown.notes:
        page.line(f"{labels.day(note.day)}  {note.words}")
    canvas.save()
    return file.getvalue()


def _days(shown: BoardShown) -> str:
    if shown.since is None or shown.until is None:
        return ""
    return f"{labels.day(shown.since)} – {labels.day(shown.until)}"


class _Page:
    """A pen that goes down the page and turns it over."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas: Any = canvas
        self._y = _HEIGHT - _MARGIN

    def heading(self, name: str, days: str) -> None:
        self._write(_MARGIN, self._y - 16, name, 18, bold=True)
        self._write(_MARGIN, self._y - 32, days, 9.5, _QUIET)
        self._y -= 50

    def figures(self, cards: Sequence[CardShown]) -> None:
        """Up to four headline figures in a row."""
        self._need(_SMALL)
        width = (_WIDTH - 2 * _MARGIN - 3 * _GAP) / 4
        for at, one in enumerate(cards):
            assert one.figures is not None  # chosen so
            x, found = _MARGIN + at * (width + _GAP), one.figures
            self._canvas.setStrokeColor(_LINE)
            self._canvas.roundRect(x, self._y - _SMALL, width, _SMALL, 5)
            self._write(x + 8, self._y - 15, labels.card_title(one.card, found.metric), 8, _QUIET, most=width - 16)
            self._write(x + 8, self._y - 35, labels.written(found, found.total.value), 14, bold=True, most=width - 16)
            self._write(x + 8, self._y - 51, labels.changed(found.total), 8.5, _QUIET)
        self._y -= _SMALL + _GAP

    def words(self, title: str, text: str) -> None:
        if title:
            self._need(34)
            self._write(_MARGIN, self._y - 12, title, 11, bold=True)
            self._y -= 18
        for paragraph in text.splitlines():
            for piece in _folded(paragraph, 9.5, _WIDTH - 2 * _MARGIN):
                self.line(piece)
        self._y -= _GAP

    def line(self, text: str) -> None:
        self._need(14)
        self._write(_MARGIN, self._y - 10, text, 9.5)
        self._y -= 13

    def chart(self, one: CardShown, found: Figures) -> None:
        parts = (found.series or (found.total,))[:9]
        self._need(_CHART + 20)
        self._write(_MARGIN, self._y - 11, labels.card_title(one.card, found.metric), 11, bold=True)
        self._legend(found, parts)
        box = (_MARGIN + 62, self._y - _CHART + 16, _WIDTH - 2 * _MARGIN - 62, _CHART - 52)
        if one.card.kind == "rows":
            self._rows(found, parts)
        else:
            stacked = one.card.kind == "stack" and found.metric.adds_up
            self._plot(found, parts, box, bars=one.card.kind == "bar" or stacked, stacked=stacked)
        self._y -= _CHART + _GAP

    def _legend(self, found: Figures, parts: Sequence[MetricSeries]) -> None:
        x = _MARGIN
        for at, part in enumerate(parts if len(parts) > 1 else ()):
            name = labels.part_name(found, part)[:24]
            width = stringWidth(_latin(name), "Helvetica", 7.5) + 18
            if x + width > _WIDTH - _MARGIN:
                break
            self._canvas.setFillColor(_SERIES[at])
            self._canvas.circle(x + 3, self._y - 22, 2.6, stroke=0, fill=1)
            self._write(x + 9, self._y - 24.5, name, 7.5, _QUIET)
            x += width

    def _rows(self, found: Figures, parts: Sequence[MetricSeries]) -> None:
        most = max([abs(part.value or 0) for part in parts], default=0) or 1
        step = min(15.0, (_CHART - 40) / max(len(parts), 1))
        for at, part in enumerate(parts):
            y = self._y - 38 - at * step
            self._write(_MARGIN, y, labels.part_name(found, part), 8, most=120)
            self._canvas.setFillColor(_SERIES[0])
            self._canvas.rect(_MARGIN + 130, y - 1.5, 250 * max(0.0, (part.value or 0) / most), 8, stroke=0, fill=1)
            said = f"{labels.written(found, part.value)}  {labels.changed(part)}"
            self._write(_MARGIN + 388, y, said, 8, _QUIET)

    def _plot(
        self, found: Figures, parts: Sequence[MetricSeries], box: tuple[float, float, float, float], *, bars: bool,
        stacked: bool,
    ) -> None:  # fmt: skip
        x, y, width, height = box
        columns = [[max(0.0, float(part.values[at] or 0)) for part in parts] for at in range(len(found.periods))]
        tops = [sum(column) if stacked else max(column, default=0.0) for column in columns]
        most = max(tops, default=0.0) * 1.05 or 1.0
        for nth in range(4):
            level = most * nth / 3
            at_y = y + height * nth / 3
            self._canvas.setStrokeColor(_LINE)
            self._canvas.line(x, at_y, x + width, at_y)
            whole: Value = int(level) if found.metric.unit in ("money", "count") else level
            self._write(x - 6, at_y - 2.5, labels.written(found, whole), 6.5, _QUIET, right=True)
        step = width / max(len(columns), 1)
        if bars:
            self._bars(columns, stacked, (x, y, step, height / most))
        else:
            self._lines(parts, (x, y, step, height / most))
        for at in sorted({0, len(columns) // 2, len(columns) - 1} if columns else set()):
            self._write(x + step * at, y - 11, labels.day(found.periods[at].start), 6.5, _QUIET)

    def _bars(self, columns: list[list[float]], stacked: bool, frame: tuple[float, float, float, float]) -> None:
        x, y, step, scale = frame
        for at, column in enumerate(columns):
            foot, width = y, step * 0.7 / (1 if stacked else max(len(column), 1))
            for nth, value in enumerate(column):
                self._canvas.setFillColor(_SERIES[nth])
                left = x + at * step + step * 0.15 + (0 if stacked else nth * width)
                self._canvas.rect(left, foot, width, value * scale, stroke=0, fill=1)
                foot += value * scale if stacked else 0

    def _lines(self, parts: Sequence[MetricSeries], frame: tuple[float, float, float, float]) -> None:
        x, y, step, scale = frame
        drawn = [(part.values, _SERIES[at]) for at, part in enumerate(parts)]
        if len(parts) == 1 and parts[0].earlier:
            drawn.insert(0, (parts[0].earlier, _GREY))
        self._canvas.setLineWidth(1.4)
        for values, colour in drawn:
            self._canvas.setStrokeColor(colour)
            last: tuple[float, float] | None = None
            for at, value in enumerate(values):
                point = None if value is None else (x + step * (at + 0.5), y + max(0.0, float(value)) * scale)
                if last and point:
                    self._canvas.line(*last, *point)
                last = point
        self._canvas.setLineWidth(0.8)

    def _need(self, height: float) -> None:
        if self._y - height < _MARGIN:
            self._canvas.showPage()
            self._y = _HEIGHT - _MARGIN

    def _write(
        self, x: float, y: float, text: str, size: float, colour: Any = _TEXT, *, bold: bool = False,
        right: bool = False, most: float = 0.0,
    ) -> None:  # fmt: skip
        font, said = "Helvetica-Bold" if bold else "Helvetica", _latin(text)
        while most and said and stringWidth(said, font, size) > most:
            said = f"{said[:-2]}…" if len(said) > 2 else ""
        self._canvas.setFont(font, size)
        self._canvas.setFillColor(colour)
        (self._canvas.drawRightString if right else self._canvas.drawString)(x, y, said)


def _latin(text: str) -> str:
    # Thin and unbreakable spaces of numbers are no letters of the standard fonts.
    plain = text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2212", "-")
    return plain.encode("cp1252", "replace").decode("cp1252")


def _folded(text: str, size: float, width: float) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and stringWidth(_latin(longer), "Helvetica", size) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines
