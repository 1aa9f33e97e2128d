"""Time series: forecasts, labels and intervals, as written in the text."""
