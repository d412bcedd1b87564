#include "postprocess/field_arrays.h"

#include "postprocess/measures/mesh_topology.h"
#include "postprocess/measures/stress_invariants.h"
#include "postprocess/part_arrays.h"
#include "solver/facet_contact.h"

#include <vtkCellArray.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkInformation.h>
#include <vtkInformationDoubleVectorKey.h>
#include <vtkIntArray.h>
#include <vtkPoints.h>

#include <algorithm>
#include <limits>
#include <map>

namespace lumbarfem
{
const int vtk_lattice_27[27] = {0,  2,  8,  6,  18, 20, 26, 24, // corners
                                1,  5,  7,  3,  19, 23, 25, 21, // edges below and above
                                9,  11, 17, 15,                 // upright edges
                                12, 14, 10, 16, 4,  22, 13};    // faces -x +x -y +y -z +z, centre
const int vtk_lattice_8[8] = {0, 2, 8, 6, 18, 20, 26, 24};

bool is_quantity(const std::string &array)
{
  for (const char *other : {"region", "level", "cell", "rank", "part", "joint", "volume [mm3]", "diameter [mm]"})
    if (array == other)
      return false;
  return true;
}

double drawn_radius_mm(PartKind kind)
{
  return kind == PartKind::cord ? 1.2 : kind == PartKind::spacer ? 4 : kind == PartKind::muscle ? 0.7 : 2;
}

namespace
{
template <typename Array>
vtkSmartPointer<Array> new_array(const std::string &name, int n_components, vtkIdType n)
{
  auto array = vtkSmartPointer<Array>::New();
  array->SetName(name.c_str());
  array->SetNumberOfComponents(n_components);
  array->SetNumberOfTuples(n);
  return array;
}

void add_number(vtkFieldData *data, const std::string &name, double value)
{
  const auto array = new_array<vtkDoubleArray>(name, 1, 1);
  array->SetValue(0, value);
  data->AddArray(array);
}

void add_numbers(vtkFieldData *data, const FieldHeader &header)
{
  add_number(data, "TimeValue", header.time);
  add_number(data, "load_factor", header.context.load_factor);
  add_number(data, "moment [Nm]", header.context.moment_Nm);
  add_number(data, "preload [N]", header.context.preload_N);
}

void add_header(vtkFieldData *data, const FieldHeader &header)
{
  add_texts(data, "units", {"mm, N, MPa"});
  add_texts(data, "axes", {"LPS: +x patient left, +y posterior, +z superior"});
  add_texts(data, "study", {header.context.study});
  add_texts(data, "variant", {header.context.variant});
  add_texts(data, "direction", {header.context.direction});
  add_texts(data, "protocol", {header.context.protocol});
  add_texts(data, "stage", {header.context.stage});
  add_texts(data, "run", {header.identity.run});
  add_texts(data, "frozen_hash", {header.identity.frozen_hash});
  add_numbers(data, header);
}

/// Means of a cell over its current volume.
struct CellMeans {
  double reference_mm3 = 0, current_mm3 = 0, energy = 0, filled_share = 0, pressure = 0, von_mises = 0,
         maximum_principal = 0;
  double largest_fibre = 0; ///< largest of both families over the cell's points
  bool has_fibre = false;
  Matrix3 stress = Matrix3::Zero();

