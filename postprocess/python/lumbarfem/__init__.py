"""Result folders of LumbarFEM as pandas data frames.

    import lumbarfem
    result = lumbarfem.read("results/fused-vs-dynamic")
    result.rotation(level="L3-L4", direction="flexion")
    result.compare("idp", statistic="mean", region="", protocol="hybrid")

Plots of the standard curves are in lumbarfem.plots (matplotlib).
"""
from .manifest import LeftOut, NotAResult
from .results import Result, UnknownName, Validation, read

__all__ = ["LeftOut", "NotAResult", "Result", "UnknownName", "Validation", "read"]
