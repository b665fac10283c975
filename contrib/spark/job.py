#!/usr/bin/env python3
"""Parts of one index, or of a catalog, made by Apache Spark.

    spark-submit job.py --parts 1000 [--plan FILE] --out PARTS INPUT...
    xunzi join PARTS/part-* --out public/xunzi --target 1GB

INPUT is Parquet (*.parquet, or a folder that ends so) or JSON lines, with the columns title, text, url and what else xunzi reads (date,
author, section, tags). PARTS is a folder that all workers write into, and that is read by who joins; `xunzi` stands in the PATH of all
workers, or XUNZI names it.

The articles are cut by date, so that an index holds a time of its own. A task hands its articles to `xunzi build --part`, and its part
gets its name when all of it is there: a task that is repeated, or runs twice at once, writes the same bytes under the same name.
"""

import argparse
import json
import os
import subprocess
import threading

from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType

# The last line of what the command is given: without it the task was killed on the way, and there is no part.
END = "all of it"

# Of these nothing may be left to the cluster, or its size would change where it cuts.
SETTINGS = {
    # A task that fails is tried again, and one that is slow runs a second time elsewhere.
    "spark.task.maxFailures": "8",
    "spark.speculation": "true",
    # As many partitions as were asked for, each a part: none may be put together with another or cut in two.
    "spark.sql.adaptive.enabled": "false",
    # Files are cut in the same places, however many workers there are.
    "spark.sql.files.minPartitionNum": "1",
    "spark.sql.files.maxPartitionBytes": "64MB",
    # Articles are long: not too many at a time.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
}


def articles(spark, inputs):
    """All articles; columns that one input lacks are empty there."""
    frames = []
    for path in inputs:
        parquet = path.rstrip("/").endswith(".parquet")
        frame = spark.read.parquet(path) if parquet else spark.read.option("primitivesAsString", "true").json(path)
        # Numbers and dates as they are written: what they mean is for xunzi to say.
        lists = {field.name for field in frame.schema.fields if isinstance(field.dataType, ArrayType)}
        frames.append(frame.select(*[F.col(name).cast("array<string>" if name in lists else "string") for name in frame.columns]))
    whole = frames[0]
    for frame in frames[1:]:
        whole = whole.unionByName(frame, allowMissingColumns=True)
    return whole


def cut(frame, parts):
    """The articles by date in so many partitions; the number of each is that of its part. The same input gives the same parts.

    Spark finds by a sample where a range ends. What it draws depends on the number of the partition that it draws from and on the order
    of the rows in it, and both on the files and SETTINGS alone. But out of a shuffle rows come in the order in which other tasks were
    done, so each part is put in order by all that an article says.
    """
    date = F.coalesce(F.col("date"), F.lit("")) if "date" in frame.columns else F.lit("")
    rest = F.xxhash64(F.to_json(F.struct(*sorted(frame.columns))))
    keyed = frame.withColumn("_date", date).withColumn("_rest", rest)
    ranged = keyed.repartitionByRange(parts, "_date", "_rest")
    return ranged.sortWithinPartitions("_date", "_rest").drop("_date", "_rest")


def build(number, lines, out, plan, command):
    """Hands lines to the command; what it tells of the part that it made of them."""
    call = [command, "build", "--part", str(number), "--quiet", "--end", END, "--out", os.path.join(out, f"part-{number:05d}")]
    call += ["--plan", plan] if plan else []
    made = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = []
    # What it says must be taken while it reads, or each would wait for the other.
    listener = threading.Thread(target=lambda: said.append(made.stderr.read()))
    listener.start()
    try:
        for line in lines:
            made.stdin.write(line)
        made.stdin.write(END.encode())
        made.stdin.close()
        told = made.stdout.read().decode()
    except BrokenPipeError:
        # It has ended, and says why.
        told = ""
    except BaseException:
        made.kill()
        raise
    finally:
        made.wait()
        listener.join()
    if made.returncode != 0:
        raise RuntimeError(f"part {number}: {b''.join(said).decode(errors='replace')}")
    return told.strip()


def maker(out, plan, command):
    """What a task does with its articles: they go into the command, and a row comes out."""

    def lines(batches):
        for batch in batches:
            for article in batch.to_pylist():
                # What has no value is not named.
                article = {name: value for name, value in article.items() if value is not None}
                yield json.dumps(article, ensure_ascii=False).encode() + b"\n"

    def make(batches):
        import pyarrow

        number = TaskContext.get().partitionId()
        told = build(number, lines(batches), out, plan, command)
        yield pyarrow.RecordBatch.from_pydict({"part": pyarrow.array([number], "int32"), "told": [told]})

    return make


def run(spark, inputs, parts, out, plan=None, command=None):
    """Makes the parts; what is told of each, in their order."""
    os.makedirs(out, exist_ok=True)
    command = command or os.environ.get("XUNZI", "xunzi")
    rows = cut(articles(spark, inputs), parts).mapInArrow(maker(out, plan, command), "part int, told string").collect()
    told = {row["part"]: row["told"] for row in rows}
    # A range that nothing belongs to may have no task.
    return [told.get(number) or build(number, [], out, plan, command) for number in range(parts)]


def session(**more):
    """Spark with what the job needs."""
    builder = SparkSession.builder.appName("xunzi")
    for name, value in {**SETTINGS, **more}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("inputs", nargs="+", metavar="INPUT")
    options.add_argument("--parts", type=int, required=True)
    options.add_argument("--plan", type=os.path.abspath)
    options.add_argument("--out", type=os.path.abspath, required=True)
    asked = options.parse_args()
    for line in run(session(), asked.inputs, asked.parts, asked.out, asked.plan):
        print(line)
