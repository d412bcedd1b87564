/// Which run a PNG figure was drawn of.
#pragma once

#include <string>

namespace lumbarfem
{
/// Keyword of the text that `render` writes into its pictures; its value is RunIdentity::run.
extern const char *const figure_run_keyword;
/// Keyword of the name under which it writes them: a copy by another name is the user's.
extern const char *const figure_file_keyword;

/// Keyword of the SHA-256 of all that stands behind it, the picture: one that somebody has drawn on is somebody's own.
extern const char *const figure_digest_keyword;

/// What a PNG file says of its origin; nothing where its picture is another one than was drawn.
struct FigureOrigin {
  bool is_drawn_here = false; ///< by LumbarFEM
  std::string run;            ///< empty in figures of version 0.1 and in those of others
  std::string file;           ///< the name that `render` gave it; empty in others
};
FigureOrigin origin_of_figure(const std::string &path);
} // namespace lumbarfem
