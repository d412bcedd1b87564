/// What the commands that solve a study share: the options that choose among its variants, and the checks before work.
#pragma once

#include "app/commands/options.h"
#include "cases/study_reader.h"

#include <string>
#include <vector>

namespace lumbarfem
{
using Words = std::vector<std::string>;

/// The words of a repeatable option; none when it was not given.
Words words(const boost::program_options::variables_map &values, const char *name);
/// Repeatable options as they stood on the command line, for a child process.
Words repeated(const boost::program_options::variables_map &values, const std::vector<const char *> &names);
/// Keeps the variants, directions and protocols chosen by the options of those names. The reference variant stays when
/// a hybrid run needs its rotation, and goes first. Throws UserError.
StudyFile selected(StudyFile file, const boost::program_options::variables_map &values);
/// The same by the words of the options.
StudyFile selected(StudyFile file, const Words &variants, const Words &directions, const Words &protocols);
/// Checks every variant against its mesh; UserError with all faults. Returns the bytes that the largest run is expected
/// to take.
double check_against_meshes(const StudyFile &file);
/// results/ and the name of the study: its file's, or its folder's where the file is called study.toml.
std::string default_output(const std::string &study);
} // namespace lumbarfem
