#include "trust/verdict_store.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "tensor/platform.h"
#include "trust/file_digest.h"

namespace signalbox::trust {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExecutable = "/proc/self/exe";
constexpr std::size_t kLongestDetail = 4096;

bool is_ours_alone(const fs::path& folder) {
  struct stat found{};
  return ::stat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == ::geteuid() &&
         (found.st_mode & 0022U) == 0;
}

// This build, by its digest; "" where it cannot be told.
std::string build_digest() {
  try {
    return file_sha256(kExecutable);
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

VerdictStore::VerdictStore(fs::path folder) : folder_(std::move(folder)) {
  if (folder_.empty()) return;
  const std::string build = build_digest();
  if (build.empty()) folder_.clear();
  surroundings_ = fmt::format("build {} {}", build, tensor::numeric_platform());
}

std::string VerdictStore::whole(const std::string& asked) const {
  return fmt::format("1 {} {}", surroundings_, asked);
}

fs::path VerdictStore::file_of(const std::string& whole) const {
  return folder_ / text_sha256(whole);
}

std::optional<std::string> VerdictStore::passed(const std::string& asked) const {
  if (folder_.empty() || !is_ours_alone(folder_)) return std::nullopt;
  const std::string key = whole(asked);
  std::ifstream in(file_of(key), std::ios::binary);
  std::string first, detail;
  // The last line is there in whole files only.
  if (!std::getline(in, first) || first != key || !std::getline(in, detail) || detail.size() > kLongestDetail)
    return std::nullopt;
  std::string end;
  return std::getline(in, end) && end == "passed" ? std::optional(std::move(detail)) : std::nullopt;
}

void VerdictStore::keep(const std::string& asked, const std::string& detail) const {
  if (folder_.empty() || detail.size() > kLongestDetail || detail.contains('\n')) return;
  const mode_t before = ::umask(0077);
  std::error_code error;
  fs::create_directories(folder_, error);
  ::umask(before);
  if (error || !is_ours_alone(folder_)) return;
  const std::string key = whole(asked);
  const fs::path file = file_of(key), beside = fmt::format("{}.{}", file.string(), ::gettid());
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out << key << '\n' << detail << "\npassed\n";
    out.close();
    if (out) fs::rename(beside, file, error);
  }
  fs::remove(beside, error);
}

}  // namespace signalbox::trust
