#include "lifecycle/versions.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

namespace signalbox::lifecycle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".yaml";
constexpr std::size_t kIdLength = std::string_view("20261122T191500.123Z").size();

std::string id_of(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
  return fmt::format("{:%Y%m%dT%H%M%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     milliseconds);
}

// "20261122T191500.123Z" -> "2026-11-22T19:15:00.123Z"
std::string timestamp_of(std::string_view id) {
  return fmt::format("{}-{}-{}T{}:{}:{}", id.substr(0, 4), id.substr(4, 2), id.substr(6, 2), id.substr(9, 2),
                     id.substr(11, 2), id.substr(13));
}

std::optional<Version> version_of(const std::string& filename) {
  const bool named = filename.size() > kIdLength + kEnding.size() + 1 && filename.ends_with(kEnding) &&
                     filename[8] == 'T' && filename[kIdLength - 1] == 'Z' && filename[kIdLength] == '.';
  if (!named) return std::nullopt;
  const std::string id = filename.substr(0, kIdLength);
  const std::size_t begin = kIdLength + 1;
  return Version{id, timestamp_of(id), filename.substr(begin, filename.size() - kEnding.size() - begin), filename};
}

// Beside what the name stands for, so that a link to the file does not move its versions.
std::string folder_beside(const std::string& config_file) {
  std::error_code none;
  const fs::path real = fs::canonical(config_file, none);
  const fs::path file = none ? fs::path(config_file) : real;
  return (file.parent_path() / ("." + file.filename().string() + ".versions")).string();
}

unsigned mode_of(const std::string& file) {
  struct stat found{};
  return ::stat(file.c_str(), &found) == 0 ? found.st_mode & 0777u : 0600u;
}

}  // namespace

VersionStore::VersionStore(const std::string& config_file)
    : config_file_(config_file), folder_(folder_beside(config_file)) {}

std::vector<Version> VersionStore::list() const {
  std::vector<Version> versions;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    if (auto version = version_of(entry->path().filename().string())) versions.push_back(std::move(*version));
  }
  std::ranges::sort(versions, std::greater(), &Version::filename);
  return versions;
}

std::expected<Version, FileError> VersionStore::save(std::string_view bytes, std::string_view source,
                                                     std::chrono::system_clock::time_point now,
                                                     std::size_t most) const {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    return std::unexpected(
        FileError{FileError::Kind::not_writable,
                  fmt::format("{} cannot be made: {}", folder_, std::generic_category().message(errno))});
  }
  const std::vector<Version> before = list();
  const auto taken = [&](const std::string& id) { return std::ranges::find(before, id, &Version::id) != before.end(); };
  while (taken(id_of(now))) now += std::chrono::milliseconds(1);
  Version version{id_of(now), timestamp_of(id_of(now)), std::string(source), ""};
  version.filename = fmt::format("{}.{}{}", version.id, version.source, kEnding);
  const std::string path = (fs::path(folder_) / version.filename).string();
  if (auto written = replace_file(path, bytes, mode_of(config_file_)); !written)
    return std::unexpected(written.error());
  const std::vector<Version> all = list();
  std::error_code ignored;
  for (std::size_t i = most; i < all.size(); ++i) fs::remove(fs::path(folder_) / all[i].filename, ignored);
  return version;
}

std::expected<std::string, FileError> VersionStore::read(std::string_view id, std::size_t max_bytes) const {
  // Looked up in the list, so that an id is never a path of somebody's making.
  for (const Version& version : list()) {
    if (version.id == id) return read_file((fs::path(folder_) / version.filename).string(), max_bytes);
  }
  return std::unexpected(FileError{FileError::Kind::unreadable, "there is no such version"});
}

}  // namespace signalbox::lifecycle
