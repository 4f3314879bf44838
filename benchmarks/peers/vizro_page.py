"""The page in Vizro: a parameter of the data, so that the database filters and sums, and not pandas over millions of rows."""

import pandas as pd
import vizro.models as vm
from figures import CHARTS, REGIONS, rows
from vizro import Vizro
from vizro.managers import data_manager
from vizro.models.types import capture


def source(name: str) -> object:
    def load(region: str = "north") -> pd.DataFrame:
        return rows(name, region)

    return load


for each in CHARTS:
    data_manager[each] = source(each)

drawn = {name: capture("graph")(chart) for name, chart in CHARTS.items()}
page = vm.Page(
    title="Four charts",
    layout=vm.Grid(grid=[[0, 1], [2, 3]]),
    components=[vm.Graph(id=name, figure=chart(data_frame=name)) for name, chart in drawn.items()],
    controls=[
        vm.Parameter(
            targets=[f"{name}.data_frame.region" for name in CHARTS],
            selector=vm.RadioItems(options=REGIONS, value="north", title="Region"),
        )
    ],
)
app = Vizro().build(vm.Dashboard(pages=[page]))
server = app.dash.server
