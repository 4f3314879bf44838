"""The head of the guide: what it is for, and sample data to look at first."""

from typing import Any

from markupsafe import Markup

from dashboard.first_run import Guide, guide, percent_of
from dashboard.look import Look
from dashboard.templates import render
from dashboard.view import View


def fetch(center: Any, view: View) -> Guide:
    return guide(center)


def draw(told: Guide, look: Look) -> Markup:
    return render(
        "guide_head.html",
        title=look.title,
        has_own=told.has_own,
        has_sample=told.has_sample,
        is_coming=told.is_sample_loading,
        part=percent_of(told.sample_progress),
        overview=look.view.elsewhere("/"),
        health=look.view.elsewhere("/data-health"),
    )
