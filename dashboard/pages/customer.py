"""One customer's story."""

from dashboard.page import Page, Section

page = Page(
    path="/customers/<customer_id>",
    title="Customer",
    question="What happened to this customer?",
    sections=[Section("Story", component="story", follows_selection=False)],
)
