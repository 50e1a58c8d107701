#include "lifecycle/file_watch.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <set>
#include <utility>

namespace signalbox::lifecycle {
namespace {

namespace fs = std::filesystem;

// Not IN_MODIFY: a file that is being written is looked at when its writer closes it.
constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

std::optional<FileStamp> stamp_of(const std::string& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) return std::nullopt;
  return FileStamp{found.st_dev, found.st_ino, static_cast<std::uint64_t>(found.st_size), nanoseconds(found.st_mtim),
                   nanoseconds(found.st_ctim)};
}

std::string directory_of(const fs::path& file) {
  const fs::path parent = file.parent_path();
  return parent.empty() ? "." : parent.string();
}

// Of the names as given, and of what they stand for.
std::set<std::string> directories_of(const std::vector<std::string>& files) {
  std::set<std::string> directories;
  for (const std::string& file : files) {
    directories.insert(directory_of(file));
    std::error_code none;
    const fs::path real = fs::canonical(file, none);
    if (!none) directories.insert(directory_of(real));
  }
  return directories;
}

}  // namespace

Stamps stamps_of(const std::vector<std::string>& files) {
  Stamps stamps;
  for (const std::string& file : files) stamps[file] = stamp_of(file);
  return stamps;
}

FileWatch::FileWatch() : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

FileWatch::~FileWatch() {
  if (inotify_ >= 0) ::close(inotify_);
}

void FileWatch::set_files(std::vector<std::string> files) {
  files_ = std::move(files);
  Stamps seen;
  for (const std::string& file : files_) {
    const auto known = seen_.find(file);
    seen[file] = known != seen_.end() ? known->second : stamp_of(file);
  }
  seen_ = std::move(seen);
  watch_directories();
}

bool FileWatch::changed() {
  take_events();
  watch_directories();  // a link may lead elsewhere now, and a directory may be another one under its old name
  Stamps now = stamps_of(files_);
  const bool different = now != seen_;
  seen_ = std::move(now);
  return different;
}

void FileWatch::set_seen(const Stamps& stamps) {
  for (auto& [file, stamp] : seen_) {
    if (const auto found = stamps.find(file); found != stamps.end()) stamp = found->second;
  }
}

// inotify knows directories, not names: adding one again returns the number it has, and another one when the name
// stands for another directory.
void FileWatch::watch_directories() {
  if (inotify_ < 0) return;
  std::map<std::string, int> watches;
  std::set<int> numbers;
  unwatched_.clear();
  for (const std::string& directory : directories_of(files_)) {
    const int number = ::inotify_add_watch(inotify_, directory.c_str(), kEvents);
    if (number < 0) {
      unwatched_.push_back(directory);
    } else {
      watches[directory] = number;
      numbers.insert(number);
    }
  }
  for (const auto& [directory, number] : watches_) {
    if (!numbers.contains(number)) ::inotify_rm_watch(inotify_, number);
  }
  watches_ = std::move(watches);
}

// What they say does not matter; an overflow of their queue therefore does not either.
void FileWatch::take_events() const {
  std::array<char, 16 * 1024> events;
  while (inotify_ >= 0 && ::read(inotify_, events.data(), events.size()) > 0) {
  }
}

}  // namespace signalbox::lifecycle
