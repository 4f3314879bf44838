"""A pack as slides: 16:9, one finding a slide, its sentence as the title, charts that can be edited, definitions in the notes."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches, Pt

from dashboard.packs.charts import add_chart
from dashboard.packs.contents import Contents, Finding, Section, Told
from dashboard.packs.house import BODIES, FONT, TITLES, colour, fitting, height, kept_together, plain
from dashboard.packs.shapes import NUMBER
from dashboard.states import State
from metrics.language import _, _n, speaking
from metrics.named import where_words

WIDE, HIGH, EDGE = 13.333, 7.5, 0.6
ROOM: Final = WIDE - 2 * EDGE
FOOT: Final = 6.98
TOP: Final = 0.78
TITLE_HIGH: Final = 1.42
BODY: Final = TOP + TITLE_HIGH + 0.14
SIDE: Final = 3.05
STORY: Final = TOP + 0.95
MOST_LINES: Final = 9
TITLE_ONLY: Final = 5
SHAPES: Final = {"met": "●", "risk": "▲", "missed": "◆", "none": "○"}
ACCENTS: Final = ("accent", "met", "risk", "missed", "soft", "faint")


@dataclass
class Deck:
    """The slides of one pack, as they grow."""

    told: Contents

    def __post_init__(self) -> None:
        self._deck = Presentation()
        self._deck.slide_width, self._deck.slide_height = Inches(WIDE), Inches(HIGH)
        _dress(self._deck)
        _drop_left_overs(self._deck)
        properties = self._deck.core_properties
        properties.author = properties.last_modified_by = plain(self.told.company)
        properties.title = plain(f"{self.told.pack.title}, {self.told.label}")
        properties.subject = plain(self._standing())
        properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC)  # the same pack is the same file
        properties.language = self.told.language

    def to_bytes(self) -> bytes:
        """Returns the file."""
        with speaking(self.told.language):
            self._cover()
            if self.told.stories:
                self._stories(self.told.stories)
            if self.told.needs is not None:
                self._needs(self.told.needs)
            for section in self.told.sections:
                self._section(section)
        made = io.BytesIO()
        self._deck.save(made)
        return made.getvalue()

    def _dated(self) -> str:
        as_of = [_("data as of {moment}", moment=self.told.as_of)] if self.told.as_of else []
        return " · ".join([*as_of, _("snapshot {id}", id=self.told.snapshot)])

    def _standing(self) -> str:
        return " · ".join([self._dated(), _("frozen as presented")])

    def _slide(self, title: str, kicker: str, notes: Sequence[str], sizes: Sequence[int] = TITLES) -> Any:
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[TITLE_ONLY])
        words, size = fitting(plain(title), (ROOM, TITLE_HIGH), sizes, bold=True)
        _place(slide.shapes.title, (EDGE, TOP, ROOM, TITLE_HIGH))
        _write(slide.shapes.title.text_frame, words, size, "ink", bold=True)
        _text(slide, (EDGE, 0.42, ROOM, 0.32), kicker, 13, "accent", bold=True)
        slide.notes_slide.notes_text_frame.text = plain("\n\n".join(line for line in notes if line))
        return slide

    def _foot(self, slide: Any, standing: Sequence[str] = (), link: str = "") -> None:
        """Says below a slide of when and from which data it is, that it is frozen, and where the live page is."""
        line = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(EDGE), Inches(FOOT - 0.06), Inches(ROOM), Pt(0.75))
        _fill(line, "line")
        told = (
            " · ".join([*standing, _("frozen as presented")])
            if standing
            else f"{self.told.company} · {self.told.label} · {self._standing()}"
        )
        words, size = fitting(plain(told), (ROOM - 1.6, 0.2), (10, 9, 8))
        _text(slide, (EDGE, FOOT, ROOM - 1.5, 0.3), words, size, "soft")
        place = _text(slide, (WIDE - EDGE - 1.4, FOOT, 1.4, 0.3), "", 10, "soft", align=PP_ALIGN.RIGHT)
        runs = place.paragraphs[0]
        if link:
            run = _run(runs, _("live page"), 10, "accent")
            run.hyperlink.address = link
            _run(runs, "   ", 10, "soft")
        _run(runs, str(len(self._deck.slides)), 10, "soft")

    def _cover(self) -> None:
        told = self.told
        who = [_("for {reader}", reader=told.reader)] if told.reader else []
        words = "; ".join(where_words(told.pack.where))
        where = [_("only {filters}", filters=words)] if words else []
        notes = [told.pack.title, told.label, self._standing(), *where]
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[TITLE_ONLY])
        band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.34), Inches(HIGH))
        _fill(band, "accent")
        _text(slide, (1.1, 1.0, 11, 0.45), told.company, 18, "accent", bold=True)
        words, size = fitting(plain(told.pack.title), (11, 1.7), (54, 48, 44, 40, 36, 32), bold=True)
        _place(slide.shapes.title, (1.1, 2.0, 11, 1.75))
        _write(slide.shapes.title.text_frame, words, size, "ink", bold=True, anchor=MSO_ANCHOR.BOTTOM)
        _text(slide, (1.1, 3.95, 11, 0.7), told.label[:1].upper() + told.label[1:], 30, "ink")
        _text(
            slide,
            (1.1, 5.3, 11, 1.25),
            "\n".join([*who, *where, self._dated(), told.frozen, told.meaning]),
            14,
            "soft",
        )
        if told.link:
            frame = _text(slide, (1.1, 6.6, 11, 0.4), "", 14, "accent")
            _run(frame.paragraphs[0], _("live page"), 14, "accent").hyperlink.address = told.link
        slide.notes_slide.notes_text_frame.text = plain("\n\n".join(notes))

    def _stories(self, told: Told) -> None:
        kicker = _("Five customers, drawn by lot")
        notes = [
            told.sentence,
            _("Drawn by lot from all behind this number; the same lot draws the same: {seed}", seed=told.seed),
        ]
        if told.problem or not told.stories:
            problem = told.problem or _("Nobody is behind this number in this selection.")
            slide = self._slide(problem[:1].upper() + problem[1:], kicker, notes)
            self._foot(slide)
        for number, one in enumerate(told.stories, start=1):
            title = one["because"] or one["about"] or one["title"]
            slide = self._slide(
                title[:1].upper() + title[1:], f"{kicker} · {number}", [*notes, one["title"], one["about"]], TITLES[1:]
            )
            _text(slide, (EDGE, STORY, SIDE, 0.4), one["title"], 18, "ink", bold=True)
            about = [*one["about"].split(" · "), *([one["more"]] if one["more"] else [])]
            _text(slide, (EDGE, STORY + 0.45, SIDE, 2.6), "\n".join(about), 14, "soft")
            self._moments(slide, one["moments"])
            self._foot(slide)

    def _moments(self, slide: Any, moments: Sequence[dict[str, Any]]) -> None:
        """What happened, the newest first: a line a moment, as many as there is room for."""
        left, top = EDGE + SIDE + 0.2, STORY
        wide = WIDE - EDGE - left - 1.9
        for moment in moments:
            state: State | None = moment["state"]
            about = plain(moment["about"])
            words, size = fitting(about, (wide, 0.62), (13, 12, 11)) if about else ("", 11)
            high = 0.3 + (height(words, size, wide) if words else 0) + 0.12
            if top + high > FOOT - 0.12:
                break
            _text(slide, (left, top + 0.02, 1.5, 0.3), f"{moment['day']} {moment['year']}", 13, "soft")
            mark = SHAPES[state.name] if state else SHAPES["none"] if moment["mark"] == "ours" else SHAPES["met"]
            _text(slide, (left + 1.52, top, 0.3, 0.3), mark, 12, state.name if state and state.name != "none" else "soft")
            _text(slide, (left + 1.85, top, wide, 0.3), moment["what"], 14, "ink", bold=True)
            if words:
                _text(slide, (left + 1.85, top + 0.28, wide, high - 0.3), words, size, "soft")
            top += high

    def _needs(self, lines: Sequence[dict[str, Any]]) -> None:
        told = _n("{n} thing needs a decision.", "{n} things need a decision.", len(lines), n=len(lines))
        title = told if lines else _("Nothing needs a decision.")
        notes = [f"{line['words']} ({line['small']}; {line['owner']})" for line in lines]
        slide = self._slide(title, _("What needs a decision"), notes)
        shown = lines[:7]
        if shown:
            heads = (_("what"), _("since, and against what"), _("customers"), _("value a year"), _("owner"))
            rows = [(one["words"], one["small"], one["count"], one["value"], one["owner"]) for one in shown]
            _table(slide, (EDGE, TOP + 0.85, ROOM), (4.6, 3.55, 1.2, 1.3, 1.483), heads, rows)
        if len(lines) > len(shown):
            words = _("{n} more are on the page and in the notes.", n=len(lines) - len(shown))
            _text(slide, (EDGE, FOOT - 0.42, ROOM, 0.3), words, 12, "soft")
        self._foot(slide)

    def _section(self, section: Section) -> None:
        if section.problem:
            self._foot(self._slide(section.problem, section.title, [section.title, section.problem]))
        for finding in section.findings:
            self._finding(section, finding)

    def _finding(self, section: Section, one: Finding) -> None:
        kicker = one.title if one.title.startswith(section.title) else f"{section.title} · {one.title}"
        slide = self._slide(one.sentence, kicker, one.notes)
        is_bare = one.shape.kind == NUMBER
        side = ROOM if is_bare else SIDE
        words, size = fitting(plain(one.value), (side, 0.95), (72, 60) if is_bare else (44, 40, 36, 32, 28, 24, 20), bold=True)
        _text(slide, (EDGE, BODY, side, 1.1 if is_bare else 0.85), words, size, "ink", bold=True)
        top = BODY + (1.3 if is_bare else 0.9)
        if one.state:
            _text(slide, (EDGE, top, side, 0.34), f"{SHAPES[one.state.name]} {one.state.word}", 16, _token(one.state), bold=True)
            top += 0.42
        for line in one.lines[:MOST_LINES]:
            shown, small = fitting(kept_together(plain(line)), (side, 0.95), (14, 13, 12, 11))
            high = height(shown, small, side) + 0.09
            if top + high > FOOT - 0.1:
                break
            _text(slide, (EDGE, top, side, high), shown, small, "soft")
            top += high
        if not is_bare:
            left = EDGE + SIDE + 0.3
            add_chart(slide, one.shape, (left, BODY - 0.06, WIDE - EDGE - left, FOOT - BODY - 0.12), plain(one.sentence))
        self._foot(slide, one.standing, one.link)


def deck(told: Contents) -> bytes:
    """Returns a pack as a PowerPoint file."""
    return Deck(told).to_bytes()


def _dress(made: Any) -> None:
    """Puts the house's colours and type into the file's own theme, so that what people add looks like the rest."""
    theme = made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = theme.blob.decode("utf-8")
    for number, token in enumerate(ACCENTS, start=1):
        text = re.sub(rf"(<a:accent{number}>).*?(</a:accent{number}>)", rf'\g<1><a:srgbClr val="{colour(token)}"/>\g<2>', text)
    text = re.sub(r"(<a:dk2>).*?(</a:dk2>)", rf'\g<1><a:srgbClr val="{colour("ink")}"/>\g<2>', text)
    text = re.sub(r"(<a:lt2>).*?(</a:lt2>)", rf'\g<1><a:srgbClr val="{colour("paper")}"/>\g<2>', text)
    text = re.sub(r"(<a:hlink>).*?(</a:hlink>)", rf'\g<1><a:srgbClr val="{colour("accent")}"/>\g<2>', text)
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", text)
    theme._blob = text.encode("utf-8")
    for layout in (made.slide_master, *made.slide_layouts):
        for place in layout.placeholders:
            place.left, place.width = (Emu(round(each * WIDE / 10)) for each in (place.left or 0, place.width or 0))


def _drop_left_overs(made: Any) -> None:
    """Takes out what the library's template brings along: a picture of its own first slide, and somebody's printer.

    Neither is of this pack, and a file with either in it cannot be searched for somebody who asked to be forgotten.
    """
    for held in (made.part.package._rels, made.part.rels, made.slide_master.part.rels):
        for key in [key for key, one in held.items() if one.reltype.endswith(("/thumbnail", "/printerSettings"))]:
            held.pop(key)


def _fill(shape: Any, token: str) -> None:
    """Fills a shape with a colour; it has no edge and throws no shadow."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = _rgb(token)
    shape.line.fill.background()
    shape.shadow.inherit = False


