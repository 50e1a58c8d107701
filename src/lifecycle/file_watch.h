// Notices that files have become others, however that was done: written in place, replaced by rename (as editors do),
// or by turning a symbolic link on their way (as Kubernetes does with ConfigMaps: file -> ..data/file, ..data ->
// ..2026_…).
//
// The directories are watched by inotify, those of the names as given and those they resolve to; an event only says
// "look": what counts is whether a file's identity, size or times differ from those seen last. So noise in the
// directory costs a few stat calls and nothing else, and callers that also call changed() now and then notice changes
// on file systems that send no events (network mounts, some container mounts).
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace signalbox::lifecycle {

// What tells two states of a file apart. All of it comes from one stat call, links followed.
struct FileStamp {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modified_ns = 0, changed_ns = 0;
  bool operator==(const FileStamp&) const = default;
};
// By file; absent: it cannot be seen.
using Stamps = std::map<std::string, std::optional<FileStamp>>;
Stamps stamps_of(const std::vector<std::string>& files);

class FileWatch {
 public:
  FileWatch();
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // From now on these. A file that was not watched before counts as seen in its present state.
  void set_files(std::vector<std::string> files);
  const std::vector<std::string>& files() const { return files_; }

  // Readable when it is worth calling changed(); -1 where inotify is not to be had.
  int descriptor() const { return inotify_; }
  // Takes the events, looks, and says whether any file differs from how it was seen last.
  bool changed();
  // Counts as seen: the state from before the files were read, so that what changed meanwhile is a change.
  void set_seen(const Stamps& stamps);
  // Directories that could not be watched (too many watches, no permission); changes there are found by polling only.
  const std::vector<std::string>& unwatched() const { return unwatched_; }

 private:
  void watch_directories();
  void take_events() const;

  int inotify_ = -1;
  std::vector<std::string> files_, unwatched_;
  std::map<std::string, int> watches_;  // directory -> inotify's number
  Stamps seen_;
};

}  // namespace signalbox::lifecycle
