"""The four charts as a good user of another tool writes them: one query of DuckDB each, summed there, drawn with plotly express.

Run by the peers' own Python; the environment's DATA names the database (benchmarks/peers/bare.sql).
"""

import os
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import plotly.express as px

REGIONS = ["east", "north", "south", "west"]
HERE = Path(__file__).parent
connection = duckdb.connect(os.environ["DATA"], read_only=True)


def rows(name: str, region: str) -> pd.DataFrame:
    """Returns the few rows of a chart; a cursor of its own, since several are asked for at the same time."""
    return connection.cursor().execute((HERE / f"{name}.sql").read_text(encoding="utf-8"), {"region": region}).df()


def _bars(data_frame: pd.DataFrame, x: str, y: str, title: str) -> Any:
    return px.bar(data_frame, x=x, y=y, text=x, title=title, orientation="h").update_traces(texttemplate="%{x:,}")


def journey(data_frame: pd.DataFrame) -> Any:
    return _bars(data_frame, "customers", "step", "How far did they get?")


def recommend(data_frame: pd.DataFrame) -> Any:
    title = f"Would you recommend us? {data_frame['answers'].sum():,} answers"
    return px.line(data_frame, x="wave", y="nps", markers=True, title=title)


def requests(data_frame: pd.DataFrame) -> Any:
    return _bars(data_frame, "requests", "channel", "How often do they need our help?")


def contacts(data_frame: pd.DataFrame) -> Any:
    return _bars(data_frame, "contacts", "channel", "How often do we want something of them?")


CHARTS = {"journey": journey, "recommend": recommend, "requests": requests, "contacts": contacts}
