#!/usr/bin/env bash
# pyspark 4.3.0: with filter pushdown on (it is off by default), a frame of a Python data source that was filtered once
# keeps the filter: the same frame without any filter then has the filtered rows. Each filter is pushed anew, but where
# there is none, Spark takes the reader of the query before. Who reads a frame twice gets a wrong answer without a word.
# Needs Java 17.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyspark==4.3.0 pyarrow==26.0.1 'pandas==2.3.3'
cat > seen.py <<'P'
import sys

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql.datasource import DataSource, DataSourceReader, GreaterThanOrEqual, InputPartition


class Reader(DataSourceReader):
    least = 0

    def pushFilters(self, filters):
        for one in filters:
            if isinstance(one, GreaterThanOrEqual):
                self.least = one.value
            yield one  # Spark is to look again

    def partitions(self):
        return [InputPartition(n) for n in range(10) if n >= self.least]

    def read(self, partition):
        yield (partition.value,)


class Numbers(DataSource):
    @classmethod
    def name(cls):
        return "numbers"

    def schema(self):
        return "n int"

    def reader(self, schema):
        return Reader()


builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = builder.config("spark.sql.python.filterPushdown.enabled", "true").getOrCreate()
spark.dataSource.register(Numbers)
frame = spark.read.format("numbers").load()
seen = [frame.count(), frame.where("n >= 8").count(), frame.count()]
print(f"pyspark {pyspark.__version__}: all rows {seen[0]}, those from 8 on {seen[1]}, all rows again {seen[2]}")
sys.exit(seen != [10, 2, 2])
P
PYSPARK_PYTHON="$dir/venv/bin/python" venv/bin/python seen.py 2>/dev/null
