/// Every key of a study, declared once: the checks, the template and docs/study-reference.md are made from these lists.
/// The dimensions of the spine are declared with the geometry, the constants of a tissue with its law.
#pragma once

#include "base/key.h"

namespace lumbarfem
{
const std::vector<Key> &study_keys();           ///< [study]
const std::vector<Key> &spine_choice_keys();    ///< [spine]: preset and levels
const std::vector<Key> &mesh_keys();            ///< [mesh]
const std::vector<Key> &tissue_keys();          ///< [materials]: a preset's name or a table
const std::vector<Key> &ligament_choice_keys(); ///< [ligaments]
const std::vector<Key> &ligament_keys();        ///< [ligaments.SSL], [ligaments.level.L4-L5.SSL]
const std::vector<Key> &facet_keys();           ///< [facets]
const std::vector<Key> &loading_keys();         ///< [loading]
const std::vector<Key> &compression_keys();     ///< those of [loading] that only a compression along the axis has
const std::vector<Key> &gravity_keys();         ///< those of [loading] that only gravity has
const std::vector<Key> &solver_keys();          ///< [solver]
const std::vector<Key> &output_keys();          ///< [output]
const std::vector<Key> &variant_keys();         ///< [[variant]] without the tables
const std::vector<Key> &approach_keys();        ///< [[surgery.approach]]
const std::vector<Key> &screw_keys();           ///< [[surgery.screw]]
const std::vector<Key> &rod_keys();             ///< [[surgery.rod]]
const std::vector<Key> &dynamic_keys();         ///< [[surgery.dynamic]]
const std::vector<Key> &cage_keys();            ///< [[surgery.cage]]
const std::vector<Key> &cement_keys();          ///< [[surgery.cement]]
const std::vector<Key> &ligament_cut_keys();    ///< [[surgery.ligament_cut]]
const std::vector<Key> &muscle_cut_keys();      ///< [[surgery.muscle_cut]]
const std::vector<Key> &removal_keys();         ///< [[surgery.removal]]
const std::vector<Key> &facetectomy_keys();     ///< [[surgery.facetectomy]]

/// Tissues that a [materials.level.X] table may set: X a level ("L3") or a disc ("L4-L5").
const std::vector<std::string> &vertebra_tissues();
const std::vector<std::string> &disc_tissues();

/// Keys with the name of a preset of the spine that is a single disc between plates.
inline constexpr const char *single_disc_preset = "calibration_disc";

/// One table of the file, for the template and the reference.
struct TableDeclaration {
  std::string path; ///< "loading", "surgery.screw"
  bool is_list;     ///< [[surgery.screw]]
  std::string sentence;
  std::vector<Key> keys;
};
/// All tables in the order in which they are explained.
std::vector<TableDeclaration> table_declarations();
/// Names of the tables at the top of a file (without `variant`).
std::vector<std::string> top_tables();
} // namespace lumbarfem
