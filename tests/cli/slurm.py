"""A SLURM of one node on this machine, with its own keys, ports and folders, for as long as a test takes."""
import contextlib
import os
import shutil
import socket
import subprocess
import time

from harness import Skipped, read, require, write

PROGRAMS = "munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo"
SETTINGS = """ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def output_of(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout.decode()


def wait_until(has_come, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not has_come():
        require(time.monotonic() < deadline, what + " took more than %d s" % seconds)
        time.sleep(0.1)


def wait_for_all_jobs():
    wait_until(lambda: not output_of("squeue", "--noheader").strip(), "the jobs of SLURM", 120)


@contextlib.contextmanager
def one_node():
    """Starts the three daemons and puts their settings into the environment; skipped where they are not or may not start."""
    # Debian keeps the daemons where only root looks for programs.
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        raise Skipped("no SLURM here: %s not found (scripts/setup.sh --workflows)" % ", ".join(missing))
    if os.geteuid() != 0:
        raise Skipped("a SLURM on this machine needs root")
    folder = os.path.abspath("slurm")
    for name in "munge", "state", "spool":
        os.makedirs(os.path.join(folder, name), mode=0o700)
    key = os.path.join(folder, "munge", "key")
    with open(key, "wb") as file:
        file.write(os.urandom(128))
    os.chmod(key, 0o600)
    settings = os.path.join(folder, "slurm.conf")
    host = socket.gethostname().split(".")[0]
    controller_port, node_port = free_ports(2)
    write(settings, SETTINGS.format(host=host, folder=folder, controller_port=controller_port, node_port=node_port,
                                    cores=os.cpu_count()))
    os.environ["SLURM_CONF"] = settings
    daemons = []

    def start(*words):
        with open(os.path.join(folder, words[0] + ".log"), "w", encoding="utf-8") as log:
            daemons.append(subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    try:
        inner = os.path.join(folder, "munge", "")
        start("munged", "--foreground", "--force", "--key-file=" + key, "--socket=" + inner + "socket", "--pid-file=" + inner +
              "pid", "--log-file=" + inner + "log", "--seed-file=" + inner + "seed")
        wait_until(lambda: os.path.exists(inner + "socket"), "the start of munged", 20)
        start("slurmctld", "-D", "-f", settings)
        start("slurmd", "-D", "-f", settings, "-N", host)
        try:
            wait_until(lambda: output_of("sinfo", "--noheader", "--format=%T").strip() == "idle", "the start of SLURM", 30)
        except Exception as error:
            raise Skipped("SLURM does not start here: " + read(os.path.join(folder, "slurmctld.log"))[-500:] +
                          read(os.path.join(folder, "slurmd.log"))[-500:]) from error
        yield
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in daemons:
            daemon.wait(timeout=30)
        del os.environ["SLURM_CONF"]
