#include "lifecycle/token_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "digest/sha256.h"
#include "lifecycle/config_file.h"
#include "lifecycle/state_folder.h"

namespace signalbox::lifecycle {
namespace {

namespace fs = std::filesystem;
using Unexpected = std::unexpected<std::string>;

constexpr std::size_t kShortest = 16, kLongest = 4096;

std::string reason() {
  return std::generic_category().message(errno);
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

std::expected<OwnToken, std::string> checked(OwnToken token, std::string_view where) {
  if (token.token.size() < kShortest)
    return Unexpected(fmt::format("the token in {} is shorter than 16 characters", where));
  for (const char c : token.token) {
    if (c <= ' ' || c >= 0x7f) return Unexpected(fmt::format("the token in {} holds more than visible ASCII", where));
  }
  return token;
}

std::expected<OwnToken, std::string> existing(const std::string& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) return Unexpected(fmt::format("{} cannot be read: {}", file, reason()));
  if ((found.st_mode & 0022u) != 0) return Unexpected(fmt::format("{} may be written by others (chmod 600)", file));
  const auto text = read_file(file, kLongest);
  if (!text) return Unexpected(text.error().message);
  return checked({trimmed(*text), file, false}, file);
}

// Whole under its name or not at all, and only if nobody else was first: a link to a finished file.
std::expected<OwnToken, std::string> make(const std::string& file, const std::string& token) {
  std::error_code error;
  const fs::path folder = fs::path(file).parent_path();
  const mode_t before = ::umask(0077);
  fs::create_directories(folder, error);
  ::umask(before);
  const std::string temporary = fmt::format("{}.{}", file, ::gettid());
  ::unlink(temporary.c_str());
  const auto written = replace_file(temporary, token + "\n", 0600);
  if (!written) return Unexpected(written.error().message);
  const bool linked = ::link(temporary.c_str(), file.c_str()) == 0;
  const int why = linked ? 0 : errno;
  ::unlink(temporary.c_str());
  if (linked) return OwnToken{token, file, true};
  if (why == EEXIST) return existing(file);
  return Unexpected(fmt::format("{} cannot be made: {}", file, std::generic_category().message(why)));
}

}  // namespace

std::string token_file(const std::string& configured, const config::Environment& environment) {
  constexpr const char* kName = "management-token";
  if (!configured.empty()) return configured;
  const fs::path folder = state_folder(environment);
  return folder.empty() ? "" : (folder / kName).string();
}

std::expected<OwnToken, std::string> own_token(const std::string& file, const config::Environment& environment,
                                               const std::function<bool(std::span<unsigned char>)>& random) {
  constexpr const char* kVariable = "SIGNALBOX_MANAGEMENT_TOKEN";
  const std::string given = environment(kVariable).value_or("");
  if (!given.empty()) return checked({given, "", false}, kVariable);
  if (file.empty()) return Unexpected("there is no place to keep a token: set token_file, or HOME");
  if (::access(file.c_str(), F_OK) == 0) return existing(file);
  std::array<unsigned char, 32> bytes{};
  if (!random(bytes)) return Unexpected("the kernel gives no random bytes");
  return make(file, digest::hex(bytes));
}

bool kernel_random(std::span<unsigned char> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::getrandom(bytes.data(), bytes.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace signalbox::lifecycle
