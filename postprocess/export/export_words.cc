#include "postprocess/export/export_words.h"

#include "base/formatted.h"

#include <algorithm>

namespace lumbarfem
{
std::vector<std::string> gathered_notes(const std::vector<std::string> &notes)
{
  std::vector<std::string> subjects, sentences;
  std::map<std::string, int> count;
  for (const std::string &note : unique_sentences(notes)) {
    const std::size_t colon = note.find(": "), dot = note.rfind('.', colon);
    const bool is_numbered =
        colon != std::string::npos && dot != std::string::npos && dot + 1 < colon &&
        std::all_of(note.begin() + static_cast<std::ptrdiff_t>(dot) + 1,
                    note.begin() + static_cast<std::ptrdiff_t>(colon), [](unsigned char c) { return std::isdigit(c); });
    const std::string sentence = is_numbered ? note.substr(0, dot) + note.substr(colon) : note;
    if (++count[sentence] == 1)
      sentences.push_back(sentence);
  }
  for (std::string &sentence : sentences)
    if (const int n = count[sentence]; n > 1)
      sentence.insert(sentence.find(": "), formatted(" (%d materials)", n));
  return sentences;
}
} // namespace lumbarfem
