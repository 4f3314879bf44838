"""The strip across every page that says that this is sample data, and takes it away."""

from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.templates import render
from dashboard.view import View


def fetch(center: Any, view: View) -> bool:
    is_sample: bool = center.is_sample
    return is_sample


def draw(is_sample: bool, look: Look) -> Markup:
    return render("sample_strip.html", start=look.view.elsewhere("/start")) if is_sample else Markup("")
