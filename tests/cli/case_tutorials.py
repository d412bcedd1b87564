"""The tutorials, from an empty folder: each block of a shell or of Python is run as it stands, in turn."""
import os
import re
import subprocess

from harness import SOURCE, read, require, require_text


def blocks_of(name):
    text = read(os.path.join(SOURCE, "docs", "tutorials", name + ".md"))
    found = re.findall(r"^```(sh|python)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    require(len(found) > 2 and len(re.findall(r"^```", text, re.MULTILINE)) == 2 * len(found), name + ": a block is of neither kind")
    return found


def follow(lumbarfem, name):
    """The output of each block."""
    environment = {**os.environ, "PATH": os.path.dirname(lumbarfem.program) + ":" + os.environ["PATH"],
                   "PYTHONPATH": os.path.join(SOURCE, "postprocess", "python")}
    has_pandas = subprocess.run(["/usr/bin/python3", "-c", "import pandas"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    outputs = []
    for kind, text in blocks_of(name):
        if kind == "python" and not has_pandas:
            continue
        words = ["bash", "-euo", "pipefail", "-c", text] if kind == "sh" else ["/usr/bin/python3", "-B", "-c", text]
        done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
        output = done.stdout.decode()
        require(done.returncode == 0, "%s: exit code %s of\n%s\n%s" % (name, done.returncode, text, output[-3000:]))
        outputs.append(output)
    return outputs


def test_fuse_another_level(lumbarfem):
    lumbarfem.need_report_page()
    outputs = follow(lumbarfem, "fuse-another-level")
    require_text(outputs[3], "ROM L3-L4", "ROM L4-L5", "fused")
    require(os.path.exists("preview.html") and os.path.exists("results/first/report.html"), "a page is missing")
    if len(outputs) > 4:
        require_text(outputs[4], "fused, change", "L2-L3")


def test_cement_sweep(lumbarfem):
    outputs = follow(lumbarfem, "cement-sweep")
    require_text(outputs[1], "cement-volume_mL-2", "cement-volume_mL-8")
    require_text(outputs[2], "is complete; there is nothing to go on with")


def test_cluster_run(lumbarfem):
    outputs = follow(lumbarfem, "cluster-run")
    require_text(outputs[0], "set_a", "waits for")
    require_text(outputs[1], "results: results/parts")
    require_text(outputs[2], "submit.sh", "Snakefile")
