#include "postprocess/render/canvas.h"

#include "base/user_error.h"

#include <vtkActor.h>
#include <vtkActor2D.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkImageData.h>
#include <vtkPointData.h>
#include <vtkPolyDataMapper.h>
#include <vtkPolyDataMapper2D.h>
#include <vtkPolyDataNormals.h>
#include <vtkProperty.h>
#include <vtkProperty2D.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>
#include <vtkWindowToImageFilter.h>

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
constexpr int largest_side = 16000; ///< pixels that software rendering draws in one piece
constexpr double depth_mm = 2000;   ///< room before and behind the paper

vtkSmartPointer<vtkRenderer> new_renderer(vtkRenderWindow *window, int layer)
{
  const auto renderer = vtkSmartPointer<vtkRenderer>::New();
  renderer->SetBackground(1, 1, 1);
  renderer->SetLayer(layer);
  window->AddRenderer(renderer);
  return renderer;
}
} // namespace

Canvas::Canvas(double width_mm, double height_mm, double dpi) : width_mm_(width_mm), height_mm_(height_mm), dpi_(dpi)
{
  const int width = static_cast<int>(std::lround(pixels(width_mm))),
            height = static_cast<int>(std::lround(pixels(height_mm)));
  if (std::max(width, height) > largest_side)
    throw UserError("a figure of " + std::to_string(width) + " x " + std::to_string(height) +
                    " pixels is too large (at most " + std::to_string(largest_side) +
                    "); take a smaller --width-mm or --dpi");
  window_ = vtkSmartPointer<vtkRenderWindow>::New();
  window_->SetOffScreenRendering(1);
  window_->SetMultiSamples(4);
  window_->SetSize(width, height);
  window_->SetDPI(static_cast<int>(std::lround(dpi)));
  window_->SetNumberOfLayers(2);
  models_ = new_renderer(window_, 0);
  notes_ = new_renderer(window_, 1);
  vtkCamera *camera = models_->GetActiveCamera();
  camera->ParallelProjectionOn();
  camera->SetFocalPoint(width_mm / 2, height_mm / 2, 0);
  camera->SetPosition(width_mm / 2, height_mm / 2, depth_mm);
  camera->SetViewUp(0, 1, 0);
  camera->SetParallelScale(height_mm / 2);
  camera->SetClippingRange(1, 2 * depth_mm);
}

void Canvas::surface(vtkPolyData *data, const Look &look)
{
  const auto mapper = vtkSmartPointer<vtkPolyDataMapper>::New();
  if (look.is_lit && data->GetNumberOfPolys() > 0) {
    const auto normals = vtkSmartPointer<vtkPolyDataNormals>::New();
    normals->SetInputData(data);
    normals->SetFeatureAngle(40);
    normals->Update();
    mapper->SetInputData(normals->GetOutput());
  } else {
    mapper->SetInputData(data);
  }
  if (data->GetPointData()->HasArray("colours"))
    mapper->SetScalarModeToUsePointFieldData();
  else
    mapper->SetScalarModeToUseCellFieldData();
  mapper->SelectColorArray("colours");
  mapper->SetColorModeToDirectScalars();
  const auto actor = vtkSmartPointer<vtkActor>::New();
  actor->SetMapper(mapper);
  vtkProperty *property = actor->GetProperty();
  property->SetOpacity(look.opacity);
  property->SetLineWidth(static_cast<float>(look.line_width_pt * dpi_ / 72));
  property->SetLighting(look.is_lit);
  property->SetAmbient(look.ambient);
  property->SetDiffuse(1 - look.ambient);
  models_->AddActor(actor);
}

void Canvas::text(double x_mm, double y_mm, const std::string &text, double size_pt, Align align, bool is_bold,
                  bool is_middle)
{
  const auto actor = vtkSmartPointer<vtkTextActor>::New();
  actor->SetInput(text.c_str());
  vtkTextProperty *property = actor->GetTextProperty();
  property->SetFontFamilyToArial();
  property->SetFontSize(static_cast<int>(std::lround(size_pt)));
  property->SetColor(0, 0, 0);
  property->SetBold(is_bold);
  if (align == Align::left)
    property->SetJustificationToLeft();
  else if (align == Align::centre)
    property->SetJustificationToCentered();
  else
    property->SetJustificationToRight();
  if (is_middle)
    property->SetVerticalJustificationToCentered();
  else
    property->SetVerticalJustificationToBottom();
  actor->SetDisplayPosition(static_cast<int>(std::lround(pixels(x_mm))), static_cast<int>(std::lround(pixels(y_mm))));
  notes_->AddActor2D(actor);
}

void Canvas::line(double x0_mm, double y0_mm, double x1_mm, double y1_mm, double width_pt)
{
  // A rectangle: wide lines are drawn differently by different drivers.
  const double half = width_pt * 25.4 / 72 / 2, length = std::hypot(x1_mm - x0_mm, y1_mm - y0_mm);
  if (length <= 0)
    return;
  const double dx = -(y1_mm - y0_mm) / length * half, dy = (x1_mm - x0_mm) / length * half;
  polygon({x0_mm + dx, x0_mm - dx, x1_mm - dx, x1_mm + dx}, {y0_mm + dy, y0_mm - dy, y1_mm - dy, y1_mm + dy},
          {0, 0, 0});
}

void Canvas::rectangle(double x_mm, double y_mm, double width_mm, double height_mm, const Colour &colour)
{
  polygon({x_mm, x_mm + width_mm, x_mm + width_mm, x_mm}, {y_mm, y_mm, y_mm + height_mm, y_mm + height_mm}, colour);
}

void Canvas::triangle(const double (&x_mm)[3], const double (&y_mm)[3], const Colour &colour)
{
  polygon({x_mm, x_mm + 3}, {y_mm, y_mm + 3}, colour);
}

void Canvas::polygon(const std::vector<double> &x_mm, const std::vector<double> &y_mm, const Colour &colour)
{
  const auto points = vtkSmartPointer<vtkPoints>::New();
  const auto polygons = vtkSmartPointer<vtkCellArray>::New();
  polygons->InsertNextCell(static_cast<int>(x_mm.size()));
  for (std::size_t k = 0; k < x_mm.size(); ++k)
    polygons->InsertCellPoint(points->InsertNextPoint(pixels(x_mm[k]), pixels(y_mm[k]), 0));
  const auto data = vtkSmartPointer<vtkPolyData>::New();
  data->SetPoints(points);
  data->SetPolys(polygons);
  const auto mapper = vtkSmartPointer<vtkPolyDataMapper2D>::New();
  mapper->SetInputData(data);
  const auto actor = vtkSmartPointer<vtkActor2D>::New();
  actor->SetMapper(mapper);
  actor->GetProperty()->SetColor(colour[0] / 255., colour[1] / 255., colour[2] / 255.);
  notes_->AddActor2D(actor);
}

vtkSmartPointer<vtkImageData> Canvas::image()
{
  window_->Render();
  const auto filter = vtkSmartPointer<vtkWindowToImageFilter>::New();
  filter->SetInput(window_);
  filter->ReadFrontBufferOff();
  filter->Update();
  return filter->GetOutput();
}
} // namespace lumbarfem
