"""Start the machine that an assignment needs; light to import, so that it can be done first."""

from __future__ import annotations

from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from traitlets.config import Config

from casebank.grading.course import load_config
from casebank.grading.machine import Machine
from casebank.grading.model import Kit, Pack
from casebank.grading.pack import heavy
from casebank.grading.plain import PlainMachine
from casebank.grading.specs import folders


def config_of(pack: Pack) -> Config:
    """The course's settings; read again from its folder where they cannot travel."""
    return Config(pack.config) if pack.config else load_config(Path(pack.root))


def machine(kit: Kit, started: Machine | None = None) -> Machine | PlainMachine:
    """A zygote for an assignment, which warms up from now on; the one that has started, if it fits.

    Args:
        kit: the assignment.
        started: what :func:`casebank.grading.machine.early` gave.
    """
    pack = kit.pack
    if not kit.sandbox:
        return PlainMachine(pack.limits, kit.name)
    extra = tuple(dict.fromkeys(name for one in kit.packs.values() for name in heavy(one)))
    seed = Path(kit.seed) if kit.seed else None
    specs = KernelSpecManager(config=config_of(pack))
    see = folders(specs, kit.packs.values())
    if started is not None:
        if not see and started.limits == pack.limits:
            started.load(extra)
            return started
        started.close()
    return Machine(Path(pack.root), seed, pack.limits, extra=extra, name=kit.name, see=see)
