/// Fingerprints of texts and files.
#pragma once

#include <string>
#include <vector>

namespace lumbarfem
{
/// SHA-256 (FIPS 180-4) as 64 hexadecimal digits.
std::string sha256(const std::string &bytes);
/// The same of a file's content; UserError when it cannot be read.
std::string sha256_of_file(const std::string &path);
/// What the last column of a record holds that later runs go on from, 12 hexadecimal digits of its other fields: a
/// record that somebody changed is told from one that was written.
std::string record_digest(const std::vector<std::string> &fields);
/// 64 random bits as 16 hexadecimal digits: names that never meet.
std::string random_identity();
} // namespace lumbarfem
