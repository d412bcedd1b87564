/// A sheet of paper in millimetres: shaded surfaces, lines and text, drawn off-screen by VTK.
#pragma once

#include "postprocess/render/colour_scale.h"

#include <vtkPolyData.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>

#include <string>

class vtkImageData;

namespace lumbarfem
{
/// How a surface or its lines look.
struct Look {
  double opacity = 1;
  bool is_lit = true;       ///< false: exactly the colours of the scale
  double line_width_pt = 1; ///< of lines
  double ambient = 0.35;    ///< share of the light that shows no shape; the more, the truer the colours
};

enum class Align { left, centre, right };

class Canvas
{
public:
  /// Needs a display (VirtualDisplay). Throws UserError when the picture would be larger than VTK can draw.
  Canvas(double width_mm, double height_mm, double dpi);

  /// Points of @p data in mm on the paper, z toward the viewer; coloured by its cell or point array "colours".
  void surface(vtkPolyData *data, const Look &look = {});
  /// The foot of the text stands at @p y_mm, or its middle when @p is_middle; in front of all surfaces.
  void text(double x_mm, double y_mm, const std::string &text, double size_pt, Align align = Align::left,
            bool is_bold = false, bool is_middle = false);
  void line(double x0_mm, double y0_mm, double x1_mm, double y1_mm, double width_pt);
  void rectangle(double x_mm, double y_mm, double width_mm, double height_mm, const Colour &colour);
  void triangle(const double (&x_mm)[3], const double (&y_mm)[3], const Colour &colour);

  double width_mm() const { return width_mm_; }
  double height_mm() const { return height_mm_; }
  vtkSmartPointer<vtkImageData> image();

private:
  double pixels(double mm) const { return mm * dpi_ / 25.4; }
  void polygon(const std::vector<double> &x_mm, const std::vector<double> &y_mm, const Colour &colour);

  double width_mm_, height_mm_, dpi_;
  vtkSmartPointer<vtkRenderWindow> window_;
  vtkSmartPointer<vtkRenderer> models_, notes_;
};
} // namespace lumbarfem
