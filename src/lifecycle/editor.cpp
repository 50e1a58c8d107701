#include "lifecycle/editor.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "lifecycle/config_file.h"
#include "lifecycle/patch.h"

namespace signalbox::lifecycle {
namespace {

using Ended = EditResult::Status;

EditResult result_of(Ended status, std::string message, const Applier& applier) {
  EditResult result;
  result.status = status;
  result.message = std::move(message);
  result.fingerprint = applier.status().fingerprint;
  return result;
}

Ended status_of(const FileError& error) {
  return error.kind == FileError::Kind::failed ? Ended::failed : Ended::not_editable;
}

// What the file shall hold.
std::expected<std::string, EditResult> text_of(const Edit& edit, const std::string& former, const std::string& file,
                                               const Applier& applier) {
  const auto most = static_cast<std::size_t>(applier.settings().max_document_bytes);
  switch (edit.kind) {
    case Edit::Kind::put:
      return edit.text;
    case Edit::Kind::patch: {
      auto text = patched(former, edit.text);
      if (text) return std::move(*text);
      return std::unexpected(result_of(Ended::bad_patch, text.error(), applier));
    }
    case Edit::Kind::rollback: {
      auto text = VersionStore(file).read(edit.text, most);
      if (text) return std::move(*text);
      return std::unexpected(result_of(Ended::unknown_version, text.error().message, applier));
    }
  }
  return edit.text;
}

}  // namespace

std::string_view to_string(Edit::Kind kind) {
  constexpr std::array<std::string_view, 3> kNames{"put", "patch", "rollback"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<Version> Editor::versions() const {
  return files_.size() == 1 ? VersionStore(files_.front()).list() : std::vector<Version>();
}

EditResult Editor::edit(const Edit& edit) {
  EditResult result;
  result.message = "the edit failed; see the log";
  if (!reloader_.run([&](Applier& applier) { result = edit_now(edit, applier); })) {
    result.status = Ended::busy;
    result.message = "other changes to the configuration are being made; try again shortly";
    result.fingerprint = reloader_.status().fingerprint;
  }
  return result;
}

std::optional<EditResult> Editor::refuse_early(const Edit& edit, const Applier& applier) const {
  if (files_.size() != 1) {
    return result_of(
        Ended::not_editable,
        fmt::format("the configuration is merged from {} files; the API writes only where there is one", files_.size()),
        applier);
  }
  if (const auto writable = check_replaceable(files_.front()); !writable) {
    return result_of(Ended::not_editable, writable.error().message, applier);
  }
  const std::string in_force = applier.status().fingerprint;
  if (edit.if_match && *edit.if_match != in_force) {
    return result_of(Ended::changed, fmt::format("the configuration in force is {}", in_force), applier);
  }
  return std::nullopt;
}

EditResult Editor::edit_now(const Edit& edit, Applier& applier) {
  // Somebody may have edited the file a moment ago. If that is good it counts; if not, this edit may well be the
  // remedy.
  if (Candidate pending = applier.read();
      is_good(pending.outcome) && pending.loaded.snapshot->fingerprint != applier.status().fingerprint) {
    applier.apply(std::move(pending), Source::file);
  }
  if (auto refusal = refuse_early(edit, applier)) return std::move(*refusal);
  const std::string& file = files_.front();
  const auto former = read_file(file, static_cast<std::size_t>(applier.settings().max_document_bytes));
  if (!former) return result_of(Ended::not_editable, former.error().message, applier);
  const std::expected<std::string, EditResult> text = text_of(edit, *former, file, applier);
  if (!text) return text.error();
  if (const auto path = find_redacted(*text, *former)) {
    return result_of(
        Ended::redacted,
        fmt::format("{} holds [redacted], which stands for a secret that is not shown: write the secret, or a "
                    "variable",
                    *path),
        applier);
  }
  return replace(edit, *former, *text, applier);
}

EditResult Editor::replace(const Edit& edit, const std::string& former, const std::string& text, Applier& applier) {
  const std::string& file = files_.front();
  Candidate candidate = text.size() > static_cast<std::size_t>(applier.settings().max_document_bytes)
                            ? Candidate{.outcome = Outcome::too_large,
                                        .message = "the configuration is larger than max_document_bytes",
                                        .loaded = {},
                                        .commits = {},
                                        .shown = {}}
                            : applier.judge({{file, text}});
  if (!is_good(candidate.outcome)) {
    EditResult result = result_of(Ended::refused, candidate.message, applier);
    result.reload.outcome = candidate.outcome;
    if (candidate.loaded.diagnostics) result.reload.diagnostics = candidate.loaded.diagnostics->items();
    return result;
  }
  const auto most = static_cast<std::size_t>(applier.settings().versions);
  const auto version = VersionStore(file).save(former, to_string(edit.kind), clock_.system_now(), most);
  if (!version) return result_of(status_of(version.error()), version.error().message, applier);
  if (const auto written = replace_file(file, text); !written) {
    return result_of(status_of(written.error()), written.error().message, applier);
  }
  ReloadResult reload = applier.apply(std::move(candidate), Source::api);
  EditResult result = result_of(reload.good() ? Ended::done : Ended::refused, reload.message, applier);
  result.version = version->id;
  result.reload = std::move(reload);
  return result;
}

}  // namespace signalbox::lifecycle
