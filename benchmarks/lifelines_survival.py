"""Reads days, whether lost and ages as JSON; writes lifelines' share still with us and its band at each age. Runs without the product."""

import json
import sys

from lifelines import KaplanMeierFitter

given = json.load(sys.stdin)
fitted = KaplanMeierFitter().fit(given["days"], given["lost"])
band = fitted.confidence_interval_survival_function_
rows = [(float(fitted.predict(age)), float(band.iloc[:, 0].asof(age)), float(band.iloc[:, 1].asof(age))) for age in given["ages"]]
json.dump(rows, sys.stdout)
