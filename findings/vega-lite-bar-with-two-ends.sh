#!/usr/bin/env bash
# Vega-Lite 6 (altair 6.3.0): a bar whose x has two ends (x and x2, such as the first and last day of a month) and whose y is
# a number is no bar from zero up, but a line of five pixels at that number. With y2 at 0 it is the bar that was meant.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check altair==6.3.0 vl-convert-python==1.9.0.post1
cat > bars.py <<'E2'
import re
from importlib.metadata import version

import altair
import vl_convert

month = {"start": "2017-03-01", "end": "2017-04-01", "count": 4}
ends = {"x": "start:T", "x2": "end:T", "y": "count:Q"}


def heights(**more):
    chart = altair.Chart(altair.InlineData(values=[month])).mark_bar().encode(**ends, **more)
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    bars = re.findall(r'aria-roledescription="bar"[^>]* d="M[^"]*v(-?[\d.]+)', svg)
    return [abs(float(height)) for height in bars]


without, with_zero = heights(), heights(y2=altair.Y2Datum(0))
print(f"altair {version('altair')}, vl-convert {version('vl-convert-python')}")
print(f"height of a bar of the largest count, in a chart of 300 pixels: {without}, with y2 at 0: {with_zero}")
assert without[0] < 20 < 290 < with_zero[0]
E2
venv/bin/python bars.py
