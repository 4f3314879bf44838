"""The document around every page: language, theme before the first paint, our own style, no inline script."""

INDEX = """<!DOCTYPE html>
<html lang="en" data-bs-theme="light">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
<script src="/assets/theme.js"></script>
{%css%}
</head>
<body>
<a class="skip" href="#page">Skip to the page</a>
<noscript>This page needs JavaScript to show what it knows.</noscript>
{%app_entry%}
<div hidden>
{%config%}
{%scripts%}
{%renderer%}
</div>
</body>
</html>
"""

THEME_SCRIPT = r"theme\.js"
