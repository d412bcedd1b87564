/// Study (plain values) -> Model (mesh, field, contributions).
#pragma once

#include "cases/study.h"
#include "solver/follower_load.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Makes the meshes of studies, from their dimensions or from their file. Variants that differ in neither, one after
/// the other, share the mesh from which each takes its parts away.
class MeshMaker
{
public:
  /// Throws UserError.
  SpineMesh make(const Study &study);

private:
  SpineMesh whole_; ///< nothing removed; without nodes: none yet
  std::string file_;
};
/// The mesh of one study; throws UserError.
inline SpineMesh make_mesh(const Study &study) { return MeshMaker().make(study); }
/// @p with_multiplier: reserve the unknown moment of the hybrid protocol. Collective. The model is made in place
/// because its parts refer to each other.
std::unique_ptr<Model> build_model(const Study &study, bool with_multiplier, MPI_Comm communicator);
/// A model without a system of equations: to be looked at, not to be solved.
struct UnsolvedModel {
  std::unique_ptr<Model> model; ///< its system and body_motion are null
  int n_unknowns = 0;           ///< of the system that it would have; also the length of its states
};
/// The same parts as build_model makes, in a fraction of its time and memory. Collective.
UnsolvedModel build_unsolved_model(const Study &study, MPI_Comm communicator);
/// Newton's method on a model, to the study's tolerance relative to its loads.
EquilibriumSettings equilibrium_settings(const Study &study);
std::unique_ptr<EquilibriumSolver> make_solver(Model &model, const EquilibriumSettings &settings);
/// Strands of the follower load through the guides of the model's anatomy.
std::vector<FollowerLoad::Strand> follower_strands(const Model &model);
/// A line for each body that does not follow the cells: its volume beside the one asked for or of its shape.
std::string implicit_volume_text(const Model &model);
/// Checks that need the mesh (places of screws, volumes and overlaps of cages and cement): throws UserError. Returns
/// warnings. @p cements: a line of comment on each cement, its volume in mL and percent and where it lies.
std::vector<std::string> check_against_mesh(const Study &study, const SpineMesh &mesh, std::string *cements = nullptr);
} // namespace lumbarfem
