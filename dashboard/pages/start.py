"""The first run: give it files, see what they are, see what they make possible. Also the way to load more later."""

from dashboard.access.who import Role
from dashboard.page import Page, Section

page = Page(
    path="/start",
    title="Load your exports",
    question="What do you know of us?",
    layout="guide",
    order=85,
    in_menu=False,
    role=Role.ADMIN,
    options=("then",),
    sections=[
        Section("Load your exports", component="guide_head", size="whole", follows_selection=False, before_data=True),
        Section("Give us the files", component="guide_give", size="guide-step", follows_selection=False, before_data=True),
        Section("What they are", component="guide_files", size="guide-step", follows_selection=False, before_data=True),
        Section("What they make possible", component="guide_adds", size="guide-step", follows_selection=False, before_data=True),
    ],
)
