#include "postprocess/atomic_file.h"

#include "base/user_error.h"

#include <filesystem>
#include <fstream>

namespace lumbarfem
{
void move_into_place(const std::string &path)
{
  std::error_code error;
  std::filesystem::rename(temporary_name(path), path, error);
  if (error)
    throw UserError("cannot write " + path + ": " + error.message());
}

void write_text(const std::string &path, const std::string &text)
{
  {
    std::ofstream output(temporary_name(path), std::ios::binary);
    output << text;
    output.flush();
    if (!output)
      throw UserError("cannot write " + path + ": is the folder there, the disk full?");
  }
  move_into_place(path);
}
} // namespace lumbarfem
