// Writes to the configuration file over the management API: checked as a whole, written whole, in force at once.
//
// An edit runs on the reload thread, so that it cannot cross a reload: the files are looked at first, so If-Match is
// judged against what they say now. Then the new text goes through every check a reload makes, the former text is kept
// as a version, the file is replaced, and the snapshot swapped. A step that fails leaves file and snapshot as they
// were. Any thread; callers wait.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lifecycle/reloader.h"
#include "lifecycle/versions.h"

namespace signalbox::lifecycle {

struct Edit {
  enum class Kind : std::uint8_t { put, patch, rollback };
  Kind kind = Kind::put;
  std::string text;                     // the configuration, the patch, or the version's id
  std::optional<std::string> if_match;  // a fingerprint; must be that of the configuration in force
};
std::string_view to_string(Edit::Kind kind);

struct EditResult {
  enum class Status : std::uint8_t {
    done,
    busy,          // too many wait, or the process is stopping
    not_editable,  // several files, or one that cannot be written
    changed,       // If-Match names another configuration
    unknown_version,
    bad_patch,
    redacted,  // the text holds the marker that stands for a secret
    refused,   // the new configuration is not good: see `reload`
    failed     // the disk
  };
  Status status = Status::failed;
  std::string message;      // a sentence
  std::string fingerprint;  // in force now
  std::string version;      // id of the former text, when it was replaced
  ReloadResult reload;      // of what was tried
};

class Editor {
 public:
  Editor(Reloader& reloader, std::vector<std::string> files, const telemetry::Clock& clock)
      : reloader_(reloader), files_(std::move(files)), clock_(clock) {}

  EditResult edit(const Edit& edit);
  // Newest first; empty also where there cannot be any.
  std::vector<Version> versions() const;
  std::optional<ReloadResult> reload() { return reloader_.reload(Source::api); }
  Status status() const { return reloader_.status(); }

 private:
  EditResult edit_now(const Edit& edit, Applier& applier);
  std::optional<EditResult> refuse_early(const Edit& edit, const Applier& applier) const;
  EditResult replace(const Edit& edit, const std::string& former, const std::string& text, Applier& applier);

  Reloader& reloader_;
  const std::vector<std::string> files_;
  const telemetry::Clock& clock_;
};

}  // namespace signalbox::lifecycle
