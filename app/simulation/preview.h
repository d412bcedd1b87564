/// The preview of a study: what its models are like before anything is solved, as data of the report's page.
#pragma once

#include "cases/study.h"
#include "meshes/spine_mesh.h"
#include "postprocess/report/report.h"

#include <mpi.h>

#include <functional>

namespace lumbarfem
{
struct PreviewMaker {
  ReportMaker page;
  /// Bytes that a run of a variant is expected to take.
  std::function<double(const Study &, const SpineMesh &)> expected_memory;
};

struct Preview {
  Json data;
  int n_findings = 0;
  std::string faults; ///< what makes `run` refuse the study, as `check` says it; empty when nothing does
};

/// Models of all variants, one after the other. What a mesh refuses (a screw that leaves its body, cement that does not
/// fit) is a finding at its place; UserError when a variant cannot be drawn at all.
Preview make_preview(const StudyFile &file, const PreviewMaker &maker, MPI_Comm communicator);
} // namespace lumbarfem