  void add(const PointSample &sample)
  {
    const double volume = sample.weight_mm3 * sample.J;
    reference_mm3 += sample.weight_mm3;
    current_mm3 += volume;
    energy += sample.weight_mm3 * sample.energy_MPa;
    filled_share += sample.weight_mm3 * sample.filled_share;
    stress += volume * sample.cauchy_MPa;
    pressure += volume * pressure_of(sample.cauchy_MPa);
    von_mises += volume * lumbarfem::von_mises(sample.cauchy_MPa);
    maximum_principal += volume * principal_values(sample.cauchy_MPa)[2];
    const double fibre = std::max(sample.fibre_stress_MPa[0], sample.fibre_stress_MPa[1]);
    largest_fibre = has_fibre ? std::max(largest_fibre, fibre) : fibre;
    has_fibre = true;
  }
};

void add_points(const Model &model, const State &state, const std::vector<int> &nodes, vtkUnstructuredGrid *grid)
{
  const vtkIdType n = static_cast<vtkIdType>(nodes.size());
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(n);
  const auto displacement = new_array<vtkDoubleArray>("displacement [mm]", 3, n);
  const char *const axes[3] = {"X", "Y", "Z"};
  for (int i = 0; i < 3; ++i)
    displacement->SetComponentName(i, axes[i]);
  for (vtkIdType k = 0; k < n; ++k) {
    points->SetPoint(k, model.field.node_position[nodes[k]].data());
    displacement->SetTuple(k, &state[3 * nodes[k]]);
  }
  grid->SetPoints(points);
  grid->GetPointData()->AddArray(displacement);
  grid->GetPointData()->SetActiveVectors("displacement [mm]");
}

void add_cells(const Model &model, const std::vector<int> &cells, const std::vector<int> &nodes,
               vtkUnstructuredGrid *grid)
{
  const bool is_quadratic = model.field.n_cell_nodes == 27;
  const int n = model.field.n_cell_nodes;
  grid->Allocate(static_cast<vtkIdType>(cells.size()));
  std::vector<vtkIdType> ids(n);
  for (const int cell : cells) {
    for (int k = 0; k < n; ++k) {
      const int local = model.field.node_of_lattice(is_quadratic ? vtk_lattice_27[k] : vtk_lattice_8[k]);
      const int node = model.field.cell_nodes[cell][local];
      ids[k] = std::lower_bound(nodes.begin(), nodes.end(), node) - nodes.begin();
    }
    grid->InsertNextCell(is_quadratic ? VTK_TRIQUADRATIC_HEXAHEDRON : VTK_HEXAHEDRON, n, ids.data());
  }
}

/// Level number of a cell: 0 .. 5 = L1 .. S1, a disc has its upper level's number + 0.5.
double level_number(const SpineMesh &mesh, int cell) { return 0.5 * column_place(mesh, cell); }

/// Stress is no number where bone is rigid: what holds it together is not computed.
void add_cell_data(const Model &model, const State &state, const std::vector<int> &cells, vtkCellData *data)
{
  std::map<int, CellMeans> means;
  model.solid->sample(cells, state, [&](const PointSample &sample) { means[sample.cell].add(sample); });
  const vtkIdType n = static_cast<vtkIdType>(cells.size());
  const auto region = new_array<vtkIntArray>("region", 1, n), rank = new_array<vtkIntArray>("rank", 1, n);
  const auto cell_number = new_array<vtkIntArray>("cell", 1, n);
  const auto level = new_array<vtkDoubleArray>("level", 1, n);
  const auto stress = new_array<vtkDoubleArray>("stress [MPa]", 6, n);
  const char *const components[6] = {"XX", "YY", "ZZ", "XY", "YZ", "XZ"}; // VTK's order of a symmetric tensor
  for (int i = 0; i < 6; ++i)
    stress->SetComponentName(i, components[i]);
  const char *const names[7] = {"volume [mm3]",
                                "pressure [MPa]",
                                "von Mises stress [MPa]",
                                "maximum principal stress [MPa]",
                                "largest fibre stress [MPa]",
                                "strain energy density [MPa]",
                                "implicit region share"};
  std::vector<vtkSmartPointer<vtkDoubleArray>> scalars;
  for (const char *name : names)
    scalars.push_back(new_array<vtkDoubleArray>(name, 1, n));
  for (vtkIdType k = 0; k < n; ++k) {
    const CellMeans &mean = means.at(cells[k]);
    const double known = model.solid->is_idle(cells[k]) ? std::numeric_limits<double>::quiet_NaN() : 1;
    region->SetValue(k, model.mesh.cells[cells[k]].region);
    rank->SetValue(k, model.field.rank);
    cell_number->SetValue(k, cells[k]);
    level->SetValue(k, level_number(model.mesh, cells[k]));
    stress->SetTuple(k, to_voigt(known * mean.stress / mean.current_mm3).eval().data());
    const double values[7] = {mean.reference_mm3,
                              known * mean.pressure / mean.current_mm3,
                              known * mean.von_mises / mean.current_mm3,
                              known * mean.maximum_principal / mean.current_mm3,
                              known * mean.largest_fibre,
                              known * mean.energy / mean.reference_mm3,
                              mean.filled_share / mean.reference_mm3};
    for (int i = 0; i < 7; ++i)
      scalars[i]->SetValue(k, values[i]);
  }
  // VTK's writer would store the range of tensors that are not a number as no number, which its reader refuses.
  if (std::all_of(cells.begin(), cells.end(), [&](int cell) { return model.solid->is_idle(cell); })) {
    double no_range[2] = {0, 0};
    stress->GetInformation()->Set(vtkDataArray::L2_NORM_RANGE(), no_range, 2);
  }
  data->AddArray(region);
  data->AddArray(level);
  data->AddArray(stress);
  for (const auto &array : scalars)
    data->AddArray(array);
  data->AddArray(cell_number);
  data->AddArray(rank);
}
} // namespace

vtkSmartPointer<vtkUnstructuredGrid> solid_piece(const Model &model, const State &state, const FieldHeader &header,
                                                 const std::vector<int> &cells)
{
  const std::vector<int> nodes = nodes_of_cells(model.field, cells);
  const auto grid = vtkSmartPointer<vtkUnstructuredGrid>::New();
  add_points(model, state, nodes, grid);
  add_cells(model, cells, nodes, grid);
  add_cell_data(model, state, cells, grid->GetCellData());
  add_numbers(grid->GetFieldData(), header);
  add_number(grid->GetFieldData(), "rigid_bone", model.rigid_bone ? 1 : 0);
  return grid;
}

vtkSmartPointer<vtkUnstructuredGrid> solid_head(const Model &model, const State &state, const FieldHeader &header)
{
  const vtkSmartPointer<vtkUnstructuredGrid> grid = solid_piece(model, state, header, {});
  grid->GetFieldData()->Initialize();
  add_header(grid->GetFieldData(), header);
  add_texts(grid->GetFieldData(), "region_names", model.mesh.region_names());
  add_number(grid->GetFieldData(), "rigid_bone", model.rigid_bone ? 1 : 0);
  return grid;
}

vtkSmartPointer<vtkPolyData> line_data(const std::vector<LineSegment> &segments, const FieldHeader &header)
{
  const vtkIdType n = static_cast<vtkIdType>(segments.size());
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  const auto lines = vtkSmartPointer<vtkCellArray>::New();
  const auto part = new_array<vtkIntArray>("part", 1, n);
  std::vector<PartId> parts;
  for (vtkIdType k = 0; k < n; ++k) {
    const LineSegment &segment = segments[k];
    const vtkIdType ends[2] = {points->InsertNextPoint(segment.start.data()),
                               points->InsertNextPoint(segment.end.data())};
    lines->InsertNextCell(2, ends);
    const auto found = std::find(parts.begin(), parts.end(), segment.part);
    part->SetValue(k, static_cast<int>(found - parts.begin()));
    if (found == parts.end())
      parts.push_back(segment.part);
  }
  const auto data = vtkSmartPointer<vtkPolyData>::New();
  data->SetPoints(points);
  data->SetLines(lines);
  data->GetCellData()->AddArray(part);
  const auto all = [](PartKind) { return true; };
  const auto muscles = [](PartKind kind) { return kind == PartKind::muscle; };
  const auto add = [&](const char *name, bool (*has)(PartKind), double LineSegment::*value) {
    const auto array = new_array<vtkDoubleArray>(name, 1, n);
    bool any = false;
    for (vtkIdType k = 0; k < n; ++k) {
      const bool exists = has(segments[k].part.kind);
      array->SetValue(k, exists ? segments[k].*value : std::numeric_limits<double>::quiet_NaN());
      any = any || exists;
    }
    if (any)
      data->GetCellData()->AddArray(array);
  };
  add("axial force [N]", all, &LineSegment::axial_force_N);
  add("shear force [N]", is_beam, &LineSegment::shear_force_N);
  add("bending moment [N mm]", is_beam, &LineSegment::bending_moment_Nmm);
  add("torsion [N mm]", is_beam, &LineSegment::torsion_Nmm);
  add("beam stress [MPa]", is_beam, &LineSegment::stress_MPa);
  add("diameter [mm]", is_beam, &LineSegment::diameter_mm);
  add("muscle stress [MPa]", muscles, &LineSegment::stress_MPa);
  add_header(data->GetFieldData(), header);
  add_parts(data->GetFieldData(), parts);
  return data;
}

vtkSmartPointer<vtkPolyData> facet_data(const Model &model, const State &state, const FieldHeader &header)
{
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  const auto cells = vtkSmartPointer<vtkCellArray>::New();
  const std::vector<FacetContact *> facets = model.all<FacetContact>();
  constexpr int n_rings = FacetContact::n_rings, n_sectors = FacetContact::n_sectors;
  const vtkIdType n = static_cast<vtkIdType>(facets.size()) * n_rings * n_sectors;
  const auto pressure = new_array<vtkDoubleArray>("pressure [MPa]", 1, n),
             gap = new_array<vtkDoubleArray>("gap [mm]", 1, n);
  const auto joint = new_array<vtkIntArray>("joint", 1, n);
  std::vector<std::string> names;
  for (const FacetContact *contact : facets) {
    const vtkIdType first = points->GetNumberOfPoints();
    for (const FacetContact::Sample &sample : contact->samples(state)) {
      const vtkIdType point = points->InsertNextPoint(sample.position.data());
      pressure->SetValue(point, sample.pressure_MPa);
      gap->SetValue(point, sample.faces_the_surface ? sample.gap_mm : std::numeric_limits<double>::quiet_NaN());
      joint->SetValue(point, static_cast<int>(names.size()));
    }
    std::vector<vtkIdType> middle;
    for (int sector = 0; sector < n_sectors; ++sector)
      middle.push_back(first + sector);
    cells->InsertNextCell(n_sectors, middle.data());
    for (int ring = 0; ring + 1 < n_rings; ++ring)
      for (int sector = 0; sector < n_sectors; ++sector) {
        const vtkIdType inner = first + ring * n_sectors, next = (sector + 1) % n_sectors;
        const vtkIdType quadrilateral[4] = {inner + sector, inner + n_sectors + sector, inner + n_sectors + next,
                                            inner + next};
        cells->InsertNextCell(4, quadrilateral);
      }
    names.push_back(contact->joint().name());
  }
  const auto data = vtkSmartPointer<vtkPolyData>::New();
  data->SetPoints(points);
  data->SetPolys(cells);
  data->GetPointData()->AddArray(pressure);
  data->GetPointData()->AddArray(gap);
  data->GetPointData()->AddArray(joint);
  add_header(data->GetFieldData(), header);
  add_texts(data->GetFieldData(), "joint_names", names);
  return data;
}
} // namespace lumbarfem
