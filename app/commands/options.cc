#include "app/commands/options.h"

#include "base/user_error.h"

#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;

bool parse_options(const Invocation &invocation, const std::string &usage, const po::options_description &visible,
                   const std::vector<std::string> &positional, po::variables_map &values,
                   const po::options_description &hidden)
{
  po::options_description all;
  all.add(visible);
  all.add_options()("help,h", "show this help");
  std::vector<std::string> known;
  for (const auto &option : all.options())
    if (!option->description().empty())
      known.push_back("--" + option->long_name());
  all.add(hidden);
  po::positional_options_description places;
  const auto is_list = [](const std::string &name) { return name.size() > 3 && name.substr(name.size() - 3) == "..."; };
  for (const std::string &name : positional) {
    if (is_list(name))
      all.add_options()(name.c_str(), po::value<std::vector<std::string>>()->composing(), "");
    else
      all.add_options()(name.c_str(), po::value<std::string>(), "");
    places.add(name.c_str(), is_list(name) ? -1 : 1);
  }
  try {
    po::store(po::command_line_parser(invocation.arguments).options(all).positional(places).run(), values);
    po::notify(values);
  } catch (const po::unknown_option &error) {
    const std::string nearest = nearest_match(error.get_option_name(), known);
    throw UserError(std::string(error.what()) + "; allowed: " + join_alternatives(known) +
                    (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
  } catch (const po::error &error) {
    throw UserError(std::string(error.what()) + "; see --help");
  }
  if (values.count("help")) {
    if (invocation.ranks.is_first())
      std::cout << "usage: " << usage << "\n\n" << visible << "  -h [ --help ]         show this help\n";
    return false;
  }
  for (const std::string &name : positional)
    if (!is_list(name) && !values.count(name))
      throw UserError("the " + name + " is missing; usage: " + usage);
  return true;
}
} // namespace lumbarfem
