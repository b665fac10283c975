#!/usr/bin/env python3
"""Does the job lose nothing, whatever happens to the cluster? `./dev spark` runs this.

    check.py --xunzi COMMAND --folder FOLDER [--megabytes 100] [--parts 20]

On this machine: a master and three workers, each a process of its own. The job runs twice over the same articles, half of them Parquet,
half JSON lines: once undisturbed, once with a worker killed on the way and a task that is slow until it runs a second time elsewhere. The
event log must show both, the parts must be the same to the byte, and the catalog that they are joined to must find what a scan finds.
"""

import argparse
import filecmp
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pyspark

import job

WORKERS = ["127.0.0.2", "127.0.0.3", "127.0.0.4"]  # no copy of a task runs on the host where the task does


def generate(folder, megabytes):
    """Articles of a few words each, of all days of twenty years; the same ones every time."""
    rng = random.Random(20)
    signs = [chr(0x4E00 + k) for k in rng.sample(range(0x4000), 3000)]
    words = ["".join(rng.choices(signs, k=rng.choice([1, 2, 2, 2, 3]))) for _ in range(40_000)] + ["TiDB", "Spark", "xunzi", "2024"]
    weights = [1 / (k + 20) for k in range(len(words))]
    articles, size = [], 0
    while size < megabytes * 1_000_000:
        number = len(articles)
        # A few days have many articles, and some articles no day.
        day = int(rng.triangular(0, 7300, 7300))
        date = time.strftime("%Y-%m-%d", time.gmtime(946_684_800 + 86_400 * day)) if rng.random() > 0.01 else None
        drawn = iter(rng.choices(words, weights, k=rng.randint(20, 1200)))
        text = "".join(word + rng.choice(["", "", "", "，", "。\n"]) for word in drawn)
        title = "".join(rng.choices(words, k=4))
        size += len(title.encode()) + len(text.encode())
        tags = rng.sample(["甲", "乙", "丙"], rng.randint(0, 2))
        articles.append({"title": title, "text": text, "url": f"/{number}/", "date": date, "tags": tags})
    half = len(articles) // 2
    for k in range(4):
        some = articles[half * k // 4 : half * (k + 1) // 4]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(some), folder / f"{k}.parquet")
    with open(folder / "rest.jsonl", "w", encoding="utf-8") as file:
        for article in articles[half:]:
            named = {name: value for name, value in article.items() if value is not None}
            file.write(json.dumps(named, ensure_ascii=False) + "\n")
    return articles, [str(folder / f"{k}.parquet") for k in range(4)] + [str(folder / "rest.jsonl")]


class Cluster:
    """A master and workers; whatever happens they end with this."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        home = os.environ["SPARK_HOME"] = os.path.dirname(pyspark.__file__)
        self.java = [os.path.join(home, "bin", "spark-class")]
        os.environ["PYSPARK_PYTHON"] = sys.executable
        # The workers import what the job is made of.
        os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(job.__file__))

    def __enter__(self):
        # A free port, and no page about the cluster.
        self.start("master", "deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.address = self.said("master", "Starting Spark master at ")
        for host in WORKERS:
            self.worker(host)
        return self

    def worker(self, host):
        folder = str(self.folder / f"work-{host}")
        kept = ["--host", host, "--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", folder]
        self.start(host, "deploy.worker.Worker", *kept, self.address)
        self.said(host, "Successfully registered with master ")

    def start(self, name, made, *arguments):
        log = open(self.folder / f"{name}.log", "w", encoding="utf-8")
        # A group of its own, which ends with it: executors are its children.
        line = [*self.java, f"org.apache.spark.{made}", *arguments]
        process = subprocess.Popen(line, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started.append((name, process))

    def said(self, name, text):
        for _ in range(600):
            lines = (self.folder / f"{name}.log").read_text(encoding="utf-8").splitlines()
            for line in lines:
                if text in line:
                    return line.split(text)[1].split()[0]
            time.sleep(0.1)
        sys.exit(f"{name} did not start: see {self.folder}/{name}.log")

    def kill(self, name):
        """With the executor that it has, and what that runs: as if the machine were gone."""
        for known, process in self.started:
            if known == name and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def __exit__(self, *_):
        for name, _ in reversed(self.started):
            self.kill(name)


def slow_once(folder, command, number):
    """The command, but the first time that a part is made it takes its time."""
    script = folder / "slow.sh"
    mark = folder / "slow"
    text = f'#!/bin/sh\ncase " $* " in *" --part {number} "*) mkdir "{mark}" 2>/dev/null && sleep 120 ;; esac\nexec "{command}" "$@"\n'
    script.write_text(text)
    script.chmod(0o755)
    return str(script)


def events(folder):
    """What the event log shows: tasks that were lost and began again, copies of slow ones, executors that were lost."""
    shown = {"retries": 0, "copies": 0, "executors lost": 0, "tasks lost": 0}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            for line in path.read_text(encoding="utf-8").splitlines():
                event = json.loads(line)
                kind, info = event["Event"], event.get("Task Info", {})
                if kind == "SparkListenerTaskStart":
                    shown["copies"] += info["Speculative"]
                    shown["retries"] += not info["Speculative"] and (info["Attempt"] > 0 or event["Stage Attempt ID"] > 0)
                shown["executors lost"] += kind == "SparkListenerExecutorRemoved"
                shown["tasks lost"] += kind == "SparkListenerTaskEnd" and event["Task End Reason"]["Reason"] == "ExecutorLostFailure"
    return shown


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--xunzi", required=True)
    options.add_argument("--folder", required=True)
    options.add_argument("--megabytes", type=int, default=100)
    options.add_argument("--parts", type=int, default=20)
    options.add_argument("--queries", type=int, default=300)
    asked = options.parse_args()
    folder, command = Path(asked.folder).absolute(), os.path.abspath(asked.xunzi)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    since = time.time()

    def note(text):
        print(f"[{time.time() - since:4.0f} s] {text}", flush=True)

    articles, inputs = generate(folder, asked.megabytes)
    note(f"{len(articles)} articles, {sum(len((a['title'] + a['text']).encode()) for a in articles) / 1e6:.1f} MB of text")
    plan = str(folder / "plan")
    with open(plan, "w", encoding="utf-8") as file:
        json.dump({"xunzi": 2, "parts": asked.parts, "longest": 6, "index": True}, file)

    def run(cluster, name, command, **more):
        logs = folder / f"events-{name}"
        logs.mkdir()
        spark = job.session(
            **{
                "spark.master": cluster.address,
                "spark.driver.host": "127.0.0.1",
                "spark.ui.enabled": "false",
                "spark.ui.showConsoleProgress": "false",
                # What goes wrong is meant to: the event log says it.
                "spark.log.level": "OFF",
                # A worker that is gone does not come back.
                "spark.shuffle.io.maxRetries": "1",
                "spark.shuffle.io.retryWait": "1s",
                "spark.executor.memory": "768m",
                "spark.eventLog.enabled": "true",
                "spark.eventLog.dir": logs.as_uri(),
                "spark.eventLog.compress": "false",
                "spark.eventLog.rolling.enabled": "false",
                "spark.sql.files.maxPartitionBytes": "8MB",
                "spark.speculation.interval": "500ms",
                "spark.speculation.quantile": "0.5",
                **more,
            }
        )
        out = folder / f"parts-{name}"
        told = [json.loads(line) for line in job.run(spark, inputs, asked.parts, str(out), plan, command)]
        spark.stop()
        shown = ", ".join(f"{number} {what}" for what, number in events(logs).items())
        note(f"{name}: {len(told)} parts, {sum(part['articles'] for part in told)} articles; {shown}")
        assert sum(part["articles"] for part in told) == len(articles)
        return out, events(logs)

    with Cluster(folder) as cluster:
        plain, _ = run(cluster, "plain", command)

        def disturb():
            # When some parts are made, the others are on their way.
            while len(list((folder / "parts-disturbed").glob("part-*"))) < asked.parts // 4:
                time.sleep(0.1)
            cluster.kill(WORKERS[1])
            note(f"killed the worker {WORKERS[1]}")

        # The slow part is a later one, so that it is not on that worker.
        (folder / "parts-disturbed").mkdir()
        threading.Thread(target=disturb, daemon=True).start()
        disturbed, shown = run(cluster, "disturbed", slow_once(folder, command, asked.parts * 3 // 4))
    assert (folder / "slow").exists() and shown["copies"] > 0, "no slow task had a copy"
    assert shown["executors lost"] > 0 and shown["retries"] > 0, "no task was lost and began again"
    names = [f"part-{number:05d}" for number in range(asked.parts)]
    _, other, missing = filecmp.cmpfiles(plain, disturbed, names, shallow=False)
    assert not other and not missing, f"other bytes: {other}, missing: {missing}"
    note(f"{len(names)} parts are the same to the byte")

    catalogs = []
    for parts in [plain, disturbed]:
        catalogs.append(folder / f"catalog-{parts.name}")
        line = [command, "join", *[str(parts / name) for name in names], "--out", str(catalogs[-1]), "--target", "1kB"]
        subprocess.run(line, check=True)
    files = [str(path.relative_to(catalogs[0])) for path in catalogs[0].rglob("*") if path.is_file()]
    _, other, missing = filecmp.cmpfiles(*catalogs, files, shallow=False)
    assert not other and not missing, f"other bytes: {other}, missing: {missing}"
    note(f"two catalogs of {len(files)} files are the same to the byte")

    rng = random.Random(300)
    found_some = 0
    for number in range(asked.queries):
        text = rng.choice(articles)["text"]
        line = max(text.replace("。", "，").replace("\n", "，").split("，"), key=len)
        length = rng.randint(2, 9)
        begin = rng.randrange(max(1, len(line) - length))
        query = line[begin : begin + length]
        if number % 3 == 0:
            # Nearly right, and mostly nowhere.
            query = query[1:] + query[:1]
        wanted = {article["url"] for article in articles if query in article["text"] or query in article["title"]}
        line = [command, "search", str(catalogs[0]), "--json", "--limit", "0", "--exact", "all", "--", query]
        found = json.loads(subprocess.run(line, check=True, stdout=subprocess.PIPE).stdout)
        assert {hit["url"] for hit in found["results"]} == wanted and found["state"] == "complete", query
        assert found["articles"] == len(wanted), query
        found_some += bool(wanted)
    note(f"{asked.queries} queries find what a scan finds, {found_some} of them something")


if __name__ == "__main__":
    main()
