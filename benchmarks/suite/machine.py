# SPDX-License-Identifier: Apache-2.0
"""Where a run was made, and with what."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import peers
from .microcheck import compiler


def describe() -> dict[str, Any]:
    """The machine and its kernel."""
    cpu = Path("/proc/cpuinfo").read_text()
    memory = re.search(r"^MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "cpu": _first(r"^model name\s*: (.*)$", cpu),
        "cpus": os.cpu_count(),
        "virtual": "hypervisor" in _first(r"^flags\s*: (.*)$", cpu).split(),
        "memory_bytes": int(memory[1]) * 1024 if memory else 0,
        "kernel": f"Linux {platform.release()} {platform.machine()}",
        "distribution": _first(r'^PRETTY_NAME="(.*)"$', Path("/etc/os-release").read_text()),
        "established_table_buckets": _buckets(),
    }


def line(machine: dict[str, Any]) -> str:
    """The machine in one line, for captions."""
    kind = "virtual machine" if machine["virtual"] else "machine"
    memory = machine["memory_bytes"] / 2**30
    processors = f"{machine['cpus']} CPUs ({machine['cpu']}, {kind})"
    return f"{processors}, {memory:.0f} GiB, {machine['kernel']}, {machine['distribution']}"


def buckets(machine: dict[str, Any]) -> str:
    """What every walk passes through, however few sockets there are."""
    count = machine["established_table_buckets"]
    return f"{int(count):,} buckets" if count.isdigit() else "an unknown number of buckets"


def versions(executable: Path) -> dict[str, str]:
    """What was measured."""
    found = {
        "socket_exporter": peers.version([str(executable), "--version"]),
        "swift": compiler(),
        "cc": peers.version(["cc", "--version"]),
        "python": sys.version.split()[0],
        "ss": peers.version(["ss", "-V"]),
    }
    for peer in peers.ALL:
        if peer.is_there:
            found[peer.name] = peer.version
    return found


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1].strip() if found else "unknown"


def _buckets() -> str:
    """The size of the kernel's table of connections, which every walk passes through."""
    log = subprocess.run(["dmesg"], capture_output=True, text=True).stdout
    return _first(r"TCP established hash table entries: (\d+)", log)
