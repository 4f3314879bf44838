"""The page in Dash as its first tutorial has it: four graphs, a callback each, everything else as it comes."""

from dash import Dash, Input, Output, dcc, html
from figures import CHARTS, REGIONS, rows

app = Dash(__name__)
app.layout = html.Div(
    [
        html.H1("Four charts"),
        dcc.RadioItems(REGIONS, "north", id="region"),
        *(dcc.Graph(id=name) for name in CHARTS),
    ]
)


def register(name: str) -> None:
    @app.callback(Output(name, "figure"), Input("region", "value"))
    def draw(region: str) -> object:
        return CHARTS[name](rows(name, region))


for each in CHARTS:
    register(each)

server = app.server
