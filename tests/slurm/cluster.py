# SPDX-License-Identifier: GPL-3.0-or-later
"""A Slurm cluster on this machine: munged, slurmctld and a slurmd per node, all of them children of
the test, with a folder, ports and a key of their own. No systemd, no cgroups, no accounting."""
import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from toll import wait_for

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "sinfo")
STEP_S = 30

CONF = """ClusterName=toll
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.sock,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
PluginDir={plugins}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/linear
SchedulerType=sched/backfill
MpiDefault=none
PropagateResourceLimits=NONE
SlurmdTimeout=6
SlurmctldTimeout=30
MessageTimeout=5
KillWait=2
ReturnToService=2
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=10 State=UP
"""


def missing():
    """Why there can be no cluster here, or None."""
    absent = [p for p in NEEDED if not find(p)]
    if absent:
        return f"{', '.join(absent)}: not installed (slurmctld, slurmd, slurm-client, munge)"
    if os.geteuid():
        return "slurmd needs root to start jobs"
    return None


def find(program):
    return shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Cluster:
    def __init__(self, folder, nodes, feature):
        self.folder = Path(folder)
        self.nodes = list(nodes)
        self.daemons = {}
        self.environ = dict(os.environ, SLURM_CONF=str(self.folder / "slurm.conf"))
        atexit.register(self.end)
        (self.folder / "state").mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        plugins = next(Path("/usr/lib").glob("*/slurm-wlm"), None) or next(Path("/usr/lib").glob("*/slurm"))
        host = socket.gethostname().split(".")[0]
        lines = [f"NodeName={n} NodeHostname={host} NodeAddr=127.0.0.1 Port={free_port()} CPUs=1 "
                 f"RealMemory=100 Feature={feature}" for n in self.nodes]
        (self.folder / "slurm.conf").write_text(CONF.format(
            host=host, port=free_port(), folder=self.folder, plugins=plugins,
            nodes="\n".join(lines)))

    def daemon(self, name, *argv):
        with open(self.folder / f"{name}.out", "ab") as out:
            self.daemons[name] = subprocess.Popen(
                [find(argv[0]), *map(str, argv[1:])], env=self.environ, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True)

    def start_node(self, node):
        self.daemon(node, "slurmd", "-D", "-N", node)

    def start(self):
        """None, or what did not come up."""
        f = self.folder
        self.daemon("munged", "munged", "--foreground", "--force", f"--socket={f}/munge.sock",
                    f"--key-file={f}/munge.key", f"--pid-file={f}/munged.pid",
                    f"--log-file={f}/munged.log", f"--seed-file={f}/munged.seed")
        if not wait_for((f / "munge.sock").exists, STEP_S):
            return "munged: " + (f / "munged.out").read_text()[-500:]
        self.daemon("slurmctld", "slurmctld", "-D", "-c")
        for node in self.nodes:
            self.start_node(node)
        if not wait_for(lambda: self.idle() == len(self.nodes), STEP_S):
            return f"{self.idle()} of {len(self.nodes)} nodes are idle\n" + self.logs()
        return None

    def logs(self):
        texts = [p.read_text(errors="replace")[-1500:] for p in sorted(self.folder.glob("*.log"))]
        return "\n".join(texts)

    def run(self, *argv):
        return subprocess.run([find(argv[0]), *map(str, argv[1:])], env=self.environ, text=True,
                              capture_output=True, timeout=STEP_S, check=False)

    def idle(self):
        out = self.run("sinfo", "-h", "-N", "-o", "%t").stdout.split()
        return out.count("idle")

    def submit(self, *argv, cwd, env):
        """The job's id."""
        done = subprocess.run([find("sbatch"), "--parsable", *map(str, argv)], cwd=cwd, text=True,
                              env={**self.environ, **env}, capture_output=True, timeout=STEP_S,
                              check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def job(self, job):
        """What the controller says of a job or an array's task: {key: value}."""
        out = self.run("scontrol", "-o", "show", "job", job).stdout
        return dict(re.findall(r"(\w+)=(\S*)", out.splitlines()[0])) if out.strip() else {}

    def processes(self, node):
        """slurmd, the steps it started and their processes."""
        found = [self.daemons[node].pid]
        conf = f"SLURM_CONF={self.environ['SLURM_CONF']}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if conf in words and f"SLURMD_NODENAME={node}".encode() in words:
                found.append(int(entry.name))
        return found

    def steps(self):
        """slurmstepd processes of this cluster: their parent was a slurmd of ours."""
        found = []
        conf = f"SLURM_CONF={self.environ['SLURM_CONF']}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "comm").read_text().strip() == "slurmstepd" and \
                        conf in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def kill_node(self, node):
        """As if its power had gone: nothing of it says goodbye. Returns how many processes died."""
        mine = set(self.processes(node))
        for pid in self.steps():
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if any(int(c) in mine for c in children):
                mine.add(pid)
        for pid in mine:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.daemons[node].wait(STEP_S)
        return len(mine)

    def end(self):
        for node in self.nodes:
            if node in self.daemons:
                self.kill_node(node)
        for name in ("slurmctld", "munged"):
            child = self.daemons.get(name)
            if not child:
                continue
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