def _text(
    slide: Any, box: tuple[float, float, float, float], words: object, size: float, token: str,
    *, bold: bool = False, align: Any = None,
) -> Any:  # fmt: skip
    frame = slide.shapes.add_textbox(*(Inches(each) for each in box)).text_frame
    _write(frame, plain(words), size, token, bold=bold, align=align)
    return frame


def _write(
    frame: Any, words: str, size: float, token: str, *, bold: bool, align: Any = None, anchor: Any = MSO_ANCHOR.TOP
) -> None:
    frame.word_wrap, frame.vertical_anchor = True, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, line in enumerate(words.split("\n")):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = align or PP_ALIGN.LEFT
        if line:
            _run(paragraph, line, size, token, bold=bold)


def _run(paragraph: Any, words: str, size: float, token: str, *, bold: bool = False) -> Any:
    run = paragraph.add_run()
    run.text = plain(words)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = _rgb(token)
    return run


def _place(shape: Any, box: tuple[float, float, float, float]) -> None:
    shape.left, shape.top, shape.width, shape.height = (Inches(each) for each in box)


def _table(
    slide: Any, place: tuple[float, float, float], widths: Sequence[float], heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Adds a table that grows with its words: a line between rows, and none between columns."""
    left, top, wide = place
    frame = slide.shapes.add_table(
        len(rows) + 1, len(heads), Inches(left), Inches(top), Inches(wide), Inches(0.4 * (len(rows) + 1))
    )
    table = frame.table
    table.horz_banding = False
    for column, inches in zip(table.columns, widths, strict=True):
        column.width = Inches(inches)
    for number, row in enumerate((heads, *rows)):
        for place_in_row, words in enumerate(row):
            held = table.cell(number, place_in_row)
            held.fill.solid()
            held.fill.fore_color.rgb = _rgb("track" if number == 0 else "panel")
            told, size = fitting(plain(words), (widths[place_in_row] - 0.2, 0.62), BODIES[2:])
            align = PP_ALIGN.RIGHT if place_in_row in (2, 3) else PP_ALIGN.LEFT
            _write(
                held.text_frame,
                told,
                12 if number == 0 else size,
                "soft" if number == 0 else "ink",
                bold=number == 0,
                align=align,
            )
            held.margin_left = held.margin_right = Inches(0.1)
            held.margin_top = held.margin_bottom = Inches(0.05)
            held.vertical_anchor = MSO_ANCHOR.MIDDLE


def _token(state: State) -> str:
    return state.name if state.name != "none" else "soft"


def _rgb(token: str) -> RGBColor:
    return RGBColor.from_string(colour(token))
