"""The page in Streamlit: one connection for all sessions, the database filters and sums, four charts in two columns."""

import streamlit as st
from figures import CHARTS, REGIONS, rows

st.set_page_config(page_title="Four charts", layout="wide")
st.title("Four charts")
region = st.radio("Region", REGIONS, index=REGIONS.index("north"), horizontal=True)
places = [place for _ in range(2) for place in st.columns(2)]
for place, (name, chart) in zip(places, CHARTS.items(), strict=True):
    place.plotly_chart(chart(rows(name, region)), key=name)
