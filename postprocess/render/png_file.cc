#include "postprocess/render/png_file.h"

#include "base/digest.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/figure_identity.h"

#include <vtkImageData.h>
#include <vtkPNGWriter.h>
#include <vtkSmartPointer.h>
#include <vtkUnsignedCharArray.h>

#include <cmath>
#include <cstdint>
#include <filesystem>

namespace lumbarfem
{
namespace
{
std::string big_endian(std::uint32_t number)
{
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(number >> shift & 255);
  return bytes;
}

/// Checksum of the PNG specification (ISO/IEC 15948, annex D), bit by bit: the chunks are short.
std::uint32_t checksum(const std::string &bytes)
{
  std::uint32_t rest = 0xffffffffu;
  for (const char byte : bytes) {
    rest ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit)
      rest = rest & 1 ? 0xedb88320u ^ rest >> 1 : rest >> 1;
  }
  return ~rest;
}

std::string chunk(const std::string &type, const std::string &content)
{
  return big_endian(static_cast<std::uint32_t>(content.size())) + type + content + big_endian(checksum(type + content));
}
} // namespace

void write_png(const std::string &path, vtkImageData *image, double dpi,
               const std::vector<std::pair<std::string, std::string>> &texts)
{
  if (std::filesystem::exists(path) && !origin_of_figure(path).is_drawn_here)
    throw UserError(path +
                    ": is there already and was not drawn by LumbarFEM; move it away, or give another folder with "
                    "--output");
  const auto writer = vtkSmartPointer<vtkPNGWriter>::New();
  writer->SetInputData(image);
  writer->WriteToMemoryOn();
  writer->Write();
  vtkUnsignedCharArray *bytes = writer->GetResult();
  constexpr std::size_t head = 8 + 25; // signature and IHDR, after which the others may stand
  if (!bytes || bytes->GetNumberOfValues() < static_cast<vtkIdType>(head))
    throw UserError("cannot draw " + path + ": VTK made no picture; a smaller --width-mm or --dpi may fit into memory");
  const std::string plain(reinterpret_cast<const char *>(bytes->GetPointer(0)), bytes->GetNumberOfValues());
  const std::string per_metre = big_endian(static_cast<std::uint32_t>(std::lround(dpi / 0.0254)));
  std::string marked = plain.substr(0, head) + chunk("pHYs", per_metre + per_metre + '\1');
  for (const auto &[keyword, text] : texts)
    marked += chunk("iTXt", keyword + std::string(5, '\0') + text); // not compressed, no language, UTF-8
  marked += chunk("iTXt", figure_digest_keyword + std::string(5, '\0') + sha256(plain.substr(head)));
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty())
    std::filesystem::create_directories(folder, error);
  if (error)
    throw UserError("cannot make the folder " + folder.string() + ": " + error.message());
  write_text(path, marked + plain.substr(head));
}
} // namespace lumbarfem
