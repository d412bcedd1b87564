"""Studies of LumbarFEM from Python: write, check and solve them, results as pandas data frames, figures for papers.

    import lumbarfem
    lumbarfem.write_study({"study": {"title": "Fixation"}, "loading": {...}, "variant": [...]}, "fixation.toml")
    result = lumbarfem.run("fixation.toml", directions="flexion", settings={"mesh.resolution": "coarse"})
    result = lumbarfem.read("results/fused-vs-dynamic")
    result.rotation(level="L3-L4", direction="flexion")
    result.compare("idp", statistic="mean", region="", protocol="hybrid")
    lumbarfem.read_claims()

The four standard figures of a fixation paper are in lumbarfem.figures, further curves in lumbarfem.plots (matplotlib).
"""
from .claims import read_claims
from .manifest import LeftOut, NotAResult
from .program import (BadInput, Fault, InternalError, NotConverged, OutOfMemory, ProgramError, ProgramNotFound, Stopped,
                      find_program)
from .results import Result, UnknownName, Validation, read
from .studies import StudyWarning, check, run, write_study

__version__ = "0.2.0"
__all__ = ["BadInput", "Fault", "InternalError", "LeftOut", "NotAResult", "NotConverged", "OutOfMemory", "ProgramError",
           "ProgramNotFound", "Result", "Stopped", "StudyWarning", "UnknownName", "Validation", "check", "find_program",
           "read", "read_claims", "run", "write_study"]
