#include "base/digest.h"

#include "base/user_error.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace lumbarfem
{
namespace
{
std::string hexadecimal(const unsigned char *bytes, std::size_t n)
{
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t k = 0; k < n; ++k) {
    text += digits[bytes[k] >> 4];
    text += digits[bytes[k] & 15];
  }
  return text;
}

class Sha256
{
public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free)
  {
    check(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
  }
  void add(const char *bytes, std::size_t n) { check(EVP_DigestUpdate(context_.get(), bytes, n)); }
  std::string finish()
  {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int n = 0;
    check(EVP_DigestFinal_ex(context_.get(), bytes.data(), &n));
    return hexadecimal(bytes.data(), n);
  }

private:
  static void check(bool is_right)
  {
    if (!is_right)
      throw std::runtime_error("SHA-256 is not available in this build of OpenSSL");
  }
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};
} // namespace

std::string sha256(const std::string &bytes)
{
  Sha256 digest;
  digest.add(bytes.data(), bytes.size());
  return digest.finish();
}

std::string sha256_of_file(const std::string &path)
{
  std::ifstream input(path, std::ios::binary);
  Sha256 digest;
  std::vector<char> block(1 << 16);
  while (input) {
    input.read(block.data(), static_cast<std::streamsize>(block.size()));
    digest.add(block.data(), static_cast<std::size_t>(input.gcount()));
  }
  if (!input.is_open() || input.bad())
    throw UserError(path + ": cannot be read");
  return digest.finish();
}

std::string record_digest(const std::vector<std::string> &fields)
{
  std::string text;
  for (const std::string &field : fields)
    text += field + '\n';
  return sha256(text).substr(0, 12);
}

std::string random_identity()
{
  std::array<unsigned char, 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("the system has no random numbers to give");
  return hexadecimal(bytes.data(), bytes.size());
}
} // namespace lumbarfem
