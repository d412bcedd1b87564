/// What all sub-commands share: parsing with one message for a wrong option, and --help.
#pragma once

#include "app/commands/commands.h"

#include <boost/program_options.hpp>

namespace lumbarfem
{
/// @p positional: words without an option's name, each needed; the last may end in "..." for any number, also none.
/// @p hidden: options that neither help nor messages show. Parses; unknown options and missing values end in a
/// UserError that names the nearest option. Returns false after printing the help.
bool parse_options(
    const Invocation &invocation, const std::string &usage, const boost::program_options::options_description &visible,
    const std::vector<std::string> &positional, boost::program_options::variables_map &values,
    const boost::program_options::options_description &hidden = boost::program_options::options_description());
} // namespace lumbarfem
