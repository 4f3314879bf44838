"""STORIES.md says what the generator plants: its figures are those of truth.json."""

from pathlib import Path
from typing import Any

STORIES = Path(__file__).resolve().parents[2] / "sample_data" / "STORIES.md"


def of(counts: dict[str, int], good: str, all_of_them: str) -> str:
    return f"{counts[good]:,} of {counts[all_of_them]:,}"


def told_by(truth: dict[str, Any]) -> list[str]:
    """The pieces of text that STORIES.md must hold."""
    october, funnel = truth["equation"]["2026-10"], truth["funnel_spring"]["2026-10-30T13:00:00Z"]
    count = {part: told["customers"] for part, told in october.items()}
    settled, reasons = truth["strip_october"]["2026-10-30T13:00:00Z"][1], truth["reasons_lost"]
    stages = {stage: f"{stage} {told['nps']:.1f}" for stage, told in truth["nps_2026"]["by_stage"].items() if stage[0].isupper()}
    stayed, asked = truth["still_with_us_2025_01"], truth["questions"]
    return [
        f"{count['opening']:,} customers + {count['gained']} joined + {count['returned']} returned",
        f"− {count['ended']} ended − {count['fell_silent']} fell silent = {count['closing']:,}",
        f"€{october['opening']['value']:,.0f} a year becomes €{october['closing']['value']:,.0f}",
        f"€{october['ended']['value'] / october['ended']['customers']:,.0f} against"
        f" €{october['gained']['value'] / october['gained']['customers']:,.0f}",
        f"{reasons['Waited too long for help']} and {reasons['Price after first year']} of {sum(reasons.values())}",
        f"{settled['in_time']} of the {settled['known']}",
        " → ".join(f"{funnel[stage]:,}" for stage in ("discover", "choose", "settle", "stay", "bring")),
        f"{stayed[0]} at first, {stayed[6]} six months on, {stayed[12]} after a year",
        f"e-mail {of(truth['first_replies']['email'], 'kept', 'decided')} in time",
        f"phone {of(truth['first_replies']['phone'], 'kept', 'decided')}",
        f"north {of(truth['installations_by_region']['north'], 'kept', 'decided')} on time",
        f"{truth['waiting']['unanswered']} unanswered; {truth['waiting']['customers_with_an_open_case']} customers",
        f"{truth['nps_2026']['nps']:.1f} of {truth['nps_2026']['answers']} answers",
        *stages.values(),
        f"{truth['known_customers']:,} known customers",
        f"of {asked['answered']['people']:,} answered {asked['answered']['chose']} chose us",
        f"{of(truth['satisfied_after']['in time'], 'satisfied', 'answers')} gave",
        f"the others {of(truth['satisfied_after']['late'], 'satisfied', 'answers')}",
        f"{truth['sold_to_during_complaint']['customers']} were sold to while a complaint was open",
        f"{sum(truth['letters_after_opting_out'].values())}: "
        f"{truth['letters_after_opting_out']['of no campaign']} and {truth['letters_after_opting_out']['of a campaign']}",
        f"{truth['sold_to_during_complaint']['customers']} contacts of",
        f"{truth['brought_in_october']} customers were brought",
        *told_of_the_desk(truth),
    ]  # fmt: skip


def told_of_the_desk(truth: dict[str, Any]) -> list[str]:
    """The same of promises after the first reply, and of what is known."""
    desk, called, values = truth["desk"], truth["called_back"], truth["values_known"]
    further, again = desk["next_replies"], desk["came_back"]["Installation"]
    paused = {team: 100 * counts["paused"] / counts["unsolved"] for team, counts in desk["paused"].items()}
    return [
        f"{desk['asking_now']['waiting']} further questions wait, {desk['asking_now']['past_promise']} of them past",
        f"e-mail {of(further['email'], 'kept', 'decided')}, web {of(further['web'], 'kept', 'decided')}",
        f"phone {of(further['phone'], 'kept', 'decided')}",
        f"chat {of(further['chat'], 'kept', 'decided')}, social {of(further['social'], 'kept', 'decided')}",
        f"{of(again, 'reopened', 'solved')} about installations",
        f"chat desk {paused['Chat desk']:.0f} %, post desk {paused['Post desk']:.0f} %, phone desk {paused['Phone desk']:.0f} %",
        f"phone desk {desk['lowered_late']['Phone desk']}, post desk {desk['lowered_late']['Post desk']}",
        ", ".join(f"{of(called[wave], 'kept', 'decided')} in {wave}" for wave in sorted(called)),
        f"{values['known']:,} of {values['customers']:,} customers",
    ]


def test_the_figures_in_stories_are_those_that_are_planted(truth: dict[str, Any]) -> None:
    text = STORIES.read_text(encoding="utf-8")
    assert [piece for piece in told_by(truth) if piece not in text] == []
