"""Time series in text: forecasts, labels, anomalies and change points, read and compared.

>>> import guerdon as gd
>>> forecast = gd.series.values(gd.text.tag("answer"))
>>> near = gd.series.forecast(forecast, gd.col("came"))
>>> near.score({"completion": ["<answer>[2, 4]</answer>", "<answer>2 4 6</answer>"], "came": [[2, 4]] * 2}).values
array([1., 0.])
"""

from __future__ import annotations

from ._events import anomalies, changes
from ._forecasts import direction, forecast
from ._values import label, stretches, values

__all__ = ["anomalies", "changes", "direction", "forecast", "label", "stretches", "values"]
