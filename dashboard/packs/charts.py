"""Charts of slides that can be edited: made of an answer's form, in the pages' colours."""

from collections.abc import Iterable
from typing import Any, Final

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData, ChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.util import Inches, Pt

from dashboard.charts._scale import scale_of
from dashboard.packs.house import FONT, cell, colour
from dashboard.packs.shapes import BARS, COLUMNS, CURVE, LINES, Shape
from metrics.answer import Value
from metrics.language import _

SERIES: Final = ("accent", "met", "risk", "missed", "soft")
SMALL: Final = 12
KINDS: Final = {
    LINES: XL_CHART_TYPE.LINE_MARKERS,
    COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED,
    BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    CURVE: XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
}
Box = tuple[float, float, float, float]


def add_chart(slide: Any, shape: Shape, box: Box, said: str = "") -> Chart:
    """Adds the chart of a form to a slide, in inches from the left and the top, wide and high. said: to who hears the slide."""
    data = _curves(shape) if shape.kind == CURVE else _categories(shape)
    frame = slide.shapes.add_chart(KINDS[shape.kind], *(Inches(each) for each in box), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", said)
    chart: Chart = frame.chart
    chart.font.name, chart.font.size, chart.font.color.rgb = FONT, Pt(SMALL), _rgb("soft")
    chart.has_title = False
    _legend(chart, shape)
    _axes(chart, shape)
    if shape.kind in (BARS, COLUMNS):
        _bars(chart, shape)
    else:
        _lines(chart, shape)
    return chart


def number_format(shape: Shape) -> str:
    """Returns how a chart's numbers are written; the reader's own program puts in its separators."""
    if shape.unit == "percent":
        return "0.0 %"
    if shape.divisor > 1 or shape.unit in ("score", "seconds"):
        return "#,##0.0"
    return "#,##0;−#,##0"


def _categories(shape: Shape) -> ChartData:
    data = CategoryChartData(number_format=number_format(shape))
    data.categories = [cell(name) for name in shape.names]
    for name, values in shape.series:
        data.add_series(cell(name), values)
    if shape.kind == LINES and shape.target is not None:
        data.add_series(cell(_("aim")), [shape.target] * len(shape.names))
    return data


def _curves(shape: Shape) -> XyChartData:
    """Steps as they are: a share stays until the next one."""
    data = XyChartData(number_format=number_format(shape))
    for (name, values), along in zip(shape.series, shape.names, strict=True):
        series = data.add_series(cell(name))
        before = 0.0
        series.add_data_point(0, before)
        for place, value in zip(along, values, strict=True):
            series.add_data_point(place, before)
            series.add_data_point(place, value)
            before = value or before
    return data


def _legend(chart: Chart, shape: Shape) -> None:
    chart.has_legend = len(list(chart.plots[0].series)) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        chart.legend.font.size, chart.legend.font.name = Pt(SMALL), FONT


def _axes(chart: Chart, shape: Shape) -> None:
    along, up = chart.category_axis, chart.value_axis
    for axis in (along, up):
        axis.tick_labels.font.size, axis.tick_labels.font.name = Pt(SMALL), FONT
        axis.tick_labels.font.color.rgb = _rgb("soft")
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    along.format.line.color.rgb = _rgb("faint")
    along.has_major_gridlines = False
    along.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    up.format.line.fill.background()
    up.has_major_gridlines = shape.kind in (LINES, CURVE)
    if up.has_major_gridlines:
        up.major_gridlines.format.line.color.rgb = _rgb("line")
        up.major_gridlines.format.line.width = Pt(0.75)
    up.visible = shape.kind in (LINES, CURVE)
    up.tick_labels.number_format_is_linked = False
    up.tick_labels.number_format = "0 %" if shape.unit == "percent" else number_format(shape)
    _scaled(up, shape)
    if shape.along:
        _named(along, shape.along)
    if shape.kind in (LINES, CURVE) and shape.of and shape.unit == "seconds":
        _named(up, shape.of)
    if shape.kind == BARS:
        along.reverse_order = True


def _scaled(up: Any, shape: Shape) -> None:
    """Bars begin at nothing, or their lengths would mislead; the course of a share may begin above, as on the pages."""
    known = [value for _name, values in shape.series for value in values if value is not None]
    least = min(known, default=0)
    if shape.kind in (BARS, COLUMNS):
        up.minimum_scale = 0 if least >= 0 else None
        return
    whole = [Value(value=value, n=1, customers=1) for value in known]
    scale = scale_of(whole, shape.target, shape.unit, from_zero=shape.kind == CURVE or shape.unit != "percent")
    up.minimum_scale, up.maximum_scale, up.major_unit = scale.low, 1 if shape.kind == CURVE else scale.high, scale.step
    if shape.unit == "percent" and round(scale.step * 100, 6) % 1:
        up.tick_labels.number_format = "0.0 %"


def _named(axis: Any, words: str) -> None:
    axis.has_title = True
    frame = axis.axis_title.text_frame
    frame.text = words
    font = frame.paragraphs[0].runs[0].font
    font.size, font.bold, font.name = Pt(SMALL), False, FONT
    font.color.rgb = _rgb("soft")


def _bars(chart: Chart, shape: Shape) -> None:
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = (45 if len(shape.series) == 1 else 60), 0
    plot.vary_by_categories = False
    for series, token in zip(plot.series, _tokens(), strict=False):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(token)
        series.invert_if_negative = False
        for place, value in enumerate(series.values):
            if value is not None and value < 0:
                fill = series.points[place].format.fill
                fill.solid()
                fill.fore_color.rgb = _rgb("missed")
        labels = series.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, number_format(shape), False
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size, labels.font.bold, labels.font.name = Pt(SMALL), True, FONT
        labels.font.color.rgb = _rgb("ink")


def _lines(chart: Chart, shape: Shape) -> None:
    every = list(chart.plots[0].series)
    for place, (series, token) in enumerate(zip(every, _tokens(), strict=False)):
        is_aim = shape.kind == LINES and shape.target is not None and place == len(every) - 1
        line = series.format.line
        line.color.rgb, line.width = _rgb("soft" if is_aim else token), Pt(1.5 if is_aim else 2.5)
        series.smooth = False
        if shape.kind == CURVE:
            continue
        if is_aim:
            line.dash_style = MSO_LINE.DASH
            series.marker.style = XL_MARKER_STYLE.NONE
            continue
        series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 7
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = _rgb(token)
        series.marker.format.line.color.rgb = _rgb(token)
        _last_named(series, shape, token)


def _last_named(series: Any, shape: Shape, token: str) -> None:
    """Writes the last value beside its point."""
    known = [place for place, value in enumerate(series.values) if value is not None]
    if not known:
        return
    label = series.points[known[-1]].data_label
    label.position = XL_LABEL_POSITION.ABOVE
    label.font.size, label.font.bold, label.font.name = Pt(SMALL + 2), True, FONT
    label.font.color.rgb = _rgb(token)


def _tokens() -> Iterable[str]:
    return (*SERIES, *SERIES)


def _rgb(token: str) -> RGBColor:
    return RGBColor.from_string(colour(token))
